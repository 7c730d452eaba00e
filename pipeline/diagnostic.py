"""A message about a place in a file, as a value, and how one is printed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from posixpath import splitext

NEAREST_AMONG = 2_000
STEM_CUTOFF = 0.5
LINE_END = re.compile(rb"\r\n|[\r\n]")


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
    """

    severity: str
    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    hint: str = ""

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
    return positions(content)(offset)


def positions(content: bytes) -> Callable[[int], tuple[int, int]]:
    """`position` for many offsets of one file."""
    starts = [0, *(match.end() for match in LINE_END.finditer(content))]

    def at(offset: int) -> tuple[int, int]:
        line = bisect(starts, offset)
        return line, len(content[starts[line - 1] : offset].decode("utf-8", "replace")) + 1

    return at


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The name in ``known`` most like ``name``: first but for case, then the same file elsewhere, then by likeness."""
    folded = unicodedata.normalize("NFC", name).casefold()
    base = folded.rpartition("/")[2]
    moved = None
    for candidate in known:
        if candidate.casefold() == folded:
            return candidate
        if moved is None and candidate.casefold().rpartition("/")[2] == base:
            moved = candidate
    if moved:
        return moved
    if len(known) > NEAREST_AMONG:  # difflib takes 50 µs a name
        folder = name.rpartition("/")[0] + "/"
        known = [candidate for candidate in known if candidate.startswith(folder)][:NEAREST_AMONG]
    # A common folder or suffix alone makes no likeness.
    alike = difflib.get_close_matches(name, known, n=5, cutoff=0.6)
    return next((each for each in alike if _likeness(_stem(each), _stem(name)) >= STEM_CUTOFF), None)


def _stem(path: str) -> str:
    return splitext(path.rpartition("/")[2])[0]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
