"""Where news of changed files comes from: one feed a file, all with the same shape."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple, Protocol

Ignored = Callable[[str], bool]
"""Whether an absolute path is of no interest; of a folder: nor anything below it."""

SWAP_SUFFIXES = ("~", ".swp", ".swo", ".swx", "___jb_tmp___", "___jb_old___", "___jb_bak___")
"""What Vim, Emacs and the IDEs of JetBrains append to a name while they save."""
PROBE = "4913"
"""Vim makes a file of this name to see whether it may."""


class State(Enum):
    """What is known of a path after an event."""

    MADE = auto()
    """It is new, and more may follow: its content, or what lies in it."""
    BEGUN = auto()
    """It is being written."""
    WHOLE = auto()
    """It was closed after writing, or something complete took its place."""
    TOUCHED = auto()
    """Its mode, times or links changed: says nothing about whether it is complete."""
    GONE = auto()
    LOST = auto()
    """Events were lost; there is no path."""


class Event(NamedTuple):
    """Something happened to a file, or to a folder as such."""

    path: str
    state: State


EVENTS_LOST = Event("", State.LOST)


class Feed(Protocol):
    """Sets its watches when it is made: what happens afterwards is told. Used by one thread."""

    def read(self, timeout: float | None) -> list[Event]:
        """Events in their order, as soon as there are some.

        Args:
            timeout: in seconds; with 0 what is known by now; ``None`` is for ever.

        Returns:
            None at all when the time is over.

        Raises:
            OSError: no more events can come.
        """

    def close(self) -> None:
        """Let go of everything; there is nothing to read afterwards."""


def swap(name: str) -> bool:
    """Whether a name is one that editors use on the side, or starts with a dot."""
    autosaved = name.startswith("#") and name.endswith("#")
    return name.startswith(".") or autosaved or name.endswith(SWAP_SUFFIXES) or name == PROBE


def seen(path: str, ignored: Ignored) -> bool:
    """Whether a path is of interest, given that the folder it lies in is."""
    return not swap(os.path.basename(path)) and not ignored(path)
