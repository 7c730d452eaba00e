"""Lookup: which asset somebody means by a path, a published file, a URL, or the file it was made from."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.asset import AssetPath
from pipeline.errors import SourceError, did_you_mean
from pipeline.inspection.explain import Site


def lookup(text: str, site: Site, folder: Path) -> AssetPath:
    """The asset that is meant; a logical path comes first, then a published file or URL, then a file.

    Args:
        text: a logical path; a file of the output or a compressed copy of one, below the output or as it lies; a URL,
            whole, from the root of the host or relative to the base URL; or a source as it lies.
        site: what there is.
        folder: what the paths of files are relative to, if not to the project.

    Raises:
        SourceError: it is no asset, with the nearest name, or why this file is none.
    """
    path = AssetPath(unicodedata.normalize("NFC", text.replace(os.sep, "/").removeprefix("./")))
    if path in site.compiled.assets:
        return path
    places = [os.path.abspath(folder / text), os.path.abspath(site.config.project / text)]
    published = [path, *_urls(text, site), *(_below(site.config.output, place) for place in places)]
    sources = {source.file: source.path for source in site.found.sources.values()}
    found = next(_published(published, site), None)
    found = found or (path if path in site.found.sources else None)
    found = found or next((sources[place] for place in _with_links(places) if place in sources), None)
    if found is None:
        raise _unknown(path, places, site)
    if found not in site.compiled.assets:  # what was made of it has another name
        if found not in site.compiled.pieces:
            raise SourceError("is no asset by itself: it is only part of others", path=found)
        found = site.compiled.pieces[found].assets[0].path
    return found


def _published(names: list[str], site: Site) -> Iterator[AssetPath]:
    """The assets that have one of these names as their file, as a compressed copy, or as their URL."""
    files = {output.file: path for path, output in site.outputs.items()}
    urls = {output.url: path for path, output in site.outputs.items()}
    endings = ["", *(step.plugin.suffix for step in site.config.compress)]
    for each in names:
        if each in urls:
            yield urls[each]
        for ending in endings:
            if each.endswith(ending) and each.removesuffix(ending) in files:
                yield files[each.removesuffix(ending)]
        if each in site.compiled.assets:  # a URL with the logical path, as a server of sources has it
            yield AssetPath(each)


def _urls(text: str, site: Site) -> list[str]:
    """A URL of the site, relative to the base URL, with its query and without."""
    base, given = urlsplit(site.config.base_url), urlsplit(text)
    if given.netloc not in {"", base.netloc} and base.netloc:
        return []
    location = given.path.removeprefix(base.path) if given.path.startswith("/") else given.path
    return [f"{location}?{given.query}", location]


def _below(folder: Path, place: str) -> str:
    return os.path.relpath(place, folder).replace(os.sep, "/")


def _with_links(places: list[str]) -> list[str]:
    return [*places, *map(os.path.realpath, places)]


def _unknown(path: str, places: list[str], site: Site) -> SourceError:
    """Why there is no such asset: a file that another one hides or that is left out, or no file at all."""
    for place in filter(os.path.isfile, _with_links(places)):
        for root in site.config.sources:
            below = _below(root.folder, place)
            if below.startswith("../"):
                continue
            logical = AssetPath(unicodedata.normalize("NFC", f"{root.prefix}/{below}" if root.prefix else below))
            if logical in site.found.sources:
                other = _below(site.config.project, site.found.sources[logical].file)
                return SourceError(f"is not used: {other!r} comes first", path=path)
            hint = "`include`, `exclude` or the dot before a name decide that"
            return SourceError("is no asset: it is left out of the sources", path=path, hint=hint)
    files = [_below(site.config.project, source.file) for source in site.found.sources.values()]
    known = dict.fromkeys([*site.compiled.assets, *(output.file for output in site.outputs.values()), *files])
    return SourceError(f"there is no asset {path!r}", hint=did_you_mean(path, [*known]))
