"""Source maps of what minifiers and joins made, which give none themselves: found by where the same text stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import positions
from pipeline.expressions import expression
from pipeline.source_map import Segment, SourceMap, from_json, width
from pipeline.syntax.css import skimmer
from pipeline.syntax.javascript_skim import skim

TOKEN = expression(rb"[\w$\x80-\xff]++|[^\s\w$\x80-\xff]")
SPACE = expression(rb"\s*+")
LINE_END = expression(rb"\r\n|[\r\n]")
AFTER = frozenset(b"{};,")
"""What a segment begins behind."""
FAR = 4096
"""Bytes that a token is looked for in; a minifier that changed one does not have all the rest searched."""


def map_of(asset: Asset) -> SourceMap | None:
    """The map that an asset comes with."""
    return from_json(asset.source_map.read()) if asset.source_map else None


def blob_of(found: SourceMap) -> Blob:
    """A map as it travels with its asset: its sources are called by their names."""
    return Blob.of(found.to_json(found.sources))


def minified(asset: Asset, content: bytes, made: bytes, suffix: str) -> Blob:
    """The map of a text from which a minifier took comments and spaces.

    Args:
        asset: that was minified.
        content: of it, in UTF-8.
        made: what became of that.
        suffix: ``.css``, or that of scripts.
    """
    before, after = positions(content), positions(made)
    lines: list[list[Segment]] = [[]]
    last = -1
    for start, at in _aligned(_without_comments(content, suffix), _without_comments(made, suffix)):
        line, column = after(start)
        from_line, from_column = before(at)
        while len(lines) < line:
            lines.append([])
            last = -1
        if from_line != last or (made[start - 1 : start] and made[start - 1] in AFTER):
            lines[-1].append((column - 1, 0, from_line - 1, from_column - 1))
            last = from_line
    made_map = SourceMap((asset.path,), (content.decode("utf-8", "replace"),), tuple(map(tuple, lines)))
    inner = map_of(asset)
    return blob_of(made_map.followed_by({asset.path: inner} if inner else {}))


def joined(assets: Sequence[Asset], parts: Sequence[tuple[int | None, bytes]]) -> Blob:
    """The map of assets that were joined.

    Args:
        assets: the members.
        parts: what stands one behind the other, and the index of the member that it was taken from.
    """
    maps = [map_of(asset) for asset in assets]
    names = [str(index) if found else asset.path for index, (asset, found) in enumerate(zip(assets, maps, strict=True))]
    texts = [LINE_END.split(asset.content.read()) for asset in assets]
    followers = [_Follower(text) for text in texts]
    lines: list[list[Segment]] = [[]]
    begun = 0  # columns of the last line
    for index, content in parts:
        for number, line in enumerate(LINE_END.split(content)):
            if number:
                lines.append([])
                begun = 0
            if index is not None and line.strip():
                at, missing = followers[index].find(line)
                columns = [each[0] for each in _of_line(maps[index], at)] or [missing]
                lines[-1] += [(begun + each - missing, index, at, each) for each in columns if each >= missing]
            begun += width(line.decode("utf-8", "replace"))
    contents = [asset.content.read().decode("utf-8", "replace") for asset in assets]
    outer = SourceMap(tuple(names), tuple(contents), tuple(map(tuple, lines)))
    return blob_of(outer.followed_by({name: found for name, found in zip(names, maps, strict=True) if found}))


def _of_line(found: SourceMap | None, line: int) -> tuple[Segment, ...]:
    return found.lines[line] if found and line < len(found.lines) else ()


class _Follower:
    """Finds the lines of a text again, in order."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines, self.next = lines, 0
        self.known: dict[bytes, list[int]] = {}
        for number, line in enumerate(lines):
            self.known.setdefault(line, []).append(number)

    def find(self, line: bytes) -> tuple[int, int]:
        """The number of the line that it is, or is the end of, or else of the one that would be next; and what of it
        is missing before that.
        """
        same = self.known.get(line, [])
        place = bisect_left(same, self.next)
        here = self.lines[self.next] if self.next < len(self.lines) else b""
        if place < len(same):
            self.next = same[place] + 1
            return same[place], 0
        if here.endswith(line):
            self.next += 1
            return self.next - 1, len(here) - len(line)
        if line.startswith(here) or here.startswith(line):
            self.next += 1
            return self.next - 1, 0
        return min(self.next, len(self.lines) - 1), 0


def _aligned(content: bytes, made: bytes) -> Iterator[tuple[int, int]]:
    """Where each token of what was made stands in it, and where it stood before."""
    position = 0
    for match in TOKEN.finditer(made):
        at = SPACE.match(content, position).end()  # type: ignore[union-attr]  # it matches nothing too
        if not content.startswith(match[0], at):
            at = content.find(match[0], at, at + FAR)
        if at >= 0:
            position = at + len(match[0])
            yield match.start(), at


def _without_comments(content: bytes, suffix: str) -> bytes:
    """The same with spaces in place of comments."""
    found = bytearray(content)
    for start, stop in _css_comments(content) if suffix == ".css" else _comments(content):
        found[start:stop] = b" " * (stop - start)
    return bytes(found)


def _css_comments(content: bytes) -> Iterator[tuple[int, int]]:
    for match in skimmer(b"").finditer(content):
        if match.lastgroup == "comment":
            yield match.span("comment")


def _comments(content: bytes) -> Iterator[tuple[int, int]]:
    return ((start, stop) for kind, start, stop in skim(content) if kind == "comment")
