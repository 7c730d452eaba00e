"""Events of watchdog's observer, for macOS and Windows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from pipeline.engine.watching import EVENTS_LOST, Event, Ignored, State, seen

LOOK = 0.2
"""Seconds between two looks at whether the folders and the threads are still there; an interrupt waits as long."""
STATES = {"created": State.MADE, "modified": State.BEGUN, "closed": State.WHOLE, "deleted": State.GONE}
JOIN = 1.0
"""Seconds."""


class _Into(FileSystemEventHandler):
    def __init__(self, queue: SimpleQueue[FileSystemEvent]) -> None:
        self._queue = queue

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._queue.put(event)


class Observed:
    """A feed.

    Raises:
        OSError: the system has no more watches.
    """

    def __init__(self, folders: Sequence[str], ignored: Ignored) -> None:
        self._top, self._ignored = folders, ignored
        self._start()

    def _start(self) -> None:
        self._queue: SimpleQueue[FileSystemEvent] = SimpleQueue()
        handler = _Into(self._queue)
        self._places = self._look()
        self._observer = Observer()
        for folder, place in self._places.items():
            above = (os.path.join(other, "") for other in self._places if other != folder)
            if place and not any(folder.startswith(start) for start in above):
                self._observer.schedule(handler, folder, recursive=True)
        self._observer.start()

    def close(self) -> None:
        """End the threads."""
        self._observer.stop()
        self._observer.join(JOIN)

    def read(self, timeout: float | None) -> list[Event]:
        """See `Feed.read`."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = LOOK if end is None else max(0.0, min(LOOK, end - time.monotonic()))
            happened: list[FileSystemEvent] = []
            with suppress(Empty):
                happened.append(self._queue.get(timeout=left))
                while True:
                    happened.append(self._queue.get_nowait())
            events = [event for one in happened for event in self._events(one)]
            if self._broken():
                self.close()
                self._start()
                events.append(EVENTS_LOST)
            if events or (end is not None and time.monotonic() >= end):
                return events

    def _broken(self) -> bool:
        """Whether a folder came, went or was replaced, or a thread of the observer has died."""
        threads = [self._observer, *self._observer.emitters]
        return self._look() != self._places or not all(thread.is_alive() for thread in threads)

    def _look(self) -> dict[str, tuple[int, int] | None]:
        places: dict[str, tuple[int, int] | None] = dict.fromkeys(self._top)
        for folder in self._top:
            with suppress(OSError):  # it does not exist
                status = os.stat(folder)
                places[folder] = status.st_dev, status.st_ino
        return places

    def _events(self, event: FileSystemEvent) -> Iterator[Event]:
        source, target = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
        if event.event_type == "moved":
            yield from self._event(source, State.GONE)
            yield from self._event(target, State.WHOLE)
        elif event.event_type in STATES and not (event.is_directory and event.event_type == "modified"):
            yield from self._event(source, STATES[event.event_type])

    def _event(self, path: str, state: State) -> Iterator[Event]:
        for folder in self._top:
            for start in {folder, os.path.realpath(folder)}:  # macOS tells real paths
                below = path.removeprefix(os.path.join(start, "")) if path else path
                if below != path and self._seen(folder, below):
                    yield Event(os.path.join(folder, below), state)
                    return

    def _seen(self, folder: str, below: str) -> bool:
        """Whether a path below a folder is of interest, and so is each folder between them."""
        path = folder
        for name in below.split(os.sep):
            path = os.path.join(path, name)
            if not seen(path, self._ignored):
                return False
        return True
