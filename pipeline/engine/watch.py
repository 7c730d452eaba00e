"""What changed below some folders, told as soon as a save is complete."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.engine.watching import EVENTS_LOST, Event, Feed
from pipeline.engine.watching.batch import LONGEST, Batch

INTERVAL = 1.0
"""Seconds between two looks where there should be events and are none."""

LIMITS = {
    errno.ENOSPC: (
        "no more folders can be watched: the limit fs.inotify.max_user_watches is reached",
        "raise it: sudo sysctl fs.inotify.max_user_watches=524288",
    ),
    errno.EMFILE: (
        "no more programs can watch folders: the limit fs.inotify.max_user_instances is reached",
        "end other watchers, or raise it: sudo sysctl fs.inotify.max_user_instances=512",
    ),
}


if sys.platform == "linux":

    def _events(folders: Sequence[str], ignored: Callable[[str], bool]) -> Feed:
        from pipeline.engine.watching.inotify import Inotify  # loads watchdog

        return Inotify(folders, ignored)

else:

    def _events(folders: Sequence[str], ignored: Callable[[str], bool]) -> Feed:
        from pipeline.engine.watching.observer import Observed  # loads watchdog

        return Observed(folders, ignored)


@dataclass(frozen=True, slots=True)
class Changes:
    """What may be different now.

    Attributes:
        paths: absolute paths of files that may have changed, appeared or gone, and of folders that appeared or went;
            what lies below such a folder is not among them.
        everything: more may have changed than ``paths`` says: look at everything again.
    """

    paths: frozenset[str]
    everything: bool


class Watcher:
    """Watches folders while it is entered; for one thread.

    Names that start with a dot and those that editors use on the side are never told, nor what is below them, unless
    they are above a watched folder: to watch ``.well-known``, name it among the folders. Links to folders are not
    followed, unless they are among ``folders``.

    Args:
        folders: what to watch, with all below; they may be missing, or be deleted and made again.
        ignored: says of an absolute path whether it is of no interest too, with all below.
        poll: seconds between two looks at all files, instead of events.
        say: takes a sentence for the user.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        ignored: Callable[[str], bool] = lambda _: False,
        poll: float | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._folders, self._ignored, self._poll, self._say = _absolute(folders), ignored, poll, say
        self._waiting: list[Event] = []

    def __enter__(self) -> Self:
        self._feed = self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._feed.close()

    def follow(self, folders: Sequence[Path]) -> None:
        """Watch these folders from now on; what happened before is still told."""
        self._folders = _absolute(folders)
        before, self._feed = self._feed, self._begin()
        self._waiting += before.read(0)
        before.close()

    def wait(self, timeout: float | None = None) -> Changes | None:
        """Wait until something has changed and is complete, or has been quiet for a moment.

        Args:
            timeout: in seconds; ``None`` waits for ever.

        Returns:
            What changed; ``None`` when the time is over.

        Raises:
            KeyboardInterrupt: at once.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while events := self._read(None if end is None else max(0.0, end - time.monotonic())):
            batch = Batch()
            longest = time.monotonic() + LONGEST
            while events:
                batch.add(events)
                patience = min(batch.patience(), longest - time.monotonic())
                events = self._read(patience) if patience > 0 else []
            if batch.lost or batch.paths():
                return Changes(batch.paths(), batch.lost)
        return None

    def _read(self, timeout: float | None) -> list[Event]:
        if self._waiting:
            events, self._waiting = self._waiting, []
            return events
        try:
            return self._feed.read(timeout)
        except OSError as error:
            self._feed.close()
            self._feed = self._look_instead(error)
            return [EVENTS_LOST]

    def _begin(self) -> Feed:
        if self._poll is not None:
            return self._polled(self._poll)
        try:
            return _events(self._folders, self._ignored)
        except OSError as error:
            return self._look_instead(error)

    def _look_instead(self, error: OSError) -> Feed:
        why, remedy = LIMITS.get(error.errno or 0, (f"the system does not tell what changes: {error.strerror}", ""))
        self._say(f"{why}; looking at all files every {INTERVAL:g} s instead{'; ' * bool(remedy)}{remedy}")
        return self._polled(INTERVAL)

    def _polled(self, interval: float) -> Feed:
        from pipeline.engine.watching.polling import Polled

        return Polled(self._folders, self._ignored, interval)


def _absolute(folders: Sequence[Path]) -> list[str]:
    return [os.path.abspath(folder) for folder in folders]
