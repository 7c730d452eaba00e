"""What moves down the line: a path, bytes with their digest, and an asset, which is both."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from io import FileIO
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
    """

    digest: str
    size: int = field(compare=False)
    held: bytes | Path | Held = field(compare=False, repr=False)

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """A blob that holds ``data`` in memory."""
        return cls(hashlib.sha256(data).hexdigest(), len(data), data)

    @classmethod
    def on_disk(cls, file: Path) -> Blob:
        """A blob that leaves its bytes in ``file``, which is read once, in chunks.

        Raises:
            SourceError: ``file`` cannot be read or is not a regular file.
        """
        digest, size = hashlib.sha256(), 0
        try:
            with _opened(file) as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise SourceError("is not a regular file", path=str(file))
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}", path=str(file)) from error
        return cls(digest.hexdigest(), size, file)

    def read(self) -> bytes:
        """All bytes.

        Raises:
            PublishError: the file no longer has the bytes it had when the blob was made.
        """
        if isinstance(self.held, bytes):
            return self.held
        if not isinstance(self.held, Path):
            return self.held.read()
        try:
            with _opened(self.held) as stream:
                data = stream.readall()
        except OSError as error:
            raise PublishError(f"cannot be read any more: {error.strerror}", path=str(self.held)) from error
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise PublishError("changed while it was being built", path=str(self.held), hint="build again")
        return data


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the site, not yet named.

    Attributes:
        path: where it stands in the site.
        content: its bytes.
        origin: the assets it was made from, so that messages can point into what people wrote;
            empty for a source.
    """

    path: AssetPath
    content: Blob
    origin: tuple[Asset, ...] = ()

    def sources(self) -> tuple[Asset, ...]:
        """The source files that this asset was made from, in order; itself if it is one."""
        if not self.origin:
            return (self,)
        return tuple(dict.fromkeys(source for part in self.origin for source in part.sources()))


def _opened(file: Path) -> FileIO:
    """The file, open for reading; a FIFO that took the place of a listed file does not block the build."""
    return FileIO(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)))
