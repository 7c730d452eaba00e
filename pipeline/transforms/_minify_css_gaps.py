"""White space and comments between the tokens of a stylesheet: what must stay of them at their place.

Two tokens that a gap divides must stay two, and a gap that has white space must stay white space wherever that can say
something: before a ``:`` it is a descendant combinator. So a gap vanishes beside few characters, those of a `Place`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.expressions import expression
from pipeline.syntax.css import COMMENT, SOLID, SPACE, URL

GAP = rb"(?:" + SPACE + rb"++|" + COMMENT + rb")"
_PIECE = expression(rb"(?P<solid>" + SOLID + rb"*+)(?:(?P<url>" + URL + rb")|(?P<gap>" + GAP + rb"++)|\Z)")
_ANY = expression(SPACE + rb"|/\*")
COMMENTS = expression(COMMENT)
LICENSE = rb"/\*!|@(?:license|preserve)\b"
_LICENSE = expression(LICENSE)
_OPEN_ESCAPE = expression(rb"\\[0-9a-fA-F]{1,6}+\Z")
_BACKSLASH = ord("\\")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") | frozenset(range(0x80, 0x100))
_WORDS = _LETTERS | frozenset(b"0123456789")
_BEFORE_SIGN = {
    ord(">"): _WORDS | frozenset(b")]*&"),
    ord("="): _WORDS | frozenset(b"-)"),
    ord(":"): _WORDS | frozenset(b"-)"),
    ord("!"): _WORDS | frozenset(b"-)]%\"'"),
}
"""Behind what the sign is no part of another one: ``a >`` may lose its space, ``* =`` and ``-- >`` may not."""
_BEHIND_SIGN = {ord(">"): b"=>", ord("="): b"=>", ord(":"): b":)", ord("!"): b"-="}
"""Before what it is."""


class Place(NamedTuple):
    """Where tokens stand: the characters that need no gap before and behind themselves there."""

    before: frozenset[int]
    behind: frozenset[int]


SELECTOR = Place(frozenset(b",)]>="), frozenset(b",([>="))
QUERY = Place(frozenset(b",)]>=:"), frozenset(b",([>=:"))
VALUE = Place(frozenset(b",)]!"), frozenset(b",([!"))
CUSTOM = Place(frozenset(b",)!"), frozenset(b",(!"))
"""The value of a custom property, which scripts can read."""


def squeezed(text: bytes, place: Place, *, licenses: bool) -> bytes:
    """A part of a stylesheet with as little white space and as few comments as mean the same.

    Args:
        text: whole tokens, none of them broken, not beginning with a gap; one at the end vanishes.
        place: what it is part of.
        licenses: whether to keep comments that `is_license`.
    """
    if not _ANY.search(text):
        return text

    def piece(match: re.Match[bytes]) -> bytes:
        if match["url"]:
            head = text[match.start("url") : match.start("target")]
            return match["solid"] + head.rstrip() + match["target"] + b")"
        if not match["gap"]:
            return match["solid"]
        start, stop = match.span("gap")
        kept = licenses_of(match["gap"]) if licenses else b""
        if not start or stop == len(text):
            return match["solid"] + (text[start : start + 1] if text[start - 1 : start] == b"\\" else b"") + kept
        between = _between(text, start, stop, place)
        return match["solid"] + (between.removesuffix(b"/**/") + kept if kept else between)

    return _PIECE.sub(piece, text)


def is_license(comment: bytes) -> bool:
    """Whether a comment must be kept on request: ``/*! … */``, ``@license``, ``@preserve``."""
    return _LICENSE.search(comment) is not None


def licenses_of(gap: bytes) -> bytes:
    """The comments of a gap that are to be kept."""
    return b"".join(match[0] for match in COMMENTS.finditer(gap) if is_license(match[0]))


def _between(text: bytes, start: int, stop: int, place: Place) -> bytes:
    before, behind = text[start - 1], text[stop]
    # A name may end with an escaped sign; a backslash by itself stands before a newline, and would escape a space;
    # "-->" is one token.
    escaped = before == _BACKSLASH or text[start - 2 : start - 1] == b"\\" or text.endswith(b"-->", 0, start)
    commented = b"/*" in text[start:stop]
    if commented and not COMMENTS.sub(b"", text[start:stop]):
        return b"" if _touch(before, behind, escaped=escaped) else b"/**/"
    if before in place.behind and not escaped and behind not in _BEHIND_SIGN.get(before, b""):
        return b""
    if behind in place.before and before != _BACKSLASH and before in _BEFORE_SIGN.get(behind, (before,)):
        return b""
    if before == _BACKSLASH:
        return text[start : start + 1] + b"/**/"[: 4 * commented]
    after_escape = commented and text[start] == ord("/") and _OPEN_ESCAPE.search(text[max(0, start - 7) : start])
    return b"/**/ " if after_escape else b" "  # which would be the end of the escape


def _touch(before: int, behind: int, *, escaped: bool) -> bool:
    """Whether two tokens stay two with nothing between them."""
    if behind in b"{};,:)]":
        return before != _BACKSLASH
    return not escaped and (before in b"{}();,:[]" or (before in _LETTERS and behind in b".#[>"))
