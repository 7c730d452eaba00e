"""A folder as a destination: every file is written in a folder of the tool's own, then renamed into its place."""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

from pipeline.asset import Blob
from pipeline.engine.files import READ_NO_LINK, explained, failed, fill, regular, sync
from pipeline.errors import PublishError

__all__ = ["Directory"]

OWN = ".pipeline"
PARTIAL = "partial"
RELEASES = "releases"


class Directory:
    """Files below a folder; links on the way to them are never followed.

    Names are relative to the folder with ``/``; they come from a `Manifest` or `Release`, which check them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own = folder / OWN
        self._root = f"{folder}{os.sep}"
        self._partial = f"{self._root}{OWN}{os.sep}{PARTIAL}{os.sep}"
        self._real: set[str] = set()
        # A thread that outlives the lock of an interrupted build must not move another build's half-written file.
        self._mark = secrets.token_hex(8)
        self._count = itertools.count()
        self._places: dict[str, str] = {}

    def prepare(self) -> None:
        """Make the folder, and the tool's own folders in it."""
        with explained(self.own):
            self._real.clear()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._make(f"{OWN}/{PARTIAL}/")
            self._make(f"{OWN}/{RELEASES}/")

    def is_ours(self) -> bool:
        """Whether something was ever published here."""
        return self._is_below(f"{OWN}/{RELEASES}/x")

    def is_bare(self) -> bool:
        """Whether nothing stands in the folder but the tool's own."""
        with explained(self.folder, "listed"):
            return os.listdir(self.folder) == [OWN]

    def clear(self) -> None:
        """Drop what a killed build left half-written; only under the lock."""
        with explained(self.own):
            for leftover in (self.own / PARTIAL).iterdir():
                leftover.unlink()

    def digest(self, file: str) -> str | None:
        """SHA-256 in hexadecimal of what stands at ``file``; ``None`` for nothing, a link, or no regular file.

        Raises:
            PublishError: it cannot be read.
        """
        with explained(self.folder / file, "read"):
            descriptor = self._open(file)
            if descriptor is None:
                return None
            with open(descriptor, "rb", buffering=0) as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()

    def has(self, file: str, blob: Blob) -> bool:
        """Whether exactly these bytes stand at ``file``, as a regular file that can be read."""
        try:
            return os.lstat(self._root + file).st_size == blob.size and self.digest(file) == blob.digest
        except (OSError, PublishError):
            return False

    def read(self, file: str) -> bytes | None:
        """All bytes of ``file``, or ``None`` if there is no such regular file.

        Raises:
            PublishError: it cannot be read.
        """
        with explained(self.folder / file, "read"):
            descriptor = self._open(file)
            if descriptor is None:
                return None
            with open(descriptor, "rb") as stream:
                return stream.read()

    def stage(self, file: str, blob: Blob) -> None:
        """Write a blob, ready to be moved to ``file``, and make the folders above that.

        Raises:
            PublishError: no room, no permission, a file or a link where a folder must be, a source that changed.
        """
        self._places[file] = self._filled(file, blob)

    def commit(self, file: str, place: str = "") -> None:
        """Move what was staged, or stands at `place`, to ``file``, in the place of what stands there.

        Raises:
            PublishError: a folder is in the way.
        """
        self._move(place or self._places.pop(file, self._partial + "none"), file)

    def write(self, file: str, blob: Blob) -> None:
        """Put a blob at ``file`` in one step; its mode follows the umask.

        Raises:
            PublishError: as `stage` and `commit`.
        """
        self._move(self._filled(file, blob), file)

    def place(self) -> str:
        """Where nothing is yet, for a file of which nobody knows what it will be called."""
        return f"{self._partial}{self._mark}-{os.getpid()}-{next(self._count)}"

    def remove(self, files: Iterable[str]) -> list[str]:
        """Delete files, and the folders that this leaves empty; what was removed."""
        gone, folders = [], set()
        for file in files:
            with explained(self.folder / file):
                if self._is_below(file) and os.path.lexists(self.folder / file):
                    (self.folder / file).unlink()
                    gone.append(file)
                    folders |= {str(parent) for parent in Path(file).parents} - {"."}
        for folder in sorted(folders, key=len, reverse=True):
            with suppress(OSError):  # not empty, or gone
                (self.folder / folder).rmdir()
        return gone

    def sync(self) -> None:
        """Have the system write all that was written to the disk, before anything names it.

        Raises:
            PublishError: the disk did not take it.
        """
        with explained(self.folder):
            sync(self.folder)

    def _filled(self, file: str, blob: Blob) -> str:
        """Where what shall become ``file`` is filled; always a new place."""
        place = self.place()
        try:
            self._make(file)
            fill(place, blob)
        except OSError as error:
            raise failed(self.folder / file, error) from error
        return place

    def _move(self, staged: str, file: str) -> None:
        try:
            os.replace(staged, self._root + file)
        except BaseException as error:
            with suppress(OSError):
                os.unlink(staged)
            if isinstance(error, OSError):
                raise failed(self.folder / file, error) from error
            raise

    def _open(self, file: str) -> int | None:
        """A descriptor of a regular file, or ``None``."""
        if not self._is_below(file) or not regular(self.folder / file):
            return None
        return os.open(self.folder / file, READ_NO_LINK)

    def _make(self, file: str) -> None:
        """Make the folders above ``file``."""
        if file.rpartition("/")[0] in self._real:
            return
        for folder in accumulate(file.split("/")[:-1], "{}/{}".format):
            if folder not in self._real:
                with suppress(FileExistsError):
                    os.mkdir(self.folder / folder)
                if not stat.S_ISDIR(os.lstat(self.folder / folder).st_mode):
                    raise PublishError("is a link or a file where a folder must be", path=str(self.folder / folder))
                self._real.add(folder)

    def _is_below(self, file: str) -> bool:
        """Whether every folder above ``file`` is a real one."""
        parents = [str(parent) for parent in Path(file).parents][:-1]
        with suppress(OSError):
            return all(stat.S_ISDIR(os.lstat(self.folder / parent).st_mode) for parent in parents)
        return False
