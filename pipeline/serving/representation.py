"""One file in one encoding, ready to be sent: header fields are made at start, small files are held in memory."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from io import FileIO

from pipeline.errors import ManifestError
from pipeline.manifest import digest_of

Field = tuple[str, str]
Stamp = tuple[int, int, int]
LARGEST_HELD = 1 << 18
"""Bytes of the largest file that is held in memory: larger ones are sent as fast by the system."""
ALL_HELD = 1 << 25
"""Bytes of all files that are held in memory, the smallest first."""
READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A FIFO in the place of a file does not block."""


@dataclass(frozen=True, slots=True)
class Representation:
    """What is sent of one file.

    Attributes:
        file: where it lies.
        size: in bytes.
        etag: a strong one, of these bytes.
        modified: seconds since 1970.
        fields: the header fields that a complete answer has, but for those that depend on the request.
        stamp: of the file, as long as it is the one that the manifest speaks of; ``None`` if it is another.
        data: its bytes, if it is small.
        ranges: whether parts of it can be asked for; of a compressed copy they are of no use by themselves.
    """

    file: str
    size: int
    etag: str
    modified: int
    fields: tuple[Field, ...]
    stamp: Stamp | None
    data: bytes | None
    ranges: bool

    def opened(self) -> FileIO | None:
        """The file, or ``None`` if it is gone."""
        try:
            file = FileIO(os.open(self.file, READ))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return file


def stamp_of(found: os.stat_result) -> Stamp:
    """What changes when another file takes the place of one."""
    return found.st_mtime_ns, found.st_size, found.st_ino


def represent(file: str, size: int, integrity: str, fields: Mapping[str, str], *, hold: bool) -> Representation:
    """Look at a file.

    Args:
        file: where it lies.
        size: in bytes, as the manifest says.
        integrity: of its bytes, as the manifest says.
        fields: the header fields that depend neither on time nor on the request.
        hold: read it into memory.

    Raises:
        ManifestError: it is not there, or cannot be read.
    """
    data = None
    try:
        found = os.stat(file)
        if not stat.S_ISREG(found.st_mode):
            raise ManifestError("is not a regular file", path=file, hint="build again")
        right = found.st_size == size
        if hold and right:
            with FileIO(os.open(file, READ)) as stream:
                found, data = os.fstat(stream.fileno()), stream.readall()
            right = hashlib.sha256(data).hexdigest() == digest_of(integrity)
    except OSError as error:
        hint = "build again, or copy the whole output"
        raise ManifestError(f"cannot be read: {error.strerror}", path=file, hint=hint) from error
    etag = f'"{integrity.removeprefix("sha256-")}"'
    modified = min(int(found.st_mtime), int(time.time()))  # never later than the answer: section 8.8.2.1
    ready = {**fields, "ETag": etag, "Last-Modified": formatdate(modified, usegmt=True), "Content-Length": str(size)}
    ranges = "Content-Encoding" not in fields
    if ranges:
        ready["Accept-Ranges"] = "bytes"
    stamp = stamp_of(found) if right else None
    return Representation(file, size, etag, modified, tuple(ready.items()), stamp, data if right else None, ranges)
