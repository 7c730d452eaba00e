"""Settings as the text of a ``pipeline.toml``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

WIDEST = 100
INDENT = "    "
BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def toml_text(values: Mapping[str, Any], comments: Iterable[str] = ()) -> str:
    """TOML 1.0 that says ``values``.

    Plain values come first, then tables; in a table those of its tables that are more than one line at the end.

    Args:
        values: strings, numbers, booleans, and lists and dicts of such.
        comments: lines that stand above.
    """
    lines = [f"# {line}" for line in comments]
    tables = {key: each for key, each in values.items() if isinstance(each, Mapping)}
    lines += [f"{_key(key)} = {_value(each)}" for key, each in values.items() if key not in tables]
    for name, table in tables.items():
        inner = {key: each for key, each in table.items() if isinstance(each, Mapping)}
        plain = [f"{_key(key)} = {_value(each)}" for key, each in table.items() if key not in inner]
        lines += ["", f"[{_key(name)}]", *plain] if plain or not inner else []
        for key, each in inner.items():
            lines += ["", f"[{_key(name)}.{_key(key)}]"]
            lines += [f"{_key(option)} = {_value(given)}" for option, given in each.items()]
    return "\n".join(lines).strip() + "\n"


def _key(name: str) -> str:
    return name if name and BARE.issuperset(name) else _string(name)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        items = [_value(each) for each in value]
        flat = f"[{', '.join(items)}]"
        if len(flat) <= WIDEST:
            return flat
        return "[\n" + "".join(f"{INDENT}{item},\n" for item in items) + "]"
    if isinstance(value, Mapping):  # on one line, as TOML 1.0 has it
        pairs = ", ".join(f"{_key(key)} = {_inline(each)}" for key, each in value.items())
        return f"{{ {pairs} }}"
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _inline(value: Any) -> str:
    return f"[{', '.join(map(_inline, value))}]" if isinstance(value, list | tuple) else _value(value)


def _string(text: str) -> str:
    """A basic string: JSON's escapes are those of TOML."""
    known = text.encode("utf-8", "replace").decode()  # no file can say the rest
    return json.dumps(known, ensure_ascii=False).replace("\x7f", "\\u007f")
