"""Programs at work: each in a session of its own, within limits, and ended with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from pipeline.engine.pipes import Reader

MOST = 256 << 20
"""Bytes that a program may give; more is a mistake."""
SAID = 64 << 10
"""Bytes that are kept of what it says; the rest is read and dropped."""
PATIENCE = 5.0
"""Seconds for what is left in a pipe when everybody who could write into it was ended."""

RUNNING: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a program.

    Attributes:
        status: with which it exited; minus the number of the signal that ended it.
        output: what it wrote to standard output.
        said: the beginning of what it wrote to standard error.
        late: whether it was ended because its time was over.
        flooded: whether it was ended because it wrote too much.
    """

    status: int
    output: bytes
    said: bytes
    late: bool = False
    flooded: bool = False


class Running:
    """A program at work.

    Attributes:
        process: what it is to the system.
        stdin, stdout: its pipes; what it says is read by a thread.
        late: whether it was ended because its time was over.
    """

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.process, self.late = process, False
        self.stdin = cast("IO[bytes]", process.stdin)
        self.stdout = cast("BufferedReader", process.stdout)
        self._stderr = cast("BufferedReader", process.stderr)
        self._said = Reader(self._stderr, SAID)
        self._timer = threading.Timer(seconds, self._end_late)
        self._timer.daemon = True
        self._timer.start()

    def said(self) -> bytes:
        """The beginning of what it wrote to standard error; to be asked when it has ended."""
        self._said.join(PATIENCE)
        return self._said.kept()

    def stop(self) -> None:
        """End it now."""
        kill(self.process)

    def finish(self) -> None:
        """End it with all that it started, if it has not ended; then nothing is left of it."""
        self._timer.cancel()
        self._timer.join()  # a process without threads can be forked
        self.stop()
        self.process.wait()
        self._said.join(PATIENCE)
        for pipe in (self.stdin, self.stdout):
            with suppress(OSError):  # it ended before it read everything
                pipe.close()
        if not self._said.is_alive():  # else somebody who left the session holds it open
            self._stderr.close()

    def _end_late(self) -> None:
        self.late = True
        kill(self.process)


@contextmanager
def started(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Iterator[Running]:
    """Start a program without a shell; at the end it is ended with all that it started.

    Args:
        command: the program's file and its arguments.
        folder: that it works in.
        environment: all variables that it sees.
        seconds: after which it is ended.

    Raises:
        OSError: it cannot be started.
    """
    with terminating():
        process = subprocess.Popen(
            [*command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        RUNNING.add(process)
        running = Running(process, seconds)
        try:
            yield running
        finally:
            running.finish()
            RUNNING.discard(process)


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float, given: bytes = b""
) -> Ran:
    """Run a program to its end.

    Args:
        command, folder, environment, seconds: as in `started`.
        given: what it reads from standard input.

    Raises:
        OSError: it cannot be started.
    """
    with started(command, folder, environment, seconds) as running:
        process, flooded = running.process, threading.Event()

        def stop() -> None:
            flooded.set()
            kill(process)

        output = Reader(running.stdout, MOST, stop)
        with suppress(OSError):  # it need not read what it is given
            running.stdin.write(given)
            running.stdin.close()
        _until_it_ends(process)
        kill(process)  # what it started and left behind would hold its pipes open
        status = process.wait()
        output.join(PATIENCE)
        return Ran(status, output.kept(), running.said(), running.late, flooded.is_set())


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started, unless that left its session; it cannot object."""
    if process.returncode is not None:
        return  # its number may be another's by now
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # nothing is left of it
            os.killpg(process.pid, signal.SIGKILL)


def kill_all() -> None:
    """End every program that this process started and that is still at work."""
    for process in [*RUNNING]:
        kill(process)


def _until_it_ends(process: subprocess.Popen[bytes]) -> None:
    """Wait, but leave its number to it, which is that of its group: others may still be in that."""
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    else:
        process.wait()


@contextmanager
def terminating() -> Iterator[None]:
    """While a program is at work, SIGTERM ends it too: where nobody handles it nothing would be cleaned up."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(number: int, _frame: object) -> None:
    kill_all()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
