"""What one job of `compile` made, as a value, and as bytes: for the cache, and on the way from another process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from types import MappingProxyType
from typing import NamedTuple

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache import Cache
from pipeline.engine.cache_files import CacheFiles, Lay
from pipeline.engine.kept import kept
from pipeline.references import Reference

PLAIN = b""
"""What a file gives that is published as it is, points at nothing, and of which there is nothing to say."""


NOTHING: Mapping[AssetPath, str | None] = MappingProxyType({})
"""What most steps read besides their asset."""

Copies = Mapping[str, tuple[tuple[str, Blob | None], ...]]
"""The variants of some bytes, as in `Blob`, by their digest."""


class Piece(NamedTuple):
    """What a bundle or a loose file became.

    Attributes:
        members: the sources and bundles it was made from, in order.
        assets: what it became.
        found: the references of each of them.
        diagnostics: what the steps said.
        inputs: what the steps read besides, and the digest of each; ``None``: there was none.
    """

    members: tuple[Asset, ...]
    assets: tuple[Asset, ...]
    found: tuple[tuple[Reference, ...], ...] = ((),)
    diagnostics: tuple[Diagnostic, ...] = ()
    inputs: Mapping[AssetPath, str | None] = NOTHING

    def is_plain(self) -> bool:
        """Whether it is a file as it was, that points at nothing, and of which there is nothing to say."""
        return self.assets == self.members and not (any(self.found) or self.diagnostics or self.inputs)

    def sources(self) -> tuple[Asset, ...]:
        """The source files it was made from."""
        return tuple(dict.fromkeys(source for member in self.members for source in member.sources()))


MEMBER, HERE, LAID = 0, 1, 2
"""Where the bytes of an asset are: in a member, in the row itself, or in a file of the cache."""


def dumped(piece: Piece, lay: Lay) -> bytes:
    """A piece as a line of JSON and the bytes of what it made anew.

    Args:
        piece: what was made.
        lay: has some bytes lie in a file of the cache; whether they do. They are left out then, as members are.
    """
    if piece.is_plain():
        return PLAIN
    where = [MEMBER if asset in piece.members else LAID if lay(asset.content) else HERE for asset in piece.assets]
    rows = [
        (asset.path, asset.content.digest, asset.content.size, place)
        for asset, place in zip(piece.assets, where, strict=True)
    ]
    # Written out: `astuple` looks into each field, and takes ten times as long.
    found = [[(a.start, a.stop, a.specifier, a.kind, a.whole, a.context) for a in each] for each in piece.found]
    said = [astuple(diagnostic) for diagnostic in piece.diagnostics]
    head = json.dumps([rows, found, said, dict(piece.inputs)]).encode()
    pairs = zip(piece.assets, where, strict=True)
    return b"".join([head, b"\n", *(asset.content.read() for asset, place in pairs if place == HERE)])


def holds(row: bytes, files: CacheFiles, again: Callable[[AssetPath], str | None]) -> bool:
    """Whether a row may serve: all that was looked at when it was made is still the same, and its files are there.

    Args:
        row: from the cache.
        files: of the same.
        again: the digest of an input as it is now.
    """
    if row == PLAIN:
        return True
    rows, _, _, inputs = json.loads(row[: row.find(b"\n")])
    if not all(files.has(digest, size) for _, digest, size, place in rows if place == LAID):
        return False
    likely = sorted(inputs.items(), key=lambda item: item[1] is None)  # what is there changes more often
    return all(again(name) == digest for name, digest in likely)


def loaded(row: bytes, members: tuple[Asset, ...], cache: Cache, key: str, copies: Copies | None = None) -> Piece:
    """The piece that `dumped` made ``row`` of; what it holds is read from the cache again when it is wanted.

    Args:
        row: as it was made.
        members: the sources and bundles that it was made from.
        cache: has the row, too.
        key: under which it does.
        copies: compressed copies of some bytes by their digest.

    Raises:
        ValueError: the row is not one of these.
    """
    if row == PLAIN:
        return Piece(members, members)
    head, _, contents = row.partition(b"\n")
    try:
        rows, found, said, inputs = json.loads(head)
        behind = len(contents)
        origin = tuple(dict.fromkeys(source for member in members for source in member.sources()))
        assets = []
        for path, digest, size, place in rows:
            if place in {HERE, LAID}:
                held = kept(cache, key, row, behind, size) if place == HERE else cache.files.laid(digest, size)
                blob = Blob(digest, size, held, (copies or {}).get(digest, ()))
                assets.append(Asset(path, blob, origin))
                behind -= size if place == HERE else 0
            else:
                assets.append(next(each for each in members if each.path == path and each.content.digest == digest))
        references = tuple(tuple(_reference(*each) for each in of_one) for of_one in found)
        diagnostics = tuple(Diagnostic(*each) for each in said)
    except (TypeError, KeyError, StopIteration) as error:
        raise ValueError(f"not a piece: {error!r}") from error
    return Piece(members, tuple(assets), references, diagnostics, inputs)


def _reference(  # noqa: PLR0913, PLR0917  (the fields in their order)
    start: int, stop: int, specifier: str, kind: str, whole: Sequence[int] | None, context: Sequence[str]
) -> Reference:
    return Reference(start, stop, specifier, kind, (whole[0], whole[1]) if whole else None, tuple(context))
