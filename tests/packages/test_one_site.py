"""All packages of the list and Django's admin as one site: what it publishes leads nowhere that is not published."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipeline.asset import Blob
from pipeline.engine.globs import Globs
from pipeline.link.resolution import OPTIONAL, TOLERATED
from pipeline.references import Reference, language_of
from pipeline.release import Release
from pipeline.urls import resolve
from tests.packages.pages.serving import STYLES
from tests.packages.test_build import BROKEN, NAMES, folder_of
from tests.sites import Site

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads 140 MB of packages: nox -s packages"
)
BASE_URL = "/static/"
MANY = 20_000
"""Files and references that so many packages have at least."""


def built(folder: Path, style: str) -> Release:
    """Nothing is minified or compressed: what no reference changes stays in its file and out of memory."""
    sources = [{"path": str(folder_of(name)), "prefix": f"vendor/{name}"} for name in [*NAMES, "django"]]
    return Site(folder).build(sources=sources, strict=[*BROKEN], modules=style, base_url=BASE_URL, compile=False)


def followed(release: Release, files: Mapping[str, Blob]) -> Iterator[tuple[str, Reference, str]]:
    """Each reference to a file of the site that a browser would follow, where it stands, and the file it names."""
    for path, entry in release.manifest.entries.items():
        language = language_of(entry.file)
        for reference in language.find(files[entry.file].read()) if language else ():
            if reference.kind in OPTIONAL | TOLERATED or (reference.kind == "module" and _is_bare(reference.specifier)):
                continue
            try:
                target = resolve(reference.specifier, entry.file, BASE_URL)
            except ValueError:
                yield path, reference, ""  # out of the site
            else:
                if target and (reference.kind != "worker" or reference.specifier.startswith("/")):
                    yield path, reference, target.path


def _is_bare(specifier: str) -> bool:
    return not specifier.startswith(("/", "./", "../"))


@pytest.mark.parametrize("style", STYLES)
def test_all_packages_are_one_site_in_which_nothing_dangles(tmp_path: Path, style: str) -> None:
    release = built(tmp_path, style)
    mapped = {unquote(key).removeprefix("./"): target for key, target in release.manifest.imports.items()}
    urls = {f"./{entry.url}" for entry in release.manifest.entries.values()}
    assert [target for target in mapped.values() if target not in urls] == []
    broken = Globs(tuple(BROKEN))
    dangling, count, by_map, files = [], 0, 0, release.files()
    for path, reference, file in followed(release, files):
        count += 1
        by_map += reference.kind == "module" and file in mapped
        if file not in files and not (reference.kind == "module" and file in mapped) and not broken.match(path):
            dangling.append((path, reference.specifier))
    assert dangling == []
    assert min(len(files), count) > MANY
    assert (by_map > MANY // 10) == (style == "importmap")
