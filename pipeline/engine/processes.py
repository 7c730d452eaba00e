"""Runs a function over many items on processes of their own, for work that holds the interpreter's lock."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from pipeline.engine.executors import (
    WORTH_A_PROCESS,
    Item,
    Result,
    Run,
    Then,
    Tick,
    Weigh,
    as_it_is,
    inline,
    may_fork,
    nothing,
    one,
)
from pipeline.engine.travelling import Place, Travelling
from pipeline.errors import PipelineError

MANY, SMALLEST_BATCH = 256, 32 << 10
"""Items, and bytes, that travel to another process together: a message there and back takes 100 µs."""

EACH = 4 << 10
"""Bytes of work in an item whatever it is."""
PATIENCE = 5.0
"""Seconds without news after which an executor is asked whether it is still at work."""


@contextmanager
def processes(jobs: int, tick: Tick = nothing, project: Path | None = None) -> Iterator[Run]:
    """A `Run` on processes of their own, for work that holds the interpreter's lock; inline if there is little of it.

    The function goes to each process once, items and results travel in batches.

    Args:
        jobs: how many processes.
        tick: called with the number of items done since.
        project: where modules of the project are imported from, in processes that are no forks.
    """

    def run(
        function: Callable[[Item], Result],
        items: Sequence[Item],
        weigh: Weigh = one,
        then: Callable[[Result], Result] = as_it_is,
    ) -> list[Result]:
        if jobs == 1 or len(items) <= 1 or sum(map(weigh, items)) < WORTH_A_PROCESS:
            with inline(1, tick) as here:
                return here(function, items, weigh, then)
        context = _context()
        taken = function if context.get_start_method() == "fork" else Travelling(function, Place.here(project))
        with ProcessPoolExecutor(jobs, context, _install, (taken,)) as pool:
            parts = batches(items, weigh, jobs * 32)
            try:
                return spread(lambda batch: pool.submit(_work, batch), items, parts, tick, then)
            except (KeyboardInterrupt, SystemExit):
                for worker in (getattr(pool, "_processes", None) or {}).values():
                    worker.terminate()  # a step may take long, and nobody waits for it any more
                raise

    yield run


def spread(  # noqa: PLR0913  (all that a `Run` is told)
    submit: Callable[[list[Any]], Future[list[Any]]],
    items: Sequence[Any],
    parts: Iterable[list[int]],
    tick: Tick,
    then: Then,
    *,
    still: Callable[[], None] = lambda: None,
) -> list[Any]:
    """Have an executor do batches of items; results in the order of the items.

    Args:
        submit: begins a batch.
        items: all of them.
        parts: the indexes of the items of each batch.
        tick: called with the number of items done since.
        then: as in `Run`.
        still: called after `PATIENCE` seconds in which nothing was done; raises if nothing ever will be.

    Raises:
        PipelineError: a worker ended before its work did.
    """
    results: list[Any] = [None] * len(items)
    waiting: dict[Future[list[Any]], list[int]] = {}
    try:
        for part in parts:
            waiting[submit([items[index] for index in part])] = part
        while waiting:
            done = wait(waiting, PATIENCE, FIRST_COMPLETED).done
            if not done:
                still()
            for future in done:
                part = waiting.pop(future)
                for index, result in zip(part, future.result(), strict=True):
                    results[index] = then(result)
                tick(len(part))
    except BrokenExecutor as error:
        hint = 'it may have run out of memory; try fewer with --jobs, or executor = "threads"'
        raise PipelineError("a worker process ended before its work did", hint=hint) from error
    finally:
        for future in waiting:
            future.cancel()
    return results


def batches(items: Sequence[Any], weigh: Weigh, wanted: int) -> Iterator[list[int]]:
    """Indexes of items in about as many batches as wanted, the heaviest first; small items go together."""
    weights = [EACH + weigh(item) for item in items]
    enough, many = max(SMALLEST_BATCH, sum(weights) // wanted), max(MANY, len(items) // wanted)
    batch: list[int] = []
    weight = 0
    for index in sorted(range(len(items)), key=lambda index: -weights[index]):
        batch.append(index)
        weight += weights[index]
        if weight >= enough or len(batch) >= many:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _context() -> BaseContext:
    methods = multiprocessing.get_all_start_methods()
    if may_fork():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


_FUNCTION: list[Callable[[Any], Any]] = []


def _install(function: Callable[[Any], Any]) -> None:
    """Begin a worker: what it will do, that Ctrl-C is its parent's business, and that it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _FUNCTION[:] = [function.function if isinstance(function, Travelling) else function]


def _end_with_parent() -> None:
    """Of a parent that was killed no word comes, and no end of the queue either: its other children hold that open."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        if running := sys.modules.get("pipeline.engine.running"):
            running.kill_all()
        os._exit(1)


def _work(items: Sequence[Any]) -> list[Any]:
    return [_FUNCTION[0](item) for item in items]
