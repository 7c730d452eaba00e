"""Finds what a script names by a literal: modules, workers, URLs beside it, and assets of the site.

Forms are those of ECMA-262 §16.2.2, §16.2.3 and §13.3.10 with import attributes, `import defer` and `import source`,
and of HTML §8.1.6.6 (``import.meta``) and §10.2.6 (workers).

Words that may begin one are found by a byte search. Only where such a word stands in code is looked at what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pipeline.expressions import expression
from pipeline.syntax.javascript import BLOCK_COMMENT, LINE_COMMENT
from pipeline.syntax.javascript_code import in_code
from pipeline.syntax.javascript_forms import LITERAL, form
from pipeline.syntax.javascript_literals import unescape
from pipeline.syntax.javascript_tokens import Token

_IM_OR_EX = expression(rb"import(?=[\s\"'{*(./\x80-\xff])|export(?=[\s{*/\x80-\xff])")
_NEW = expression(rb"new(?=\s*+(?:[/\x80-\xff]|(?:self|window|globalThis|URL|(?:Shared)?Worker)\b))")
_ASSET = expression(rb"asset_(?:url|manifest)(?=[\s(/\x80-\xff])")
_LIKE_META = expression(rb"import[\s\x80-\xff]*+[./]")
MANY = 16
_EACH_LITERAL = expression(LINE_COMMENT + b"|" + BLOCK_COMMENT + b"|" + LITERAL)
_STATEMENTS = frozenset(("static", "export"))
_ANY_WORD = expression(rb"import|export|new|asset_(?:url|manifest)")


class Request(NamedTuple):
    """A place in a script that names something else.

    Attributes:
        kind: ``static``, ``export``, ``dynamic`` or ``resolve`` of a module; ``beside`` (a ``new URL`` with
            ``import.meta.url``), ``worker``, ``asset`` and ``manifest``.
        start: byte offset of the literal's inside; of the whole call for ``asset`` and ``manifest``.
        stop: byte offset behind that.
        specifiers: what the literals say; one, but for ``manifest``.
    """

    kind: str
    start: int
    stop: int
    specifiers: tuple[str, ...]


def words(content: bytes) -> dict[int, Request | None]:
    """Where words stand that begin a request if they stand in code, in order, and which; most files have none.

    To look for a comment's end behind each of many words could take quadratic time. So behind `MANY` that begin none
    it is not looked what they begin: in code each comment is looked at once.
    """
    offsets = _imports_and_exports(content)
    if b"Worker" in content or any(_LIKE_META.match(content, offset) for offset in offsets):
        offsets += [match.start() for match in _NEW.finditer(content)]
    if b"asset_" in content:
        offsets += [match.start() for match in _ASSET.finditer(content)]
    found: dict[int, Request | None] = {}
    vain = 0
    for offset in sorted(offsets):
        request = _request(content, offset) if vain < MANY else None
        if request or vain >= MANY:
            found[offset] = request
        else:
            vain += 1
    return found


def requests(content: bytes, candidates: Mapping[int, Request | None], skipped: Iterable[Token]) -> Iterator[Request]:
    """What the script names, in order, not overlapping.

    Args:
        content: the script, in UTF-8.
        candidates: what `words` found in it.
        skipped: what `skim` says of it; nothing is found behind a place that cannot be read.
    """
    for offset, braces in in_code(content, [*candidates], skipped):
        request = candidates[offset] or _request(content, offset)
        if request and (request.kind not in _STATEMENTS or not braces.around(offset)):
            yield request


def _imports_and_exports(content: bytes) -> list[int]:
    """Where they may begin; what both words end with is searched for once, and each byte search takes 1 ns a byte."""
    found, end = [], content.find(b"port")
    while end >= 0:
        if end > 1 and _IM_OR_EX.match(content, end - 2):
            found.append(end - 2)
        end = content.find(b"port", end + 4)
    return found


def _request(content: bytes, offset: int) -> Request | None:
    """The request that a word begins, if it does; none of the forms can hold another."""
    word = _ANY_WORD.match(content, offset)
    found = form(word[0], content, offset) if word else None
    return _read(*found) if found else None


def _read(kind: str, match: re.Match[bytes]) -> Request | None:
    if kind == "manifest":
        inside = [each["literal"][1:-1] for each in _EACH_LITERAL.finditer(match["literals"]) if each["literal"]]
        start, stop = match.span()
    else:
        inside = [match["literal"][1:-1]]
        start, stop = match.span() if kind == "asset" else (match.start("literal") + 1, match.end("literal") - 1)
    specifiers = [each for each in map(unescape, inside) if each is not None]
    if len(specifiers) < len(inside):
        return None
    return Request(kind, start, stop, tuple(specifiers))
