"""How a step looks outside its asset: through `Fetch`, which remembers what it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.asset import Asset, AssetPath, Blob

EVERYTHING = AssetPath("")
"""The input that stands for all files below the roots."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """The sources that a step may ask for while it makes one asset.

    Attributes:
        files: every source of the site and the file it lies in.
        folders: the folders of the roots, in order, for tools that search for themselves.
        output: the output folder; it may not exist yet, and nothing may be written to it.
        base_url: what stands before every URL of the site.
        inputs: what was asked for so far, and the digest of what came back (``None``: there was none).
    """

    files: Mapping[AssetPath, Path]
    folders: tuple[Path, ...]
    output: Path
    base_url: str
    inputs: dict[AssetPath, str | None] = field(default_factory=dict)
    state: Callable[[], str] = str
    """Gives a digest of all names, sizes and times below the roots."""

    def everything(self) -> None:
        """Make all files below the roots inputs: for a tool that does not tell what it reads."""
        self.inputs[EVERYTHING] = self.state()

    def __call__(self, path: AssetPath) -> Asset | None:
        """The source at ``path``, or ``None``; either way it becomes an input of the asset being made."""
        file = self.files.get(path)
        asset = Asset(path, Blob.on_disk(file)) if file else None
        self.inputs[path] = asset.content.digest if asset else None
        return asset
