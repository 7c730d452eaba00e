"""Source maps as assets: each beside the text that it is for, or in the text, which names it in its last comment."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from posixpath import basename, dirname, join, normpath, splitext
from urllib.parse import quote

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.compile.recipes import SCRIPTS, STYLESHEETS
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch
from pipeline.references import found_in
from pipeline.source_map import DATA, FILE, LINE_END, MARK, OFF, SUFFIX, SourceMap, from_json, in_characters
from pipeline.urls import relative, resolve


def with_maps(assets: list[Asset], style: str) -> tuple[list[Asset], Collection[AssetPath]]:
    """Assets that name their maps, and the maps if those are files.

    Args:
        assets: as their last steps made them; a text that names a map already keeps that.
        style: one of `OFF`, `FILE` and `INLINE`.

    Returns:
        All of them, and the paths of the maps.
    """
    if style == OFF:
        return assets, ()
    pairs = [_with_map(asset, style) for asset in assets]
    return [each for pair in pairs for each in pair], {each.path for pair in pairs for each in pair[1:]}


def _with_map(asset: Asset, style: str) -> list[Asset]:
    if asset.source_map is None or not _may_have_one(asset.path):
        return [asset]
    content = asset.content.read()
    if MARK in content:
        return [asset]
    found = from_json(asset.source_map.read())
    path = AssetPath(asset.path + SUFFIX)
    data = found.to_json([quote(relative(name, path), safe="/") for name in found.sources])
    url = quote(basename(path)) if style == FILE else DATA + base64.b64encode(data).decode()
    made = replace(asset, content=Blob.of(content + comment(asset.path, content, url)))
    return [made, Asset(path, Blob.of(data), asset.origin)] if style == FILE else [made]


def comment(path: str, content: bytes, url: str) -> bytes:
    """What names a map at the end of a text."""
    line = b"" if not content or content.endswith(b"\n") else b"\n"
    opened, closed = (b"/*", b" */") if splitext(path)[1].lower() in STYLESHEETS else (b"//", b"")
    return line + opened + MARK + url.encode() + closed + b"\n"


def taken_apart(assets: Iterable[Asset], style: str) -> Asset:
    """A bundle as it goes into another one: without the comment that names its map, but with the map.

    Args:
        assets: what `with_maps` gave.
        style: as there.
    """
    asset, *others = assets
    if style == OFF or not _may_have_one(asset.path) or not asset.origin:
        return asset
    content = asset.content.read()
    head, mark, last = content.rpartition(MARK)
    if not mark or b"\n" in last.rstrip():
        return asset
    if others:
        found = from_json(others[0].content.read())
    elif last.startswith(DATA.encode()):
        found = from_json(base64.b64decode(last[len(DATA) :].split()[0]))
    else:
        return asset
    names = tuple(normpath(join(dirname(asset.path), name)) for name in found.sources)
    text = Blob.of(head[:-2])
    return Asset(asset.path, text, asset.origin, Blob.of(found.to_json(names)))


def carried(asset: Asset, changes: Sequence[tuple[int, int, bytes]]) -> Blob:
    """The map of an asset in which some spans are replaced; without one it is what people wrote."""
    if asset.source_map and not changes:
        return asset.source_map
    text = asset.content.read().decode("utf-8", "replace")
    if asset.source_map:
        found = from_json(asset.source_map.read())
    else:
        lines = len(LINE_END.findall(text)) + 1
        found = SourceMap((asset.path,), (text,), tuple(((0, 0, line, 0),) for line in range(lines)))
    moved = found.moved(text, in_characters(asset.content.read(), changes)) if changes else found
    return Blob.of(moved.to_json(moved.sources))


def with_own_maps(assets: list[Asset], fetch: Fetch) -> tuple[list[Asset], list[Diagnostic]]:
    """The members of a bundle, sources with the maps that they name: where several are joined such comments go."""
    if not fetch.source_maps or len(assets) == 1:
        return assets, []
    pairs = [_with_own_map(asset, fetch) for asset in assets]
    return [asset for asset, _ in pairs], [note for _, notes in pairs for note in notes]


def _with_own_map(asset: Asset, fetch: Fetch) -> tuple[Asset, list[Diagnostic]]:
    if not _may_have_one(asset.path) or asset.origin or asset.source_map:
        return asset, []
    content = asset.content.read()
    named = (
        [each.specifier for each in found_in(content, asset.path) if each.kind == "sourcemap"]
        if MARK in content
        else []
    )
    for specifier in named[-1:]:
        try:
            target = resolve(specifier, asset.path, fetch.base_url)
            source = fetch(AssetPath(target.path)) if target else None
            if source:
                return replace(asset, source_map=Blob.of(_placed(source).to_json(_placed(source).sources))), []
        except ValueError as error:
            note = f"its source map {specifier!r} {error}, so the bundle's begins with this file"
            return asset, [Diagnostic("note", note, asset.path)]
    return asset, []


def _placed(source: Asset) -> SourceMap:
    """A map with the names of its sources from the root of the site."""
    found = from_json(source.content.read())
    return replace(found, sources=tuple(normpath(join(dirname(source.path), name)) for name in found.sources))


def _may_have_one(path: str) -> bool:
    return splitext(path)[1].lower() in STYLESHEETS | SCRIPTS
