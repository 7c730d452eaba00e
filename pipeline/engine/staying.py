"""The programs that stay up between calls, by how they were started; see `pipeline.engine.resident`."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.engine.resident import Resident
from pipeline.engine.running import Ran, terminating

FEW = 4
"""Programs that wait for a next call at most."""

Key = tuple[int, tuple[str, ...], str, tuple[tuple[str, str], ...]]

_WAITING: list[tuple[Key, Resident]] = []
_LOCK = threading.Lock()


def run(  # noqa: PLR0913, PLR0917  (as `pipeline.engine.running.run`)
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    given: bytes,
    held: Callable[[bytes], Iterable[str]],
) -> Ran:
    """Ask a program that was left running by an earlier call, or a new one.

    Args:
        command, folder, environment: as in `pipeline.engine.running.started`.
        seconds: for the answer.
        given: a line.
        held: the files that it says in its answer to have in memory; a ValueError if it is no answer.

    Returns:
        The answer as ``output``; or how it ended without one.

    Raises:
        OSError: it cannot be started.
    """
    with kept(command, folder, environment) as program:
        since = time.time()
        ran = program.ask(given, seconds)
        if ran.output:
            with suppress(ValueError):
                program.hold(held(ran.output), since)
    return ran


@contextmanager
def kept(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Resident]:
    """A program that was left running, or a new one; it is left running if it is of use, see `Resident.hold`.

    Args:
        command, folder, environment: as in `pipeline.engine.running.started`.

    Raises:
        OSError: it cannot be started.
    """
    key = (os.getpid(), tuple(command), str(folder), tuple(sorted(environment.items())))
    with terminating():
        program = _taken(key) or Resident(command, folder, environment)
        try:
            yield program
        except BaseException:
            program.end()
            raise
        _leave(key, program)


def _taken(key: Key) -> Resident | None:
    with _LOCK:
        found = [pair for pair in _WAITING if pair[0] == key]
        for pair in found:
            _WAITING.remove(pair)
            if pair[1].is_fresh():
                return pair[1]
            pair[1].end()
    return None


def _leave(key: Key, program: Resident) -> None:
    if not program.is_useful:
        program.end()
        return
    with _LOCK:
        _WAITING.append((key, program))
        mine = [pair for pair in _WAITING if pair[0][0] == key[0]]
        for pair in mine[:-FEW]:
            _WAITING.remove(pair)
            pair[1].end()


@atexit.register
def end_all() -> None:
    """End all that wait."""
    with _LOCK:
        for key, program in _WAITING:
            if key[0] == os.getpid():
                program.end()
        _WAITING.clear()
