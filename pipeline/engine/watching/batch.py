"""Which events belong to one save, and how long to wait for the rest of it."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.engine.watching import Event, State

GRACE = 0.002
"""Seconds of quiet after a complete save: long enough to see that it is the first of many."""
PENDING = 0.02
"""Seconds of quiet while a file is open or away: an editor has truncated or renamed it, and will write it now."""
STREAM = 0.05
"""Seconds of quiet after many changes: a checkout, an installation."""
LONGEST = 0.3
"""Seconds that a batch may take in all."""
MANY = 16
"""Paths, from which on changes are a stream."""


class Batch:
    """What happened to which path, as events come in."""

    def __init__(self) -> None:
        self.lost = False
        self._first: dict[str, State] = {}
        self._last: dict[str, State] = {}
        self._pending: set[str] = set()

    def add(self, events: Iterable[Event]) -> None:
        """Take events, in their order."""
        for path, state in events:
            if state is State.LOST:
                self.lost = True
            elif state is not State.TOUCHED or path not in self._last:
                self._first.setdefault(path, state)
                self._last[path] = state
                if state in {State.MADE, State.BEGUN, State.GONE}:
                    self._pending.add(path)
                else:
                    self._pending.discard(path)
                if self._passing(path):
                    self._pending.discard(path)

    def _passing(self, path: str) -> bool:
        """Whether it came and went: the temporary file of a program that saves by renaming."""
        return self._first[path] is State.MADE and self._last[path] is State.GONE

    def patience(self) -> float:
        """How many seconds of quiet complete the batch."""
        if self.lost or len(self._last) >= MANY:
            return STREAM
        return PENDING if self._pending else GRACE

    def paths(self) -> frozenset[str]:
        """What is not as it was before."""
        return frozenset(path for path in self._last if not self._passing(path))
