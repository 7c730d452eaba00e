"""Sources under their own names, looked up like the assets of a release."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import ManifestError, did_you_mean
from pipeline.manifest import Manifest
from pipeline.manifest.entry import Entry, integrity_of
from pipeline.media_types import media_type
from pipeline.path import AssetPath
from pipeline.runtime.lookup import Lookup
from pipeline.urls import url_of

Sources = Mapping[str, Path | str | None]
"""Files by logical path, ``None`` for what would be made."""


class PlainEntries(Mapping[AssetPath, Entry]):
    """Entries made of the files as they are when one is asked for: they may change at any moment."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def __getitem__(self, path: AssetPath) -> Entry:
        file = self._sources[path]
        try:
            data = Path(file).read_bytes() if file else b""
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror}", path=str(file)) from error
        return Entry(path, url_of(path), len(data), media_type(path), integrity_of(hashlib.sha256(data).hexdigest()))

    def __iter__(self) -> Iterator[AssetPath]:
        return map(AssetPath, self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class PlainLookup(Lookup):
    """The questions that a `Lookup` answers, answered from the sources; a URL is found without reading the file."""

    def __init__(self, sources: Sources, base_url: str) -> None:
        super().__init__(Manifest({}), base_url)
        self.manifest = Manifest(PlainEntries(sources))
        self._sources = sources

    def at(self, base_url: str) -> PlainLookup:
        """The same sources at another base URL."""
        return PlainLookup(self._sources, base_url)

    def file(self, path: str) -> str | None:
        """Where the source lies, if it is one."""
        file = self._sources[self.entry(path).file]
        return str(file) if file else None

    def _url_otherwise(self, path: str) -> str:
        path = unicodedata.normalize("NFC", path)
        try:
            self._sources[path]
        except KeyError:
            raise self._unknown(path) from None
        return self.base_url + url_of(path)

    def _unknown(self, path: str) -> ManifestError:
        return ManifestError(f"no asset {path!r} among the sources", hint=did_you_mean(path, self._sources))
