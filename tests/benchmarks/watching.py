"""How long it takes from the write of a stylesheet until a watching process has made what a page needs of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import contenders as of
from tests.benchmarks.race import Measured, Row, Table
from tests.benchmarks.scenarios import GZIP, STYLESHEET
from tests.packages.npm import installed

EDITS = 20
ESBUILD = "0.28.2"
POLL, PAUSE, PATIENCE = 0.0005, 0.3, 120.0
"""Seconds: between two looks at the result, between two edits, and until it is given up."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A command that watches, and the file that it renews."""

    name: str
    command: Sequence[str]
    folder: Path
    result: Path


def watching(work: Path, sources: Path, jobs: int) -> Table:
    """The same edits seen by each, one after the other: two that watch at once would wake each other."""
    rows = []
    original = (sources / STYLESHEET).read_bytes()
    for watcher in (_esbuild(work, sources), _pipeline(work, sources, jobs)):
        row = Row(watcher.name)
        try:
            with _started(watcher) as process:
                _measure(watcher, process, row, sources / STYLESHEET, original)
        except (TimeoutError, ChildProcessError) as error:
            row.failed = str(error)
        finally:
            (sources / STYLESHEET).write_bytes(original)
        sys.stderr.write(f"watch, {row.name}: {row.failed or f'{row.seconds:.3f} s'}\n")
        rows.append(row)
    return Table("watch: from the write of a stylesheet to the result", rows, [rows[0].name])


def _pipeline(work: Path, sources: Path, jobs: int) -> Watcher:
    built = of.pipeline(work / "watch", sources, jobs, GZIP, ["watch"])
    built.clear()
    return Watcher("pipeline watch", built.command, built.folder, built.folder / "build" / "manifest.json")


def _esbuild(work: Path, sources: Path) -> Watcher:
    """It minifies every stylesheet of the site; it neither compresses nor follows references."""
    folder = work / "watch" / "esbuild"
    folder.mkdir(parents=True, exist_ok=True)
    program = installed("esbuild", ESBUILD) / ".bin" / "esbuild"
    sheets = sorted(str(file) for file in sources.rglob("*.css") if not file.name.endswith(".min.css"))
    options = ["--minify", f"--outbase={sources}", f"--outdir={folder / 'out'}", "--watch=forever"]
    return Watcher("esbuild --watch", [str(program), *sheets, *options], folder, folder / "out" / STYLESHEET)


@contextmanager
def _started(watcher: Watcher) -> Iterator[subprocess.Popen[bytes]]:
    log = watcher.folder.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            watcher.command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=watcher.folder,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        except ChildProcessError as error:
            said = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise ChildProcessError(": ".join([str(error), *said])) from error
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # npm's esbuild is a script that starts another program
            process.wait()


def _measure(watcher: Watcher, process: subprocess.Popen[bytes], row: Row, stylesheet: Path, original: bytes) -> None:
    _renewed(watcher, process, None)
    for number in range(-1, EDITS):  # the first edit shows that it watches by now, and does not count
        time.sleep(PAUSE)
        before = _state(watcher.result)
        start = time.perf_counter()
        stylesheet.write_bytes(original + f"\n.edit{number + 1}{{color:red}}\n".encode())
        _renewed(watcher, process, before)
        if number >= 0:
            row.runs.append(Measured(time.perf_counter() - start))


def _renewed(watcher: Watcher, process: subprocess.Popen[bytes], before: tuple[int, ...] | None) -> None:
    end = time.monotonic() + PATIENCE
    while _state(watcher.result) in {None, before}:
        if process.poll() is not None:
            raise ChildProcessError(f"ended with status {process.returncode}")
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened for {PATIENCE:.0f} s")
        time.sleep(POLL)


def _state(file: Path) -> tuple[int, ...] | None:
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)
