"""What templates call, and which files they name by that: constants only."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.expressions import expression
from pipeline.migrating import Place
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.templates import tags, templates

CALL = expression(r"(?<![\w.])(\w++)\s*+\(")
LONGEST_CALL = 2_000
"""Characters."""
QUOTED = expression(r"""\s*+(?:"([^"\n]*+)"|'([^'\n]*+)')""")


@dataclass(frozen=True, slots=True)
class Called:
    """A function that an expression or tag calls, with those arguments that are constants."""

    name: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    place: Place


def calls(project: Project, names: Collection[str]) -> Iterator[Called]:
    """Every call of one of some functions in an expression or a tag."""
    for template in templates(project):
        for token in template.tokens:
            position = 0
            while match := CALL.search(token.text, position):
                position = match.end()
                if match[1] in names:
                    inside = _inside(token.text, position)
                    position += len(inside)
                    yield Called(match[1], *(arguments(inside) or ((), {})), template.place(token))


def arguments(text: str) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """The arguments of a call: constants as such, all else as ``...``; ``None`` if they are not in Python's form."""
    try:
        tree = ast.parse(f"f({text}\n)", mode="eval").body if len(text) <= LONGEST_CALL else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(tree, ast.Call):
        return None
    return tuple(map(_constant, tree.args)), {each.arg: _constant(each.value) for each in tree.keywords if each.arg}


def quoted(text: str) -> str | None:
    """The string at the beginning of a tag's arguments: ``"css/a.css" as url``."""
    match = QUOTED.match(text)
    return None if match is None else next(each for each in match.groups() if each is not None)


def names_of_files(project: Project, within: str = "") -> set[str]:
    """What templates name by themselves: ``url_for('static', filename='…')``, ``{% static '…' %}``; as paths.

    Args:
        project: has the templates.
        within: what stands in tags of this name does not count.
    """
    found = {quoted(token.text) for _, token in tags(project, {"static"}, within)}
    for call in calls(project, {"static_url_for", "url_for", "static"}):
        file = call.options.get("filename", call.args[0] if call.name == "static" and call.args else None)
        endpoint = call.args[0] if call.args and isinstance(call.args[0], str) else ""
        blueprint = endpoint.removesuffix("static").strip(".") if call.name != "static" else ""
        if isinstance(file, str):
            found.add(f"{blueprint}/{file}" if blueprint else file)
    return {each.lstrip("/") for each in found if each}


def _constant(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ...


def _inside(text: str, start: int) -> str:
    """What stands in the bracket that was opened before ``start``."""
    depth, quote = 1, ""
    stop = min(len(text), start + LONGEST_CALL)
    for index in range(start, stop):
        char = text[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if not depth:
                return text[start:index]
    return text[start:stop]
