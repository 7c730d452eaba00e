"""Squeeze: makes the compressed copies of some bytes, in any process, as the cache keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.asset import Blob
from pipeline.compressors import Compressor
from pipeline.config import Config
from pipeline.engine.cache import Cache
from pipeline.engine.kept import LITTLE, kept
from pipeline.media_types import compressible

WORTH_IT = 0.95
"""A variant is kept if it has at most this share of the original's bytes."""
DIGEST = hashlib.sha256().digest_size

Job = tuple[Blob, tuple[str, ...]]
"""Bytes, and the identities of the compressors that are to make something of them."""

Rows = tuple[str, Mapping[str, bytes]]
"""The digest of the bytes, and what each compressor made of them, as the cache keeps it."""


@dataclass(frozen=True, slots=True)
class Squeeze:
    """Does a job.

    Attributes:
        compressors: of the build, by their identities.
    """

    compressors: Mapping[str, Compressor]

    @classmethod
    def of(cls, config: Config) -> Squeeze:
        """With the compressors that are configured."""
        return cls({f"{step.identity} {WORTH_IT}": step.plugin for step in config.compress})

    def __call__(self, job: Job) -> Rows:
        """What comes of it."""
        content, identities = job
        data = content.read()
        return content.digest, {each: _row(self.compressors[each](data), len(data)) for each in identities}

    def put(self, cache: Cache, rows: Rows) -> Iterator[tuple[str, Blob | None]]:
        """Put what was made into the cache; each variant behind the identity of its compressor.

        What a quick one made of little stays in memory for this build, and is made again sooner than asked for.
        """
        digest, made = rows
        for identity, row in made.items():
            where = key(identity, digest)
            quick = DIGEST < len(row) <= LITTLE and getattr(self.compressors[identity], "quick", False)
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
        return tuple(each for each in keys if keys[each] not in rows)


def key(identity: str, digest: str) -> str:
    """What the cache has a variant under."""
    return f"variant:{identity} {digest}"


def variant(cache: Cache, where: str, row: bytes) -> Blob | None:
    """The variant that the cache has under a key, from its row; ``None`` if it is not worth its bytes."""
    size = len(row) - DIGEST
    return Blob(row[:DIGEST].hex(), size, kept(cache, where, row, size, size)) if row else None


def _row(small: bytes, size: int) -> bytes:
    """A variant as the cache keeps it, behind its digest; nothing for one that is not worth its bytes."""
    return hashlib.sha256(small).digest() + small if len(small) <= WORTH_IT * size else b""
