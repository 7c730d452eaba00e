"""The manifests of all releases that an output folder has on record, by their digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, ValuesView
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.asset import Blob
from pipeline.destinations.directory import OWN, Directory
from pipeline.destinations.directory import RELEASES as FOLDER
from pipeline.engine.files import explained, gather
from pipeline.errors import ManifestError
from pipeline.expressions import expression
from pipeline.manifest import Manifest

RELEASES = f"{OWN}/{FOLDER}"


RECORD = expression(r"[0-9a-f]{64}\.json")


class Records(Mapping[str, Manifest]):
    """The manifests on record by their digests, read when they are asked for; `values` leaves out damaged ones."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._digests = dict.fromkeys(Path(file).stem for file in records(directory))

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, digest: object) -> bool:
        return digest in self._digests

    def __getitem__(self, digest: str) -> Manifest:
        file = record_of(digest)
        data = self._directory.read(file) or b""
        if digest not in self._digests or hashlib.sha256(data).hexdigest() != digest:
            raise KeyError(digest)
        return Manifest.from_json(data, file)

    def values(self) -> ValuesView[Manifest]:
        """The manifests that are whole."""
        good = {}
        for digest in self._digests:
            with suppress(KeyError, ManifestError):
                good[digest] = self[digest]
        return good.values()


def records(directory: Directory) -> list[str]:
    """The files that hold a manifest each, damaged or not."""
    if not directory.is_ours():
        return []
    names = (file.name for file in (directory.folder / RELEASES).iterdir())
    return sorted(f"{RELEASES}/{name}" for name in names if RECORD.fullmatch(name))


def record_of(digest: str) -> str:
    """The file that holds the manifest with this digest."""
    return f"{RELEASES}/{digest}.json"


def written(manifest: Manifest, directory: Directory) -> Blob:
    """A manifest, in memory only where it may be on record: else in a file, which gets its name with the digest.

    Raises:
        PublishError: no room, no permission.
    """
    if not directory.is_bare():
        return Blob.of(manifest.to_json())
    place = directory.place()
    with explained(Path(place)):
        return gather(place, manifest.parts())


def record(data: Blob, directory: Directory) -> Blob:
    """Put what was `written` on record, if it is not; as it stands there.

    Raises:
        PublishError: no room, no permission.
    """
    file = record_of(data.digest)
    if isinstance(data.held, str):
        directory.commit(file, data.held)
    elif not directory.has(file, data):
        directory.write(file, data)
    return replace(data, held=str(directory.folder / file))
