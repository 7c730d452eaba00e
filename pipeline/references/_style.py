"""References in the CSS that stands in markup: in style elements, style attributes and presentation attributes."""

from __future__ import annotations

import re

from pipeline.references import Reference
from pipeline.references._stylesheet import find
from pipeline.syntax.markup import Decoded

KIND = "style"
LATE = "late-import"
KINDS = (KIND, LATE)

PRESENTATION = frozenset(
    [
        "clip-path",
        "cursor",
        "fill",
        "filter",
        "marker",
        "marker-end",
        "marker-mid",
        "marker-start",
        "mask",
        "shape-inside",
        "stroke",
    ]
)
"""Attributes of SVG elements that are CSS and can hold ``url()`` (https://www.w3.org/TR/SVG2/propidx.html)."""

_SPECIAL = r"[^A-Za-z0-9_\-.~/:?#@!+,=%;*$|^\[\]{}\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_UNWRITABLE = frozenset(map(chr, (*range(0xD800, 0xE000), 0xFFFE, 0xFFFF)))
_BREAKS = (b"<", b"]]>")


def in_style(content: bytes, style: Decoded) -> list[Reference]:
    """The references in a part of ``content`` that is CSS; its source maps are nobody's."""
    found = []
    for reference in find(style.text):
        start, stop = style.span(reference.start, reference.stop)
        broken = any(mark in content[start:stop] for mark in _BREAKS)  # spread over several pieces of markup
        if reference.kind != "sourcemap" and not broken:
            kind = reference.kind if reference.kind == LATE else KIND
            found.append(Reference(start, stop, reference.specifier, kind))
    return found


def style_written(url: str) -> bytes:
    """A URL as it stands in any CSS in any markup: escaped so that neither of them sees anything special in it."""
    return re.sub(_SPECIAL, _escaped, url).encode()  # compiled in 4 ms by who needs it


def _escaped(match: re.Match[str]) -> str:
    if match[0] == "\0":
        return "%00"  # no escape stands for it
    # Six digits need no space behind them, which would end an attribute value without quotes.
    return f"\\{0xFFFD if match[0] in _UNWRITABLE else ord(match[0]):06x}"
