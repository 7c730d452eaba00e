"""Runs a function over many items on the workers of a Dask scheduler (https://distributed.dask.org)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.engine import plugins
from pipeline.engine.elsewhere import failing
from pipeline.engine.executors import DASK, Item, Result, Run, Tick, Weigh, as_it_is, one
from pipeline.engine.processes import batches, spread
from pipeline.engine.travelling import Place, Travelling, arrived
from pipeline.errors import PipelineError

TIMEOUT = 10
"""Seconds that a scheduler has to answer, and to find a worker."""
BATCHES = 32
"""For each thread of a worker."""


@contextmanager
def dask(address: str, tick: Tick, project: Path | None) -> Iterator[Run]:
    """A `Run` on the workers of a scheduler: the function goes there once, items and results in batches.

    Args:
        address: ``host:port`` of the scheduler.
        tick: called with the number of items done since.
        project: its folder, which the workers must have at the same path.

    Raises:
        ConfigError: the package is missing.
        PipelineError: the scheduler or all workers are out of reach, a worker is another version or lacks the project,
            or the work failed there.
    """
    plugins.require("distributed", extra="dask")
    with _connected(address) as client:

        def run(
            function: Callable[[Item], Result],
            items: Sequence[Item],
            weigh: Weigh = one,
            then: Callable[[Result], Result] = as_it_is,
        ) -> list[Result]:
            if not items:
                return []
            place = Place.here(project)
            with failing(DASK + address), client.get_executor(pure=False) as pool:
                client.run(arrived, place.version, place.project, place.modules)
                sent = client.scatter(Travelling(function, place), broadcast=True, hash=False)
                parts = batches(items, weigh, BATCHES * sum(client.nthreads().values()))
                still = partial(_wait, client, address)
                return spread(lambda batch: pool.submit(_work, sent, batch), items, parts, tick, then, still=still)

        yield run


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of a scheduler that has a worker."""
    import distributed

    try:
        client: Any = distributed.Client(f"tcp://{address}", timeout=TIMEOUT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        hint = "start `dask scheduler` there, or mend `executor`"
        raise PipelineError(f"no Dask scheduler answers at {address!r}: {error}", hint=hint) from error
    with client:
        _wait(client, address)
        yield client


def _wait(client: Any, address: str) -> None:
    """Wait until a scheduler has a worker.

    Raises:
        PipelineError: it has none.
    """
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError as error:
        hint = f"start `dask worker {address}` where the work should be done"
        raise PipelineError(f"the Dask scheduler at {address!r} has no workers", hint=hint) from error


def _work(function: Travelling, items: Sequence[Any]) -> list[Any]:
    return function(items)
