"""A real ``pipeline watch`` for tests: what it says, waited for line by line."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.sites import Site

LONG = 60.0
"""Seconds after which a test gives up."""


class Watch:
    """The command in the project's folder, until the block ends; ``said`` has every line so far."""

    program: tuple[str, ...] = ("pipeline", "watch")

    def __init__(self, site: Site, *arguments: str) -> None:
        self.site, self.said, self._lines = site, list[str](), queue.Queue[str]()
        self._arguments = arguments

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", *self.program, *self._arguments]
        self.process = subprocess.Popen(command, cwd=self.site.folder, stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(LONG)
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stderr
        with self.process.stderr as stream:
            for line in stream:
                self._lines.put(line.rstrip("\n"))

    def hears(self, part: str) -> str:
        """Wait for a line that has ``part`` in it; that line."""
        end = time.monotonic() + LONG
        while True:
            try:
                line = self._lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"nobody said {part!r}, only {self.said}") from None
            self.said.append(line)
            if part in line:
                return line

    def rest(self) -> list[str]:
        """What was said since."""
        lines = []
        while not self._lines.empty():
            lines.append(self._lines.get())
        self.said += lines
        return lines

    def end(self, how: int) -> tuple[int, float, str]:
        """Send a signal; the status it leaves with, after how many seconds, and what it said since."""
        begun = time.monotonic()
        self.process.send_signal(how)
        status = self.process.wait(LONG)
        spent = time.monotonic() - begun
        self._reader.join()
        return status, spent, "\n".join(self.rest())


def until(condition: Callable[[], object], seconds: float = LONG) -> None:
    """Wait for something to be true; what is written meanwhile may be there by half."""
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (OSError, KeyError, ValueError):
            pass
        assert time.monotonic() < end, condition
        time.sleep(0.02)
