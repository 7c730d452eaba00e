"""What the text around a slash says of it: rules that look at few bytes, and say so when those do not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.syntax.javascript import BEFORE_EXPRESSION

BEFORE_REGEX = BEFORE_EXPRESSION | {b"else", b"do"}

VAIN = 4
"""How many times its length a script is looked at for regular expressions that are none: real ones, less than once."""

_WORD_BEFORE = re.compile(rb"([.#]?)([\w$\x80-\xff]++)\Z")
_LONGEST_KEYWORD = 12
_BEFORE_GROUP = frozenset((b"if", b"while", b"for", b"with", b"await"))
_GROUP_MARKS = frozenset(b"()\"'`/\n\r\\")
_QUOTES, _BRACKETS, _LINE_ENDS, _BACKSLASH, _SLASH = b"\"'", b"()", b"\n\r", ord("\\"), ord("/")
_BLANK = b" \t\n\r\v\f"
FAR, NEAR = 400, 32
"""How far behind a ``)`` its ``(`` is looked for at most, and mostly."""
_CONDITION = re.compile(rb"\b(?:if|while|for|with)\b")
_HARMFUL = re.compile(rb"[\"'`{}]|//|/\*|<!--|-->")


def word_before(content: bytes, stop: int, begin: int) -> re.Match[bytes] | None:
    """The word that ends at ``stop``, group 2, and ``.`` or ``#`` before it, group 1; only its end if it is long."""
    return _WORD_BEFORE.search(content, max(stop - _LONGEST_KEYWORD, begin), stop)


def is_member(content: bytes, start: int, begin: int) -> bool | None:
    """Whether a dot stands before a word, with blanks between them; ``None`` if a comment may."""
    position = start
    while position > begin and content[position - 1] in _BLANK:
        position -= 1
    if content[position - 1 : position] == b"/":
        return None
    if content[position - 1 : position] != b"." or content[position - 3 : position] == b"...":
        return False
    broken = b"\n" in content[position:start] or b"\r" in content[position:start]
    return None if broken else True


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
            if not _is_harmless(content, position, begin, last):
                return None
        else:
            depth += 1 if byte == _BRACKETS[1] else -1
            if not depth:
                return _divides_call(content, position, begin, known)
    return None


def _is_harmless(content: bytes, position: int, begin: int, last: int) -> bool:
    """Whether nothing but code stands before a slash or a line end; not looked at from ``last`` to the left."""
    if content[position] == _SLASH:
        return _divides_by_digits(content, position, begin) or _divides_alone(content, position, begin)
    if content[position] not in _LINE_ENDS:
        return False
    line = max(content.rfind(b"\n", last, position), content.rfind(b"\r", last, position))
    return line >= 0 and b"//" not in content[line:position]


def _divides_by_digits(content: bytes, slash: int, begin: int) -> bool:
    """Whether a slash stands between a name or group and a digit: no regular expression begins or ends there."""
    if not content[slash + 1 : slash + 2].isdigit():
        return False
    word = word_before(content, slash, begin)
    return content[slash - 1 : slash] in {b")", b"]"} or bool(
        word and word[2].isascii() and (word[1] or word[2] not in BEFORE_REGEX)
    )


def _divides_alone(content: bytes, slash: int, begin: int) -> bool:
    """Whether a slash behind an operand is the first one in its line, so that no regular expression ends there."""
    near = max(slash - FAR, begin)
    line = max(content.rfind(b"\n", near, slash), content.rfind(b"\r", near, slash)) + 1
    if not line and near > begin:
        return False  # it is longer than what is looked at
    line = line or begin
    if b"/" in content[line:slash] or content[slash + 1 : slash + 2] in {b"/", b"*"}:
        return False
    before = len(content[line:slash].rstrip(b" \t")) + line
    if content[before - 1 : before] == b")":
        return divides_group(content, before, line, {}) is True
    word = word_before(content, before, line)
    return content[before - 1 : before] == b"]" or bool(
        word and word[2].isascii() and (word[1] or word[2] not in BEFORE_REGEX)
    )


def _divides_call(content: bytes, opened: int, begin: int, known: Mapping[int, int]) -> bool | None:
    before = len(content[max(opened - FAR, begin) : opened].rstrip(b" \t")) + max(opened - FAR, begin)
    if before in known:
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
