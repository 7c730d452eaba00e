"""The cases about tags: a call of a helper, and the element that a reader of HTML finds in what it gives."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment

from pipeline.adapters.jinja import install
from pipeline.errors import PipelineError
from pipeline.manifest import Manifest
from pipeline.runtime import Assets
from tests.cases_support.case import Case
from tests.sites import Site

HELPERS = {"script": "script", "style": "stylesheet", "stylesheet": "stylesheet"}
"""Methods of `Assets` by the name of a helper, where the two differ."""
RAISES = {"raises", "raises_or_url", "raises_or_no_attr"}
"""Expectations that an error may meet which says this."""
ALWAYS = {"app.js", "app.css"}
Elements = list[tuple[str, dict[str, str | None]]]


class Reader(HTMLParser):
    """Start tags with their attributes, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Elements = []
        self.self_closing = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.self_closing = True
        self.handle_starttag(tag, attrs)


def check(case: Case, site: Site) -> None:
    """What is expected holds of what the call gives, or of its error."""
    call, expect = case["call"], case["expect"]
    site.write({path: f"/* {index} */" for index, path in enumerate(sorted(_sources(call, expect)))})
    site.publish()
    manifest = site.output / "manifest.json"
    if "importmap" in call:  # also names that no configuration would take
        imports = {name: f"./{site.manifest[path].url}" for name, path in call["importmap"].items()}
        manifest.write_bytes(Manifest(site.manifest.entries, imports).to_json())
    if call.get("manifest", "") is None:
        manifest.unlink()
    elif "manifest" in call:
        manifest.write_text(call["manifest"])
    text = _outcome(manifest, call)
    if isinstance(text, Exception):
        assert any(expect[name] in str(text) for name in RAISES & expect.keys()), text
        return
    assets = Assets.load(manifest, call.get("base_url", "/static/"))
    assert "raises" not in expect
    reader = Reader(text)
    for name, value in expect.items():
        CHECKS[name](reader, value, assets, text)


def _sources(call: Mapping[str, Any], expect: Mapping[str, Any]) -> set[str]:
    named = {call["path"]} if "path" in call and not {"raises", "raises_or_url"} & expect.keys() else set()
    return ALWAYS | named | set(call.get("importmap", {}).values())


def _outcome(manifest: Path, call: Mapping[str, Any]) -> str | Exception:
    try:
        return _called(Assets.load(manifest, call.get("base_url", "/static/")), call)
    except (PipelineError, ValueError) as error:
        return error


def _called(assets: Assets, call: Mapping[str, Any]) -> str:
    if "importmap" in call:
        return assets.import_map()
    attributes = {**call.get("attrs", {}), **({"integrity": call["integrity"]} if "integrity" in call else {})}
    if call.get("via") == "template":
        environment = Environment(autoescape=True)
        install(environment, assets)
        source = "{{ asset_tag(path, **attributes) }}"
        return environment.from_string(source).render(path=call["path"], attributes=attributes)
    helper = getattr(assets, HELPERS.get(call["tag"], call["tag"]))
    return str(helper(call["path"], **attributes))


def _element(reader: Reader, value: str, _assets: Assets, _text: str) -> None:
    assert [name for name, _ in reader.elements] == [value]


def _attributes(reader: Reader, value: Mapping[str, str], assets: Assets, _text: str) -> None:
    for name, wanted in value.items():
        assert reader.elements[0][1][name] == _filled(wanted, assets)


def _filled(wanted: str, assets: Assets) -> str:
    start, mark, path = wanted.partition("@url:")
    if mark:
        return start + assets.url(path)
    start, mark, path = wanted.partition("@out:")
    return start + assets.entry(path).url if mark else wanted


def _address(reader: Reader) -> str:
    attributes = reader.elements[0][1]
    return str(attributes.get("src") or attributes.get("href"))


def _integrity(reader: Reader, path: str, assets: Assets, _text: str) -> None:
    body = f"/* {sorted(ALWAYS | {path}).index(path)} */".encode()
    wanted = "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert reader.elements[0][1]["integrity"] == assets.integrity(path) == wanted


def _not_escaped_twice(_reader: Reader, _value: bool, assets: Assets, text: str) -> None:
    assert text == assets.tag("app.js")


def _import_map_is_json(text: str) -> None:
    json.loads(text.partition(">")[2].rpartition("<")[0])


def _count_script(reader: Reader, value: int, _assets: Assets, text: str) -> None:
    assert sum(name == "script" for name, _ in reader.elements) == value
    if 'type="importmap"' in text:
        _import_map_is_json(text)


def _url_of(reader: Reader, path: str, assets: Assets, _text: str) -> None:
    assert _address(reader) == assets.url(path)


def _no_attribute(reader: Reader, name: str, _assets: Assets, _text: str) -> None:
    assert not any(key.startswith(name) for _, attributes in reader.elements for key in attributes)


def _parses_to(reader: Reader, path: str, assets: Assets, _text: str) -> None:
    parts = urlsplit(_address(reader))
    assert (parts.query, parts.fragment) == ("", "")
    assert unquote(parts.path) == f"/static/{assets.entry(path).file}"


def _begins(reader: Reader, value: str, _assets: Assets, _text: str) -> None:
    assert _address(reader).startswith(value)


def _ascii(reader: Reader, _value: bool, _assets: Assets, _text: str) -> None:
    assert _address(reader).isascii()


def _self_closing(reader: Reader, value: bool, _assets: Assets, _text: str) -> None:
    assert reader.self_closing is value


CHECKS: Mapping[str, Callable[[Reader, Any, Assets, str], None]] = {
    "element": _element,
    "attrs": _attributes,
    "self_closing": _self_closing,
    "count_script": _count_script,
    "raises_or_url": _url_of,
    "raises_or_no_attr": _no_attribute,
    "href_startswith": _begins,
    "src_startswith": _begins,
    "href_ascii": _ascii,
    "src_ascii": _ascii,
    "src_parses_to": _parses_to,
    "href_parses_to": _parses_to,
    "integrity_matches": _integrity,
    "not_double_escaped": _not_escaped_twice,
}
