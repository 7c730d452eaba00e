"""A message about a place in a file, as a value, and how one is printed."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, islice

from pipeline.expressions import expression

WIDEST, BEFORE = 100, 40
"""Characters of a long line that an excerpt shows, and how many of them stand before the place at least."""
LONGEST_CHARACTER = 4
"""Bytes."""
CONTINUED = bytes(range(0x80, 0xC0))
"""Those that do not begin a character in UTF-8."""
PART = 64 << 10
"""Bytes that are cut into lines together."""
LINE_END = expression(rb"\r\n|[\r\n]")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message; they sort by place.

    Attributes:
        severity: ``error``, ``warning`` or ``note``.
        message: what is so, in one sentence without a full stop.
        path: the file it is about, or ``""``.
        line: from 1, or ``None``.
        column: from 1, in characters, or ``None``.
        hint: what to do about it, or ``""``.
        excerpt: the line of source and, on a second line, a mark under the place, or ``""``; see `excerpt`.
    """

    severity: str
    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    hint: str = ""
    excerpt: str = ""

    def __lt__(self, other: Diagnostic) -> bool:
        return self._rank() < other._rank()

    def _rank(self) -> tuple[str, int, int, str, str]:
        return self.path, self.line or 0, self.column or 0, self.severity, self.message

    def __str__(self) -> str:
        place = visible(self.path)
        for number in (self.line, self.column):
            place += f":{number}" if place and number is not None else ""
        text = f"{place}: " if place else ""
        text += visible(self.message)
        return f"{text}; {visible(self.hint)}" if self.hint else text


def visible(text: str) -> str:
    r"""``text`` with control and formatting characters escaped, so that a name cannot steer a terminal.

    >>> visible("a\x1b[2J")
    'a\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def position(content: bytes, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a byte offset; CR, LF and CRLF end a line."""
    before = content[:offset]
    if b"\r" in before:
        return positions(content)(offset)
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].translate(None, CONTINUED)) + 1


def positions(content: bytes) -> Callable[[int], tuple[int, int]]:
    """`position` for many offsets of one file: linear in its length if they come in order, also in one long line."""
    starts = (
        array("q", [0, *(match.end() for match in LINE_END.finditer(content))])
        if b"\r" in content
        else _starts(content)
    )
    known, before = 0, 0  # an offset that was asked for, and how many characters of its line stand before it

    def at(offset: int) -> tuple[int, int]:
        nonlocal known, before
        line = bisect(starts, offset)
        start = starts[line - 1]
        if not start <= known <= offset:
            known, before = start, 0
        before += len(content[known:offset].translate(None, CONTINUED))
        known = offset
        return line, before + 1

    return at


def _starts(content: bytes) -> array[int]:
    """Where lines begin that line feeds end; found a part at a time, for lines take more room than the text."""
    starts = array("q", [0])
    for begin in range(0, len(content), PART):
        *lines, _ = content[begin : begin + PART].split(b"\n")
        starts.extend(islice(accumulate(map((1).__add__, map(len, lines)), initial=begin), 1, None))
    return starts


def excerpt(content: bytes, offset: int, stop: int | None = None) -> str:
    r"""The line of source at an offset with a mark under the place: two lines, or one of a window cut with ``…``.

    Tabs stay, so that the mark stands right at any tab width; other control characters are escaped; what is wide
    in East Asian writing counts two columns (https://www.unicode.org/reports/tr11/).

    Args:
        content: of the file, UTF-8.
        offset: of the first byte that is meant.
        stop: behind the last one; the mark ends with its line at the latest.

    >>> print(excerpt(b"a{}\nb{background:url(x.png)}", 21, 26))
    b{background:url(x.png)}
                     ^~~~~
    """
    before, cut_before = _line_before(content, offset)
    after, cut_after = _line_after(content, offset)
    meant = len(
        content[offset : max(offset, min(stop or offset, offset + len(after.encode())))].decode("utf-8", "replace")
    )
    if len(before) + len(after) > WIDEST:
        left = min(len(before), max(BEFORE, WIDEST - len(after)))
        cut_before, cut_after = cut_before or left < len(before), cut_after or left + len(after) > WIDEST
        before, after = before[len(before) - left :], after[: WIDEST - left]
    before = "…" * cut_before + _shown(before)
    indent = "".join("\t" if char == "\t" else " " * _width(char) for char in before)
    mark = sum(_width(char) for char in _shown(after[:meant]))
    return f"{before}{_shown(after)}{'…' * cut_after}\n{indent}^{'~' * (mark - 1)}"


def _line_before(content: bytes, offset: int) -> tuple[str, bool]:
    """What stands before an offset in its line, and whether there is more: a line may be a whole file."""
    start = max(0, offset - (WIDEST + 1) * LONGEST_CHARACTER)
    near = content[start:offset]
    end = max(near.rfind(b"\n"), near.rfind(b"\r")) + 1
    if end or not start:
        return near[end:].decode("utf-8", "replace").removeprefix("\ufeff"), False
    return near.decode("utf-8", "ignore")[-WIDEST:], True


def _line_after(content: bytes, offset: int) -> tuple[str, bool]:
    near = content[offset : offset + (WIDEST + 1) * LONGEST_CHARACTER]
    end = LINE_END.search(near)
    if end or offset + len(near) == len(content):
        return near[: end.start() if end else None].decode("utf-8", "replace"), False
    return near.decode("utf-8", "ignore")[:WIDEST], True


def _shown(text: str) -> str:
    return "\t".join(map(visible, text.split("\t")))


def _width(char: str) -> int:
    """Columns on a terminal; a tab counts one, for a mark below the text has tabs too."""
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
