"""References in JSON files, at the places that the configuration declares: JSON itself does not say what is a URL."""

from __future__ import annotations

import json
from functools import lru_cache, partial

from pipeline.errors import SourceError
from pipeline.references import EVERYWHERE, Language, Place, Reference
from pipeline.syntax.json import Path, strings, written

_DEEPEST = 100
"""How many steps `EVERYWHERE` reaches."""


@lru_cache(64)
def json_at(places: tuple[Place, ...]) -> Language:
    """JSON whose strings at ``places`` are references.

    Its finder gives two kinds: ``place``, and ``mention`` for a string that only `EVERYWHERE` declares. It raises
    SourceError, with line and column, for what is no JSON in UTF-8: where its strings begin is then a guess.
    """
    return Language((), partial(_find, places), _embed)


def _find(places: tuple[Place, ...], content: bytes) -> list[Reference]:
    _check(content)
    found = []
    for string in strings(content, _DEEPEST if EVERYWHERE in places else max(map(len, places))):
        kind = "place" if any(_leads(place, string.path) for place in places) else "mention"
        if string.text and (kind == "place" or EVERYWHERE in places):
            found.append(Reference(string.start, string.stop, string.text, kind))
    return found


def _leads(place: Place, path: Path) -> bool:
    if len(place) != len(path):
        return False
    return all(step is None or step == str(key) for step, key in zip(place, path, strict=True))


def _embed(url: str, content: bytes, reference: Reference) -> bytes:  # noqa: ARG001  (the contract's parameters)
    return written(url)


def _check(content: bytes) -> None:
    """RFC 8259, but for NaN and Infinity; numbers may have any length."""
    problem = "is no JSON in UTF-8, so its references are not followed"
    try:
        json.loads(content.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise SourceError(f"{problem}: {error.msg}", line=error.lineno, column=error.colno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"{problem}: {error}") from error
