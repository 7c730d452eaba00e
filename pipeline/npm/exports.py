"""The ``exports`` of a ``package.json``: which target a subpath has under which conditions.

PACKAGE_EXPORTS_RESOLVE, PACKAGE_IMPORTS_EXPORTS_RESOLVE and PACKAGE_TARGET_RESOLVE of
https://nodejs.org/api/esm.html#resolution-algorithm-specification; pure, and linear in the size of ``exports``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from pipeline.expressions import expression
from pipeline.npm import PackageError

_LONGEST = 4096
_SEPARATOR = expression(r"[/\\]")
_FORBIDDEN = {"", ".", "..", "node_modules"}
_INDEX = expression("0|[1-9][0-9]*+")
_ENCODED = expression(r"%([2-7][0-9a-f])", re.IGNORECASE)

_EXCLUDED = ""
"""What a ``null`` target gives; ``None`` is what no condition matches."""


class InvalidTargetError(PackageError):
    """A target that no package may have; an array goes on behind it."""


def resolve(exports: Any, subpath: str, conditions: AbstractSet[str]) -> str | None:
    """The target of ``subpath``: a path in the package that begins with ``./``, or ``None`` if it has none.

    Args:
        exports: as JSON, nested no deeper than the interpreter can recurse.
        subpath: ``.``, or what follows the package's name, behind a ``.``.
        conditions: that hold, besides ``default``.

    Raises:
        PackageError: the ``exports`` contradict themselves, or the target is one that no package may have.
    """
    table = subpaths(exports)
    if subpath in table and "*" not in subpath and not subpath.endswith("/"):
        return _target(table[subpath], "", conditions) or None
    found = _pattern(table, subpath)
    if found is None:
        return None
    key, filling = found
    if _forbidden(filling):
        raise PackageError("has a part that no specifier may have")
    return _target(table[key], filling, conditions) or None


def subpaths(exports: Any) -> Mapping[str, Any]:
    """The targets by their subpaths; ``exports`` that are one target themselves are that of ``.``.

    Raises:
        PackageError: subpaths and conditions stand side by side.
    """
    if not isinstance(exports, dict):
        return {".": exports}
    dotted = sum(key.startswith(".") for key in exports)
    if dotted not in {0, len(exports)}:
        raise PackageError("has a broken package.json: its exports mix subpaths and conditions")
    return exports if dotted else {".": exports}


def _pattern(table: Mapping[str, Any], subpath: str) -> tuple[str, str] | None:
    """The most specific key with a ``*`` that matches, and what the ``*`` stands for."""
    best: tuple[int, int, str, str] | None = None
    for key in table:
        base, star, end = key.partition("*")
        if not star or "*" in end or subpath.endswith("/") or len(subpath) < len(key):
            continue
        if subpath.startswith(base) and subpath.endswith(end):
            found = (len(base), len(key), key, subpath[len(base) : len(subpath) - len(end)])
            best = max(best or found, found)
    return best[2:] if best else None


def _target(target: Any, filling: str, conditions: AbstractSet[str]) -> str | None:
    match target:
        case None:
            return _EXCLUDED
        case str():
            return _path(target, filling)
        case dict():
            return _conditional(target, filling, conditions)
        case list():
            return _first(target, filling, conditions)
    raise InvalidTargetError(f"has a broken package.json: {_shown(target)} is no target")


def _conditional(targets: dict[str, Any], filling: str, conditions: AbstractSet[str]) -> str | None:
    if any(_INDEX.fullmatch(key) for key in targets):
        raise PackageError("has a broken package.json: a condition is a number")
    for condition, target in targets.items():
        if condition == "default" or condition in conditions:
            found = _target(target, filling, conditions)
            if found is not None:
                return found
    return None


def _first(targets: list[Any], filling: str, conditions: AbstractSet[str]) -> str | None:
    """The first target of an array that is one; else what the last of them was: nothing, excluded, invalid."""
    last: str | None = None if targets else _EXCLUDED
    problem: InvalidTargetError | None = None
    for target in targets:
        try:
            found = _target(target, filling, conditions)
        except InvalidTargetError as error:
            problem = error
            continue
        if found:
            return found
        if found is not None:
            last, problem = found, None
    if problem:
        raise problem
    return last


def _path(target: str, filling: str) -> str:
    if not target.startswith("./") or len(target) > _LONGEST or _forbidden(target[2:]):
        raise InvalidTargetError(f"has a broken package.json: {_shown(target)} is no path in the package")
    path = target.replace("*", filling) if filling else target
    if len(path) > _LONGEST:
        raise InvalidTargetError("has a path that is too long")
    return path


def _forbidden(path: str) -> bool:
    """Whether a part of the path, percent-encoded or not, could lead out of the package."""
    plain = _ENCODED.sub(lambda match: chr(int(match[1], 16)), path)
    return any(part.lower() in _FORBIDDEN for part in _SEPARATOR.split(plain))


def _shown(target: Any) -> str:
    text = repr(target)
    return text if len(text) <= 80 else f"{text[:80]}…"  # noqa: PLR2004  (a line's worth)
