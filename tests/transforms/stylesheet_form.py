"""What a stylesheet means, as a value that two stylesheets can be compared by."""

from __future__ import annotations

from typing import Any

import tinycss2

BLOCKS = ("() block", "[] block", "{} block")
FEATURES = ("media", "supports", "container", "import")


def form(content: bytes) -> Any:
    """The meaning of a stylesheet: its tokens without the white space that says nothing at its place."""
    return of_rules(tinycss2.parse_stylesheet_bytes(content, skip_comments=True, skip_whitespace=True)[0])


def of_rules(nodes: list[Any]) -> list[Any]:
    made: list[Any] = []
    for node in nodes:
        if node.type == "declaration":
            blind = "!" if node.name.startswith("--") else ":=>!;"
            made.append((node.name, of_values(node.value, blind), node.important))
        elif node.type == "error":
            made.append(("error", node.kind))
        else:
            keyword = node.lower_at_keyword if node.type == "at-rule" else ""
            selector = keyword not in FEATURES or "selector(" in tinycss2.serialize(node.prelude)
            prelude = of_values(node.prelude, ">=!;+~" if selector else "<>=:!;")
            inner = tinycss2.parse_blocks_contents(node.content or [], skip_comments=True, skip_whitespace=True)
            made.append((keyword, prelude, node.content is not None, of_rules(inner)))
    return made


def of_values(nodes: list[Any], blind: str) -> list[Any]:
    made: list[Any] = []
    for node in nodes:
        if node.type == "whitespace":
            made += [" "] if made[-1:] != [" "] else []
        elif node.type in BLOCKS:
            made.append((node.type, of_values(node.content, blind)))
        elif node.type == "function":
            made.append((node.lower_name, of_values(node.arguments, blind)))
        elif node.type != "comment":
            made.append(
                (
                    node.type,
                    getattr(node, "representation", "") or getattr(node, "value", ""),
                    getattr(node, "unit", ""),
                )
            )
    signs = [",", *blind, *(f"{char}=" for char in "*^$~|" if "=" in blind)]
    idle = [("error", "", ""), *(("literal", sign, "") for sign in signs)]
    return [
        value
        for index, value in enumerate(made)
        if value != " " or not (index in (0, len(made) - 1) or made[index - 1] in idle or made[index + 1] in idle)
    ]
