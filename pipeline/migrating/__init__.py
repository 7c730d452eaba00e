"""Migrating: what a tool of old says in a project; each module here reads one tool, its one public name a function.

The function takes a `Project` and what its Python says, and gives what it `Found`, or ``None`` where the tool is not
used. Nothing of the project is imported or run: what cannot be told by reading stands in the list of what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.diagnostic import Diagnostic

if TYPE_CHECKING:
    from pipeline.migrating._reading.project import Project
    from pipeline.migrating._reading.python import Python

Step = Mapping[str, Any]
"""A step as the configuration writes it: ``{"use": "webassets", "filter": "less"}``."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, which is relative to the project."""

    path: str
    line: int | None = None

    def note(self, message: str, hint: str = "") -> Diagnostic:
        """Something to change by hand."""
        return Diagnostic("note", message, self.path, self.line, None, hint)

    def warning(self, message: str, hint: str = "") -> Diagnostic:
        """Something that the new configuration does not do."""
        return Diagnostic("warning", message, self.path, self.line, None, hint)


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of sources: absolute, in the project. If ``include`` is given, only those of its files."""

    folder: Path
    prefix: str = ""
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A path or glob of a bundle, or the path of another one, and its steps before it is joined."""

    source: str
    steps: tuple[Step, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that the old tool joined.

    Attributes:
        path: what the old tool made, without a version in its name.
        parts: in order.
        steps: after they were joined, in order.
        place: where it is declared.
        recursive: whether ``**`` in a glob stands for any number of folders, and not for one.
    """

    path: str
    parts: tuple[Part, ...]
    steps: tuple[Step, ...]
    place: Place
    recursive: bool = False


@dataclass(slots=True)
class Found:
    """What a tool says.

    Attributes:
        tool: its name.
        roots: in the order in which they are looked at.
        bundles: in order.
        settings: those of the configuration that it decides, by key.
        generated: globs, relative to each root, of what the tool wrote between the sources.
        named: the paths that pages name by themselves.
        left: what cannot be told or has no equivalent, and what to change by hand.
    """

    tool: str
    roots: list[Root] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    generated: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    left: list[Diagnostic] = field(default_factory=list)


class Tool(Protocol):
    """A tool of old."""

    def __call__(self, project: Project, python: Python) -> Found | None:
        """Read what it says in a project; ``None`` if it is not used there."""
