"""String literals of scripts: what one says, and how a text is written inside of one (ECMA-262 §12.9.4)."""

from __future__ import annotations

import re

from pipeline.expressions import expression

_ESCAPE = expression(
    r"\\(?:(?P<skip>\r\n|[\n\r\u2028\u2029])"
    r"|x(?P<hex>[0-9a-fA-F]{2})"
    r"|u(?:(?P<unit>[0-9a-fA-F]{4})|\{0*+(?P<point>[0-9a-fA-F]{1,6})\})"
    r"|(?P<octal>[0-3][0-7]{0,2}|[4-7][0-7]?)"
    r"|(?P<bad>[xu])"
    r"|(?P<char>[\s\S]))"
)
_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_SPECIAL = expression(r"[\n\r\u2028\u2029\\]|\$\{")
_LAST_POINT = 0x10FFFF
_BREAKS = {"\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029", "\\": "\\\\"}


def unescape(inside: bytes) -> str | None:
    """What a literal says, from the bytes between its quotes; ``None`` if that is no text."""
    text = inside.decode("utf-8", "replace")
    if "\\" not in text:
        return text
    try:
        text = _ESCAPE.sub(_character, text)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except ValueError:  # no escape sequence, or half of a character
        return None


def escape(text: str, quote: str) -> str:
    """``text`` as it is written between two of ``quote``, which is ``"``, ``'`` or a backtick."""
    if quote not in text and not _SPECIAL.search(text):
        return text
    escaped = "".join(_BREAKS.get(char, "\\" + char if char == quote else char) for char in text)
    return escaped.replace("${", "\\${") if quote == "`" else escaped


def _character(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    text = match[kind]
    if kind == "skip":
        return ""
    if kind == "char":
        return _CONTROL.get(text, text)
    if kind == "octal":
        return chr(int(text, 8))
    if kind == "bad" or (code := int(text, 16)) > _LAST_POINT:
        raise ValueError(match[0])
    return chr(code)
