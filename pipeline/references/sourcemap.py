"""References of source maps: the map's own ``file``, which names the file it is for (ECMA-426)."""

from __future__ import annotations

import json
import re

from pipeline.references import Language, Reference

__all__ = ["SOURCE_MAP"]

TOKEN = re.compile(
    rb'"(?P<string>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?P<key>[ \t\r\n]*+:)?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL
)
VALUE = re.compile(rb'[ \t\r\n]*+"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)


def find(content: bytes) -> list[Reference]:
    """The value of the member ``file`` of the outermost object, if it is a string."""
    if b'"file"' not in content:
        return []
    depth = 0
    for token in TOKEN.finditer(content):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif depth == 1 and token["key"] and token["string"] == b"file":
            value = VALUE.match(content, token.end())
            return [_reference(value)] if value and _decoded(value["text"]) else []
    return []


def embed(url: str, content: bytes, reference: Reference) -> bytes:  # noqa: ARG001  (the contract's parameters)
    """The URL as the inside of a JSON string."""
    return json.dumps(url)[1:-1].encode()


def _reference(value: re.Match[bytes]) -> Reference:
    return Reference(*value.span("text"), _decoded(value["text"]), "file")


def _decoded(text: bytes) -> str:
    try:
        return str(json.loads(b'"' + text + b'"'))
    except ValueError:
        return ""


SOURCE_MAP = Language(suffixes=(".map",), find=find, embed=embed)
