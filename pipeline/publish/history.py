"""The releases that an output folder holds, as recorded in the folder itself, so that a fresh machine can prune it.

``.pipeline/releases/<digest>.json`` is a copy of each release's manifest, written before its files, so that also what
a killed build wrote is on record. ``.pipeline/history.json`` lists the published ones in order, each with the time at
which another took its place: the first release of a folder has no time in it, so builds stay reproducible.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.asset import Blob
from pipeline.destinations.directory import OWN, Directory
from pipeline.engine.files import bytes_of
from pipeline.errors import ManifestError
from pipeline.manifest import Manifest, digest_of
from pipeline.publish.records import Records, record_of, records

HISTORY = f"{OWN}/history.json"


class Past(NamedTuple):
    """A release that was published.

    Attributes:
        digest: SHA-256 of its manifest.
        retired: when another took its place; ``None`` if none did, or nobody knows.
    """

    digest: str
    retired: datetime | None = None


class History(NamedTuple):
    """Published releases, oldest first, and every manifest on record by its digest.

    Attributes:
        damaged: names of records that are missing or not what was written, and are left out.
    """

    releases: tuple[Past, ...]
    manifests: Mapping[str, Manifest]
    damaged: tuple[str, ...] = ()

    @classmethod
    def read(cls, directory: Directory) -> History:
        """What the folder says; damaged records count as absent, without the list all releases as published."""
        manifests: dict[str, Manifest] = {}
        damaged = set()
        for file in records(directory):
            data = directory.read(file) or b""
            digest = hashlib.sha256(data).hexdigest()
            try:
                manifest = Manifest.from_json(data, file)
            except ManifestError:
                manifest = None
            if manifest and file == record_of(digest):
                manifests[digest] = manifest
            else:
                damaged.add(file)
        releases = _parsed(directory.read(HISTORY))
        if releases is None:
            damaged |= {HISTORY} if manifests else set()
            releases = tuple(Past(digest) for digest in manifests)
        damaged |= {record_of(past.digest) for past in releases if past.digest not in manifests}
        return cls(tuple(past for past in releases if past.digest in manifests), manifests, tuple(sorted(damaged)))

    @classmethod
    def listed(cls, directory: Directory) -> History:
        """The same without reading a manifest before somebody asks for it; a record that is there counts as whole."""
        releases = _parsed(directory.read(HISTORY))
        if releases is None:
            return cls.read(directory)
        manifests = Records(directory)
        return cls(tuple(past for past in releases if past.digest in manifests), manifests)

    def ending_with(self, digest: str) -> History:
        """The same, the last release being that of the manifest with this digest, if it is on record."""
        return self.followed_by(digest, datetime.now(UTC)) if digest in self.manifests else self

    def recorded(self) -> dict[str, set[str]]:
        """Every file on record and the digests that it may have."""
        found: dict[str, set[str]] = {}
        for manifest in self.manifests.values():
            for file, digest in manifest.files().items():
                found.setdefault(file, set()).add(digest)
        return found

    def followed_by(self, digest: str, now: datetime) -> History:
        """The history after the release ``digest`` was published at ``now``."""
        older = [past for past in self.releases if past.digest != digest]
        retired = [past._replace(retired=past.retired or now) for past in older]
        return self._replace(releases=(*retired, Past(digest)))

    def outdated_copies(self, manifest: Manifest) -> dict[str, set[str]]:
        """Variants of files that ``manifest`` gives other bytes and no such variant, and the digests they may have.

        A web server would send them in place of the new bytes.
        """
        now = manifest.files()
        found: dict[str, set[str]] = {}
        for entry in (entry for old in self.manifests.values() for entry in old.entries.values()):
            if now.get(entry.file, digest_of(entry.integrity)) != digest_of(entry.integrity):
                for variant in entry.variants.values():
                    found.setdefault(variant.file, set()).add(digest_of(variant.integrity))
        return {file: digests for file, digests in found.items() if file not in now}

    def others_under(self, manifest: Manifest, mutable: Collection[str]) -> dict[str, set[str]]:
        """Files of ``manifest`` that must never change, and the other digests that earlier releases gave them.

        Variants are left out: another version of a compressor makes other bytes that mean the same.
        """
        now = {entry.file: digest_of(entry.integrity) for entry in manifest.entries.values()}
        found: dict[str, set[str]] = {}
        for entry in (entry for old in self.manifests.values() for entry in old.entries.values()):
            digest = digest_of(entry.integrity)
            if entry.file not in mutable and now.get(entry.file, digest) != digest:
                found.setdefault(entry.file, set()).add(digest)
        return found

    def dump(self) -> Blob:
        """The list of releases, as it is kept."""
        return Blob.of(_dumped(self.releases))


def up_to_date(directory: Directory, manifest: Path) -> History:
    """The history of a folder; its last release is the one that ``manifest`` names, if that is on record.

    A build that was killed behind the manifest has not written the history any more.
    """
    return History.read(directory).ending_with(hashlib.sha256(bytes_of(manifest) or b"").hexdigest())


def current_files(manifest: Path) -> dict[str, str]:
    """The files that a manifest names and the digests of their bytes; none if it cannot be read."""
    try:
        return Manifest.from_json(bytes_of(manifest) or b"").files()
    except ManifestError:
        return {}


def standing(directory: Directory, files: Mapping[str, Collection[str | None]]) -> list[str]:
    """Those of ``files`` that have one of the digests they may have, sorted."""
    return [file for file in sorted(files) if directory.digest(file) in files[file]]


def _dumped(releases: tuple[Past, ...]) -> bytes:
    rows = [[past.digest, past.retired.isoformat() if past.retired else None] for past in releases]
    check = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    return json.dumps({"check": check, "releases": rows}, indent=1).encode() + b"\n"


def _parsed(data: bytes | None) -> tuple[Past, ...] | None:
    try:
        rows = json.loads(data or b"")["releases"]
        releases = tuple(Past(str(digest), _time(time)) for digest, time in rows)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return releases if _dumped(releases) == data else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
