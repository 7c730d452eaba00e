"""References in an import map: addresses, prefixes and integrity (https://html.spec.whatwg.org/#import-maps).

Every published file has a name of its own, so no prefix holds for them: a pair such as ``"lit/": "./vendor/lit/"`` is
replaced by one for each published file below that folder, but for those that another name in the same place tells
more exactly. A folder without any file is a broken reference; if all of its files went into bundles, or all of them
have names of their own in the map, the pair stays as it is.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from itertools import takewhile

from pipeline.references import Reference
from pipeline.syntax.json import JsonString, Path, strings, written
from pipeline.urls import SCHEME, split, url_of

KIND = "importmap"
_DEEPEST = 3
"""How many steps lead to an address: ``scopes``, a scope, a name."""
_ADDRESS = ("/", "./", "../")
"""How an address begins; anything else is a URL of another site, or nothing."""


def in_import_map(content: bytes, start: int, stop: int) -> Iterator[Reference]:
    """The references of the map that stands in ``content[start:stop]``, in order.

    Kinds: ``importmap``; ``prefix``, a whole pair, its context the name and those that begin with it; ``integrity``,
    whose specifier is the URL that it is for. Of a map that is no JSON, and that browsers ignore, only addresses.
    """
    text = content[start:stop]
    names = _Names(text)
    for string in strings(text, _DEEPEST):
        for each in _references(string, names):
            yield Reference(start + each.start, start + each.stop, each.specifier, each.kind, context=each.context)


def _references(string: JsonString, names: _Names) -> Iterator[Reference]:
    section, depth, text = string.path[0], len(string.path), string.text
    name, key = str(string.path[-1]), string.key
    if section == "integrity" and depth == _DEEPEST - 1 and key and names.known and name.startswith(_ADDRESS):
        yield Reference(*key, name, KIND)
        if text.strip():
            yield Reference(string.start, string.stop, name, "integrity")
    elif (section, depth) in {("imports", _DEEPEST - 1), ("scopes", _DEEPEST)} and text.startswith(_ADDRESS):
        if not text.endswith("/"):
            yield Reference(string.start, string.stop, text, KIND)
        elif key and names.known and name.endswith("/") and not split(text)[1]:
            yield Reference(key[0] - 1, string.stop + 1, text, "prefix", context=(name, *names.beginning(string.path)))


class _Names:
    """All names in a map, those of ``null`` too."""

    def __init__(self, text: bytes) -> None:
        try:
            self.known = json.loads(text.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            self.known = None
        self._sorted: dict[Path, list[str]] = {}

    def beginning(self, path: Path) -> list[str]:
        """The names in the same object that begin with the last step of ``path`` and are longer."""
        *above, name = path
        place, name = tuple(above), str(name)
        if place not in self._sorted:
            table = self.known
            for step in place:
                table = table.get(step) if isinstance(table, dict) else None
            self._sorted[place] = sorted(table) if isinstance(table, dict) else []
        names = self._sorted[place]
        return [*takewhile(lambda each: each.startswith(name), names[bisect_right(names, name) :])]


def address(url: str) -> bytes:
    """A URL as the inside of a string: what begins with neither a dot, a slash nor a scheme would be a bare name."""
    return written(url if url.startswith(_ADDRESS) or SCHEME.match(url) else f"./{url}")


def pairs(listed: str, content: bytes, prefix: Reference) -> bytes:
    """What stands for a prefix.

    Args:
        listed: JSON, an object of URLs by what follows the prefix in their names.
        content: of the page.
        prefix: where it stands.
    """
    name, *longer = prefix.context
    prefixes = tuple(each for each in longer if each.endswith("/"))
    found = []
    for rest, url in json.loads(listed).items():
        whole = name + (url_of(rest) if name.startswith(_ADDRESS) or SCHEME.match(name) else rest)
        if whole not in longer and not whole.startswith(prefixes):
            found.append(b'"%b": "%b"' % (written(whole), address(url)))
    return b", ".join(found) or content[prefix.start : prefix.stop]
