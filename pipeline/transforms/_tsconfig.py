"""The ``tsconfig.json`` that holds for a file, and those that it extends (https://www.typescriptlang.org/tsconfig/)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

from pipeline.errors import TransformError
from pipeline.expressions import expression
from pipeline.transforms._esbuild_files import PACKAGES, Files

NAME = "tsconfig.json"
TOKEN = expression(r'"(?:[^"\\]|\\.)*+"?|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?', re.DOTALL)
COMMA = expression(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*+[}\]])', re.DOTALL)
MOST = 100
"""Files that one may extend; more is a loop, of which esbuild complains."""


def tsconfig(files: Files, option: str) -> str | None:
    """The file that holds, absolute; it, those that it extends, and the places of nearer ones become inputs.

    Args:
        files: of the folder that a script lies in.
        option: a file of the project that is named; else the nearest above the script counts, up to the project's.

    Raises:
        TransformError: what is named is not there.
    """
    found = None
    if option:
        found = os.path.normpath(os.path.join(files.project, option))
        if files.read(found) is None:
            raise TransformError(f"there is no file {option!r}", hint="name a file of the project by 'tsconfig'")
    else:
        places = (os.path.join(folder, NAME) for folder in files.above(files.folder))
        found = next((place for place in places if files.read(place) is not None), None)
    waiting, seen = [found] if found else [], set[str]()
    while waiting and len(seen) < MOST:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            content = files.read(file)
            bases = _extended(content) if content is not None else []
            waiting += [base for each in bases if (base := _base(each, file, files))]
    return found


def _extended(content: bytes) -> list[str]:
    """What it says it extends; what cannot be read esbuild will complain of."""
    try:
        text = TOKEN.sub(lambda token: token[0] if token[0][0] == '"' else " ", content.decode("utf-8-sig"))
        value: Any = json.loads(COMMA.sub(lambda token: token[0] if token[0][0] == '"' else "", text))
        given = value.get("extends", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    return [each for each in ([given] if isinstance(given, str) else given) if isinstance(each, str)]


def _base(named: str, file: str, files: Files) -> str | None:
    return next((place for place in _places(named, os.path.dirname(file)) if files.read(place) is not None), None)


def _places(named: str, folder: str) -> Iterator[str]:
    """Where a file may lie that another extends."""
    if named.startswith((".", "/")):
        base = os.path.normpath(os.path.join(folder, named))
        yield from (base, f"{base}.json")
        return
    while True:
        base = os.path.join(folder, PACKAGES, named)
        yield from (base, f"{base}.json", os.path.join(base, NAME))
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent
