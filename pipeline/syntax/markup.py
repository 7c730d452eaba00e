"""Character references in attribute values and text, and where each decoded character stands in the file.

After https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state and XML 1.0 §4.6.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from pipeline.expressions import expression

_REFERENCE = expression(rb"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++);?+|[A-Za-z][A-Za-z0-9]*+;?+)")
_XML_NAMES = {b"&amp;": "&", b"&lt;": "<", b"&gt;": ">", b"&quot;": '"', b"&apos;": "'"}
_SPECIAL = expression("[&<>\"'`=\t\n\r\f ]")
_UNWRITABLE = expression("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = expression("[\0\ud800-\udfff]")

Decode = Callable[[bytes, bytes], str | None]
"""A character reference and the byte behind it to what it stands for; ``None``: for itself."""


@dataclass(slots=True)
class Decoded:
    """A text without character references.

    Attributes:
        text: what it says, as UTF-8.
        here: where the pieces of ``text`` begin.
        there: the span in the file that each piece was decoded from.
        unknown: whether it has references that only a document type could explain.
    """

    text: bytes = b""
    here: list[int] = field(default_factory=list)
    there: list[tuple[int, int]] = field(default_factory=list)
    unknown: bool = False

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The span in the file of a span of the text that begins and ends at whole characters."""
        if start >= stop:
            place = self._at(start - 1)[1] if start else self._at(0)[0]
            return place, place
        return self._at(start)[0], self._at(stop - 1)[1]

    def _at(self, offset: int) -> tuple[int, int]:
        """The span in the file that one byte of the text comes from."""
        piece = bisect_right(self.here, offset) - 1
        start, stop = self.there[piece]
        end = self.here[piece + 1] if piece + 1 < len(self.here) else len(self.text)
        if stop - start != end - self.here[piece]:
            return start, stop  # a character reference
        return start + offset - self.here[piece], start + offset - self.here[piece] + 1


def html_reference(reference: bytes, behind: bytes) -> str | None:
    """What a character reference in an attribute value of HTML stands for.

    >>> html_reference(b"&amp", b'"'), html_reference(b"&copy", b"=")
    ('&', None)
    """
    from html.entities import html5  # two thousand names, for sites with pages

    name = reference[1:].decode()
    if name.startswith("#"):
        return _numbered(reference)
    return None if behind == b"=" and not name.endswith(";") else html5.get(name)


def xml_reference(reference: bytes, behind: bytes) -> str | None:  # noqa: ARG001  (one signature for both)
    """What a character reference in XML stands for; only the predefined names are known."""
    if reference.startswith(b"&#") and reference.endswith(b";"):
        return _numbered(reference)
    return _XML_NAMES.get(reference)


def _numbered(reference: bytes) -> str:
    from html import unescape

    return unescape(reference.decode()) or "\ufffd"


def decode(
    content: bytes, spans: list[tuple[int, int]], known: Decode, literal: frozenset[int] = frozenset()
) -> Decoded:
    """The text that the given spans of a file say together.

    Args:
        content: the file.
        spans: in order.
        known: what a character reference stands for.
        literal: where those spans begin that have no character references.
    """
    decoded = Decoded()
    parts: list[bytes] = []
    length = 0

    def add(text: bytes, start: int, stop: int) -> None:
        nonlocal length
        if text:
            parts.append(text)
            decoded.here.append(length)
            decoded.there.append((start, stop))
            length += len(text)

    for start, stop in spans:
        position = start
        for match in () if start in literal else _REFERENCE.finditer(content, start, stop):
            meant = known(match[0], content[match.end() : match.end() + 1] if match.end() < stop else b"")
            if meant is None:
                decoded.unknown = decoded.unknown or match[0].endswith(b";")
                continue
            add(content[position : match.start()], position, match.start())
            add(meant.encode("utf-8", "replace"), *match.span())
            position = match.end()
        add(content[position:stop], position, stop)
    if not parts:
        decoded.here, decoded.there = [0], [(spans[0][0], spans[0][0])]
    decoded.text = b"".join(parts)
    return decoded


def html_written(text: str) -> bytes:
    """A text as it stands in an attribute value of HTML in any or no quotes."""
    safe = _SURROGATE.sub(_percent, text)
    return _SPECIAL.sub(_numeric, safe).encode()


def xml_written(text: str) -> bytes:
    """A text as it stands in an attribute value of XML in any quotes; what XML cannot say is percent-encoded."""
    safe = _UNWRITABLE.sub(_percent, text)
    return _SPECIAL.sub(_numeric, safe).encode()


def _percent(match: re.Match[str]) -> str:
    return quote(match[0], safe="", errors="replace")


def _numeric(match: re.Match[str]) -> str:
    return match[0] if match[0] == "=" else "&amp;" if match[0] == "&" else f"&#{ord(match[0])};"
