"""What the evaluation of Python knows besides plain values: what was imported, called, defined, or cannot be told."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pipeline.migrating import Place

if TYPE_CHECKING:
    from pipeline.migrating._reading.python import Module

PLAIN = (str, int, float, bytes, type(None), PurePath)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What only running the code would tell; ``variable`` is the environment variable that it comes from, if any."""

    variable: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something that is imported from elsewhere, by its whole name: ``flask_assets.Bundle``."""

    name: str


@dataclass(frozen=True, slots=True)
class Lazy:
    """A name of another module of the project, which is read when it is needed; ``""`` is the module itself."""

    module: Module
    name: str


@dataclass(eq=False, slots=True)
class Call:
    """What a call gives that was not evaluated.

    Attributes:
        name: the whole name of what is called, or of its last base in the project's own classes: ``flask.Flask``;
            of a method the receiver's is not in it.
        receiver: what a method is called on.
    """

    name: str
    args: list[Any]
    options: dict[str, Any]
    place: Place
    module: Module
    receiver: Any = None

    @property
    def last(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    def argument(self, position: int, name: str, otherwise: Any = None) -> Any:
        """An argument that may be given either way."""
        if len(self.args) > position:
            return self.args[position]
        return self.options.get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Attribute:
    """``of.name``."""

    of: Any
    name: str


@dataclass(eq=False, slots=True)
class Scope:
    """Names, and the scope around it."""

    module: Module
    above: Scope | None = None
    owner: str = ""
    names: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the project."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the project, and the whole name of what it is derived from in the end."""

    base: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Setting:
    """A value with an upper-case name: a variable, an attribute of a class, a key of ``app.config``.

    Attributes:
        owner: the class that it stands in, or ``""``.
    """

    name: str
    value: Any
    place: Place
    owner: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """``of.name = value``."""

    of: Any
    name: str
    value: Any
    place: Place


@dataclass(slots=True)
class Heard:
    """What a module says, in order."""

    calls: list[Call] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    assigned: list[Assigned] = field(default_factory=list)
    imports: list[tuple[str, Place]] = field(default_factory=list)
    classes: list[tuple[Class, Place]] = field(default_factory=list)


def is_known(value: Any) -> bool:
    """Whether a value is plain through and through."""
    waiting, seen = [value], set[int]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, list | tuple | dict):
            if id(each) not in seen:  # one list may stand in many places
                seen.add(id(each))
                waiting += [*each, *each.values()] if isinstance(each, dict) else each
        elif not isinstance(each, PLAIN):
            return False
    return True
