"""Popular front-end packages and Django's admin as sites: they build, but for what is broken in them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.engine.globs import Globs
from pipeline.errors import BrokenReference
from tests.packages.npm import packages, unpacked
from tests.packages.pypi import wheel
from tests.sites import Site

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads 140 MB of packages: nox -s packages"
)
BROKEN: dict[str, str] = json.loads(Path(__file__).with_name("broken.json").read_bytes())
"""Globs of files that point at what does not exist, and why that is not for a build to mend."""

DJANGO = "5.2"
NAMES = [each.name for each in packages()]


def folder_of(name: str) -> Path:
    """The files of a package, or those that Django's admin serves."""
    if name == "django":
        return django_admin()
    return unpacked(next(each for each in packages() if each.name == name)) / "package"


def django_admin() -> Path:
    return wheel("django", DJANGO) / "django/contrib/admin/static"


def broken(name: str) -> list[str]:
    return [glob for glob in BROKEN if glob.startswith(f"vendor/{name}/")]


def site_of(name: str, folder: Path) -> tuple[Site, list[dict[str, str]]]:
    return Site(folder), [{"path": str(folder_of(name)), "prefix": f"vendor/{name}"}]


def complaints(group: ExceptionGroup[Exception]) -> set[str]:
    """The files that errors stand in; nothing but broken references is expected."""
    errors = [error for error in group.exceptions if isinstance(error, BrokenReference)]
    assert errors == [*group.exceptions]
    return {error.diagnostic().path for error in errors}


@pytest.mark.parametrize("name", [*NAMES, "django"])
def test_it_builds_but_for_what_is_broken_in_it_and_verifies(name: str, tmp_path: Path) -> None:
    site, sources = site_of(name, tmp_path)
    site.publish(sources=sources, output=str(site.output), strict=broken(name) or True, compile=False)
    published = site.manifest.entries
    assert len(published) == sum(1 for file in site.files() if file != "manifest.json")
    assert site.verify() == []


@pytest.mark.parametrize("name", [name for name in NAMES if broken(name)])
def test_exactly_what_the_list_says_is_broken_is_reported(name: str, tmp_path: Path) -> None:
    site, sources = site_of(name, tmp_path)
    with pytest.raises(ExceptionGroup) as raised:
        site.build(sources=sources, compile=False)
    files = complaints(raised.value)
    assert [glob for glob in broken(name) if not any(Globs((glob,)).match(file) for file in files)] == []
    assert [file for file in files if not Globs(tuple(broken(name))).match(file)] == []


def test_everything_broken_is_of_a_package_of_the_list_and_has_a_reason() -> None:
    assert [glob for glob in BROKEN if not any(glob in broken(name) for name in NAMES)] == []
    assert all(BROKEN.values())
