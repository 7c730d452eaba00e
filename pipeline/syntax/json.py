"""Where the strings of a JSON text stand, after RFC 8259: for changing some of them and no other byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.expressions import expression

# One byte is passed over four times as fast as any of two. So first without looking at backslashes: a quote behind just
# one is part of the text, and what has a quote behind more of them is read again.
_TEXT = rb'[^"]*+(?:(?<=[^\\]\\)"[^"]*+)*+(?<!\\)(?=")|[^"\\]*+(?:\\[\s\S][^"\\]*+)*+'
_STRING = rb'"(?P<text>' + _TEXT + rb')"'
_TOKEN = expression(
    _STRING + rb'(?P<key>[ \t\r\n]*+:)?+|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<broken>"[\s\S]*+)'
)

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


class JsonString(NamedTuple):
    """A string that is a value.

    Attributes:
        path: what leads to it.
        start: byte offset of its text, behind the quote.
        stop: byte offset of the quote that ends it.
        text: what it says, escapes resolved.
        key: the span of the text of the key it belongs to; ``None`` in a list.
    """

    path: Path
    start: int
    stop: int
    text: str
    key: tuple[int, int] | None = None


def strings(content: bytes, deepest: int, wanted: Callable[[Path], bool] = bool) -> Iterator[JsonString]:
    """The strings of a JSON text whose path is ``wanted`` and has at most ``deepest`` steps, in order.

    Linear in time however deep the text is nested; a broken text gives what can be made out.
    Strings with escapes that JSON does not know are left out.

    >>> [(string.path, string.text) for string in strings(b'{"a": ["b", {"c": "d"}]}', 2)]
    [(('a', 0), 'b')]
    """
    path: list[str | int] = []  # one step for each bracket that is open, down to the deepest
    depth, key = 0, None
    for token in _TOKEN.finditer(content):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
            if depth <= deepest:
                path.append(0 if token[0] == b"[" else "")
        elif kind == "close":
            depth = max(depth - 1, 0)
            del path[depth:]
        elif not 0 < depth <= deepest:
            continue
        elif kind == "comma":
            step = path[-1]
            path[-1] = step + 1 if isinstance(step, int) else ""
        elif kind == "key":
            path[-1], key = decoded(token["text"]) or "", token.span("text")
        elif kind == "text" and wanted(here := tuple(path)) and (text := decoded(token["text"])) is not None:
            yield JsonString(here, *token.span("text"), text, key if isinstance(path[-1], str) else None)


def written(text: str) -> bytes:
    r"""A text as the inside of a JSON string; also where the JSON stands in a ``<script>`` element.

    >>> written('a"</b')
    b'a\\"\\u003c/b'
    """
    return json.dumps(text)[1:-1].replace("<", "\\u003c").encode()


def decoded(raw: bytes) -> str | None:
    """What the inside of a JSON string says; ``None`` if it has escapes that JSON does not know."""
    text = raw.decode("utf-8", "replace")
    try:
        return str(json.loads(f'"{text}"', strict=False)) if "\\" in text else text
    except ValueError:
        return None
