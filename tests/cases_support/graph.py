"""The cases about the graph: an edit renames exactly what reaches it, and a later build equals a first one."""

from __future__ import annotations

import os
from typing import Any

from tests.cases_support.case import Case, content
from tests.cases_support.project import attempt, prepare, published
from tests.sites import Site


def check(case: Case, site: Site, other_site: Site) -> None:
    """Names before and after the edits are compared, and the result with a build from nothing."""
    prepare(site, case)
    published(site)
    before = names(site)
    if case.get("cycle"):
        assert cyclic(site)
    for number, edit in enumerate(case["edits"], start=1):
        for path, value in edit.items():
            apply(case, site, path, value)
        errors = attempt(site)
        if number in case.get("allow_fail", []):
            continue
        assert not errors, [str(error) for error in errors]
    after = names(site)
    _names_differ(case, before, after)
    _equals_a_first_build(case, site, other_site)


def _names_differ(case: Case, before: dict[str, str], after: dict[str, str]) -> None:
    assert [path for path in case["changes"] if before.get(path) == after[path]] == []
    assert [path for path in case["stays"] if before[path] != after[path]] == []
    assert [path for path in case.get("absent", []) if path in after] == []


def apply(case: Case, site: Site, path: str, value: Any) -> None:
    """Write or delete one file."""
    file = site.folder / "src" / path
    if value is None:
        file.unlink()
        return
    kept = file.stat() if case.get("keep_mtime") and file.exists() else None
    site.write({path: content(value)})
    if kept:
        os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))


def names(site: Site) -> dict[str, str]:
    """The published file of each asset."""
    return {path: entry.file for path, entry in site.manifest.entries.items()}


def cyclic(site: Site) -> bool:
    """Whether any asset reaches itself over references."""
    entries = site.manifest.entries
    for start in entries:
        reached = set(entries[start].references)
        waiting = list(reached)
        while waiting:
            new = set(entries[waiting.pop()].references) - reached
            reached |= new
            waiting += new
        if start in reached:
            return True
    return False


def _equals_a_first_build(case: Case, site: Site, other_site: Site) -> None:
    prepare(other_site, case)
    source, target = site.folder / "src", other_site.folder / "src"
    for file in target.rglob("*"):
        if file.is_file():
            file.unlink()
    other_site.write(
        {file.relative_to(source).as_posix(): file.read_bytes() for file in source.rglob("*") if file.is_file()}
    )
    published(other_site)
    assert other_site.manifest.to_json() == site.manifest.to_json()
    fresh = other_site.files()
    assert {file: data for file, data in site.files().items() if file in fresh} == fresh
    assert site.verify() == []
