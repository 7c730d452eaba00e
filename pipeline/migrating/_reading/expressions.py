"""Expressions of Python, evaluated as far as constants, paths and the project's own names tell; nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from pipeline.migrating import Place
from pipeline.migrating._reading.names import look_up, of_module, settled
from pipeline.migrating._reading.operators import binary, boolean, compared, unary
from pipeline.migrating._reading.pure import LONGEST, UNKNOWN, called, method
from pipeline.migrating._reading.values import Attribute, Call, Class, Function, Lazy, Scope, Symbol, Unknown, is_known

DEEPEST = 20
"""Calls of the project's own functions in one another."""


def value(node: ast.expr | None, scope: Scope) -> Any:
    """What an expression gives, or `Unknown`.

    Raises:
        TooMuch: the project has been followed far enough.
    """
    scope.module.budget.spend()
    handler = HANDLERS.get(type(node))
    return handler(node, scope) if handler else UNKNOWN


def _constant(node: ast.Constant, _scope: Scope) -> Any:
    return node.value if not isinstance(node.value, str) or len(node.value) < LONGEST else UNKNOWN


def _name(node: ast.Name, scope: Scope) -> Any:
    return look_up(node.id, scope)


def _attribute(node: ast.Attribute, scope: Scope) -> Any:
    of = value(node.value, scope)
    if isinstance(of, Symbol):
        return Symbol(f"{of.name}.{node.attr}")
    if isinstance(of, Lazy):
        return settled(of_module(of, node.attr))
    if isinstance(of, Class) and node.attr in of.scope.names:
        return settled(of.scope.names[node.attr])
    if isinstance(of, PurePath) and node.attr in {"parent", "name", "stem", "parents"}:
        return list(of.parents) if node.attr == "parents" else getattr(of, node.attr)
    return Attribute(of, node.attr)


def _items(nodes: list[ast.expr], scope: Scope) -> list[Any]:
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            inner = value(node.value, scope)
            found += inner if isinstance(inner, list | tuple) else [UNKNOWN]
        else:
            found.append(value(node, scope))
    scope.module.budget.check(len(found))
    return found


def _list(node: ast.List | ast.Set, scope: Scope) -> Any:
    return _items(node.elts, scope)


def _tuple(node: ast.Tuple, scope: Scope) -> Any:
    return tuple(_items(node.elts, scope))


def _dict(node: ast.Dict, scope: Scope) -> Any:
    found: dict[Any, Any] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        inner = value(item, scope)
        name = value(key, scope) if key else None
        if key is None and isinstance(inner, dict):
            found.update(inner)
        elif isinstance(name, str | int | float | None) and key is not None:
            found[name] = inner
        else:
            found[UNKNOWN] = UNKNOWN
    scope.module.budget.check(len(found))
    return found


def _joined(node: ast.JoinedStr, scope: Scope) -> Any:
    text = ""
    for part in node.values:
        inner = value(part.value if isinstance(part, ast.FormattedValue) else part, scope)
        if not isinstance(inner, str | int | PurePath) or getattr(part, "format_spec", None):
            return UNKNOWN
        text += str(inner)
        if len(text) > LONGEST:
            return UNKNOWN
    return text


def _binary(node: ast.BinOp, scope: Scope) -> Any:
    return binary(node.op, value(node.left, scope), value(node.right, scope), scope.module.budget)


def _unary(node: ast.UnaryOp, scope: Scope) -> Any:
    return unary(node.op, value(node.operand, scope))


def _boolean(node: ast.BoolOp, scope: Scope) -> Any:
    return boolean(node.op, [value(each, scope) for each in node.values])


def _compare(node: ast.Compare, scope: Scope) -> Any:
    left, *others = [value(each, scope) for each in (node.left, *node.comparators)]
    return compared(node.ops[0], left, others[0]) if len(others) == 1 else UNKNOWN


def _conditional(node: ast.IfExp, scope: Scope) -> Any:
    test = value(node.test, scope)
    chosen = [value(each, scope) for each in (node.body, node.orelse)]
    return chosen[0 if test else 1] if is_known(test) else UNKNOWN


def _subscript(node: ast.Subscript, scope: Scope) -> Any:
    of, key = value(node.value, scope), value(node.slice, scope)
    if isinstance(of, Symbol) and of.name == "os.environ" and isinstance(key, str):
        return Unknown(key)
    if isinstance(of, dict):
        return settled(of.get(key, UNKNOWN)) if isinstance(key, str | int) else UNKNOWN
    if isinstance(of, list | tuple | str):
        return of[key] if isinstance(key, int) and -len(of) <= key < len(of) else UNKNOWN
    return Attribute(of, "[]")


def _call(node: ast.Call, scope: Scope) -> Any:
    callee = value(node.func, scope)
    args = _items(node.args, scope)
    options: dict[str, Any] = {}
    for keyword in node.keywords:
        inner = value(keyword.value, scope)
        if keyword.arg:
            options[keyword.arg] = inner
        else:
            options |= {str(key): each for key, each in inner.items()} if isinstance(inner, dict) else {"**": UNKNOWN}
    found: Any = UNKNOWN
    if isinstance(callee, Symbol):
        found = called(callee.name, args, options)
    elif isinstance(callee, Attribute):
        found = method(callee.of, callee.name, args, options, scope.module.budget)
    elif isinstance(callee, Function):
        found = _inlined(callee, args, options)
    if found is not UNKNOWN:
        return found
    name = callee.base if isinstance(callee, Class) else str(getattr(callee, "name", ""))
    place = Place(scope.module.path, node.lineno)
    made = Call(name, args, options, place, scope.module, getattr(callee, "of", None))
    scope.module.heard.calls.append(made)
    return made


def _inlined(function: Function, args: list[Any], options: dict[str, Any]) -> Any:
    """What a function gives whose body is one ``return``: most helpers of settings are such."""
    *before, last = function.node.body
    plain = all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in before)
    names = [each.arg for each in function.node.args.args]
    module = function.scope.module
    if not (plain and isinstance(last, ast.Return)) or len(args) > len(names) or module.budget.depth > DEEPEST:
        return UNKNOWN
    given = dict.fromkeys(names, UNKNOWN) | dict(zip(names, args, strict=False)) | options
    module.budget.depth += 1
    try:
        return value(last.value, Scope(module, function.scope, names=given))
    finally:
        module.budget.depth -= 1


HANDLERS: Mapping[type | None, Callable[[Any, Scope], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _list,
    ast.Set: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.Call: _call,
}
