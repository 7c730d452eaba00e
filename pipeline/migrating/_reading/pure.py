"""Functions and methods that settings are put together with: paths, strings, lists, environment variables."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any

from pipeline.expressions import expression
from pipeline.migrating._reading.values import Symbol, Unknown, is_known

UNKNOWN = Unknown()
LONGEST = 10_000
"""Characters of a string, and items of a list."""
LEAST, A_BYTE = 100_000, 2
"""Steps that may be taken in all, and more for each byte of a file; a node of Python's syntax is one."""
PLAIN_FORMAT = expression(r"(?:[^%]|%%|%(?:\(\w+\))?[sd])*+")
PLAIN_FIELDS = expression(r"(?:[^{}]|\{\{|\}\}|\{\w*\})*+")
VARIABLES = {"os.getenv", "os.environ.get", "decouple.config", "environ.get", "getenv"}
CHANGED = {"strip", "lstrip", "rstrip", "lower", "upper", "removeprefix", "removesuffix", "title", "capitalize"}
ASKED = {"startswith", "endswith", "isdigit", "split", "rsplit", "partition", "rpartition", "splitlines"}


class TooMuch(Exception):  # noqa: N818  (it ends the reading, and is no mistake)
    """The project's Python says more than can be followed."""


class Budget:
    """What may still be spent on a project, so that reading it takes linear time whatever it says."""

    def __init__(self) -> None:
        self.left = LEAST
        self.depth = 0

    def grow(self, size: int) -> None:
        """Have steps for a file of some bytes."""
        self.left = max(self.left, 0) + A_BYTE * size

    def spend(self, steps: int = 1) -> bool:
        """Always true.

        Raises:
            TooMuch: it is used up.
        """
        self.left -= steps
        if self.left < 0:
            raise TooMuch
        return True

    def check(self, items: int) -> bool:
        """The same for a list that is made anew, which must not be longer than `LONGEST`."""
        if items > LONGEST:
            raise TooMuch
        return self.spend(items)


def _path(*parts: str | PurePath) -> PurePath:
    return PurePath(os.path.normpath(os.path.join(*parts))) if parts else PurePath()


def _same(path: str | PurePath) -> str:
    return os.path.normpath(path)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "os.path.join": os.path.join,
    "os.path.dirname": os.path.dirname,
    "os.path.basename": os.path.basename,
    "os.path.abspath": _same,
    "os.path.realpath": _same,
    "os.path.normpath": _same,
    "os.fspath": os.fspath,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "unipath.Path": _path,
}
KINDS: Mapping[str, Callable[[Any], Any]] = {"list": list, "set": list, "tuple": tuple, "dict": dict, "sorted": sorted}


def called(name: str, args: list[Any], options: Mapping[str, Any]) -> Any:
    """What a function from elsewhere gives, or `Unknown`.

    Args:
        name: its whole name: ``os.path.join``.
        args, options: evaluated.
    """
    if name in VARIABLES and args and isinstance(args[0], str):
        return Unknown(args[0])
    if name in FUNCTIONS and args and not options and all(isinstance(each, str | PurePath) for each in args):
        return _short(FUNCTIONS[name](*args)) if sum(len(str(each)) for each in args) < LONGEST else UNKNOWN
    if name == "str" and len(args) == 1 and isinstance(args[0], str | int | PurePath):
        return str(args[0])
    if name == "dict" and not args:
        return dict(options)
    if name in KINDS and len(args) == 1 and isinstance(args[0], list | tuple | dict) and not options:
        try:
            return KINDS[name](args[0])
        except (TypeError, ValueError):
            return UNKNOWN
    return UNKNOWN


def method(of: Any, name: str, args: list[Any], options: Mapping[str, Any], budget: Budget) -> Any:
    """What a method gives, or `Unknown`; lists and dicts of the project change as it says."""
    if isinstance(of, list | dict):
        return _changed(of, name, args, options, budget)
    if isinstance(of, PurePath):
        if name in {"resolve", "absolute", "expanduser"}:
            return PurePath(os.path.normpath(of))
        if name in {"joinpath", "with_name"} and all(isinstance(each, str | PurePath) for each in args):
            return _path(of, *args) if name == "joinpath" else _path(of.parent, *args)
        return str(of) if name in {"as_posix", "__str__"} else UNKNOWN
    if isinstance(of, str) and is_known(args) and is_known([*options.values()]):
        weight = (len(of) + 1) * (1 + sum(len(str(each)) for each in (*args, *options.values())))
        budget.spend(min(weight, LONGEST) // 16)
        return _short(_text(of, name, args, options)) if weight < LONGEST * 100 else UNKNOWN
    if isinstance(of, Symbol) and of.name in {"os.environ", "environ"} and name == "get":
        return called("os.environ.get", args, options)
    return UNKNOWN


def _text(of: str, name: str, args: list[Any], options: Mapping[str, Any]) -> Any:
    try:
        if name == "%":
            operand = args[0] if isinstance(args[0], tuple | dict) else (args[0],)
            return of % operand if PLAIN_FORMAT.fullmatch(of) else UNKNOWN
        if name == "format":
            return of.format(*args, **options) if PLAIN_FIELDS.fullmatch(of) else UNKNOWN
        if name == "join":
            return of.join(args[0])
        if name in CHANGED | ASKED | {"replace"} and not options:
            return getattr(of, name)(*args)
    except (TypeError, ValueError, LookupError):
        return UNKNOWN
    return UNKNOWN


def _changed(
    of: list[Any] | dict[Any, Any], name: str, args: list[Any], options: Mapping[str, Any], budget: Budget
) -> Any:
    first = args[0] if args else None
    if isinstance(of, dict):
        if name in {"items", "keys", "values"}:
            return budget.check(len(of)) and list(getattr(of, name)())
        if name == "get" and isinstance(first, str | int):
            return of.get(first, args[1] if len(args) > 1 else None)
        if name == "copy":
            return budget.check(len(of)) and dict(of)
        if name == "update":
            more = (first if isinstance(first, dict) else {}) | {**options}
            budget.check(len(of) + len(more))
            of.update(more)
            return None
        return UNKNOWN
    if name == "append" and args:
        of.append(first)
    elif name == "insert" and len(args) == 2 and isinstance(first, int):  # noqa: PLR2004  (place and item)
        of.insert(first, args[1])
    elif name == "extend" and args:
        of.extend([*first] if isinstance(first, list | tuple) and budget.check(len(first)) else [UNKNOWN])
    elif name == "copy":
        return list(of)
    else:
        return UNKNOWN
    budget.check(1 if len(of) < LONGEST else LONGEST + 1)
    return None


def _short(found: Any) -> Any:
    return UNKNOWN if isinstance(found, str | Path) and len(str(found)) > LONGEST else found
