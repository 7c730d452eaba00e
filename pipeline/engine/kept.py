"""Bytes that stay in the cache until they are wanted."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.engine.cache import Cache
from pipeline.errors import CacheLost

LITTLE = 1 << 10
"""Bytes; fewer are held in memory, where what brings them takes as much room, and to ask for them takes longest."""


def kept(cache: Cache, key: str, row: bytes, behind: int, size: int) -> bytes | Kept:
    """Some bytes of a row that a cache has, see `Kept`."""
    start = len(row) - behind
    return row[start : start + size] if size <= LITTLE else Kept(cache, key, behind, size)


class Kept(NamedTuple):
    """Bytes that lie in a cache: the last but some of what it has under a key."""

    cache: Cache
    key: str
    behind: int
    size: int

    def read(self) -> bytes:
        """The bytes.

        Raises:
            CacheLost: they were deleted while the build ran.
        """
        row = self.cache.get(self.key)
        if row is None:
            raise CacheLost("lost what it held while it was needed", path=str(self.cache.file), hint="build again")
        start = len(row) - self.behind
        return row[start : start + self.size]

    def __reduce__(self) -> tuple[type[bytes], tuple[bytes]]:
        """Elsewhere it is the bytes."""
        return bytes, (self.read(),)
