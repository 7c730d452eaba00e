"""What a script points at: for now its source map, found in real comments only (ECMA-426, extraction by parsing)."""

from __future__ import annotations

import re
from urllib.parse import quote

from pipeline.references import Language, Reference
from pipeline.syntax.javascript_skim import skim

__all__ = ["JAVASCRIPT"]

_MARK = b"sourceMappingURL="
_COMMENT = re.compile(rb"/[/*][#@]\s*+sourceMappingURL=((?:[^\s*]|\*(?!/))++)\s*+(?:\*/)?\Z")
_LAST_LINE = re.compile(rb"(?:\A|[\n\r])[ \t]*+(//[#@]\s?+sourceMappingURL=(\S++))\s*+\Z")
_UNSAFE = re.compile(r"[\s*]")


def find(content: bytes) -> list[Reference]:
    """The comment that names the source map: the last one, with nothing but spaces and comments behind it."""
    if _MARK not in content:
        return []
    found, end = None, 0
    for kind, start, stop in skim(content):
        if kind.startswith("broken"):
            return _at_the_end(content)
        if kind == "comment":
            named = _COMMENT.match(content, start, stop)
            if content[end:start].strip():
                found = None  # code behind it
            found = _reference(content, (start, stop), named.span(1)) if named else found
            end = stop
    return [found] if found and not content[end:].strip() else []


def embed(url: str, content: bytes, reference: Reference) -> bytes:  # noqa: ARG001  (the contract's parameters)
    """``url`` such that it ends neither the comment nor itself."""
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), url).encode()


def _at_the_end(content: bytes) -> list[Reference]:
    """What a script that cannot be read to its end says in its last line."""
    line = _LAST_LINE.search(content, max(content.rfind(_MARK) - 80, 0))
    return [_reference(content, line.span(1), line.span(2))] if line else []


def _reference(content: bytes, whole: tuple[int, int], span: tuple[int, int]) -> Reference:
    return Reference(*span, content[slice(*span)].decode("utf-8", "replace"), "sourcemap", whole)


JAVASCRIPT = Language(suffixes=(".js", ".mjs", ".cjs"), find=find, embed=embed)
