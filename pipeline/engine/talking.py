"""A conversation with a program over its pipes; where the system lets it the program stays up for the next one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from pipeline.engine.running import Ran, Running, started
from pipeline.engine.tools import files_of

CHUNK = 1 << 20

Talk = Callable[[bytes], Ran]
"""Says something, and gives what comes back as ``output``, in pieces of any size; without any the program has ended."""


@contextmanager
def conversation(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> Iterator[Talk]:
    """Talk to a program; whoever leaves without an exception is done, so that the next one can begin.

    Args:
        command, folder, environment: as in `pipeline.engine.running.started`.
        seconds: for all of it; then the program is ended.

    Raises:
        OSError: it cannot be started.
    """
    with (staying if os.name == "posix" else single)(command, folder, environment, seconds) as talk:
        yield talk


@contextmanager
def staying(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Iterator[Talk]:
    """A `conversation` with a program that an earlier one left running, or a new one, which is left running."""
    from pipeline.engine.staying import kept  # not for every system

    until, since = time.monotonic() + seconds, time.time()
    with kept(command, folder, environment) as program:
        yield lambda given: program.ask(given, until - time.monotonic(), bool)
        program.hold(files_of(tuple(command)), since)


@contextmanager
def single(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Iterator[Talk]:
    """A `conversation` with a program that is started for it and then ended."""
    with started(command, folder, environment, seconds) as running:
        yield partial(_answer, running)


def _answer(running: Running, given: bytes) -> Ran:
    with suppress(OSError):  # it reads no more, and perhaps says why
        running.stdin.write(given)
        running.stdin.flush()
    if output := running.stdout.read1(CHUNK):
        return Ran(0, output, b"")
    running.stop()
    return Ran(running.process.wait(), b"", running.said(), running.late)
