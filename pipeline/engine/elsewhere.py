"""Runs a function over many items on any executor of ``concurrent.futures``, also one that works on other machines."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.engine import plugins
from pipeline.engine.executors import Item, Result, Run, Tick, Weigh, as_it_is, one
from pipeline.engine.processes import batches, spread
from pipeline.errors import ConfigError, PipelineError

BATCHES = 4
"""For each worker: the function travels with every batch, for not every executor can send it ahead."""
Modules = Mapping[str, tuple[str, str]]
"""Of the project: the file and the digest of each by its name."""


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


@dataclass(frozen=True, slots=True)
class Place:
    """What a worker must have to do the same work; it is checked there when this arrives.

    Attributes:
        version: of this package.
        project: its folder, or ``""``.
        modules: that were imported from there.
    """

    version: str
    project: str
    modules: Modules

    @classmethod
    def here(cls, project: Path | None) -> Place:
        """That of this process."""
        modules = dict(_own(str(project))) if project else {}
        _LOADED.update({name: digest for name, (_, digest) in modules.items()})
        return cls(__version__, str(project or ""), modules)

    def __reduce__(self) -> tuple[Any, ...]:
        return arrived, (self.version, self.project, self.modules)


def arrived(version: str, project: str, modules: Modules) -> Place:
    """A place, on a worker that has what it says.

    Raises:
        PipelineError: the worker has other versions, or no such folder.
    """
    if version != __version__:
        raise _unlike(f"has pipeline {__version__}, not {version}", "install the same version of everything there")
    if project and not os.path.isdir(project):
        raise _unlike(f"has no folder {project!r}", "share the project with the workers, at the same path")
    if modules and sys.path[0] != project:
        with suppress(ValueError):
            sys.path.remove(project)
        sys.path.insert(0, project)
    for name, (file, digest) in modules.items():
        if _LOADED.get(name) != digest:  # a worker outlasts many builds
            if _digest(file) != digest:
                raise _unlike(f"sees another {file!r}", "wait until the shared folder is the same everywhere")
            sys.modules.pop(name, None)
            _LOADED[name] = digest
            importlib.invalidate_caches()
            plugins.forget()
    return Place(version, project, modules)


class Travelling:
    """A function on its way to a worker, which looks at the place before it imports what the function needs."""

    def __init__(self, function: Callable[[Any], Any], place: Place) -> None:
        self.function, self.place = function, place

    def __call__(self, items: Sequence[Any]) -> list[Any]:
        """The results of a batch."""
        return [self.function(item) for item in items]

    def __reduce__(self) -> tuple[Any, ...]:
        """The place is unpacked first: what comes before in a tuple is made before."""
        return _unpacked, (self.place, self.function)


_LOADED: dict[str, str] = {}
"""The digests of the projects' modules as they were when this process imported them."""


def _unpacked(place: Place, function: Callable[[Any], Any]) -> Travelling:
    return Travelling(function, place)


def _own(project: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The modules that were imported from a project, but not from an environment that lies in it."""
    for name, module in [*sys.modules.items()]:
        file = getattr(module, "__file__", None)
        inside = isinstance(file, str) and file.startswith(project + os.sep) and "site-packages" not in file
        if file and inside and name.partition(".")[0] not in {"__main__", "pipeline"}:
            yield name, (file, _digest(file))


def _digest(file: str) -> str:
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""


def _unlike(message: str, hint: str) -> PipelineError:
    return PipelineError(f"a worker of the executor {message}", hint=hint)
