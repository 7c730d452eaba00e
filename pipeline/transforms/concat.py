"""The step ``concat``: many files one after another, so that none changes how the next is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch
from pipeline.path import suffix_of
from pipeline.transforms import Made, _join_css, _join_javascript
from pipeline.transforms._source_maps import joined

__all__ = ["Concat"]


@dataclass(frozen=True, slots=True)
class Concat:
    """Join all assets of a bundle: stylesheets, scripts (no modules), or any other text, by the bundle's suffix."""

    joins: ClassVar[bool] = True

    def __call__(self, assets: Sequence[Asset], path: AssetPath, fetch: Fetch) -> Made:
        """Raises TransformError: a module, or a script that would break the one behind it."""
        names = [asset.sources()[0].path for asset in assets]
        contents = [asset.content.read() for asset in assets]
        suffix = suffix_of(path)
        texts: tuple[tuple[int | None, bytes], ...] = ()
        diagnostics: list[Diagnostic] = []
        if suffix == ".css":
            stylesheet = _join_css.join(contents)
            content, texts = stylesheet.content, stylesheet.texts
            diagnostics += [Diagnostic("warning", message, names[part]) for part, message in stylesheet.warnings]
        elif suffix in {".js", ".mjs", ".cjs"}:
            script = _join_javascript.join([*zip(names, contents, strict=True)])
            content, texts = script.content, script.texts
            diagnostics += [Diagnostic("note", message, path) for message in script.notes]
        else:
            content = b"".join(part if part.endswith(b"\n") or not part else part + b"\n" for part in contents)
        origin = tuple(source for asset in assets for source in asset.sources())
        source_map = joined(assets, texts) if fetch.source_maps and texts and content else None
        return Made((Asset(path, Blob.of(content), origin, source_map),), tuple(diagnostics))
