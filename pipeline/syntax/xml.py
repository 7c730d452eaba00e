"""Reads the tags of an XML file (https://www.w3.org/TR/xml/) and where their attributes stand, without any DTD.

A file that is not well-formed gives what stands before the mistake, or a little more; it never raises. All patterns
take linear time: what has no end reaches to the end of the file, and no attribute value has a ``<`` in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.expressions import expression

_QUOTED = rb"\"[^\"<]*+\"|'[^'<]*+'"
_DTD_QUOTED = rb"\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)"
_MARKUP = expression(
    rb"(?P<text>[^<]++)"
    rb"|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?P<comment>-->|\Z)"
    rb"|<!\[CDATA\[(?P<cdata>[^\]]*+(?:\](?!\]>)[^\]]*+)*+)(?:\]\]>|\Z)"
    rb"|<\?(?P<instruction>[^?]*+(?:\?(?!>)[^?]*+)*+)(?:\?>|\Z)"
    rb"|<!DOCTYPE(?P<doctype>(?:[^\[>\"']++|" + _DTD_QUOTED + rb")*+"
    rb"(?:\[(?:[^\]\"'<]++|"
    + _DTD_QUOTED
    + rb"|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)|<)*+(?:\]|\Z)[^>]*+)?+(?:>|\Z))"
    rb"|</(?P<end>[^<>\s]*+)[^<>]*+>?+"
    rb"|<(?P<start>[^<>\s/!?=\"']++)(?P<attributes>(?:[^<>\"']++|" + _QUOTED + rb")*+)>"
    rb"|(?P<other><)"
)
_ATTRIBUTE = expression(rb"\s([^\s=<>\"'/]++)\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")

Span = tuple[int, int]


class Node(NamedTuple):
    """One piece of markup.

    Attributes:
        kind: ``start``, ``end``, ``text``, ``cdata``, ``instruction``; comments and document types are left out.
        name: of the tag, or of the target of the instruction; empty for text.
        span: of the text or of what stands behind the name.
        empty: whether a start tag is its own end tag.
    """

    kind: str
    name: bytes
    span: Span
    empty: bool = False


def nodes(content: bytes) -> Iterator[Node]:
    """Tags, text and processing instructions, in order."""
    for match in _MARKUP.finditer(content):
        kind = match.lastgroup
        if kind == "attributes":
            yield Node("start", match["start"], match.span(kind), match[kind].endswith(b"/"))
        elif kind in ("text", "cdata"):
            yield Node(kind, b"", match.span(kind))
        elif kind == "instruction":
            name = match[kind].split(maxsplit=1)[:1]
            yield Node(kind, b"".join(name), match.span(kind))
        elif kind == "end":
            yield Node(kind, match["end"], match.span(kind))


def attributes(content: bytes, node: Node) -> Iterator[tuple[bytes, Span]]:
    """The names of the attributes of a start tag, or of what looks like some in an instruction, and their values."""
    for match in _ATTRIBUTE.finditer(content, *node.span):
        yield match[1], match.span(match.lastindex or 0)


def local(name: bytes) -> bytes:
    """A name without its namespace prefix.

    >>> local(b"svg:image")
    b'image'
    """
    return name.rpartition(b":")[2]
