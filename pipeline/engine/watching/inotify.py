"""Events straight from Linux.

Watchdog's own observer holds back for half a second what follows a file that was renamed away, as Vim does, and up to
version 6 drops the news that the kernel's queue ran over. Here the caller's thread reads the queue itself.
"""

from __future__ import annotations

import math
import os
import select
import struct
import time
from collections.abc import Iterator, Sequence

from watchdog.observers.inotify_c import InotifyConstants as IN  # noqa: N814  (as the manual writes them)

from pipeline.engine.watching import EVENTS_LOST, Event, Ignored, State, seen
from pipeline.engine.watching._watches import CAME, ITSELF, WENT, Watches

COMPLETE = IN.IN_CLOSE_WRITE | IN.IN_MOVED_TO
BROKEN = IN.IN_Q_OVERFLOW | IN.IN_UNMOUNT | ITSELF
"""The queue ran over, or a topmost folder is not where it was."""

HEAD = struct.Struct("iIII")
"""``struct inotify_event``: watch, mask, cookie, length of the name that follows."""
READ_SIZE = 1 << 18


class Inotify:
    """A feed; while nobody reads, events wait in the kernel's queue.

    Raises:
        OSError: EMFILE: no more instances; ENOSPC: no more watches.
    """

    def __init__(self, folders: Sequence[str], ignored: Ignored) -> None:
        self._top, self._ignored = folders, ignored
        self._watch_all()

    def _watch_all(self) -> None:
        self._watches = Watches(self._top, self._ignored)
        self._poll = select.poll()
        self._poll.register(self._watches.descriptor, select.POLLIN)

    def close(self) -> None:
        """Let go of everything."""
        self._watches.close()

    def read(self, timeout: float | None) -> list[Event]:
        """See `Feed.read`."""
        end = None if timeout is None else time.monotonic() + timeout
        while self._poll.poll(None if end is None else max(0, math.ceil((end - time.monotonic()) * 1000))):
            events = list(self._events(os.read(self._watches.descriptor, READ_SIZE)))
            if EVENTS_LOST in events:  # what is in the queue speaks of watches that may be wrong: from scratch
                before = self._watches
                self._watch_all()
                before.close()
            if events:
                return events
        return []

    def _events(self, data: bytes) -> Iterator[Event]:
        offset = 0
        while offset < len(data):
            watch, mask, _, length = HEAD.unpack_from(data, offset)
            offset += HEAD.size + length
            name = os.fsdecode(data[offset - length : offset].rstrip(b"\0"))
            if mask & BROKEN or self._watches.awaited(watch, name):
                yield EVENTS_LOST
            elif name:
                for folder in self._watches.folders(watch):
                    path = os.path.join(folder, name)
                    if seen(path, self._ignored):
                        yield from self._of_folder(path, mask) if mask & IN.IN_ISDIR else self._of_file(path, mask)

    def _of_file(self, path: str, mask: int) -> Iterator[Event]:
        if mask & COMPLETE:
            yield Event(path, State.WHOLE)
        elif mask & WENT:
            yield Event(path, State.GONE)
        elif mask & IN.IN_ATTRIB:
            yield Event(path, State.TOUCHED)
        else:
            yield Event(path, State.MADE if mask & IN.IN_CREATE else State.BEGUN)

    def _of_folder(self, path: str, mask: int) -> Iterator[Event]:
        if mask & WENT:
            self._watches.forget(path)
            yield Event(path, State.GONE)
            return
        known = path in self._watches  # found when the folder above it was listed
        if not known or mask & IN.IN_MOVED_TO:
            self._watches.tree(path)
        if mask & CAME:
            yield Event(path, State.WHOLE if mask & IN.IN_MOVED_TO else State.MADE)
        elif path in self._watches and not known:  # its mode changed, and now it can be listed
            yield Event(path, State.WHOLE)
