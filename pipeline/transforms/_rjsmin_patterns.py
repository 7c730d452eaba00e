"""The patterns by which `pipeline.transforms._rjsmin_shield` runs through a script; all take linear time.

In a sequence of alternatives the engine tells by the first byte which may match: so each begins with one, or a class.
There are no groups inside of what is repeated, for Python 3.11 loses track of those in possessive repetitions.
"""

from __future__ import annotations

import re
from functools import cache

_SPACES = rb"[ \t\v\f\n\r]*+"
_LINE_COMMENT = rb"/[^\n\r\xe2]*+(?:\xe2(?!\x80[\xa8\xa9])[^\n\r\xe2]*+)*+"
_LONG_COMMENT = rb"\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_SHORT_COMMENT = rb"\*[^*\n\r]*+(?:\*(?!/)[^*\n\r]*+)*+\*/"
_COMMENT = b"/(?:" + _LINE_COMMENT + b"|" + _LONG_COMMENT + b")"
_REST_OF_GAP = _SPACES + b"(?:" + _COMMENT + _SPACES + b")*+"
_AT_LINE_END = rb"(?=[ \t\v\f]*+[\n\r])"
_PLAIN = rb"(?![\"'`#~@*\\/\n\r]|\.\d)"
"""Behind a gap: what follows is no literal, and begins nothing before which a line break may count."""
_STRING = rb'"[^"\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*+)*+"'
_DIGITS = rb"[0-9][0-9]*+(?!\.[\s/]|\s++\.|\s*+/[*/])"
"""Not behind the integer that a point stands off from, nor with a point that something stands off from."""
_LINES = rb"[\n\r]" + _REST_OF_GAP + _PLAIN
_LINES_ALONE = rb"[\n\r]" + _SPACES + _PLAIN
_COMMENTS = b"/(?:" + _LINE_COMMENT + b"|" + _LONG_COMMENT + _AT_LINE_END + b")" + _REST_OF_GAP + _PLAIN
_COMMENTS_IN_LINE = b"(?:/" + _SHORT_COMMENT + rb"[ \t\v\f]*+)++" + _PLAIN

GAP = re.compile(_REST_OF_GAP)
COMMENT = re.compile(_COMMENT)
STRINGS = re.compile(_STRING + b"|" + _STRING.replace(b'"', b"'"))
LICENSE = re.compile(rb"/\*!|@license\b|@preserve\b")
LINE_END = re.compile(rb"[\n\r]|\xe2\x80[\xa8\xa9]")
NUMBER = re.compile(rb"[0-9]++")
_JSX = rb"<(?:(?<=[(,=:?\[{;&|!>]<)|(?<=\breturn<)|(?<=\bdefault<)|(?<=\byield<))[A-Za-z>]"
LIKE_JSX = re.compile(_JSX)
"""In code without spaces: what may be in a string, and elsewhere is no operator."""
UP_TO_SIGN = re.compile(
    b"(?:[^\"'<]++|" + _STRING + b"|" + _STRING.replace(b'"', b"'") + b"|(?!" + _JSX + b"|<!--)<)*+"
)
"""Runs through such code up to JSX or ``<!--``."""
ESCAPED_NAME = re.compile(rb"(?:\\u(?:\{[0-9a-fA-F]*+\}|[0-9a-fA-F]{4})|[\w$\x80-\xff]++)++")


@cache
def run(stops: bytes, *, comments: bool) -> re.Pattern[bytes]:
    """Runs through what rjsmin may see as it is, and then a gap, group 1, up to what means something.

    Args:
        stops: bytes that mean something besides those that always do; ``<`` and ``-`` only in HTML-like comments.
        comments: whether rjsmin may see comments.
    """
    code = rb"[^\"'`/\\\n\r0-9" + re.escape(stops) + rb"]++"
    signs = (rb"<(?!!--)", rb"-(?!->)") if b"<" in stops else ()
    gaps = (_LINES, _COMMENTS, _COMMENTS_IN_LINE) if comments else (_LINES_ALONE,)
    plain = b"|".join((code, gaps[0], _DIGITS, _STRING, _STRING.replace(b'"', b"'"), *gaps[1:], *signs))
    return re.compile(b"(?:" + plain + rb")*+((?:[\n\r]|" + _COMMENT + b")" + _REST_OF_GAP + b")?+")
