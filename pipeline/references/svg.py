"""What an SVG image points at, after https://www.w3.org/TR/SVG2/linking.html and https://www.w3.org/TR/xml-stylesheet/."""

from __future__ import annotations

from pipeline.references import Language, Reference
from pipeline.references._style import KINDS, PRESENTATION, in_style, style_written
from pipeline.syntax.markup import Decoded, decode, xml_reference, xml_written
from pipeline.syntax.xml import Node, Span, attributes, local, nodes

__all__ = ["SVG"]

_MARKS = (b"url(", b"src(", b"image-set(", b"@import", b"\\", b"&#")
_STYLES = frozenset(name.encode() for name in PRESENTATION | {"style"})


def find(content: bytes) -> list[Reference]:
    """References of an SVG image, in order; none if it says by ``xml:base`` that they are relative to something else.

    Kinds: ``url``; ``style``, one in CSS; ``late-import`` as in stylesheets. Links (``<a>``) are no references.
    """
    if not _may_refer(content):
        return []
    found: list[Reference] = []
    style: list[Node] | None = None  # what stands in the style element that is open
    for node in nodes(content):
        if node.kind == "start":
            for name, span in attributes(content, node):
                if name == b"xml:base":
                    return []
                found += _attribute(content, node.name, name, span)
            if local(node.name) == b"style" and not node.empty and style is None:
                style = []
        elif node.kind == "instruction":
            found += _instruction(content, node)
        elif style is not None and node.kind == "end" and local(node.name) == b"style":
            found += _style(content, style)
            style = None
        elif style is not None and node.kind != "end":
            style.append(node)
    return found


def _may_refer(content: bytes) -> bool:
    """Whether some of its bytes could be of a reference; most images are drawings and nothing else."""
    lowered = content.lower()
    if b"href" in lowered:
        return True
    # One byte is looked for faster than several.
    special = b"(" in content or b"@" in content or b"\\" in content or b"&" in content
    return special and any(mark in lowered for mark in _MARKS)


def embed(url: str, content: bytes, reference: Reference) -> bytes:  # noqa: ARG001  (the contract's parameters)
    """``url`` as it has to be written in the attribute or the CSS that ``reference`` stands in."""
    return style_written(url) if reference.kind in KINDS else xml_written(url)


def _attribute(content: bytes, tag: bytes, name: bytes, span: Span) -> list[Reference]:
    if local(name) == b"href":
        return [] if local(tag) == b"a" else _reference(content, span)
    if name in _STYLES:
        value = decode(content, [span], xml_reference)
        return [] if value.unknown else in_style(content, value)
    return []


def _reference(content: bytes, span: Span) -> list[Reference]:
    value = decode(content, [span], xml_reference)
    specifier = value.text.decode("utf-8", "replace")
    if value.unknown or not specifier.strip() or specifier.startswith("#"):
        return []
    return [Reference(*span, specifier, "url")]


def _instruction(content: bytes, node: Node) -> list[Reference]:
    if node.name != b"xml-stylesheet":
        return []
    return [each for name, span in attributes(content, node) if name == b"href" for each in _reference(content, span)]


def _style(content: bytes, pieces: list[Node]) -> list[Reference]:
    spans = [piece.span for piece in pieces if piece.kind in {"text", "cdata"}]
    if not spans:
        return []
    literal = frozenset(piece.span[0] for piece in pieces if piece.kind == "cdata")
    style: Decoded = decode(content, spans, xml_reference, literal)
    return in_style(content, style)


SVG = Language(suffixes=(".svg",), find=find, embed=embed)
