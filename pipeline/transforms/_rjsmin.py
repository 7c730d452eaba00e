"""Scripts minified by rjsmin, which is shown only what it keeps the meaning of."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

import rjsmin

from pipeline.syntax.javascript import COMMENT_OF_HTML, REST_OF_LINE, STRING
from pipeline.transforms._rjsmin_shield import LITERAL, MARK, RefusedError, Shield

__all__ = ["VERSION", "RefusedError", "minified"]

VERSION = f"rjsmin {rjsmin.__version__} in {'Python' if hasattr(rjsmin.jsmin, '__code__') else 'C'}"

_JSX = rb"<(?:(?<=[(,=:?\[{;&|!>]<)|(?<=\breturn<)|(?<=\bdefault<)|(?<=\byield<))[A-Za-z>]"
_LIKE_JSX = re.compile(_JSX)
_UP_TO_JSX = re.compile(rb"(?:[^\"'<]++|" + STRING + rb"|(?!" + _JSX + rb")<)*+")
_STRING_OR_SIGN = re.compile(STRING + rb"|<!--")


def minified(content: bytes, *, licenses: bool = False) -> bytes:
    """A script without comments and without the spaces and line breaks that mean nothing.

    rjsmin takes them out of code. What it takes for something else is hidden from it: template literals, regular
    expressions, divisions and names with escapes, each behind one byte that no text in UTF-8 has and that is a letter
    for rjsmin; another such byte is put where it would drop a line break or a space that counts.

    Args:
        content: UTF-8 without a byte order mark.
        licenses: whether comments stay that begin with ``/*!`` or have ``@license`` or ``@preserve`` in them.

    Returns:
        The same bytes whether rjsmin runs in C or in Python.

    Raises:
        RefusedError: it cannot be read, or what it means cannot be told from its text.
    """
    if content.startswith(b"#!"):
        return _with_hashbang(content, licenses=licenses)
    shield = Shield(content, licenses=licenses)
    # The Python version strips bytes from both ends that may be parts of characters; not if semicolons stand there.
    code: bytes = rjsmin.jsmin(b";" + shield.code + b"\n;")[1:-1]
    if COMMENT_OF_HTML.search(code):  # it was `< !--`, for Shield lets no other pass
        code = _STRING_OR_SIGN.sub(_apart, code)
    if _LIKE_JSX.search(code) and _UP_TO_JSX.fullmatch(code) is None:
        raise RefusedError(max(content.find(b"<"), 0), "it looks like JSX")
    code = code.replace(MARK, b"")
    if shield.literals:
        parts = zip_longest(code.split(LITERAL), shield.literals, fillvalue=b"")
        code = b"".join(chain.from_iterable(parts))
    return code


def _with_hashbang(content: bytes, *, licenses: bool) -> bytes:
    line = REST_OF_LINE.match(content)
    begin = line.end() if line else 0
    try:
        return content[:begin] + b"\n" + minified(content[begin:], licenses=licenses)
    except RefusedError as refused:
        raise RefusedError(begin + refused.offset, refused.reason, broken=refused.broken) from None


def _apart(match: re.Match[bytes]) -> bytes:
    return b"<! --" if match[0] == b"<!--" else match[0]
