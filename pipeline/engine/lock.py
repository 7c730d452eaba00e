"""A lock between processes that the system itself takes back when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


POLL = 0.02


@contextmanager
def locked(file: Path, prepare: Callable[[], None], waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock on ``file``, which is made if it is missing and stays empty; its holder may delete it.

    Args:
        file: what is locked.
        prepare: makes the folder of ``file``, and what else must stand in it; called again under the lock, since
            who held it before may have deleted all that.
        waiting: called once if somebody else holds the lock.

    Raises:
        OSError: ``file`` cannot be opened, or is a link.
    """
    told = False
    while True:
        prepare()
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except FileNotFoundError:  # somebody deleted the folder just now
            continue
        try:
            while not _try(descriptor):
                if not told:
                    waiting()
                    told = True
                time.sleep(POLL)
            if _stands(file, descriptor):
                prepare()
                yield
                return
        finally:
            os.close(descriptor)


def _stands(file: Path, descriptor: int) -> bool:
    """Whether the lock that was waited for is still the one that others see."""
    try:
        return os.path.samestat(os.lstat(file), os.fstat(descriptor))
    except FileNotFoundError:
        return False
