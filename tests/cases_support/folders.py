"""What can be expected of an output folder, one function each."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests.cases_support.case import Case
from tests.sites import Site

CURRENT_MASK = 0o022


def build(site: Site, umask: str | None = None) -> None:
    """Run the command, which must succeed."""
    done = site.run("build", umask=int(umask, 8) if umask else CURRENT_MASK)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def clean(site: Site, *arguments: str) -> None:
    done = site.run(*arguments)
    assert done.returncode == 0, done.stderr


def edit(case: Case, site: Site, path: str) -> None:
    """Give a source other bytes, and build."""
    site.write({path: case.files[path] + b"\n/* edited */\n"})
    build(site)


def current(site: Site, path: str) -> Path:
    return site.output / site.manifest[path].file


def published_as_it_is_named(case: Case, site: Site, path: str) -> None:
    assert current(site, path).is_file()


def not_published(case: Case, site: Site, path: str) -> None:
    assert path not in site.manifest.entries
    stem = re.escape(Path(path).stem)
    names = [file.name for file in site.output.rglob("*") if file.is_file()]
    assert [name for name in names if re.match(f"{stem}[-.]", name)] == []


def bytes_equal(case: Case, site: Site, path: str) -> None:
    assert site.published(path) == case.files[path]


def distinct(case: Case, site: Site, one: str, other: str) -> None:
    assert current(site, one) != current(site, other)


def all_distinct(case: Case, site: Site) -> None:
    files = [entry.file.casefold() for entry in site.manifest.entries.values()]
    assert len(set(files)) == len(files) == len(case.files)
    for path in case.files:
        bytes_equal(case, site, path)


def root_order(case: Case, site: Site, path: str, text: str) -> None:
    assert site.text(path) == text


def stable_after(case: Case, site: Site, times: int) -> None:
    first = site.files()
    for _ in range(times - 1):
        build(site)
    assert site.files() == first
    assert len(site.manifest.entries) == len(case.files)


def decodes_utf8(case: Case, site: Site, path: str, text: str) -> None:
    assert text in site.published(path).decode("utf-8", "strict")


def mode(case: Case, site: Site, path: str, _rule: str) -> None:
    mask = int(case.get("umask", f"{CURRENT_MASK:o}"), 8)
    assert current(site, path).stat().st_mode & 0o777 == 0o666 & ~mask
    assert (site.output / "manifest.json").stat().st_mode & 0o777 == 0o666 & ~mask
    assert current(site, path).parent.stat().st_mode & 0o777 == 0o777 & ~mask


def builds_empty(case: Case, site: Site) -> None:
    assert json.loads((site.output / "manifest.json").read_bytes())["assets"] == {}


def manifest_stable(case: Case, site: Site) -> None:
    data = (site.output / "manifest.json").read_bytes()
    other = Site(site.folder.parent / "elsewhere")
    for path, content in reversed([*case.files.items()]):
        other.write({path: content})
    other.configure((site.folder / "pipeline.toml").read_text())
    build(other)
    assert (other.output / "manifest.json").read_bytes() == data
    assert [*json.loads(data)["assets"]] == sorted(case.files)


def repairs_truncated(case: Case, site: Site, path: str) -> None:
    whole = site.published(path)
    os.truncate(current(site, path), len(whole) // 2)
    build(site)
    assert site.published(path) == whole


def restores_deleted(case: Case, site: Site, path: str) -> None:
    whole = site.published(path)
    current(site, path).unlink()
    build(site)
    assert site.published(path) == whole


def recovers_from_manifest(case: Case, site: Site, text: str) -> None:
    file = site.output / "manifest.json"
    right = file.read_bytes()
    file.write_text(text)
    build(site)
    assert file.read_bytes() == right


def retains_old(case: Case, site: Site, path: str) -> None:
    old, data = current(site, path), site.published(path)
    edit(case, site, path)
    assert current(site, path) != old
    assert old.read_bytes() == data


def clean_age(case: Case, site: Site, path: str) -> None:
    old = current(site, path)
    edit(case, site, path)
    clean(site, "prune", "--keep", "0", "--age", "1h")
    assert old.exists()
    clean(site, "prune", "--keep", "0", "--age", "0")
    assert not old.exists()
    assert current(site, path).exists()


def clean_keeps_current(case: Case, site: Site, path: str) -> None:
    os.utime(current(site, path), (0, 0))
    clean(site, "prune", "--keep", "0", "--age", "0")
    assert current(site, path).exists()
    assert site.verify() == []


def clean_foreign(case: Case, site: Site, path: str) -> None:
    foreign = site.output / path
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_bytes(b"somebody's own")
    for path_of_case in case.files:
        edit(case, site, path_of_case)
    clean(site, "prune", "--keep", "0", "--age", "0")
    assert foreign.read_bytes() == b"somebody's own"
    clean(site, "clean")
    assert site.files() == {path: b"somebody's own"}
