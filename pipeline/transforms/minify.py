"""The step ``minify``: rjsmin and rcssmin, so that files keep their meaning."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from posixpath import splitext
from typing import ClassVar

import rcssmin

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import Diagnostic, position
from pipeline.engine.fetch import Fetch
from pipeline.transforms import Made, _minify_css, _rjsmin
from pipeline.transforms._source_maps import minified as minified_map

__all__ = ["Minify"]

STYLESHEETS, SCRIPTS = (".css",), (".js", ".mjs", ".cjs")
LANGUAGE = "Python" if hasattr(rcssmin.cssmin, "__code__") else "C"
"""What the minifier of stylesheets that was installed is written in."""
HAS_A_MAP = b"sourceMappingURL="


@dataclass(frozen=True, slots=True)
class Minify:
    """Take out what does not count: comments and spaces.

    A file is left as it is if it has a source map of its own, which would no longer fit, or if it is minified already,
    by its name (``*.min.*``). One that cannot be read is left with a warning that says where.

    Attributes:
        keep_licenses: whether comments stay that begin with ``/*!`` or have ``@license`` or ``@preserve`` in them.
    """

    joins: ClassVar[bool] = False
    version: ClassVar[str] = f"rcssmin {rcssmin.__version__} in {LANGUAGE}, {_rjsmin.VERSION}"

    keep_licenses: bool = False

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The asset minified, or as it was."""
        stem, suffix = splitext(asset.path.rpartition("/")[2].lower())
        if suffix not in STYLESHEETS + SCRIPTS or stem.endswith(".min"):
            return Made((asset,))
        content = asset.content.read()
        if HAS_A_MAP in content:
            return Made((asset,))
        # The BOM says what encoding the bytes are in, so it stays; the minifiers would take it for a character.
        bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        text = content[len(bom) :]
        try:
            if suffix in STYLESHEETS:
                small = bom + _minify_css.minified(text, licenses=self.keep_licenses)
            else:
                small = bom + _rjsmin.minified(text, licenses=self.keep_licenses)
        except _minify_css.Unfinished as unfinished:
            return _left(asset, "warning", unfinished.reason, *position(text, unfinished.offset))
        except _rjsmin.RefusedError as refused:
            severity = "warning" if refused.broken else "note"
            return _left(asset, severity, refused.reason, *position(text, refused.offset))
        if len(small) >= len(content):
            return Made((asset,))
        source_map = minified_map(asset, content, small, suffix) if fetch.source_maps else None
        return Made((Asset(asset.path, Blob.of(small), asset.origin or (asset,), source_map),))


def _left(asset: Asset, severity: str, reason: str, line: int, column: int) -> Made:
    message = f"is published as it is: {reason}"
    return Made((asset,), (Diagnostic(severity, message, asset.path, line, column),))
