"""Reads what a program writes, so that it never waits for room in a pipe, and keeps no more of it than one wants."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader

CHUNK = 64 << 10


class Reader(threading.Thread):
    """Reads a pipe to its end, so that nobody waits for room in it; keeps the beginning.

    Args:
        pipe: what to read.
        most: bytes to keep.
        full: called once there are more.
    """

    def __init__(self, pipe: BufferedReader, most: int, full: Callable[[], None] = lambda: None) -> None:
        super().__init__(daemon=True)
        self._pipe, self._most, self._full = pipe, most, full
        self._chunks: list[bytes] = []
        self._size = 0
        self.start()

    def run(self) -> None:
        """Read."""
        with suppress(OSError, ValueError):  # closed
            while chunk := self._pipe.read1(CHUNK):
                if self._size <= self._most:
                    self._chunks.append(chunk)
                    self._size += len(chunk)
                    if self._size > self._most:
                        self._full()

    def kept(self) -> bytes:
        """The beginning."""
        return b"".join(self._chunks)[: self._most]
