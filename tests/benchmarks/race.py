"""Runs commands in turn, A B C A B C …, and keeps what each took, so that a busy machine is busy for all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.contenders import Contender

LAUNCH = Path(__file__).with_name("launch.py")
Before = Callable[[Contender, int], None]
After = Callable[[Contender, int], str]


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall clock and processor time in seconds, the most memory in kB."""

    seconds: float
    cpu: float = 0
    peak_kb: int = 0


@dataclass(slots=True)
class Row:
    """What one contender took in each round, or why it failed; ``sizes`` are sums of bytes by suffix."""

    name: str
    runs: list[Measured] = field(default_factory=list)
    failed: str = ""
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """The median."""
        return median(run.seconds for run in self.runs)

    def ratio(self, other: Row) -> float:
        """How many times as long as ``other``: the median of the ratios within each round."""
        return median(mine.seconds / its.seconds for mine, its in zip(self.runs, other.runs, strict=True))


@dataclass(slots=True)
class Table:
    """What came out of one race; ``references`` are the names of those that the others are compared with."""

    title: str
    rows: list[Row]
    references: Sequence[str] = ()


def nothing(_contender: Contender, _round: int) -> None:
    """Before a run that needs no preparation."""


def no_check(_contender: Contender, _round: int) -> str:
    """After a run that needs no check: nothing is wrong."""
    return ""


def race(
    title: str,
    contenders: Sequence[Contender],
    rounds: int,
    before: Before = nothing,
    after: After = no_check,
) -> Table:
    """Run every contender once a round.

    Args:
        title: of the table.
        contenders: in turn; one that fails once does not run again.
        rounds: how often.
        before: called before each run, untimed.
        after: called after each run, untimed; says what is wrong with what was made, or nothing.
    """
    rows = [Row(contender.name) for contender in contenders]
    for number in range(rounds):
        for contender, row in zip(contenders, rows, strict=True):
            if not row.failed:
                before(contender, number)
                done, row.failed = run(contender)
                row.failed = row.failed or after(contender, number)
                row.runs.append(done)
                told = row.failed or f"{done.seconds:.3f} s"
                sys.stderr.write(f"{title}, round {number + 1}, {contender.name}: {told}\n")
    return Table(title, rows)


def run(contender: Contender) -> tuple[Measured, str]:
    """One run, and the last line that it printed if it failed."""
    result, log = contender.folder.with_suffix(".json"), contender.folder.with_suffix(".log")
    command = [sys.executable, "-I", "-S", str(LAUNCH), str(result), *contender.command]
    with log.open("wb") as output:
        environ = {**os.environ, **contender.environ}
        subprocess.run(
            command, env=environ, cwd=contender.folder.parent, stdout=output, stderr=subprocess.STDOUT, check=True
        )
    found = json.loads(result.read_bytes())
    status = found.pop("status")
    said = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return Measured(**found), (said[-1:] or [f"status {status}"])[0] if status else ""
