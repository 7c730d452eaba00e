"""The cases about names: a file of any name is published, reached by its URL and referred to, or clearly refused."""

from __future__ import annotations

import base64
import os
import unicodedata
from urllib.parse import quote, unquote_to_bytes, urlsplit

import tinycss2

from tests.cases_support.case import Case
from tests.cases_support.decisions import REFUSED_NAMES
from tests.cases_support.project import attempt, prepare
from tests.sites import Site

BYTES = b"bytes of the file with this name"
OTHERS = b"bytes of the other one"


def check(case: Case, site: Site) -> None:
    """Published under a URL that leads to its bytes, also from a stylesheet; or refused as the table says."""
    raw = base64.b64decode(case["name_b64"])
    prepare(site, case)
    site.write({os.fsdecode(raw): BYTES})
    if "pair" in case.data:
        site.write({case["pair"]: OTHERS})
    if case.id in REFUSED_NAMES:
        errors = attempt(site)
        assert errors
        assert all(REFUSED_NAMES[case.id] in str(error) for error in errors)
        assert all(str(error).isprintable() for error in errors)
        return
    path = unicodedata.normalize("NFC", raw.decode())
    site.write({"way to it.css": f'a{{background:url("{quote(raw)}")}}'})
    errors = attempt(site)
    assert not errors, [str(error) for error in errors]
    assert reached(site, site.manifest[path].url) == BYTES
    assert site.manifest[path].file.startswith(path[:1])
    (rule,) = tinycss2.parse_stylesheet(site.text("way to it.css"))
    (address,) = [token.value for token in rule.content if token.type == "url"] or [
        token.arguments[0].value for token in rule.content if token.type == "function"
    ]
    assert reached(site, address) == BYTES
    if "pair" in case.data:
        assert reached(site, site.manifest[unicodedata.normalize("NFC", case["pair"])].url) == OTHERS


def reached(site: Site, url: str) -> bytes:
    """The bytes that a server which only decodes the path gives for a URL below the output."""
    parts = urlsplit(f"https://site.test/{url}")
    assert (parts.query, parts.fragment) == ("", "")
    file = os.fsencode(site.output) + unquote_to_bytes(parts.path)
    with open(file, "rb") as stream:
        return stream.read()
