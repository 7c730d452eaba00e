"""The step ``minify_svg``: SVG without the white space that nobody sees, ``"*.svg" = ["minify_svg"]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar
from xml.parsers import expat

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch
from pipeline.expressions import expression
from pipeline.transforms import Made

__all__ = ["MinifySvg"]

SVG = "http://www.w3.org/2000/svg"
_FILTERS = (
    *("Blend", "ColorMatrix", "ComponentTransfer", "Composite", "ConvolveMatrix", "DiffuseLighting", "DisplacementMap"),
    *("DistantLight", "DropShadow", "Flood", "FuncA", "FuncB", "FuncG", "FuncR", "GaussianBlur", "Image", "Merge"),
    *("MergeNode", "Morphology", "Offset", "PointLight", "SpecularLighting", "SpotLight", "Tile", "Turbulence"),
)
DRAWN = {
    *("svg", "g", "defs", "symbol", "marker", "mask", "pattern", "clipPath", "switch", "view", "use", "image", "path"),
    *("rect", "circle", "ellipse", "line", "polyline", "polygon", "linearGradient", "radialGradient", "stop", "filter"),
    *("animate", "animateMotion", "animateTransform", "set", "mpath"),
    *(f"fe{name}" for name in _FILTERS),
}
"""Elements that show no text of their own."""
_TAG = expression(rb"<[^<>\"']*+(?:(?:\"[^\"]*+\"|'[^']*+')[^<>\"']*+)*+>")
_IN_TAG = expression(rb"(\"[^\"]*+\"|'[^']*+')|[ \t\r\n]++(/?>\Z)?+")
_OUTSIDE = expression(
    rb"(<\?[^?]*+(?:\?(?!>)[^?]*+)*+\?>|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->"
    rb"|<![^\[>\-](?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>)|[ \t\r\n]++"
)
_SPACE = b" \t\r\n"
_SCRIPTED = expression(rb"<(?:[^\s<>/:]++:)?script[\s/>]")
"""Scripts may count the nodes."""


@dataclass(frozen=True, slots=True)
class MinifySvg:
    """Takes white space out of SVG: between elements that are drawn, between attributes, and around the root.

    Text, styles, descriptions, what is not SVG and what ``xml:space="preserve"`` is said of stay as they are, and so do
    files with scripts or declarations in them. What is no XML is left as it is, with a warning that says where.
    """

    joins: ClassVar[bool] = False

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:  # noqa: ARG002
        """The asset without white space, or as it was."""
        content = asset.content.read()
        if _SCRIPTED.search(content) or not _is_utf8(content):
            return Made((asset,))
        reading = _Reading(content)
        try:
            reading.run()
        except expat.ExpatError as error:
            message = f"is published as it is: no XML: {expat.errors.messages[error.code]}"
            warning = Diagnostic("warning", message, asset.path, error.lineno, error.offset + 1)
            return Made((asset,), (warning,))
        small = content if reading.declares else b"".join(reading.made())
        if len(small) >= len(content):
            return Made((asset,))
        return Made((Asset(asset.path, Blob.of(small), asset.origin or (asset,)),))


@dataclass(slots=True)
class _Reading:
    """What an XML parser tells of a file, and the spans of it that something shorter stands for."""

    content: bytes
    changes: list[tuple[int, int, bytes]] = field(default_factory=list)
    drawn: list[bool] = field(default_factory=lambda: [True])
    """Of each element that is open, outermost first, whether white space in it shows nowhere."""
    text: int = -1
    """Where the text begins that is being read."""
    declares: bool = False
    """Whether it says itself what its text means."""
    opened: bool = False
    """Whether a start tag stands before that."""
    begin: int = -1
    end: int = 0
    """Where the root begins, and where it ends."""

    def run(self) -> None:
        """Raises ExpatError."""
        parser = expat.ParserCreate(namespace_separator=" ")

        def at() -> int:
            return parser.CurrentByteIndex

        parser.StartElementHandler = lambda name, attributes: self.start(at(), name, attributes)
        parser.EndElementHandler = lambda _: self.stop(at())
        parser.CharacterDataHandler = lambda _: self.characters(at())
        parser.StartDoctypeDeclHandler = lambda *found: self.doctype(subset=bool(found[3]))
        parser.CommentHandler = lambda _: self.other(at())
        parser.ProcessingInstructionHandler = lambda *_: self.other(at())
        parser.StartCdataSectionHandler = lambda: self.characters(at())
        parser.Parse(self.content, True)

    def doctype(self, *, subset: bool) -> None:
        self.declares = subset

    def start(self, at: int, name: str, attributes: dict[str, str]) -> None:
        self.other(at)
        if self.begin < 0:
            self.begin = at
        space, _, kind = name.rpartition(" ")
        kept = attributes.get("http://www.w3.org/XML/1998/namespace space") == "preserve"
        self.drawn.append(self.drawn[-1] and space == SVG and kind in DRAWN and not kept)
        if tag := _TAG.match(self.content, at):
            self.changes.append((*tag.span(), _IN_TAG.sub(_between, tag[0])))
            self.end = tag.end()
        self.opened = True

    def stop(self, at: int) -> None:
        if self.opened and self.text >= 0:
            self.text = -1  # an element that holds nothing else: a style may ask whether it is empty
        self.other(at)
        self.drawn.pop()
        self.end = max(self.end, self.content.find(b">", at) + 1)

    def characters(self, at: int) -> None:
        self.text = at if self.text < 0 else self.text

    def other(self, at: int) -> None:
        if self.text >= 0 and self.drawn[-1] and not self.content[self.text : at].strip(_SPACE):
            self.changes.append((self.text, at, b""))
        self.text, self.opened = -1, False

    def made(self) -> Iterator[bytes]:
        yield _OUTSIDE.sub(rb"\1", self.content[: self.begin])
        position = self.begin
        for start, stop, new in self.changes:
            yield self.content[position:start]
            yield new
            position = stop
        yield self.content[position : self.end]
        yield _OUTSIDE.sub(rb"\1", self.content[self.end :])


def _between(match: re.Match[bytes]) -> bytes:
    """One space between attributes, none before the end of the tag."""
    quoted: bytes | None = match[1]
    return quoted if quoted is not None else match[2] or b" "


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content
