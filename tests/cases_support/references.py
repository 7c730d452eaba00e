"""The cases about references: build, then read the published entry back with a reader that is not ours."""

from __future__ import annotations

import hashlib
import json
import posixpath
import unicodedata
from typing import Any

from tests.cases_support import scripts, stylesheets
from tests.cases_support.case import Case
from tests.cases_support.decisions import POLICIES
from tests.cases_support.follow import follow
from tests.cases_support.project import attempt, configure, prepare, published, warnings
from tests.cases_support.stylesheets import Found
from tests.sites import Site

STOPS = {"missing", "outside"}


def check(case: Case, site: Site) -> None:
    """A broken reference is an error that names it, or stays as it was; the others lead where they must."""
    prepare(site, case)
    decision = POLICIES.get(case.id)
    if case["level"] == "policy":
        assert decision, "write down in the table what we do"
    if decision and decision.error:
        assert any(decision.error in str(error) for error in attempt(site))
        return
    broken = [each for each in case["refs"] if each["resolved"] in STOPS and each["kind"] != "sourcemap"]
    if broken:
        _stops(case, site, broken)
        configure(site, case, strict=False)
        assert len(warnings(site)) == len(broken)
    published(site)
    _reads_back(case, site)


def read(site: Site, entry: str, *, maps: bool) -> list[Found]:
    """The references of a published file; source map comments only, or all the others."""
    text = site.published(entry).decode("utf-8-sig")
    if posixpath.splitext(entry)[1].lower() == ".css":
        return stylesheets.source_maps(text) if maps else stylesheets.references(text)
    return scripts.source_maps(text) if maps else []


def _stops(case: Case, site: Site, broken: list[Any]) -> None:
    errors = attempt(site)
    assert len(errors) == len(broken)
    for each in broken:
        about = [error for error in errors if repr(each["specifier"]) in error.message]
        assert len(about) == sum(other["specifier"] == each["specifier"] for other in broken)
        assert about[0].path == case["entry"]
        assert about[0].line
        if "line 2" in case.get("on_missing", ""):
            assert about[0].line == 2


def _reads_back(case: Case, site: Site) -> None:
    entry = unicodedata.normalize("NFC", case["entry"])
    for maps in (False, True):
        wanted = [each for each in case["refs"] if (each["kind"] == "sourcemap") is maps]
        found = read(site, entry, maps=maps)
        if maps:  # a map that does not exist is no longer named
            wanted = [each for each in wanted if each["resolved"] != "missing"]
        assert [each.kind for each in found] == [each["kind"] for each in wanted]
        for reference, expected in zip(found, wanted, strict=True):
            _leads(case, site, entry, reference, expected)
    text = site.published(entry).decode("utf-8", "surrogateescape")
    assert [kept for kept in case.get("keep", []) if kept not in text] == []
    _maps_name_their_files(case, site)
    _names_are_digests(site)


def _leads(case: Case, site: Site, entry: str, reference: Found, expected: Any) -> None:
    if expected["resolved"] in {"external", "ignored", *STOPS}:
        assert reference.specifier == expected["specifier"]
        return
    target, suffix = follow(site, case.prefix, entry, reference.specifier)
    assert target == unicodedata.normalize("NFC", expected["resolved"])
    assert suffix == expected.get("suffix", "")
    if posixpath.splitext(target)[1] not in {".css", ".js", ".map"}:
        assert site.published(target) == case.files[expected["resolved"]]


def _maps_name_their_files(case: Case, site: Site) -> None:
    """The ``file`` of a published map leads to what was published of the file that it named."""
    for path in [path for path in site.manifest.entries if path.endswith(".map")]:
        try:
            before, after = (json.loads(data).get("file") for data in (case.files[path], site.published(path)))
        except ValueError:
            assert site.published(path) == case.files[path]
            continue
        if before and posixpath.join(posixpath.dirname(path), before) in site.manifest.entries:
            assert follow(site, case.prefix, path, after)[0] == posixpath.join(posixpath.dirname(path), before)


def _names_are_digests(site: Site) -> None:
    """A file that points at nothing is called by the digest of its own bytes."""
    for path, entry in site.manifest.entries.items():
        if not entry.references:
            assert hashlib.sha256(site.published(path)).hexdigest()[:16] in entry.file
