"""A program that stays up: asked again and again, it answers each time, and ends with this process.

What holds the other end of its standard input is this process alone, or forks of it that end with it: so it notices
that it is gone also when it was killed. No thread is needed, so a process that uses one can still be forked.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from pipeline.engine.running import MOST, RUNNING, SAID, Ran, kill
from pipeline.statuses import Status, status_at

TICK = 0.1
"""Seconds after which it is looked what, and how much, a program at work has said."""
COARSE = 0.02
"""Seconds by which the time of a file may be behind the clock."""
CHUNK = 1 << 20


def _is_line(output: bytearray) -> bool:
    return output.endswith(b"\n")


def _never(_said: bytes) -> bool:
    return False


class Resident:
    """A program that stays up.

    Args:
        command, folder, environment: as in `pipeline.engine.running.started`.

    Attributes:
        is_useful: whether its last answer was a good one.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the program)
        fcntl.fcntl(self._said, fcntl.F_SETFL, fcntl.fcntl(self._said, fcntl.F_GETFL) | os.O_APPEND)
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                [*command], stdin=pipe, stdout=pipe, stderr=self._said, cwd=folder, env=dict(environment),
                start_new_session=True,
            )  # fmt: skip
        except BaseException:
            self._said.close()
            raise
        RUNNING.add(self._process)
        self._stdin, self._stdout = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        for stream in (self._stdin, self._stdout):
            os.set_blocking(stream.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._held: dict[str, Status | None] = {}
        self.is_useful = False

    def ask(
        self,
        line: bytes,
        seconds: float,
        whole: Callable[[bytearray], bool] = _is_line,
        hopeless: Callable[[bytes], bool] = _never,
    ) -> Ran:
        """Its answer to a line; if there is none it has ended, or was.

        Args:
            line: may be empty, where it learns in another way what is wanted.
            seconds: for the answer.
            whole: whether what it wrote since it was asked is all of the answer.
            hopeless: whether what it says on standard error means that none will come.
        """
        until, output, self.is_useful = time.monotonic() + seconds, bytearray(), False
        if os.fstat(self._said.fileno()).st_size:
            self._said.truncate(0)
        line = self._write(line) if line else line
        if line:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        while line or not whole(output):
            left, spoken = until - time.monotonic(), os.fstat(self._said.fileno()).st_size
            flooded = len(output) > MOST or spoken > MOST
            if left <= 0 or flooded or (spoken and hopeless(self._words())):
                return self._ended(late=not flooded, flooded=flooded)
            for found, _ in self._selector.select(min(left, TICK)):
                if found.fileobj is self._stdin:
                    line = self._write(line)
                    if not line:
                        self._selector.unregister(self._stdin)
                elif not (chunk := os.read(self._stdout.fileno(), CHUNK)):
                    return self._ended()
                else:
                    output += chunk
        return Ran(0, bytes(output), self._words())

    def hold(self, files: Iterable[str], since: float) -> None:
        """It answered well and may be asked again; remember what it has in memory of files, which it reads but once.

        Args:
            files: absolute.
            since: the time at which it may have begun to read them; one that changed later was perhaps read before.
        """
        self.is_useful = True
        for file in files:
            status = status_at(file)
            self._held.setdefault(file, None if max(status[1:3]) >= (since - COARSE) * 1e9 else status)

    def is_fresh(self) -> bool:
        """Whether it is up, and what it has in memory is what the files hold."""
        return self._process.poll() is None and all(status_at(file) == known for file, known in self._held.items())

    def end(self) -> None:
        """End it with all that it started."""
        kill(self._process)
        self._process.wait()
        RUNNING.discard(self._process)
        self._selector.close()
        for stream in (self._stdin, self._stdout, self._said):
            with suppress(OSError):
                stream.close()

    def _write(self, line: bytes) -> bytes:
        """What is left of a line that is written as far as there is room."""
        try:
            return line[os.write(self._stdin.fileno(), line[:CHUNK]) :]
        except OSError:  # it reads no more, and perhaps says why
            return b""

    def _ended(self, *, late: bool = False, flooded: bool = False) -> Ran:
        if not late and not flooded:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(TICK)
        kill(self._process)
        return Ran(self._process.wait(), b"", self._words(), late, flooded)

    def _words(self) -> bytes:
        return os.pread(self._said.fileno(), SAID, 0)
