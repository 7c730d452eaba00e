"""How a phase runs one function over many items: inline, on threads, on processes or elsewhere, large items first."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

LOCAL = ("processes", "threads", "inline")
DASK = "dask://"
WORTH_A_PROCESS = 1 << 20
"""Bytes of work below which starting processes costs more than they save: a fork and its end take 10 ms."""

WORTH_FORKS = 1000
"""Items that are worth the 20 ms that it takes to fork and to wait for the end."""
CALLS = 16 << 10
"""Bytes that are written in the time that the calls for one file take."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Tick = Callable[[int], None]
Weigh = Callable[[Any], int]
Then = Callable[[Any], Any]


def nothing(_: int) -> None:
    """No word to anybody."""


def one(_: object) -> int:
    """Each item weighs the same."""
    return 1


def as_it_is(result: Any) -> Any:
    """A result as it came."""
    return result


class Run(Protocol):
    """Maps a function over items; results come in the order of the items, the first exception is raised.

    What weighs most is begun first, so that all cores are busy to the end. ``then`` makes of each result, as soon as
    it is there and in the process that waits for it, what is kept of it: not all of them need to be in memory at once.
    """

    def __call__(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        weigh: Weigh = one,
        then: Callable[[Result], Result] = as_it_is,
    ) -> list[Result]: ...


@contextmanager
def inline(_jobs: int = 1, tick: Tick = nothing) -> Iterator[Run]:
    """A `Run` on the thread that calls it."""

    def run(
        function: Callable[[Item], Result],
        items: Sequence[Item],
        weigh: Weigh = one,  # noqa: ARG001  (all are done in turn)
        then: Callable[[Result], Result] = as_it_is,
    ) -> list[Result]:
        results = []
        for item in items:
            results.append(then(function(item)))
            tick(1)
        return results

    yield run


@contextmanager
def threads(jobs: int, tick: Tick = nothing) -> Iterator[Run]:
    """A `Run` on ``jobs`` threads: reading, hashing and compressing release the interpreter's lock.

    Args:
        jobs: how many threads, at least one.
        tick: called with 1 whenever an item is done, from any thread.
    """
    with ThreadPoolExecutor(jobs, thread_name_prefix="pipeline") as pool:

        def run(
            function: Callable[[Item], Result],
            items: Sequence[Item],
            weigh: Weigh = one,
            then: Callable[[Result], Result] = as_it_is,
        ) -> list[Result]:
            # Each thread takes the next item when it is free: one task an item costs 100 µs, a third of a large build.
            waiting, results = deque(_heaviest_first(items, weigh)), list[Any]([None]) * len(items)

            def work() -> None:
                while waiting:
                    try:
                        index = waiting.popleft()
                    except IndexError:  # another thread was faster
                        return
                    try:
                        results[index] = then(function(items[index]))
                    except BaseException:
                        waiting.clear()
                        raise
                    tick(1)

            try:
                for future in [pool.submit(work) for _ in range(min(jobs, len(items)))]:
                    future.result()
            except KeyboardInterrupt:
                waiting.clear()
                _end_programs()  # or it is waited for them
                raise
            finally:
                waiting.clear()  # after an interrupt nobody takes another item
            return results

        yield run


@contextmanager
def forks(jobs: int, tick: Tick = nothing) -> Iterator[Run]:
    """A `Run` on forks of this process for many short calls of the system, such as those that write a file.

    Threads hand the interpreter's lock to each other at each of them: two take a third longer than one. They still do
    it where there are few items, or where this process cannot be forked.

    Args:
        jobs: how many forks or threads.
        tick: called with the number of items done since.
    """

    def run(
        function: Callable[[Item], Result],
        items: Sequence[Item],
        weigh: Weigh = one,
        then: Callable[[Result], Result] = as_it_is,
    ) -> list[Result]:
        if len(items) < WORTH_FORKS or not may_fork():
            with threads(jobs, tick) as chosen:
                return chosen(function, items, weigh, then)
        with executor("processes", jobs, tick) as chosen:
            return chosen(function, items, lambda item: CALLS + weigh(item), then)

    yield run


def may_fork() -> bool:
    """Whether this process can be forked, which takes 1 ms: only one without threads can."""
    return sys.platform == "linux" and threading.active_count() == 1


def _end_programs() -> None:
    from pipeline.engine.running import kill_all  # slow to import, and needed by few

    kill_all()


def _heaviest_first(items: Sequence[Any], weigh: Weigh) -> list[int]:
    weights = [weigh(item) for item in items]
    return sorted(range(len(items)), key=lambda index: -weights[index])


def executor(name: str, jobs: int, tick: Tick = nothing, project: Path | None = None) -> AbstractContextManager[Run]:
    """The `Run` that the configuration names.

    Args:
        name: one of `LOCAL`, ``dask://host:port``, or ``package.module:name`` of what gives an executor.
        jobs: how many things to do at once, where the executor does not say so itself.
        tick: called with the number of items done since.
        project: where modules of the project are imported from, on other machines too.
    """
    if name == "processes":
        from pipeline.engine.processes import processes  # 10 ms that only some wait for

        return processes(jobs, tick, project)
    if name in LOCAL:
        return threads(jobs, tick) if name == "threads" else inline(jobs, tick)
    if name.startswith(DASK):
        from pipeline.engine.dask import dask

        return dask(name.removeprefix(DASK), tick, project)
    from pipeline.engine.elsewhere import elsewhere

    return elsewhere(name, jobs, tick, project)


def is_far(name: str) -> bool:
    """Whether the work may be done on other machines, which do not have the cache."""
    return name not in LOCAL
