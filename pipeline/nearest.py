"""The known name that a wrong one was most likely meant to be, found without looking at every name each time."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from posixpath import splitext

AMONG = 16
"""Names that are compared letter by letter: that takes up to 50 µs each."""
GLANCED_AT = 1_000
"""Places in the index that are looked at to choose them."""
STEM_CUTOFF = 0.5
REMEMBERED = 10_000
"""Answers: an app may be asked for any names, for as long as it runs."""


class Known:
    """Names, indexed when they are first asked, so that many wrong ones cost little.

    >>> Known(["css/site.css", "img/logo.svg"]).nearest("css/sit.css")
    'css/site.css'
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._given = names
        self._answers: dict[str, str | None] = {}
        self._found: dict[str, tuple[int, list[int]]] = {}

    def nearest(self, name: str) -> str | None:
        """The name most like ``name``: first but for case, then the same file elsewhere, then by likeness."""
        if name not in self._answers:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()
            folded = unicodedata.normalize("NFC", name).casefold()
            same = self._whole.get(folded) or self._bases.get(_base(folded))
            self._answers[name] = same or self._alike(name)
        return self._answers[name]

    def _alike(self, name: str) -> str | None:
        import difflib  # what goes well does not wait for it

        # A common folder or suffix alone makes no likeness.
        found = difflib.get_close_matches(name, self._candidates(name), n=5, cutoff=0.6)
        return next((each for each in found if _likeness(_stem(each), _stem(name)) >= STEM_CUTOFF), None)

    def _candidates(self, name: str) -> list[str]:
        """The names that share the most parts with ``name``; the rarer a part is, the more it tells."""
        if len(self._names) <= AMONG:
            return self._names
        from heapq import nsmallest

        shared: defaultdict[int, float] = defaultdict(float)
        room = GLANCED_AT
        for many, places in sorted(map(self._places, sorted(_parts(name))), key=lambda found: found[0]):
            for place in places[:room]:
                shared[place] += 1 / many
            room = max(room - many, 0)
        return [self._names[place] for place in nsmallest(AMONG, shared, key=lambda place: (-shared[place], place))]

    def _places(self, part: str) -> tuple[int, list[int]]:
        """How many names have a part, and the first of them."""
        if part not in self._found:
            text, starts = self._folders if part.endswith("//") else self._stems
            at = [match.start() for match in re.finditer(re.escape(part) + r"[^\0]*+", text)]
            self._found[part] = len(at), [bisect(starts, each) - 1 for each in at[:GLANCED_AT]]
        return self._found[part]

    @cached_property
    def _stems(self) -> tuple[str, list[int]]:
        return _joined(f"/{_stem(each)}/" for each in self._folded)

    @cached_property
    def _folders(self) -> tuple[str, list[int]]:
        return _joined(f"\1{each.rpartition('/')[0]}//" for each in self._names)

    @cached_property
    def _names(self) -> list[str]:
        return [*self._given]

    @cached_property
    def _whole(self) -> dict[str, str]:
        return dict(zip(reversed(self._folded), reversed(self._names), strict=True))

    @cached_property
    def _bases(self) -> dict[str, str]:
        return {_base(folded): each for folded, each in zip(reversed(self._folded), reversed(self._names), strict=True)}

    @cached_property
    def _folded(self) -> list[str]:
        return [*map(str.casefold, self._names)]


def _joined(texts: Iterable[str]) -> tuple[str, list[int]]:
    """Texts with a NUL between them, and where each begins: what is in one of many is found fastest in one."""
    each = [*texts]
    return "\0".join(each), [0, *accumulate(len(text) + 1 for text in each)]


def _parts(name: str) -> set[str]:
    """The folder of a name, and every two letters that follow each other in its stem or stand at an end of it."""
    folder = name.rpartition("/")[0]
    stem = f"/{_stem(name.casefold())}/"
    return {f"\1{folder}//", *(stem[at : at + 2] for at in range(len(stem) - 1))}


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    return splitext(_base(path))[0]


def _likeness(one: str, other: str) -> float:
    import difflib

    return difflib.SequenceMatcher(None, one, other).ratio()
