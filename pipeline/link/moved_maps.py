"""Moves the segments of source maps along when names are written into the texts that they are for.

What a map says depends on how long names are, and not on what they are: so it can be named before them.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.engine.globs import Globs
from pipeline.link.resolution import Link
from pipeline.link.rewriting import Named, Rewritten, rewrite
from pipeline.naming import name
from pipeline.source_map import DATA, FILE, INLINE, MARK, SUFFIX, from_json, in_characters

DRAFT = "0" * 64

Links = Mapping[AssetPath, list[Link]]


def owners(
    paths: Collection[AssetPath], assets: Mapping[AssetPath, Asset], links: Links, config: Config
) -> dict[AssetPath, AssetPath]:
    """The maps that were made here, and the texts that they are for."""
    if config.source_maps != FILE:
        return {}
    pairs = ((each, path) for path in paths for each in links[path] if each.reference.kind == "sourcemap")
    return {each.target: path for each, path in pairs if each.target == path + SUFFIX and assets[each.target].origin}


def moved_file(source_map: Asset, owner: Asset, links: list[Link], config: Config) -> Asset:
    """A map as it must be for a text in which the names stand that its links lead to."""
    changes = _changes(owner, links, config)
    if not changes:
        return source_map
    data = _moved(source_map.content.read(), owner.content.read(), changes)
    return Asset(source_map.path, Blob.of(data), source_map.origin)


def moved_inline(owner: Asset, links: list[Link], config: Config) -> Asset:
    """The same for a text that has its map in itself."""
    if config.source_maps != INLINE or not owner.origin or not links:
        return owner
    content = owner.content.read()
    head, mark, last = content.rpartition(MARK + DATA.encode())
    changes = _changes(owner, links, config) if mark else []
    if not changes:
        return owner
    encoded, *closed = last.split(b" ", 1)
    data = base64.b64encode(_moved(base64.b64decode(encoded), content, changes))
    return Asset(owner.path, Blob.of(head + mark + b" ".join([data + b"\n" * (not closed), *closed])), owner.origin)


def _moved(data: bytes, content: bytes, changes: Sequence[tuple[int, int, bytes]]) -> bytes:
    found = from_json(data)
    return found.moved(content.decode("utf-8", "replace"), in_characters(content, changes)).to_json(found.sources)


def _changes(owner: Asset, links: list[Link], config: Config) -> Sequence[tuple[int, int, bytes]]:
    """What is written into a text, but for the name of its map, behind which nothing stands."""
    keep = Globs(config.naming.keep)
    wanted = [each for each in links if each.reference.kind != "sourcemap"]
    drafts = {target: _draft(target, config, kept=keep.match(target)) for each in wanted for target in each.targets()}
    held = rewrite(owner, wanted, drafts, config).held
    return held.changes if isinstance(held, Rewritten) else ()


def _draft(path: AssetPath, config: Config, *, kept: bool) -> Named:
    immutable = config.naming.style == "fingerprint" and not kept
    return Named(*name(path, DRAFT, config.naming, keep=kept), DRAFT, immutable, DRAFT)
