"""What moves down the line: a path, bytes with their digest, and an asset, which is both."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.errors import PublishError, SourceError
from pipeline.path import AssetPath, asset_path

__all__ = ["Asset", "AssetPath", "Blob", "Held", "asset_path"]

CHUNK = 1 << 20


class Held(Protocol):
    """Bytes that lie somewhere else, and are brought when they are wanted."""

    def read(self) -> bytes:
        """All of them.

        Raises:
            PublishError: they are gone.
        """


@dataclass(frozen=True, slots=True)
class Blob:
    """Immutable bytes, equal when their digests are; large files stay on disk.

    Attributes:
        digest: SHA-256 as 64 hexadecimal digits.
        size: length in bytes.
        held: the bytes, the absolute path of the file that has them, or what brings them.
        variants: compressed copies that were made of it already, each behind what made it, see `pipeline.squeezing`;
            ``None`` for one that is not worth its bytes.
    """

    digest: str
    size: int = field(compare=False)
    held: bytes | str | Held = field(compare=False, repr=False)
    variants: tuple[tuple[str, Blob | None], ...] = field(default=(), compare=False, repr=False)

    def __reduce__(self) -> tuple[type[Blob], tuple[str, int, bytes | str | Held]]:
        """Elsewhere nobody wants the variants."""
        return Blob, (self.digest, self.size, self.held)

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """A blob that holds ``data`` in memory."""
        return cls(hashlib.sha256(data).hexdigest(), len(data), data)

    @classmethod
    def on_disk(cls, file: str | Path, *, hold: bool = False) -> Blob:
        """A blob that leaves its bytes in ``file``, which is read once, in chunks.

        Args:
            file: what to read.
            hold: keep all of it in memory instead.

        Raises:
            SourceError: ``file`` cannot be read or is not a regular file.
        """
        digest, size = hashlib.sha256(), 0
        try:
            if hold:
                return cls.of(_all_of(file))
            descriptor, most = _opened(file)
            try:
                while chunk := os.read(descriptor, min(most, CHUNK)):
                    digest.update(chunk)
                    size += len(chunk)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}", path=str(file)) from error
        return cls(digest.hexdigest(), size, str(file))

    def read(self) -> bytes:
        """All bytes.

        Raises:
            PublishError: the file no longer has the bytes it had when the blob was made.
        """
        if isinstance(self.held, bytes):
            return self.held
        if not isinstance(self.held, str):
            return self.held.read()
        try:
            data = _all_of(self.held)
        except OSError as error:
            raise PublishError(f"cannot be read any more: {error.strerror}", path=self.held) from error
        except SourceError as error:
            raise PublishError(f"cannot be read any more: {error.message}", path=self.held) from error
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise PublishError("changed while it was being built", path=self.held, hint="build again")
        return data


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the site, not yet named.

    Attributes:
        path: where it stands in the site.
        content: its bytes.
        origin: the assets it was made from, so that messages can point into what people wrote;
            empty for a source.
        source_map: where its text comes from, if that is wanted and somebody knows, see `pipeline.source_map`.
    """

    path: AssetPath
    content: Blob
    origin: tuple[Asset, ...] = ()
    source_map: Blob | None = field(default=None, compare=False)

    def sources(self) -> tuple[Asset, ...]:
        """The source files that this asset was made from, in order; itself if it is one."""
        if not self.origin:
            return (self,)
        return tuple(dict.fromkeys(source for part in self.origin for source in part.sources()))


def _all_of(file: str | Path) -> bytes:
    descriptor, most = _opened(file)
    try:
        data = os.read(descriptor, most)
        while more := os.read(descriptor, CHUNK):
            data += more
    finally:
        os.close(descriptor)
    return data


def _opened(file: str | Path) -> tuple[int, int]:
    """A descriptor of a regular file, and one byte more than there are in it.

    A FIFO that took the place of a listed file does not block the build.
    """
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise SourceError("is not a regular file", path=str(file))
    return descriptor, status.st_size + 1
