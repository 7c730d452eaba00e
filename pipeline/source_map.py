"""Source maps (ECMA-426, https://tc39.es/ecma426/): read, written, put one behind the other, and moved along.

There is no library in Python for this that is still looked after: those that can put maps together are from 2017.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.expressions import expression

Segment = tuple[int, int, int, int]
"""A column of the text, and what stands there: the index of a source, a line and a column of it; all from 0."""

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
VALUES = {digit: value for value, digit in enumerate(DIGITS)}
MORE, BITS, LARGEST = 32, 31, 30
"""Of a digit: whether another follows, and what it tells; the bits that a number has before its last digit."""
OFF, FILE, INLINE = "off", "file", "inline"
"""Where maps are."""
SUFFIX = ".map"
MARK = b"# sourceMappingURL="
DATA = "data:application/json;charset=utf-8;base64,"
LINE_END = expression(r"\r\n|[\r\n]")


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where each piece of a text comes from.

    Attributes:
        sources: the names of the texts that people wrote: logical paths, or files relative to the project.
        contents: these texts.
        lines: of each line of the text its segments, sorted.
    """

    sources: tuple[str, ...]
    contents: tuple[str | None, ...]
    lines: tuple[tuple[Segment, ...], ...]

    def at(self, line: int, column: int) -> tuple[int, int, int] | None:
        """The source, line and column of what stands in a place; ``None`` if nobody knows."""
        if line >= len(self.lines):
            return None
        segments = self.lines[line]
        index = bisect_right(segments, column, key=lambda segment: segment[0]) - 1
        return segments[index][1:] if index >= 0 else None

    def followed_by(self, others: Mapping[str, SourceMap]) -> SourceMap:
        """The same from the sources of its sources: of those that were made themselves, their maps are given."""
        sources: dict[str, int] = {}
        contents: list[str | None] = []

        def known(name: str, content: str | None) -> int:
            if name not in sources:
                sources[name] = len(contents)
                contents.append(content)
            return sources[name]

        def traced(segment: Segment) -> Segment | None:
            column, source, *place = segment
            name, content = self.sources[source], self.contents[source]
            other = others.get(name)
            if other is None:
                return column, known(name, content), place[0], place[1]
            found = other.at(place[0], place[1])
            return (column, known(other.sources[found[0]], other.contents[found[0]]), *found[1:]) if found else None

        lines = [tuple(new for each in line if (new := traced(each))) for line in self.lines]
        return SourceMap(tuple(sources), tuple(contents), tuple(lines))

    def moved(self, text: str, changes: Iterable[tuple[int, int, str]]) -> SourceMap:
        """The same for the text with some spans replaced, in order; what replaces them has no line ends."""
        starts = [0, *(match.end() for match in LINE_END.finditer(text))]
        shifts: dict[int, list[tuple[int, int]]] = {}
        for start, stop, new in changes:
            line = bisect_right(starts, start) - 1
            if not LINE_END.search(text, start, stop):
                column = width(text[starts[line] : stop])
                shifts.setdefault(line, []).append((column, width(new) - width(text[start:stop])))
        lines = [*self.lines]
        for line, moves in shifts.items():
            if line < len(lines):
                lines[line] = tuple(_shifted(lines[line], moves))
        return SourceMap(self.sources, self.contents, tuple(lines))

    def to_json(self, names: Sequence[str]) -> bytes:
        """The map as a file; ``names`` are what it calls its sources. What may still change comes last in it."""
        fields = {"version": 3, "sources": [*names], "names": [], "sourcesContent": [*self.contents]}
        head = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).removesuffix("}")
        return f'{head},"mappings":"{encoded(self.lines)}"}}'.encode("utf-8", "replace")


def from_json(data: bytes | str) -> SourceMap:
    """The map that a file holds; its ``sourceRoot`` stands before the names of its sources.

    Raises:
        ValueError: it holds none, or one in sections.
    """
    try:
        fields = json.loads(data)
        root = fields.get("sourceRoot") or ""
        sources = tuple(f"{root.rstrip('/')}/{each or ''}" if root else each or "" for each in fields["sources"])
        given = [each if isinstance(each, str) else None for each in fields.get("sourcesContent") or []]
        contents = given + [None] * len(sources)
        lines = tuple(decoded(fields["mappings"], len(sources)))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"is no source map: {error!r}") from error
    return SourceMap(sources, tuple(contents[: len(sources)]), lines)


def width(text: str) -> int:
    """The columns of a text: code units of UTF-16, as browsers count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_characters(content: bytes, changes: Iterable[tuple[int, int, bytes]]) -> Iterator[tuple[int, int, str]]:
    """Spans of bytes in a text in UTF-8, as spans of its characters."""
    known = characters = 0
    for start, stop, new in changes:
        characters += len(content[known:start].decode("utf-8", "replace"))
        begin = characters
        characters += len(content[start:stop].decode("utf-8", "replace"))
        known = stop
        yield begin, characters, new.decode("utf-8", "replace")


def _shifted(segments: Iterable[Segment], moves: Sequence[tuple[int, int]]) -> Iterator[Segment]:
    """Segments of a line in which spans that end somewhere, in order, became longer."""
    by = done = 0
    for column, *place in segments:
        while done < len(moves) and moves[done][0] <= column:
            by += moves[done][1]
            done += 1
        yield column + by, place[0], place[1], place[2]


def encoded(lines: Iterable[Sequence[Segment]]) -> str:
    """The field ``mappings``; lines at the end of which nothing is known are not in it."""
    source = line = column = 0
    parts = []
    for segments in lines:
        start, row = 0, []
        for at, of, to_line, to_column in segments:
            row.append("".join(map(_number, (at - start, of - source, to_line - line, to_column - column))))
            start, source, line, column = at, of, to_line, to_column
        parts.append(",".join(row))
    return ";".join(parts).rstrip(";")


def decoded(mappings: str, sources: int) -> Iterator[tuple[Segment, ...]]:
    """The segments of each line; those that name no source are left out.

    Raises:
        ValueError: there are other characters in it, or sources that there are not.
    """
    source = line = column = 0
    for row in mappings.split(";"):
        at, segments = 0, []
        for part in filter(None, row.split(",")):
            numbers = _numbers(part)
            at += numbers[0]
            if len(numbers) > 1:
                source, line, column = source + numbers[1], line + numbers[2], column + numbers[3]
                if not (0 <= source < sources and line >= 0 and column >= 0):
                    raise ValueError("has a segment that leads nowhere")
                segments.append((at, source, line, column))
        yield tuple(sorted(segments))


def _number(value: int) -> str:
    rest, text = (-value << 1) | 1 if value < 0 else value << 1, ""
    while True:
        digit, rest = rest & BITS, rest >> 5
        text += DIGITS[digit | MORE if rest else digit]
        if not rest:
            return text


def _numbers(text: str) -> list[int]:
    numbers, value, shift = [], 0, 0
    for char in text:
        if char not in VALUES or shift > LARGEST:
            raise ValueError(f"has {char!r} among its mappings")
        value |= (VALUES[char] & BITS) << shift
        shift += 5
        if not VALUES[char] & MORE:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift or len(numbers) not in {1, 4, 5}:
        raise ValueError("has half a segment")
    return numbers
