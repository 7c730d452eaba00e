"""Changes found by looking at every file again and again, where there are no events: NFS, Docker Desktop."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Sequence

from pipeline.engine.watching import Event, Ignored, State, seen

Stamp = tuple[int, int, int, int] | None
"""Times of content and inode in ns, size, inode; ``None``: not to be trusted."""

TICK = 50_000_000
"""Nanoseconds. A file changed within the last tick of a clock may change once more with the same times and size."""
NOT_THERE = {errno.ENOENT, errno.ENOTDIR}


class Polled:
    """A feed; links to folders are not followed, but for the given folders themselves.

    Args:
        folders: what to look through; they need not exist.
        ignored: see `Ignored`.
        interval: seconds between two looks.
    """

    def __init__(self, folders: Sequence[str], ignored: Ignored, interval: float) -> None:
        self._top, self._ignored, self._interval = folders, ignored, interval
        self._known: dict[str, Stamp] = {}
        self._known = self._look()
        self._next = time.monotonic() + interval

    def close(self) -> None:
        """Nothing is held."""

    def read(self, timeout: float | None) -> list[Event]:
        """See `Feed.read`."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            now = time.monotonic()
            if timeout and end is not None and end < self._next:
                time.sleep(max(0, end - now))
                return []
            if timeout != 0:
                time.sleep(max(0, self._next - now))
            events = self._compare()
            self._next = time.monotonic() + self._interval
            if events or timeout == 0:
                return events

    def _compare(self) -> list[Event]:
        before, self._known = self._known, self._look()
        events = [Event(path, State.GONE) for path in before if path not in self._known]
        for path, stamp in self._known.items():
            if path not in before or before[path] is None or before[path] != stamp:
                events.append(Event(path, State.WHOLE))
        return events

    def _look(self) -> dict[str, Stamp]:
        found: dict[str, Stamp] = {}
        waiting, now = list(self._top), time.time_ns()
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except OSError as error:
                if error.errno not in NOT_THERE:  # a share that is away for a while: its files are not gone
                    found.update(self._known_below(folder))
                continue
            for entry in listed:
                if not seen(entry.path, self._ignored):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                    found[entry.path] = (0, 0, 0, entry.inode())
                else:
                    found[entry.path] = _stamp(entry, now)
        return found

    def _known_below(self, folder: str) -> Iterator[tuple[str, Stamp]]:
        start = os.path.join(folder, "")
        return ((path, stamp) for path, stamp in self._known.items() if path.startswith(start))


def _stamp(entry: os.DirEntry[str], now: int) -> Stamp:
    try:
        try:
            status = entry.stat()
        except OSError:  # a link that leads nowhere
            status = entry.stat(follow_symlinks=False)
    except OSError:  # gone meanwhile: the next look will tell
        return None
    if abs(now - max(status.st_mtime_ns, status.st_ctime_ns)) < TICK:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
