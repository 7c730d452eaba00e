"""How one file is written so that nobody ever sees half of it: filled beside its place, checked, then renamed."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.asset import CHUNK, Blob
from pipeline.errors import PublishError

BINARY = getattr(os, "O_BINARY", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a FIFO must not hold up the build
WRITE_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | BINARY
READ = os.O_RDONLY | NO_WAIT | BINARY
READ_NO_LINK = READ | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def explained(file: Path, done: str = "written") -> Iterator[None]:
    """What the system says, as a failure to publish ``file``, which cannot be ``done``.

    Raises:
        PublishError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise failed(file, error, done) from error


def failed(file: Path, error: OSError, done: str = "written") -> PublishError:
    """What the system says, as a failure to publish ``file``."""
    path = os.fsdecode(error.filename) if error.filename else str(file)
    return PublishError(f"cannot be {done}: {error.strerror or error}", path=path)


def fill(file: Path | str, blob: Blob, *, durable: bool = False) -> None:
    """Make a new file with the bytes of ``blob``; nothing is left of it on failure; its mode follows the umask.

    Args:
        file: must not exist.
        blob: what to write.
        durable: return only when the bytes are on the disk.

    Raises:
        OSError: no room, no permission, something stands there.
        PublishError: the file that holds the blob has other bytes by now.
    """
    descriptor = os.open(file, WRITE_NEW, 0o666)
    try:
        try:
            _copy(blob, descriptor)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        with suppress(OSError):
            os.unlink(file)
        raise


def gather(file: str, parts: Iterable[bytes]) -> Blob:
    """Make a new file of parts that need not all be in memory; the blob of it.

    Args:
        file: must not exist.
        parts: what to write.

    Raises:
        OSError: no room, no permission, something stands there.
    """
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(file, WRITE_NEW, 0o666)
    try:
        for part in parts:
            digest.update(part)
            _write(descriptor, part)
            size += len(part)
    finally:
        os.close(descriptor)
    return Blob(digest.hexdigest(), size, file)


def _copy(blob: Blob, descriptor: int) -> None:
    """Write the bytes; those of a file are looked at on the way, for it may have changed since it was read."""
    if not isinstance(blob.held, str):
        _write(descriptor, blob.read())
        return
    digest = hashlib.sha256()
    for chunk in _chunks(blob.held, blob.size):
        digest.update(chunk)
        _write(descriptor, chunk)
    if digest.hexdigest() != blob.digest:
        raise PublishError("changed while it was being built", path=blob.held, hint="build again")


def _write(descriptor: int, data: bytes) -> None:
    """All of it: a signal or a disk that fills up may end a call early."""
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, memoryview(data)[written:])


def _chunks(file: str, size: int) -> Iterator[bytes]:
    """What is in a file, a part at a time: as much as it should be, and one byte more if there is."""
    try:
        descriptor = os.open(file, READ)
        try:
            while chunk := os.read(descriptor, min(size + 1, CHUNK)):
                yield chunk
                size -= len(chunk)
                if size <= 0:
                    break
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PublishError(f"cannot be read any more: {error.strerror}", path=file) from error


def staged(file: Path, key: str) -> Path:
    """Where `stage` puts what will become ``file``: beside it, hidden, the same for the same ``key``."""
    return file.with_name(f".{hashlib.sha256(f'{key}/{file.name}'.encode()).hexdigest()[:16]}.pipeline-tmp")


def stage(file: Path, blob: Blob, key: str, *, durable: bool = True) -> Path:
    """Write a blob beside ``file``, in the place of what a killed build left there; where that is.

    Args:
        file: what it is for; the folders above it are made.
        blob: the bytes.
        key: nobody else stages for ``file`` with this key at the same time.
        durable: return only when it is on the disk.

    Raises:
        OSError: no room, no permission.
    """
    temporary = staged(file, key)
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary.unlink(missing_ok=True)
    fill(temporary, blob, durable=durable)
    return temporary


def regular(file: Path) -> bool:
    """Whether a regular file stands there, and no link."""
    try:
        return stat.S_ISREG(os.lstat(file).st_mode)
    except OSError:
        return False


def bytes_of(file: Path) -> bytes | None:
    """All bytes of a regular file; ``None`` if there is none, or it is a link.

    Raises:
        OSError: it cannot be read.
    """
    if not regular(file):
        return None
    with open(os.open(file, READ_NO_LINK), "rb") as stream:
        return stream.read()


def sync(folder: Path) -> None:
    """Have the system write what was written below a folder, and besides, to the disk.

    Raises:
        OSError: the disk did not take it.
    """
    if sys.platform == "linux":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) == 0:
                return
            if (code := ctypes.get_errno()) != errno.ENOSYS:
                raise OSError(code, os.strerror(code), str(folder))
        finally:
            os.close(descriptor)
    if hasattr(os, "sync"):
        os.sync()
