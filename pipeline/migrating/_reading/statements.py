"""Statements of Python, followed in order: what a module imports, assigns, defines and calls, in functions too."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.migrating import Place
from pipeline.migrating._reading.expressions import value
from pipeline.migrating._reading.operators import binary
from pipeline.migrating._reading.pure import UNKNOWN
from pipeline.migrating._reading.values import Assigned, Class, Function, Lazy, Scope, Setting, Symbol, is_known

LONGEST_LOOP = 1_000

Waiting = list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope]]
"""Functions that were defined and not yet followed, and where."""


def run(body: Sequence[ast.stmt], scope: Scope) -> None:
    """Follow statements; both ways where a condition cannot be told, and functions as if each were called once.

    Raises:
        TooMuch: the project has been followed far enough.
    """
    waiting: Waiting = []
    _follow(body, scope, waiting)
    while waiting:
        node, around = waiting.pop(0)
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        names = {each.arg: UNKNOWN for each in every if each}
        _follow(node.body, Scope(scope.module, around, around.owner, dict(names)), waiting)


def _follow(body: Sequence[ast.stmt], scope: Scope, waiting: Waiting) -> None:
    for node in body:
        scope.module.budget.spend()
        HANDLERS.get(type(node), _block)(node, scope, waiting)


def _block(node: ast.stmt, scope: Scope, waiting: Waiting) -> None:
    """Any other statement: what is in it, one after another."""
    for part in ("body", "handlers", "cases", "orelse", "finalbody"):
        for each in getattr(node, part, ()):
            _follow(each.body if isinstance(each, ast.ExceptHandler | ast.match_case) else [each], scope, waiting)


def _if(node: ast.If, scope: Scope, waiting: Waiting) -> None:
    test = value(node.test, scope)
    by_name = isinstance(node.test, ast.Compare) and isinstance(node.test.left, ast.Name)
    main = by_name and node.test.left.id == "__name__"  # type: ignore[attr-defined]
    known = is_known(test) and not main
    if not known or test:
        _follow(node.body, scope, waiting)
    if not known or not test:
        _follow(node.orelse, scope, waiting)


def _for(node: ast.For | ast.AsyncFor, scope: Scope, waiting: Waiting) -> None:
    items = value(node.iter, scope)
    items = [*items] if isinstance(items, list | tuple | dict) else [UNKNOWN]
    for item in items[:LONGEST_LOOP]:
        _assign(node.target, item, scope)
        _follow(node.body, scope, waiting)
    _follow(node.orelse, scope, waiting)


def _with(node: ast.With | ast.AsyncWith, scope: Scope, waiting: Waiting) -> None:
    for each in node.items:
        found = value(each.context_expr, scope)
        if each.optional_vars:
            _assign(each.optional_vars, found, scope)
    _follow(node.body, scope, waiting)


def _expression(node: ast.Expr | ast.Return, scope: Scope, _waiting: Waiting) -> None:
    value(node.value, scope)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, waiting: Waiting) -> None:
    for decorator in node.decorator_list:
        value(decorator, scope)
    scope.names[node.name] = Function(node, scope)
    waiting.append((node, scope))


def _class(node: ast.ClassDef, scope: Scope, waiting: Waiting) -> None:
    bases = [value(each, scope) for each in node.bases]
    names = [each.base if isinstance(each, Class) else each.name for each in bases if isinstance(each, Class | Symbol)]
    inner = Scope(scope.module, scope, node.name)
    made = Class(names[0] if names else f"{scope.module.name}.{node.name}", inner)
    scope.names[node.name] = made
    scope.module.heard.classes.append((made, Place(scope.module.path, node.lineno)))
    _follow(node.body, inner, waiting)


def _import(node: ast.Import, scope: Scope, _waiting: Waiting) -> None:
    for alias in node.names:
        scope.module.heard.imports.append((alias.name, Place(scope.module.path, node.lineno)))
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        found = scope.module.find(name)
        scope.names[alias.asname or name] = Lazy(found, "") if found else Symbol(name)


def _import_from(node: ast.ImportFrom, scope: Scope, _waiting: Waiting) -> None:
    module, name = scope.module, node.module or ""
    found = module.find(name, node.level)
    for alias in node.names:
        module.heard.imports.append((f"{name}.{alias.name}", Place(module.path, node.lineno)))
        if alias.name != "*":
            symbol = Symbol(f"{name}.{alias.name}")
            scope.names[alias.asname or alias.name] = Lazy(found, alias.name) if found else symbol
        elif found:
            names = found.loaded().scope.names
            module.budget.spend(len(names))
            scope.names.update({key: each for key, each in names.items() if key[0] != "_"})


def _assignments(node: ast.Assign, scope: Scope, _waiting: Waiting) -> None:
    found = value(node.value, scope)
    for target in node.targets:
        _assign(target, found, scope)


def _annotated(node: ast.AnnAssign, scope: Scope, _waiting: Waiting) -> None:
    if node.value:
        _assign(node.target, value(node.value, scope), scope)


def _augmented(node: ast.AugAssign, scope: Scope, _waiting: Waiting) -> None:
    before = value(node.target, scope)
    _assign(node.target, binary(node.op, before, value(node.value, scope), scope.module.budget), scope)


def _assign(target: ast.expr, found: Any, scope: Scope) -> None:
    heard, place = scope.module.heard, Place(scope.module.path, target.lineno)
    if isinstance(target, ast.Name):
        scope.names[target.id] = found
        if target.id.isupper():
            heard.settings.append(Setting(target.id, found, place, scope.owner))
    elif isinstance(target, ast.Attribute):
        heard.assigned.append(Assigned(value(target.value, scope), target.attr, found, place))
    elif isinstance(target, ast.Subscript):
        of, key = value(target.value, scope), value(target.slice, scope)
        if isinstance(of, dict) and isinstance(key, str | int):
            of[key] = found
        elif isinstance(key, str):
            heard.settings.append(Setting(key.upper(), found, place, scope.owner))
    elif isinstance(target, ast.Tuple | ast.List):
        for each, item in zip(target.elts, _unpacked(found, len(target.elts)), strict=False):
            _assign(each, item, scope)


def _unpacked(found: Any, count: int) -> Iterator[Any]:
    known = isinstance(found, list | tuple) and len(found) == count
    return iter(found) if known else iter([UNKNOWN] * count)


HANDLERS: Mapping[type, Callable[[Any, Scope, Waiting], None]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Assign: _assignments,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.Return: _expression,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
}
