"""The cache: what was made before, by what it was made of, in a database and files that several processes may share.

A row is a key, some bytes and their check: a damaged one counts as missing. Nothing in it is code, and no time decides
what it gives, only what goes first when there is no room. SQLite does the sharing (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pipeline.engine import forks, rows
from pipeline.engine.cache_files import CacheFiles
from pipeline.engine.cache_folder import SUFFIXES, prepare, size_of
from pipeline.engine.shared import Shared

FORMAT = 2
"""Of the rows and their keys; another format lives in another folder, so versions leave each other alone."""
MANY = 500
"""Variables in one statement."""
PENDING = 1 << 20
"""Bytes that wait for the next transaction."""
DAMAGE = sqlite3.DatabaseError, ValueError, TypeError
"""What SQLite says of a file that is not as it left it; a name in it that is not UTF-8 is a `ValueError`."""
T = TypeVar("T")


class Cache:
    """Bytes by key; every method may be called from any thread, and none fails because of the disk.

    Attributes:
        folder: of this format, below the one that was configured.
        limit: bytes; what was not used for longest goes when there are more.
        files: large values, which lie beside the rows.
        shared: that of several machines, which is asked for what this one lacks, and given what is made.
        problems: what was wrong with it, for people.
    """

    def __init__(self, folder: Path, limit: int, shared: Shared | None = None) -> None:
        self.folder, self.limit, self.shared = folder / str(FORMAT), limit, shared
        self.file, self.files = self.folder / "cache.sqlite", CacheFiles(str(self.folder))
        self.problems: list[str] = []
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._unusable = self._unwritable = False
        self._pending: dict[str, bytes] = {}
        self._weight = 0
        forks.let_go_before(self)

    def __del__(self) -> None:
        """What was read from it after it was closed opened it again."""
        self._let_go()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process opens the file for itself; what is shared is its parent's business."""
        return Cache, (self.folder.parent, self.limit)

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, if it is whole."""
        return self.get_all([key]).get(key)

    def get_all(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What is kept under several keys, in as few questions as can be."""
        with self._lock:
            found, rest = {}, []
            for key in dict.fromkeys(keys):
                if key in self._pending:
                    found[key] = self._pending[key]
                else:
                    rest.append(key)
            for start in range(0, len(rest), MANY):
                part = partial(rows.select, keys=rest[start : start + MANY])
                found |= self._guarded(part, dict[str, bytes]())
            return found

    def is_empty(self) -> bool:
        """Whether there is nothing to be found."""
        with self._lock:
            if self._pending or not os.path.exists(self.file):
                return not self._pending
            return self._guarded(rows.is_empty, otherwise=True)

    def bring(self, keys: Iterable[str]) -> Cache:
        """The same with what the shared cache has under some keys, in as few questions as can be."""
        for found in self.shared.get(self._lacking([*dict.fromkeys(keys)])) if self.shared else ():
            for key, data in found.items():
                self._keep(key, data)
        return self

    def _lacking(self, keys: list[str]) -> list[str]:
        with self._lock:
            there = {*self._pending}
            for start in range(0, len(keys), MANY):
                there |= self._guarded(partial(rows.known, keys=keys[start : start + MANY]), set[str]())
        return [key for key in keys if key not in there]

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes that were made; they are on the disk after `flush`, or soon."""
        self._keep(key, data)
        if self.shared:
            self.shared.offer(key, len(data), self.get_all)

    def _keep(self, key: str, data: bytes) -> None:
        with self._lock:
            self._pending[key] = data
            self._weight += len(data)
            if self._weight > PENDING:
                self.flush()

    def flush(self) -> None:
        """Write what waits, in one transaction; where that cannot be, it stays in memory: it may be needed yet."""
        with self._lock:
            if self._pending and not self._unwritable:
                insert = partial(rows.insert, items=[*self._pending.items()])
                self._unwritable = not self._guarded(insert, otherwise=False)
            if not self._unwritable:
                self._pending, self._weight = {}, 0

    def close(self) -> None:
        """Write what waits, make room if there is too little, and let go of the file."""
        if self.shared:
            self.problems += self.shared.close()
        with self._lock:
            self.flush()
            if self._connection and self.size() > self.limit:
                evict = partial(rows.evict, limit=self.limit, files=[*self.files.all()])
                self.files.remove(self._guarded(evict, list[str]()))
            self._let_go()

    def count(self) -> int:
        """How many entries there are."""
        with self._lock:
            return self._guarded(rows.count, 0) if self.file.exists() else 0

    def clear(self) -> int:
        """Delete all of it, in this format; the bytes that it took."""
        with self._lock:
            size = self.size()
            self._pending, self._weight, self._unwritable = {}, 0, False
            self._discard()
            self.files.remove(file for file, _ in self.files.all())
            return size

    def size(self) -> int:
        """Bytes on the disk."""
        return size_of(self.folder)

    def _guarded(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What ``work`` gives; a damaged file is made anew, and one that cannot be used is done without."""
        for _ in range(2):
            if self._unusable:
                break
            try:
                return work(self._opened())
            except (OSError, *DAMAGE) as error:
                if isinstance(error, OSError) or rows.is_refusal(error):
                    self._unusable = self._connection is None  # else what is in it can still be read
                    self._complain(f"is not used: {error}")
                    return otherwise
                self._complain(f"was damaged and is made anew: {error}")
                self._discard()
        return otherwise

    def _complain(self, what: str) -> None:
        problem = f"the cache in {str(self.folder)!r} {what}"
        if problem not in self.problems:
            self.problems.append(problem)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            prepare(self.folder.parent)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._connection = rows.connected(self.file)
        return self._connection

    def let_go(self) -> None:
        """Close the file; it is opened again when it is wanted."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._connection:
            with suppress(sqlite3.Error):  # it is closed all the same
                self._connection.close()
        self._connection = None

    def _discard(self) -> None:
        self._let_go()
        for suffix in SUFFIXES:
            with suppress(OSError):  # then opening it says why
                os.unlink(f"{self.file}{suffix}")
