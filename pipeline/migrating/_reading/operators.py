"""Operators, on values that are known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from pipeline.migrating._reading.pure import LONGEST, UNKNOWN, Budget, method
from pipeline.migrating._reading.values import is_known

COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def binary(kind: ast.operator, left: Any, right: Any, budget: Budget) -> Any:
    """``left + right`` and the like, or `Unknown`."""
    if isinstance(kind, ast.Div) and isinstance(left, PurePath) and isinstance(right, str | PurePath):
        return left / right
    if isinstance(kind, ast.Add):
        if isinstance(left, str) and isinstance(right, str):
            length = len(left) + len(right)
            return left + right if length < LONGEST and budget.spend(length // 16) else UNKNOWN
        if isinstance(left, list | tuple) and isinstance(right, list | tuple):  # a list may have become one by ours
            budget.check(len(left) + len(right))
            return [*left, *right] if isinstance(left, list) else (*left, *right)
    if isinstance(kind, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        budget.check(len(left) + len(right))
        return left | right
    if isinstance(kind, ast.Mod) and isinstance(left, str) and is_known(right):
        return method(left, "%", [right], {}, budget)
    return UNKNOWN


def unary(kind: ast.unaryop, inner: Any) -> Any:
    """``not inner`` or ``-inner``, or `Unknown`."""
    if isinstance(kind, ast.Not) and is_known(inner):
        return not inner
    return -inner if isinstance(kind, ast.USub) and isinstance(inner, int | float) else UNKNOWN


def boolean(kind: ast.boolop, found: list[Any]) -> Any:
    """The first that decides ``and`` or ``or``, else the last; `Unknown` if one before it is."""
    for each in found[:-1]:
        if not is_known(each):
            return UNKNOWN
        if bool(each) is isinstance(kind, ast.Or):
            return each
    return found[-1]


def compared(kind: ast.cmpop, left: Any, right: Any) -> Any:
    """Whether a comparison holds, or `Unknown`."""
    if type(kind) not in COMPARED or not (is_known(left) and is_known(right)):
        return UNKNOWN
    try:
        return bool(COMPARED[type(kind)](left, right))
    except TypeError:
        return UNKNOWN
