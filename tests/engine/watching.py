"""Watchers for tests, and what they tell until nothing more comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.engine.watch import Changes, Watcher

QUIET, LONG = 0.3, 20.0
"""Seconds: after which nothing more comes; after which a test gives up."""


def told(watcher: Watcher, quiet: float = QUIET) -> list[Changes]:
    """Every batch until it has been quiet for a while."""
    batches = []
    while changes := watcher.wait(quiet):
        batches.append(changes)
    return batches


def paths_of(batches: list[Changes]) -> set[str]:
    return {path for changes in batches for path in changes.paths}


def wait_for(watcher: Watcher, path: Path) -> list[Changes]:
    """Every batch up to the one that tells of ``path``, or that everything may have changed."""
    batches: list[Changes] = []
    end = time.monotonic() + LONG
    while not batches or not (batches[-1].everything or str(path) in batches[-1].paths):
        changes = watcher.wait(end - time.monotonic())
        assert changes, f"{path} was not told, only {paths_of(batches)}"
        batches.append(changes)
    return batches


@contextmanager
def watching(*folders: Path, poll: float | None = None) -> Iterator[tuple[Watcher, list[str]]]:
    """A watcher, and what it says."""
    said: list[str] = []
    with Watcher(folders, poll=poll, say=said.append) as watcher:
        yield watcher, said
