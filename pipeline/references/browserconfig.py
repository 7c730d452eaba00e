"""What a ``browserconfig.xml`` points at: the images of its tiles; other XML files are left alone."""

from __future__ import annotations

from pipeline.references import Language, Reference
from pipeline.syntax.markup import decode, xml_reference, xml_written
from pipeline.syntax.xml import attributes, nodes

__all__ = ["BROWSERCONFIG"]


def find(content: bytes) -> list[Reference]:
    """The ``src`` of every element in a document whose root is ``<browserconfig>``, in order."""
    if b"<browserconfig" not in content:
        return []
    found: list[Reference] = []
    inside = False
    for node in nodes(content):
        if node.kind != "start":
            continue
        if not inside and node.name != b"browserconfig":
            return []
        inside = True
        for name, span in attributes(content, node):
            value = decode(content, [span], xml_reference)
            if name == b"src" and value.text and not value.unknown:
                found.append(Reference(*span, value.text.decode("utf-8", "replace"), "url"))
    return found


def embed(url: str, content: bytes, reference: Reference) -> bytes:  # noqa: ARG001  (the contract's parameters)
    """``url`` as the inside of an attribute value."""
    return xml_written(url)


BROWSERCONFIG = Language(suffixes=(".xml",), find=find, embed=embed)
