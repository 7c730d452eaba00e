"""What a build returns: outputs, and the release made of them; nothing has been written yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.asset import AssetPath, Blob
from pipeline.diagnostic import Diagnostic
from pipeline.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the release with its final name and bytes.

    Attributes:
        path: logical path of the asset.
        file: below the output folder.
        url: relative to the base URL.
        content: the bytes that are served.
        references: what it points at, sorted.
        immutable: whether the name changes when the bytes do.
    """

    path: AssetPath
    file: str
    url: str
    content: Blob
    references: tuple[AssetPath, ...]
    immutable: bool


@dataclass(frozen=True, slots=True)
class Release:
    """A built site, as a value.

    Attributes:
        manifest: what is in it.
        files: every file below the output folder and its bytes, variants too.
        mutable: those of them whose names do not change with their bytes.
        diagnostics: what the build has to say, in a stable order.
    """

    manifest: Manifest
    files: Mapping[str, Blob]
    mutable: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
