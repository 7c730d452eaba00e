"""Jinja and Django: where their own parsers see asset names as constants in a template.

Nothing is rendered and no app is imported. Both engines are imported only when a template needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from jinja2 import Environment, nodes
    from jinja2.parser import Parser

OF_NAMES = {"asset_url", "asset_tag", "asset_tags", "static"}
"""Functions, filters and tags whose arguments are names."""
OF_ENDPOINTS = {"url_for", "static_url_for"}
"""Functions that take the endpoint ``static`` and a file name (Flask, Starlette)."""
FILE_ARGUMENTS = {"filename", "path"}
OF_EXTENSIONS = {"trans", "pluralize", "endtrans", "do"}
"""Tags of the extensions below that hold something."""
JINJA_EXTENSIONS = ("i18n", "do", "loopcontrols", "debug")

Found = tuple[list[tuple[int, str]], tuple[int, str] | None]
"""Lines and names, in order; and the line of what does not parse and what is wrong there."""


def in_django(text: str) -> Found:
    """The names in ``{% static "…" %}``, ``{% asset_url "…" %}`` and the like: from Django's own lexer.

    Its parser would need the tag libraries of the app; the tokens do not.

    Raises:
        ConfigError: Django is not installed.
    """
    try:
        from django.template.base import Lexer, TokenType, filter_re
        from django.utils.text import unescape_string_literal
    except ImportError as error:
        raise ConfigError("reading Django templates needs Django", hint="pip install Django") from error
    found: list[tuple[int, str]] = []
    comment: int | None = None
    for token in Lexer(text).tokenize():
        line = token.lineno or 1
        if token.token_type != TokenType.BLOCK:
            continue
        tag, *arguments = token.split_contents() or [""]
        if comment is not None or tag == "comment":
            comment = (None if tag == "endcomment" else comment) if comment is not None else line
        elif tag in OF_NAMES:
            for argument in arguments:
                match = filter_re.match(argument)
                if match and match.end() == len(argument) and argument[0] in "\"'":
                    found.append((line, str(unescape_string_literal(argument))))
    return found, None if comment is None else (comment, "this {% comment %} is never closed")


def in_jinja(text: str) -> Found:
    """The names in ``asset_url("…")``, ``url_for("static", filename="…")`` and the like: from Jinja's own tree.

    In a template with tags that Jinja does not know they are found too, and the first such tag is what is wrong.

    Raises:
        ConfigError: Jinja is not installed.
    """
    try:
        import jinja2
    except ImportError as error:
        raise ConfigError("reading Jinja templates needs Jinja", hint="pip install Jinja2") from error
    environment = jinja2.Environment(extensions=[f"jinja2.ext.{name}" for name in JINJA_EXTENSIONS])  # noqa: S701  (nothing is rendered)
    try:
        return _sorted(environment.parse(text)), None
    except RecursionError:
        return [], (1, "it is nested too deeply for Jinja")
    except jinja2.TemplateSyntaxError as error:
        problem = (error.lineno, error.message or "a syntax error")
    try:
        return _sorted(_without_foreign_tags(environment, text).parse(text)), problem
    except jinja2.TemplateSyntaxError:
        return [], problem


def _without_foreign_tags(environment: Environment, text: str) -> Environment:
    """An environment that knows all tags in a template: those of the app's own extensions are passed over.

    Raises:
        jinja2.TemplateSyntaxError: not even the tokens are Jinja's.
    """
    from jinja2.ext import Extension

    tokens = [token for token in environment.lex(text) if token[1] != "whitespace"]
    opened = (after[2] for before, after in pairwise(tokens) if before[1] == "block_begin")

    class Foreign(Extension):
        tags = {*opened} - OF_EXTENSIONS

        def parse(self, parser: Parser) -> list[nodes.Node]:
            while parser.stream.current.type != "block_end":
                next(parser.stream)
            return []

    return environment.overlay(extensions=[Foreign])


def _sorted(tree: nodes.Node) -> list[tuple[int, str]]:
    return sorted(_called(tree), key=lambda each: each[0])


def _called(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """Lines and constants in the calls and filters that take names; without recursion."""
    from jinja2 import nodes

    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        waiting += reversed([*node.iter_child_nodes()])
        if isinstance(node, nodes.Filter) and node.name in OF_NAMES and node.node:
            yield from _constants([node.node])
        if not isinstance(node, nodes.Call):
            continue
        name = node.node.attr if isinstance(node.node, nodes.Getattr) else getattr(node.node, "name", "")
        if name in OF_NAMES:
            yield from _constants(node.args)
        elif name in OF_ENDPOINTS:
            for line, text in _constants(_file_arguments(node, name)):
                yield line, text.removeprefix("/")  # Starlette's paths may have one


def _file_arguments(call: nodes.Call, name: str) -> list[nodes.Expr]:
    """What an endpoint ``static`` is given as its file; `static_url_for` may do without the endpoint."""
    files = [pair.value for pair in call.kwargs if pair.key in FILE_ARGUMENTS]
    endpoints = [text for _, text in _constants(call.args[:1])]
    if endpoints == ["static"]:
        return files or call.args[1:2]
    return call.args[:1] if name == "static_url_for" and not files else []


def _constants(expressions: Iterable[nodes.Node]) -> Iterator[tuple[int, str]]:
    """Every string that one of the expressions may be, if it is written out: lists and conditions have several."""
    from jinja2 import nodes

    waiting = [*expressions][::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.CondExpr):
            waiting += [each for each in (node.expr2, node.expr1) if each]
        elif isinstance(node, nodes.List | nodes.Tuple):
            waiting += reversed(node.items)
        elif (text := _joined(node)) is not None:
            yield node.lineno, text


def _joined(expression: nodes.Node) -> str | None:
    """The string that constants joined by ``~`` or ``+`` make, or ``None``."""
    from jinja2 import nodes

    parts: list[str] = []
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            parts.append(node.value)
        elif isinstance(node, nodes.Concat):
            waiting += reversed(node.nodes)
        elif isinstance(node, nodes.Add):
            waiting += [node.right, node.left]
        else:
            return None
    return "".join(parts)
