"""The step ``minify``: rjsmin and rcssmin, for those files whose meaning they keep."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from posixpath import splitext
from typing import ClassVar

import rcssmin
import rjsmin

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import Diagnostic, position
from pipeline.engine.fetch import Fetch
from pipeline.transforms import Made, _rcssmin, _rjsmin
from pipeline.transforms._source_maps import minified as minified_map

__all__ = ["Minify"]

MINIFIERS = {
    ".css": (_rcssmin.unsafe, rcssmin.cssmin),
    **dict.fromkeys((".js", ".mjs", ".cjs"), (_rjsmin.unsafe, rjsmin.jsmin)),
}
HAS_A_MAP = b"sourceMappingURL="
LITTLE = 16 << 10
"""Bytes of a file that is looked at in any case."""
MINIFIED = 0.01
"""Share of line ends and double spaces below which a file counts as minified."""


@dataclass(frozen=True, slots=True)
class Minify:
    """Take out what does not count: comments and spaces.

    A file is left as it is if it has a source map of its own, which would no longer fit, or holds anything that the
    minifiers are known to break; the latter gives a note. So is one that is minified already, by its name (``*.min.*``)
    or since it has next to no line ends and indentation: to prove that it may be touched would take thirty times as
    long as to minify it, for a percent of its bytes.
    """

    joins: ClassVar[bool] = False
    version: ClassVar[str] = f"rcssmin {rcssmin.__version__}, rjsmin {rjsmin.__version__}"

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The asset minified, or as it was."""
        stem, suffix = splitext(asset.path.rpartition("/")[2].lower())
        if suffix not in MINIFIERS or stem.endswith(".min"):
            return Made((asset,))
        content = asset.content.read()
        if HAS_A_MAP in content:
            return Made((asset,))
        if len(content) > LITTLE and _is_minified(content):
            return Made((asset,))
        unsafe, minified = MINIFIERS[suffix]
        # The BOM says what encoding the bytes are in, so it stays; the minifiers would take it for a character.
        bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        text = content[len(bom) :]
        if found := unsafe(text):
            offset, reason = found
            line, column = position(text, offset)
            message = f"is published as it is, for rcssmin could break it: {reason}"
            if suffix != ".css":
                message = message.replace("rcssmin", "rjsmin")
            return Made((asset,), (Diagnostic("note", message, asset.path, line, column),))
        small = bom + minified(text)
        if len(small) >= len(content):
            return Made((asset,))
        source_map = minified_map(asset, content, small, suffix) if fetch.source_maps else None
        return Made((Asset(asset.path, Blob.of(small), asset.origin or (asset,), source_map),))


def _is_minified(content: bytes) -> bool:
    few = MINIFIED * len(content)
    lines = content.count(b"\n")
    return lines < few and lines + content.count(b"  ") < few
