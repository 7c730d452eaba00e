"""Runs a function over many items on any executor of ``concurrent.futures``, also one that works on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from pipeline.engine import plugins
from pipeline.engine.executors import Item, Result, Run, Tick, Weigh, as_it_is, one
from pipeline.engine.processes import batches, spread
from pipeline.engine.travelling import Place, Travelling
from pipeline.errors import ConfigError, PipelineError

BATCHES = 4
"""For each worker: the function travels with every batch, for not every executor can send it ahead."""


@contextmanager
def elsewhere(name: str, jobs: int, tick: Tick, project: Path | None) -> Iterator[Run]:
    """A `Run` on the executor that a callable gives.

    Args:
        name: ``package.module:name`` of the callable, which takes nothing.
        jobs: how many workers to make batches for.
        tick: called with the number of items done since.
        project: where modules of the project are imported from.

    Raises:
        ConfigError: there is no such callable, or it gives something else.
        PipelineError: it cannot give one, or that fails.
    """
    factory = plugins.load("", name)
    with failing(name):
        pool = factory()
    if not isinstance(pool, Executor):
        raise ConfigError(f"{name!r} must give a concurrent.futures.Executor, not {type(pool).__name__}")
    with pool:

        def run(
            function: Callable[[Item], Result],
            items: Sequence[Item],
            weigh: Weigh = one,
            then: Callable[[Result], Result] = as_it_is,
        ) -> list[Result]:
            work, parts = Travelling(function, Place.here(project)), batches(items, weigh, jobs * BATCHES)
            with failing(name):
                return spread(lambda batch: pool.submit(work, batch), items, parts, tick, then)

        yield run


@contextmanager
def failing(name: str) -> Iterator[None]:
    """Says of whatever an executor raises that it does not work: it is somebody else's code.

    Raises:
        PipelineError: in place of any other exception.
    """
    try:
        yield
    except PipelineError:
        raise
    except Exception as error:
        hint = 'see its own log, or build here with executor = "processes"'
        said = f"{type(error).__name__}: {error}"
        raise PipelineError(f"the executor {name!r} failed: {said}", hint=hint) from error
