"""Squeeze: makes the compressed copies of some bytes, in any process, as the cache keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.asset import Blob
from pipeline.compressors import Compressor
from pipeline.config import Config
from pipeline.engine.cache import Cache
from pipeline.engine.cache_files import CacheFiles
from pipeline.engine.executors import is_far
from pipeline.engine.kept import LITTLE, kept
from pipeline.media_types import compressible

WORTH_IT = 0.95
"""A variant is kept if it has at most this share of the original's bytes."""
HERE, LAID = b"\0", b"\1"
"""How the row of a variant begins: its bytes follow the digest; or their number does, and they lie in a file."""
DIGEST = hashlib.sha256().digest_size
HEAD = len(HERE) + DIGEST

Job = tuple[Blob, tuple[str, ...]]
"""Bytes, and the identities of the compressors that are to make something of them."""

Rows = tuple[str, Mapping[str, bytes]]
"""The digest of the bytes, and what each compressor made of them, as the cache keeps it."""


@dataclass(frozen=True, slots=True)
class Squeeze:
    """Does a job.

    Attributes:
        compressors: of the build, by their identities.
        files: of the cache.
        lays: whether large values may lie there: they must travel if the cache is shared, or the work done far away.
    """

    compressors: Mapping[str, Compressor]
    files: CacheFiles
    lays: bool

    @classmethod
    def of(cls, config: Config, cache: Cache) -> Squeeze:
        """With the compressors that are configured."""
        compressors = {f"{step.identity} {WORTH_IT}": step.plugin for step in config.compress}
        return cls(compressors, cache.files, not (cache.shared or is_far(config.executor)))

    def __call__(self, job: Job) -> Rows:
        """What comes of it."""
        content, identities = job
        data = content.read()
        return content.digest, {each: self._row(self.compressors[each](data), len(data)) for each in identities}

    def lay(self, blob: Blob) -> bool:
        """Have some bytes lie in a file of the cache; whether they do, see `CacheFiles.lay`."""
        return self.lays and self.files.lay(blob)

    def put(self, cache: Cache, rows: Rows) -> Iterator[tuple[str, Blob | None]]:
        """Put what was made into the cache; each variant behind the identity of its compressor.

        What a quick one made of little stays in memory for this build, and is made again sooner than asked for.
        """
        digest, made = rows
        for identity, row in made.items():
            where = key(identity, digest)
            quick = row[:1] == HERE and len(row) <= LITTLE and getattr(self.compressors[identity], "quick", False)
            if cache.shared or not quick:
                cache.put(where, row)
            yield identity, variant(cache, where, row)

    def wanted(self, path: str, content: Blob, cache: Cache | None) -> tuple[str, ...]:
        """The compressors that may make something of a file of which a cache has no such copy."""
        if not (self.compressors and content.size and compressible(path)):
            return ()
        if cache is None:
            return tuple(self.compressors)
        keys = {each: key(each, content.digest) for each in self.compressors}
        rows = cache.get_all(keys.values())
        return tuple(each for each in keys if keys[each] not in rows or not serves(rows[keys[each]], self.files))

    def _row(self, small: bytes, size: int) -> bytes:
        """A variant as the cache keeps it; nothing for one that is not worth its bytes."""
        if len(small) > WORTH_IT * size:
            return b""
        blob = Blob.of(small)
        digest = bytes.fromhex(blob.digest)
        return LAID + digest + b"%d" % len(small) if self.lay(blob) else HERE + digest + small


def key(identity: str, digest: str) -> str:
    """What the cache has a variant under."""
    return f"variant:{identity} {digest}"


def variant(cache: Cache, where: str, row: bytes) -> Blob | None:
    """The variant that the cache has under a key, from its row; ``None`` if it is not worth its bytes.

    Raises:
        ValueError: the row is not one of these.
    """
    if not row:
        return None
    digest = row[len(HERE) : HEAD].hex()
    if row[:1] == LAID:
        size = int(row[HEAD:])
        return Blob(digest, size, cache.files.laid(digest, size))
    size = len(row) - HEAD
    return Blob(digest, size, kept(cache, where, row, size, size))


def serves(row: bytes, files: CacheFiles) -> bool:
    """Whether the bytes of a variant are there."""
    return row[:1] != LAID or files.has(row[len(HERE) : HEAD].hex(), int(row[HEAD:]))
