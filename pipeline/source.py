"""A source: a file found under a root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.asset import AssetPath
from pipeline.statuses import Status


class Source(NamedTuple):
    """A file found under a root.

    Attributes:
        path: where it stands in the site.
        file: where it lies, absolute.
        status: its size and times when it was listed.
    """

    path: AssetPath
    file: str
    status: Status

    @property
    def size(self) -> int:
        """In bytes."""
        return self.status[0]


class Files(Mapping[AssetPath, Path]):
    """The file of each source; a site holds it as text, for a `Path` takes several times as much memory."""

    def __init__(self, sources: Mapping[AssetPath, Source]) -> None:
        self._sources = sources

    def __getitem__(self, path: AssetPath) -> Path:
        return Path(self._sources[path].file)

    def name(self, path: AssetPath) -> str:
        """The same as text."""
        return self._sources[path].file

    def __iter__(self) -> Iterator[AssetPath]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)
