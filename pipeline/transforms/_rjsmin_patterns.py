"""The patterns by which `pipeline.transforms._rjsmin_shield` runs through a script; all take linear time.

In a sequence of alternatives the engine tells by the first byte which may match: so each begins with one, or a class.
Plain code is gone through behind each of them, not as one more of them, and a class lists what is in it, for what a
class leaves out takes the engine longer. There are no groups inside of what is repeated, for Python 3.11 loses track of
those in possessive repetitions.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.expressions import expression
from pipeline.syntax.javascript import REGEX
from pipeline.syntax.javascript_slash import DIVISION


def _but(excluded: bytes) -> bytes:
    """A class of all bytes but some."""
    ends = [*sorted(set(excluded)), 0x100]
    begins = [0, *(end + 1 for end in ends)]
    ranges = (pair for pair in zip(begins, ends, strict=False) if pair[0] < pair[1])
    return b"[%b]" % b"".join(rb"\x%02x-\x%02x" % (begin, end - 1) for begin, end in ranges)


def _string(quote: bytes, excluded: bytes = b"") -> bytes:
    """A string, without some bytes."""
    plain = _but(quote + b"\\\n\r" + excluded)
    return quote + plain + rb"*+(?:\\(?:\r\n|" + _but(excluded) + b")" + plain + b"*+)*+" + quote


def _strings(excluded: bytes = b"") -> bytes:
    return _string(b'"', excluded) + b"|" + _string(b"'", excluded)


_SPACES = rb"[ \t\v\f\n\r]*+"
_LINE_COMMENT = b"/" + _but(b"\n\r\xe2") + rb"*+(?:\xe2(?!\x80[\xa8\xa9])" + _but(b"\n\r\xe2") + b"*+)*+"
_LONG_COMMENT = rb"\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_SHORT_COMMENT = rb"\*[^*\n\r]*+(?:\*(?!/)[^*\n\r]*+)*+\*/"
_COMMENT = b"/(?:" + _LINE_COMMENT + b"|" + _LONG_COMMENT + b")"
_REST_OF_GAP = _SPACES + b"(?:" + _COMMENT + _SPACES + b")*+"
_AT_LINE_END = rb"(?=[ \t\v\f]*+[\n\r])"
_PLAIN = rb"(?![\"'`#~@*\\/\n\r]|\.\d)"
"""Behind a gap: what follows is no literal, and begins nothing before which a line break may count."""
_COMMENTS = b"/(?:" + _LINE_COMMENT + b"|" + _LONG_COMMENT + _AT_LINE_END + b")" + _REST_OF_GAP + _PLAIN
_COMMENTS_IN_LINE = b"(?:/" + _SHORT_COMMENT + rb"[ \t\v\f]*+)++" + _PLAIN
_DIGITS = rb"[0-9](?<!\s\.[0-9])[0-9]*+"
"""Not of what begins with a point that may begin a line."""
_END_OF_DIGITS = rb"(?!\.[\s/]|\s++\.|\s*+/[*/])"
"""Not behind the integer that a point stands off from, nor with a point that something stands off from."""
_REGEX = rb"/(?:(?<=[(,=:\[!&|?{;>]/)|(?<=[(,=:\[!&|?{;>] /))" + REGEX.pattern[1:]
"""Where it can be nothing else."""
_ARGUMENTS = rb"[\w$.,]*+"
_SUBSTITUTION = rb"\$\{(?:[\w$.,?:!+=&|]++|\(" + _ARGUMENTS + rb"\)|\[" + _ARGUMENTS + rb"\])++\}"
"""In which there is nothing to take out."""
_TEXT = _but(b"`\\$") + b"*+"
_TEMPLATE = _TEXT + rb"(?:(?:\\(?:\r\n|[\s\S])|\$(?!\{)|" + _SUBSTITUTION + b")" + _TEXT + rb")*+(?:`|\$\{[ \t]*+)"
"""From behind a backtick or the end of a substitution."""
_STANDS = rb"(?:(?<=\S[\"'#~@*])|(?<=\S [\"'#~@*]))"
"""Behind the first byte of what does not begin a line."""

GAP = expression(_REST_OF_GAP)
COMMENT = expression(_COMMENT)
LICENSE = expression(rb"/\*!|@license\b|@preserve\b")
LINE_END = expression(rb"[\n\r]|\xe2\x80[\xa8\xa9]")
NUMBER = expression(rb"[0-9]++")
STRINGS_WITH_BRACKETS = expression(
    b"%b*+(?:(?:%b)%b*+)*+(%b)?" % (_but(b"\"'"), _strings(b"()[]{}"), _but(b"\"'"), _strings())
)
"""Runs through code without comments up to such a string, group 1."""
_JSX = rb"<(?:(?<=[(,=:?\[{;&|!>]<)|(?<=\breturn<)|(?<=\bdefault<)|(?<=\byield<))[A-Za-z>]"
LIKE_JSX = expression(_JSX)
"""In code without spaces: what may be in a string, and elsewhere is no operator."""
UP_TO_SIGN = expression(b"%b*+(?:(?:%b|(?!%b|<!--)<)%b*+)*+" % (_but(b"\"'<"), _strings(), _JSX, _but(b"\"'<")))
"""Runs through such code up to JSX or ``<!--``."""
ESCAPED_NAME = expression(rb"(?:\\u(?:\{[0-9a-fA-F]*+\}|[0-9a-fA-F]{4})|[\w$\x80-\xff]++)++")


@cache
def run(stops: bytes, *, comments: bool, template: bytes = b"`") -> re.Pattern[bytes]:
    """Runs through what rjsmin may see as it is, up to what means something.

    That may be a gap, group 1; a string that may begin a line, group 2; a regular expression, group 3; a part of a
    template literal, group 4, with the blanks behind its ``${``; or what must be looked at.

    Args:
        stops: bytes that mean something besides those that always do; ``<`` and ``-`` only in HTML-like comments.
        comments: whether rjsmin may see comments.
        template: bytes at which a part of a template literal begins.
    """
    stop = b"\"'`/\\#~@*0123456789" + stops
    code, strings = _but(stop) + b"*+", (_string(b'"'), _string(b"'"))
    plain = b"|".join(
        (
            _DIGITS + _but(stop + b". \t\v\f\n\r"),
            *(quoted[:1] + _STANDS + quoted[1:] for quoted in strings),
            _DIGITS + _END_OF_DIGITS,
            *((_COMMENTS, _COMMENTS_IN_LINE) if comments else ()),
            DIVISION,
            b"[#~@*]" + _STANDS,
            *((rb"<(?!!--)", rb"-(?!->)") if b"<" in stops else ()),
        )
    )
    groups = (_COMMENT + _REST_OF_GAP, b"|".join(strings), _REGEX, b"[" + template + b"]" + _TEMPLATE)
    special = b"".join(b"(%b)|" % group for group in groups)
    return re.compile(b"%b(?:(?:%b)%b)*+(?:%b)" % (code, plain, code, special))
