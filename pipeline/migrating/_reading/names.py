"""What names mean: in a scope, the ones around it, and other modules of the project."""

from __future__ import annotations

from typing import Any

from pipeline.migrating._reading.pure import UNKNOWN
from pipeline.migrating._reading.values import Lazy, Scope, Symbol

FARTHEST = 20
"""Modules that a name may come through."""
BUILTINS = {"str", "list", "tuple", "dict", "sorted", "set"}


def look_up(name: str, scope: Scope | None) -> Any:
    """What a name means, or `Unknown`."""
    while scope is not None:
        if name in scope.names:
            return settled(scope.names[name])
        scope = scope.above
    return Symbol(name) if name in BUILTINS else UNKNOWN


def settled(found: Any) -> Any:
    """A name of another module of the project as what it means there."""
    for _ in range(FARTHEST):
        if not isinstance(found, Lazy) or not found.name:
            return found
        found = of_module(found, found.name)
    return UNKNOWN


def of_module(lazy: Lazy, name: str) -> Any:
    """An attribute of a module, or a module in it."""
    module = lazy.module.loaded()
    if name in module.scope.names:
        return module.scope.names[name]
    return module.beside(name) or Symbol(f"{module.name}.{name}")
