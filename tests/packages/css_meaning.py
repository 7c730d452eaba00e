"""What is left of a stylesheet without what Autoprefixer adds, and with its colours as numbers.

An older Sass, which Bootstrap's own stylesheet was made by, rounds what it calculates to whole numbers.
"""

from __future__ import annotations

import re
from typing import Any

import tinycss2

PREFIXED = re.compile(r"-(?:webkit|moz|ms|o)-|color-adjust$")
SPACE = re.compile(r"\s+")
COLOR = re.compile(r"(?:#|%23)([0-9a-f]{6}|[0-9a-f]{3})\b|rgba?(?:\(|%28)([\d., ]+)(?:\)|%29)", re.IGNORECASE)
NEAR = 2.0
"""What rounding once or twice may change a channel by, of 255."""

Value = tuple[str, tuple[float, ...]]
"""A text without its colours, and their channels."""


def meaning(css: str) -> list[Any]:
    """The rules of a stylesheet, each selector and value in one way of writing."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return [made for rule in rules for made in _rule(rule)]


def alike(one: Any, other: Any) -> bool:
    """Whether two meanings, or parts of them, are the same but for rounding."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= NEAR
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def _rule(rule: Any) -> list[Any]:
    if rule.type == "error":
        return [("error", rule.message)]
    prelude = _text(rule.prelude)
    if rule.type == "qualified-rule":
        selector = re.sub(r" ?([>+~,]) ?", r"\1", prelude)
        return [] if PREFIXED.search(selector) else [(selector, _block(rule.content))]
    inner = _block(rule.content) if rule.content is not None else None
    left_out = rule.lower_at_keyword == "charset" or inner == []
    return [] if left_out else [(f"@{rule.lower_at_keyword}", prelude, inner)]


def _block(content: list[Any]) -> list[Any]:
    made: list[Any] = []
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            made += _rule(node)
        elif not PREFIXED.match(node.name) and not PREFIXED.match(value := _text(node.value)):
            made.append((node.name, _value(value), node.important))
    return made


def _text(nodes: list[Any]) -> str:
    return SPACE.sub(" ", tinycss2.serialize([node for node in nodes if node.type != "comment"])).strip()


def _value(text: str) -> Value:
    channels = [channel for found in COLOR.finditer(text) for channel in _channels(found)]
    return COLOR.sub("COLOR", text), tuple(channels)


def _channels(found: re.Match[str]) -> list[float]:
    if found[2]:
        return [float(part) for part in found[2].split(",")]
    digits = found[1] if len(found[1]) > 3 else "".join(digit * 2 for digit in found[1])
    return [float(int(digits[place : place + 2], 16)) for place in (0, 2, 4)]
