"""Scripts minified by rjsmin, which is shown only what it keeps the meaning of."""

from __future__ import annotations

from itertools import chain, zip_longest

import rjsmin

from pipeline.syntax.javascript import COMMENT_OF_HTML, REST_OF_LINE
from pipeline.syntax.javascript_tokens import tokens
from pipeline.transforms._rjsmin_patterns import LIKE_JSX, STRINGS_WITH_BRACKETS, UP_TO_SIGN
from pipeline.transforms._rjsmin_refused import RefusedError
from pipeline.transforms._rjsmin_shield import LITERAL, MARK, Shield

__all__ = ["VERSION", "RefusedError", "minified"]

VERSION = f"rjsmin {rjsmin.__version__} in {'Python' if hasattr(rjsmin.jsmin, '__code__') else 'C'}"


_PAIRS = (b"(", b")"), (b"[", b"]"), (b"{", b"}")
_NO_BRACKETS = bytes(sorted(set(range(0x100)) - set(b"()[]{}")))


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
    surplus = _surplus(b"".join([code, *shield.either]))
    if any(surplus) and surplus != _surplus(b"".join(STRINGS_WITH_BRACKETS.findall(code))):
        _raise_for_brackets(content)
    if LIKE_JSX.search(code) or COMMENT_OF_HTML.search(code):
        code = _without_signs(code, max(content.find(b"<"), 0))
    code = code.replace(MARK, b"")
    if shield.literals:
        parts = zip_longest(code.split(LITERAL), shield.literals, fillvalue=b"")
        code = b"".join(chain.from_iterable(parts))
    return code


def _surplus(code: bytes) -> list[int]:
    """How many more brackets of each kind open than close: a script that was cut off is found in next to no time."""
    brackets = code.translate(None, _NO_BRACKETS)
    return [brackets.count(opened) - brackets.count(closed) for opened, closed in _PAIRS]


def _raise_for_brackets(content: bytes) -> None:
    for kind, start, _ in tokens(content):
        if kind.startswith("broken: "):
            raise RefusedError(start, kind.removeprefix("broken: "), broken=True)


def _with_hashbang(content: bytes, *, licenses: bool) -> bytes:
    line = REST_OF_LINE.match(content)
    begin = line.end() if line else 0
    try:
        return content[:begin] + b"\n" + minified(content[begin:], licenses=licenses)
    except RefusedError as refused:
        raise RefusedError(begin + refused.offset, refused.reason, broken=refused.broken) from None


def _without_signs(code: bytes, first: int) -> bytes:
    """Code in which no ``<!--`` comes to be of a ``< !--``; JSX would be behind ``first``."""
    parts: list[bytes] = []
    position = 0
    while (stop := UP_TO_SIGN.match(code, position).end()) < len(code):  # type: ignore[union-attr]  # it matches all
        if not code.startswith(b"<!--", stop):
            raise RefusedError(first, "it looks like JSX")
        parts += code[position : stop + 1], b" "
        position = stop + 1
    return b"".join([*parts, code[position:]])
