"""Which words of a script stand in code, by what `pipeline.syntax.javascript_skim` tells of the rest."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline.expressions import expression
from pipeline.syntax.javascript import LINE_END, SPACE, STRING
from pipeline.syntax.javascript_tokens import Token

_STRING = expression(STRING)
_PART_OF_NAME = expression(rb"[\w$#\\\x80-\xff]")
SPACE_BEFORE = expression(rb"(?:" + SPACE + b"|" + LINE_END + rb")\Z")
_BLANK = b" \t\n\r\v\f"
LONGEST_SPACE = 3
_DOT = ord(".")


class Braces:
    """How many braces are open, counted only as far as somebody asks.

    Attributes:
        spans: code and its strings, without comments and other literals; also the braces of templates.
    """

    def __init__(self, content: bytes) -> None:
        self.spans: list[tuple[int, int]] = []
        self._content, self._position, self._next, self._depth = content, 0, 0, 0

    def around(self, offset: int) -> bool:
        """Whether ``offset``, which is in code and not before the last one asked for, stands between braces."""
        while self._next < len(self.spans) and self._position < offset:
            begin, end = self.spans[self._next]
            begin, stop = max(begin, self._position), min(end, offset)
            code = _STRING.sub(b"", self._content[begin:stop])
            self._depth += code.count(b"{") - code.count(b"}")
            self._position = stop
            self._next += stop == end
        return self._depth > 0


def in_code(content: bytes, candidates: list[int], skipped: Iterable[Token]) -> Iterator[tuple[int, Braces]]:
    """Those of the words that stand in code, are not part of a longer name and no members.

    Args:
        content: the script, in UTF-8.
        candidates: offsets of words, in order.
        skipped: what `skim` says of the script; nothing is found behind a place that cannot be read.

    Yields:
        The offset of a word, and the braces before it.
    """
    offsets = [*candidates, len(content)]
    index, begin = 0, 0
    braces = Braces(content)
    code: list[tuple[int, int]] = []  # spans since the last literal, with comments between them
    for kind, start, stop in chain(skipped, [("end", len(content), len(content))]):
        code.append((begin, start))
        braces.spans.append((begin, start))
        if offsets[index] < start:
            last = bisect_left(offsets, start, index)
            for offset in _outside_strings(content, begin, start, offsets[index:last]):
                if _stands_alone(content, offset, code):
                    yield offset, braces
        if kind != "comment":
            code.clear()
        if kind == "template":
            braces.spans += [(each, each + 1) for each in (start, stop - 1) if content[each] in b"{}"]
        # If it divides after all, what would be flags is a word.
        begin = content.rindex(b"/", start, stop) + 1 if kind == "either" else stop
        index = bisect_left(offsets, begin, index)


def _outside_strings(content: bytes, begin: int, end: int, offsets: list[int]) -> Iterator[int]:
    strings = _STRING.finditer(content, begin, end)
    start = stop = begin
    for offset in offsets:
        while stop <= offset:
            string = next(strings, None)
            start, stop = string.span() if string else (end, end)
        if offset < start:
            yield offset


def _stands_alone(content: bytes, offset: int, code: list[tuple[int, int]]) -> bool:
    """Whether a word is a whole one, and not behind a dot; three dots may spread it."""
    if offset and _PART_OF_NAME.match(content, offset - 1) and _without_spaces(content, 0, offset) == offset:
        return False
    for begin, end in reversed(code):
        position = _without_spaces(content, begin, min(end, offset))
        if position > begin:
            return content[position - 1] != _DOT or content.startswith(b"...", max(position - 3, 0))
    return True


def _without_spaces(content: bytes, begin: int, end: int) -> int:
    """The end of what stands in a span, spaces and line ends behind it left out."""
    while end > begin:
        if content[end - 1] in _BLANK:
            end -= 1
        elif space := SPACE_BEFORE.search(content, max(end - LONGEST_SPACE, begin), end):
            end = space.start()
        else:
            break
    return end
