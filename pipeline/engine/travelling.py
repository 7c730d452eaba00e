"""A function on its way to a process that may run on another machine, and what it must find there."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import __version__
from pipeline.engine import plugins
from pipeline.errors import PipelineError

Modules = Mapping[str, tuple[str, str]]
"""Of the project: the file and the digest of each by its name."""


class Place(NamedTuple):
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
