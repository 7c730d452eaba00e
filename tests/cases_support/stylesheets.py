"""A reader of published stylesheets with a parser that is not ours: tinycss2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import tinycss2

COMMENT = re.compile(r"[#@]\s+sourceMappingURL=\s*(\S+)\s*")
SILENT = {"whitespace", "comment"}
IDLE = ("", ",", ";", ">", "<", "=")


@dataclass(frozen=True, slots=True)
class Found:
    """A reference: ``import``, ``url``, ``string`` or ``sourcemap``, and what it says."""

    kind: str
    specifier: str


def references(text: str) -> list[Found]:
    """What a browser would fetch for a stylesheet, in order."""
    found: list[Found] = []
    head = True
    for rule in tinycss2.parse_stylesheet(text.removeprefix("\ufeff"), skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            found += _import(rule.prelude) if head and rule.content is None else []
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"charset", "layer"} and rule.content is None:
            continue
        elif rule.type != "error":
            head = False
            found += _values(rule.content or [])
    return found


def source_maps(text: str) -> list[Found]:
    """The comments that name a source map."""
    found = []
    waiting = list(tinycss2.parse_component_value_list(text))
    while waiting:
        token = waiting.pop(0)
        if token.type == "comment" and (named := COMMENT.fullmatch(token.value)):
            found.append(Found("sourcemap", named[1]))
        waiting[:0] = getattr(token, "content", None) or getattr(token, "arguments", None) or []
    return found


def rules(text: str) -> list[Any]:
    """A normal form: every rule with its tokens, white space only where it separates; ``error`` for what is none."""
    return [_rule(rule) for rule in tinycss2.parse_stylesheet(text.removeprefix("\ufeff"), skip_comments=True)]


def _rule(rule: Any) -> Any:
    if rule.type in {"error", "whitespace"}:
        return rule.type if rule.type == "error" else None
    name = rule.lower_at_keyword if rule.type == "at-rule" else ""
    if rule.content is None:
        return (name, _tokens(rule.prelude))
    if name in {"media", "supports", "layer", "container"}:
        inner = tinycss2.parse_stylesheet(rule.content, skip_comments=True, skip_whitespace=True)
        return (name, _tokens(rule.prelude), [_rule(each) for each in inner])
    body = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return (name, _tokens(rule.prelude), [_declaration(each) for each in body])


def _declaration(item: Any) -> Any:
    if item.type == "declaration":
        return (item.lower_name, _tokens(item.value), item.important)
    return _rule(item)


def _tokens(tokens: Iterable[Any]) -> list[Any]:
    """Tokens in a comparable form; of white space only what stands between two of them."""
    parts: list[Any] = []
    for token in tokens:
        if token.type == "comment":
            continue
        inner = getattr(token, "arguments", None) if token.type == "function" else getattr(token, "content", None)
        if inner is not None:
            parts.append((token.type, getattr(token, "lower_name", ""), _tokens(inner)))
        else:
            parts.append(" " if token.type == "whitespace" else token.serialize())
    return _without_idle_space(parts)


def _without_idle_space(parts: list[Any]) -> list[Any]:
    """White space at the ends, around what separates by itself, and behind a colon means nothing."""
    return [
        part
        for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False)
        if part != " " or (before not in (*IDLE, ":") and after not in IDLE)
    ]


def _import(prelude: Iterable[Any]) -> list[Found]:
    first = next((token for token in prelude if token.type not in SILENT), None)
    specifier = _url(first) if first is not None else None
    if first is not None and first.type == "string":
        specifier = first.value
    return [Found("import", specifier)] if specifier is not None else []


def _url(token: Any) -> str | None:
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name in {"url", "src"}:
        first = next((each for each in token.arguments if each.type not in SILENT), None)
        return str(first.value) if first is not None and first.type == "string" else None
    return None


def _values(tokens: Iterable[Any]) -> list[Found]:
    """References among component values; the prelude of an at-rule in a block has none."""
    found: list[Found] = []
    in_prelude = False
    for token in tokens:
        ends = token.type == "{} block" or (token.type == "literal" and token.value == ";")
        if token.type == "at-keyword" or (in_prelude and not ends):
            in_prelude = True
            continue
        in_prelude = False
        if (specifier := _url(token)) is not None:
            found.append(Found("url", specifier))
        elif token.type == "function":
            images = token.lower_name in {"image-set", "-webkit-image-set"}
            found += _image_set(token.arguments) if images else _values(token.arguments)
        elif getattr(token, "content", None):
            found += _values(token.content)
    return found


def _image_set(tokens: Iterable[Any]) -> list[Found]:
    found: list[Found] = []
    for token in tokens:
        found += [Found("string", token.value)] if token.type == "string" else _values([token])
    return found
