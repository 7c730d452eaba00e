"""What people read: diagnostics, progress and the table of a build; all of it on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipeline.diagnostic import Diagnostic, visible
from pipeline.errors import ConfigError, PipelineError

if TYPE_CHECKING:
    from pipeline.build import Progress

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
PAINT_AGAIN = 0.1
"""Seconds."""
KILO = 1000


def complain(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics, each on a line; below it the line of source and the mark, if they are known."""
    for diagnostic in diagnostics:
        click.echo(printed(diagnostic), err=True, nl=False)


def printed(diagnostic: Diagnostic) -> str:
    """The lines of a diagnostic, in colours."""
    colour = COLOURS[diagnostic.severity]
    source, _, mark = diagnostic.excerpt.partition("\n")
    shown = f"  {source}\n  {click.style(mark, fg=colour, bold=True)}\n" if mark else ""
    return f"{click.style(diagnostic.severity, fg=colour, bold=True)}: {diagnostic}\n{shown}"


def plain(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic in terms of JSON."""
    return asdict(diagnostic)


def failures(error: Exception) -> list[Diagnostic]:
    """What a user can mend, from one failure or a group of them; nothing if there is anything else among it."""
    leaves = _leaves(error)
    return [each.diagnostic() for each in leaves] if leaves else []


def is_misuse(error: Exception) -> bool:
    """Whether only the configuration is wrong."""
    return all(isinstance(each, ConfigError) for each in _leaves(error))


def _leaves(error: Exception) -> list[PipelineError]:
    if isinstance(error, PipelineError):
        return [error]
    if not isinstance(error, ExceptionGroup):
        return []
    inner = [_leaves(each) for each in error.exceptions]
    return [leaf for leaves in inner for leaf in leaves] if all(inner) else []


def say(message: str) -> None:
    """Print a line; control characters in it are escaped."""
    click.echo(visible(message), err=True)


def counted(number: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "file"), counted(2, "file")
    ('1 file', '2 files')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(count: int) -> str:
    """Bytes as people read them, in powers of 1000."""
    if count < KILO:
        return f"{count} B"
    return f"{count / KILO:,.1f} kB" if count < KILO * KILO else f"{count / KILO / KILO:,.2f} MB"


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar for each phase on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _phase, _total: lambda _done: None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description:>9}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    # It paints when something is done and not in a thread of its own: a process without threads can be forked.
    with bars.Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        painted = time.monotonic()

        def start(phase: str, total: int) -> Callable[[int], None]:
            task = bar.add_task(phase, total=total)

            def advance(done: int) -> None:
                nonlocal painted
                bar.advance(task, done)
                if time.monotonic() > painted + PAINT_AGAIN:
                    painted = time.monotonic()
                    bar.refresh()

            return advance

        yield start
