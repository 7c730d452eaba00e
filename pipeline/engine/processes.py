"""Runs a function over many items on processes of their own, for work that holds the interpreter's lock."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from typing import Any

from pipeline.engine.executors import Item, Result, Run, Then, Tick, Weigh, as_it_is, inline, nothing, one
from pipeline.errors import PipelineError

WORTH_A_PROCESS = 1 << 20
"""Bytes of work below which starting processes costs more than they save: a fork and its end take 10 ms."""

MANY, SMALLEST_BATCH = 256, 32 << 10
"""Items, and bytes, that travel to another process together: a message there and back takes 100 µs."""


@contextmanager
def processes(jobs: int, tick: Tick = nothing) -> Iterator[Run]:
    """A `Run` on processes of their own, for work that holds the interpreter's lock; inline if there is little of it.

    The function goes to each process once, items and results travel in batches.

    Args:
        jobs: how many processes.
        tick: called with the number of items done since.
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
        with ProcessPoolExecutor(jobs, _context(), _install, (function,)) as pool:
            return spread(pool, _work, items, weigh, jobs, tick, then)

    yield run


def spread(  # noqa: PLR0913, PLR0917  (all that a `Run` is told)
    pool: Executor,
    work: Callable[[Sequence[Any]], list[Any]],
    items: Sequence[Any],
    weigh: Weigh,
    jobs: int,
    tick: Tick,
    then: Then,
) -> list[Any]:
    """Have an executor do ``work`` on batches of items; results in the order of the items.

    Raises:
        PipelineError: a worker ended before its work did.
    """
    results: list[Any] = [None] * len(items)
    batches: dict[Future[list[Any]], list[int]] = {}
    try:
        for batch in _batches(items, weigh, jobs):
            batches[pool.submit(work, [items[index] for index in batch])] = batch
        for future in as_completed(batches):
            batch = batches[future]
            for index, result in zip(batch, future.result(), strict=True):
                results[index] = then(result)
            tick(len(batch))
    except BrokenExecutor as error:
        hint = 'it may have run out of memory; try fewer with --jobs, or executor = "threads"'
        raise PipelineError("a worker process ended before its work did", hint=hint) from error
    except (KeyboardInterrupt, SystemExit):
        for worker in (getattr(pool, "_processes", None) or {}).values():
            worker.terminate()  # a step may take long, and nobody waits for it any more
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return results


def _batches(items: Sequence[Any], weigh: Weigh, jobs: int) -> Iterator[list[int]]:
    """Indexes of items in batches, the heaviest first; small items go together."""
    weights = [weigh(item) for item in items]
    enough = max(SMALLEST_BATCH, sum(weights) // (jobs * 32))
    batch: list[int] = []
    weight = 0
    for index in sorted(range(len(items)), key=lambda index: -weights[index]):
        batch.append(index)
        weight += weights[index]
        if weight >= enough or len(batch) >= MANY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _context() -> BaseContext:
    """How processes are started: a fork takes 1 ms, but only a process without threads may be forked."""
    methods = multiprocessing.get_all_start_methods()
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


_FUNCTION: list[Callable[[Any], Any]] = []


def _install(function: Callable[[Any], Any]) -> None:
    """Begin a worker: what it will do, that Ctrl-C is its parent's business, and that it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _FUNCTION[:] = [function]


def _end_with_parent() -> None:
    """Of a parent that was killed no word comes, and no end of the queue either: its other children hold that open."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _work(items: Sequence[Any]) -> list[Any]:
    return [_FUNCTION[0](item) for item in items]
