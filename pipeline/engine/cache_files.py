"""Large values of the cache: one a file, named by the digest of its bytes, so that each is written and read once.

On its way through a database it is copied four times, and half of a build's rows would be its values. A file that is
missing or damaged counts as a value that was never made.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pipeline.asset import Blob
from pipeline.engine.cache_folder import FILES, laid_in, prepare
from pipeline.engine.files import fill
from pipeline.engine.rows import DAY
from pipeline.errors import CacheLost, PublishError
from pipeline.expressions import expression

DIGEST = expression(r"[0-9a-f]{64}")
LARGE = 16 << 10
"""Bytes that are worth a file: to make one takes longer on a disk than to have the database take fewer."""
Lay = Callable[[Blob], bool]
"""See `CacheFiles.lay`."""


class CacheFiles(NamedTuple):
    """Those of one cache, for any process of this machine.

    Attributes:
        folder: of the cache's format.
    """

    folder: str

    def lay(self, blob: Blob) -> bool:
        """Have the bytes of a blob lie here, if they are worth a file; false if they do not, for there may be no room.

        Raises:
            PublishError: what holds the blob is gone.
        """
        if blob.size < LARGE:
            return False
        if self.has(blob.digest, blob.size):
            return True
        place = self._place(blob.digest)
        partial = f"{place}-{os.getpid()}-{threading.get_ident()}"
        try:
            try:
                fill(partial, blob)
            except FileNotFoundError:
                prepare(Path(self.folder).parent)
                os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
                fill(partial, blob)
            os.replace(partial, place)
        except OSError:
            with suppress(OSError):
                os.unlink(partial)
            return False
        return True

    def has(self, digest: str, size: int) -> bool:
        """Whether a value of this digest and size is here; it counts as used today."""
        if not DIGEST.fullmatch(digest):
            return False
        place = self._place(digest)
        try:
            status = os.lstat(place)
        except OSError:
            return False
        if not stat.S_ISREG(status.st_mode) or status.st_size != size:
            return False
        if status.st_mtime < time.time() - DAY:
            with suppress(OSError):  # then it goes sooner
                os.utime(place)
        return True

    def laid(self, digest: str, size: int) -> Laid:
        """What was laid here.

        Raises:
            ValueError: that is no digest; a row that others made may say anything.
        """
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"not a digest: {digest!r}")
        return Laid(self._place(digest), digest, size)

    def all(self) -> Iterator[tuple[str, os.stat_result]]:
        """The files that are here, and what was left half-written."""
        with suppress(OSError):  # then there is nothing to throw out
            for entry in laid_in(Path(self.folder)):
                with suppress(OSError):  # another process may have deleted it meanwhile
                    yield entry.path, entry.stat(follow_symlinks=False)

    @staticmethod
    def remove(files: Iterable[str]) -> None:
        """Delete some of them."""
        for file in files:
            with suppress(OSError):
                os.unlink(file)

    def _place(self, digest: str) -> str:
        return os.path.join(self.folder, FILES, digest)


class Laid(NamedTuple):
    """Bytes that lie in a file of a cache."""

    file: str
    digest: str
    size: int

    def read(self) -> bytes:
        """The bytes.

        Raises:
            CacheLost: they were deleted or damaged.
        """
        try:
            return Blob(self.digest, self.size, self.file).read()
        except PublishError as error:
            with suppress(OSError):  # what has other bytes must not be taken for it again
                os.unlink(self.file)
            raise CacheLost("lost what it held while it was needed", path=self.file, hint="build again") from error

    def __reduce__(self) -> tuple[type[bytes], tuple[bytes]]:
        """Elsewhere it is the bytes."""
        return bytes, (self.read(),)
