"""Sources under their own names, for apps that have no manifest."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.asset import AssetPath
from pipeline.errors import ManifestError
from pipeline.lookup import Lookup
from pipeline.manifest import Entry, Manifest, integrity_of
from pipeline.media_types import media_type
from pipeline.urls import url_of


class PlainEntries(Mapping[AssetPath, Entry]):
    """Entries made from the files themselves, each time one is asked for: they may change at any moment."""

    def __init__(self, sources: Mapping[str, Path | str]) -> None:
        self._sources = sources

    def __getitem__(self, path: AssetPath) -> Entry:
        file = self._sources[path]
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror}", path=str(file)) from error
        return Entry(path, url_of(path), len(data), media_type(path), integrity_of(hashlib.sha256(data).hexdigest()))

    def __contains__(self, path: object) -> bool:
        return path in self._sources

    def __iter__(self) -> Iterator[AssetPath]:
        return map(AssetPath, self._sources)

    def __len__(self) -> int:
        return len(self._sources)


def plain_lookup(entries: PlainEntries, base_url: str) -> Lookup:
    """The same questions, answered from the sources; a URL is found without reading the file."""
    lookup = Lookup(Manifest(entries), base_url, urls={})

    def url(path: str) -> str:
        normal = unicodedata.normalize("NFC", path)
        return lookup.base_url + (url_of(normal) if normal in entries else lookup.entry(normal).url)

    lookup.urls.otherwise = url
    return lookup
