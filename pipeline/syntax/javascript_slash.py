"""What the text around a slash says of it: rules that look at few bytes, and say so when those do not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.expressions import expression
from pipeline.syntax.javascript import BEFORE_EXPRESSION

BEFORE_REGEX = BEFORE_EXPRESSION | {b"else", b"do"}

_OPERATORS = BEFORE_REGEX | {b"await", b"yield", b"of"}


def _not_behind_operators(blank: bytes) -> bytes:
    lengths = sorted({len(word) for word in _OPERATORS})
    words = (b"|".join(sorted(word for word in _OPERATORS if len(word) == length)) for length in lengths)
    return b"".join(rb"(?<!\b(?:%b)%b/)" % (alike, blank) for alike in words)


DIVISION = rb"/(?![*/])(?:%b|(?:(?<=\)/)|(?<=\) /))(?![^/\n\r]*+/))" % b"|".join(
    rb"(?<=[0-9A-Z_$\]]%b/)|(?<=[a-z]%b/)%b" % (blank, blank, _not_behind_operators(blank)) for blank in (b"", b" ")
)
"""Where it can be nothing else: behind a name, a number or a ``]``, or as the last slash of a line behind a ``)``."""
_DIVISION = expression(DIVISION)

VAIN = 4
"""How many times its length a script is looked at for regular expressions that are none: real ones, less than once."""

_WORD_BEFORE = expression(rb"([.#]?)([\w$\x80-\xff]++)\Z")
_LONGEST_KEYWORD = 12
_BEFORE_GROUP = frozenset((b"if", b"while", b"for", b"with", b"await"))
_GROUP_MARKS = frozenset(b"()\"'`/\n\r\\")
_QUOTES, _BRACKETS, _LINE_ENDS, _BACKSLASH, _SLASH = b"\"'", b"()", b"\n\r", ord("\\"), ord("/")
_BLANK = b" \t\n\r\v\f"
FAR, NEAR = 400, 32
"""How far behind a ``)`` its ``(`` is looked for at most, and mostly."""
_CONDITION = expression(rb"\b(?:if|while|for|with)\b")
_HARMFUL = expression(rb"[\"'`{}]|//|/\*|<!--|-->")


def word_before(content: bytes, stop: int, begin: int) -> re.Match[bytes] | None:
    """The word that ends at ``stop``, group 2, and ``.`` or ``#`` before it, group 1; only its end if it is long."""
    return _WORD_BEFORE.search(content, max(stop - _LONGEST_KEYWORD, begin), stop)


def is_member(content: bytes, start: int, begin: int) -> bool | None:
    """Whether a dot stands before a word, with blanks between; ``None`` if a comment may, or if it may end a number."""
    position = start
    while position > begin and content[position - 1] in _BLANK:
        position -= 1
    if content[position - 1 : position] == b"/":
        return None
    if content[position - 1 : position] != b"." or content[position - 3 : position] == b"...":
        return False
    broken = b"\n" in content[position:start] or b"\r" in content[position:start]
    return None if broken or content[position - 2 : position - 1].isdigit() else True


def divides_group(content: bytes, stop: int, begin: int, known: Mapping[int, int]) -> bool | None:
    """Whether a slash behind the ``)`` that ends at ``stop`` divides.

    Args:
        content: the script.
        stop: the end of the ``)``.
        begin: where the script begins.
        known: where literals and divisions before it end, and where they begin.

    Returns:
        Not if a condition ends there; ``None`` if that is not plain to see.
    """
    depth, quote, position, last = 0, 0, stop, max(stop - FAR, begin)
    while position > last:
        if not quote and position in known:
            position = known[position]
            continue
        position -= 1
        byte = content[position]
        if byte not in _GROUP_MARKS:
            continue
        if byte == _BACKSLASH:
            return None
        if quote or byte in _QUOTES:
            quote = 0 if quote == byte else quote or byte
        elif byte not in _BRACKETS:
            if not _is_harmless(content, position, last):
                return None
        else:
            depth += 1 if byte == _BRACKETS[1] else -1
            if not depth:
                return _divides_call(content, position, begin, known)
    return None


def _is_harmless(content: bytes, position: int, last: int) -> bool:
    """Whether nothing but code stands before a slash or a line end; not looked at from ``last`` to the left."""
    if content[position] == _SLASH:
        return bool(_DIVISION.match(content, position))
    if content[position] not in _LINE_ENDS:
        return False
    line = max(content.rfind(b"\n", last, position), content.rfind(b"\r", last, position))
    return line >= 0 and b"//" not in content[line:position]


def _divides_call(content: bytes, opened: int, begin: int, known: Mapping[int, int]) -> bool | None:
    near = max(opened - FAR, begin)
    before = len(content[near:opened].rstrip(b" \t")) + near
    while before > near and content[before - 1] in _LINE_ENDS and _is_harmless(content, before - 1, near):
        before = len(content[near : before - 1].rstrip(b" \t")) + near
    if before in known or _DIVISION.match(content, before - 1):
        return True
    if before > begin and content[before - 1] in b"/\n\r":  # a comment may stand there
        return None
    word = word_before(content, before, begin)
    if not word or word[1] or word[2] not in _BEFORE_GROUP:
        return None if word and not word[2].isascii() else True
    return None if word[2] == b"await" else False


def harmless(regex: re.Match[bytes]) -> bool:
    """Whether what may be a regular expression reads on in the same way if it is two divisions."""
    inside = regex[0][1 : regex[0].rindex(b"/")]
    comment = regex[0].endswith(b"/") and regex.string[regex.end() : regex.end() + 1] in {b"/", b"*"}
    if comment or b"/" in inside or _HARMFUL.search(inside) or _CONDITION.search(inside):
        return False
    inside = inside.rstrip(b" \t\v\f")
    word = _WORD_BEFORE.search(inside)
    return inside.endswith((b")", b"]")) or bool(
        word and word[2].isascii() and (word[1] or word[2] not in BEFORE_REGEX)
    )


def looked_at(content: bytes, position: int, regex: re.Match[bytes] | None) -> int:
    """How many bytes were looked at for a regular expression at ``position``: at most those to the end of the line."""
    end = regex.end() if regex else content.find(b"\n", position)
    return (end if end >= 0 else len(content)) - position
