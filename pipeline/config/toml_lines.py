"""Where each key and list item of a TOML text stands, since `tomllib` does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline.expressions import expression

KeyPath = tuple[str | int, ...]
"""Keys of tables and indices of lists, from the outside in."""

TOKEN = expression(
    r"""
      (?P<blank> [ \t\r]++ | \#[^\n]*+ )
    | (?P<newline> \n )
    | (?P<text> \"{3} (?: [^"\\] | \\. | "(?!"") )*+ \"{3,5}
              | '{3} (?: [^'] | '(?!'') )*+ '{3,5}
              | " (?: [^"\\\n] | \\. )*+ "
              | ' [^'\n]*+ ' )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<bare> [^\s\[\]{}=,.\"'\#]++ )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of the text, and the line and column that it starts at."""

    kind: str
    text: str
    place: tuple[int, int]


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a valid TOML text without blanks and comments."""
    line, start = 1, 0
    for match in TOKEN.finditer(text):
        kind, piece = match.lastgroup or "", match.group()
        if kind != "blank":
            yield Token(kind, piece, (line, match.start() - start + 1))
        if "\n" in piece:
            line += piece.count("\n")
            start = match.start() + piece.rindex("\n") + 1


@dataclass(slots=True)
class _Open:
    """A list or inline table whose bracket has not been closed yet; in a list, ``index`` counts the items."""

    path: KeyPath
    index: int | None


@dataclass(slots=True)
class _Walk:
    """What is known while the tokens go by.

    Attributes:
        table: the path that the last ``[header]`` opened.
        key: the path of the value that comes next, or of the key as far as it was read.
        open: the brackets around the next token.
        in_key: whether a key is being read, not a value.
        header: the number of brackets of the ``[header]`` being read.
        lists: the index of the last ``[[table]]`` under one path.
        named: where the last name stood.
    """

    found: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    table: KeyPath = ()
    key: KeyPath = ()
    open: list[_Open] = field(default_factory=list)
    in_key: bool = True
    header: int = 0
    lists: dict[KeyPath, int] = field(default_factory=dict)
    named: tuple[int, int] = (1, 1)

    def take(self, token: Token) -> None:
        if token.kind == "newline":
            if not self.open:
                self.key, self.in_key = self.table, True
        elif token.text == "[" and self.in_key:
            self.header += 1
            self.key = ()
        elif self.header:
            self.take_header(token)
        elif self.in_key:
            self.take_key(token)
        else:
            self.take_value(token)

    def take_header(self, token: Token) -> None:
        if token.kind != "mark":
            if self.key in self.lists:  # the header goes on inside the last of some [[tables]]
                self.key = (*self.key, self.lists[self.key])
            self.name(token)
        elif token.text == "]":
            if self.header > 1:
                self.lists[self.key] = self.lists.get(self.key, -1) + 1
                self.key = (*self.key, self.lists[self.key])
                self.found[self.key] = self.named
            self.table, self.header = self.key, 0

    def take_key(self, token: Token) -> None:
        if token.kind != "mark":
            self.name(token)
        elif token.text == "=":
            self.in_key = False
        elif token.text == "}":
            self.close()

    def take_value(self, token: Token) -> None:
        if token.text == ",":
            inner = self.open[-1]
            self.in_key = inner.index is None
            if inner.index is not None:
                inner.index += 1
            self.key = inner.path if inner.index is None else (*inner.path, inner.index)
        elif token.text in {"]", "}"}:
            self.close()
        else:
            self.found.setdefault(self.key, token.place)
            if token.text == "[":
                self.open.append(_Open(self.key, 0))
                self.key = (*self.key, 0)
            elif token.text == "{":
                self.open.append(_Open(self.key, None))
                self.in_key = True

    def close(self) -> None:
        self.open.pop()
        self.in_key = False

    def name(self, token: Token) -> None:
        name = tomllib.loads(f"key = {token.text}")["key"] if token.kind == "text" else token.text
        self.key = (*self.key, name)
        self.named = token.place
        self.found.setdefault(self.key, token.place)


@lru_cache(maxsize=8)
def positions(text: str) -> Mapping[KeyPath, tuple[int, int]]:
    """Line and column, both from 1, of every key and list item in a text that `tomllib` has accepted.

    A key is where its name stands, also in a header or dotted; an item is where its value starts.
    Follows the grammar of TOML 1.0 (https://toml.io/en/v1.0.0), whose tokens are enough for this.
    """
    walk = _Walk()
    for token in tokens(text):
        walk.take(token)
    return walk.found


def position(text: str, key: KeyPath) -> tuple[int, int] | None:
    """Line and column of ``key``, or of the nearest table or list around it that the text has."""
    found = positions(text)
    for length in range(len(key), 0, -1):
        if key[:length] in found:
            return found[key[:length]]
    return None
