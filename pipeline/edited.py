"""A mapping some values of which were exchanged: what stayed is neither copied nor looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Edited(Mapping[K, V]):
    """What is in ``edits``, and else what is in ``base``, in the order of ``base``; new keys come last.

    Args:
        base: stays as it is. If it is one of these, its edits are taken over, so that lookups stay as quick.
        edits: by key.
    """

    def __init__(self, base: Mapping[K, V], edits: Mapping[K, V]) -> None:
        self.base: Mapping[K, V] = base.base if isinstance(base, Edited) else base
        self.edits: dict[K, V] = {**base.edits, **edits} if isinstance(base, Edited) else {**edits}
        self._new = [key for key in self.edits if key not in self.base]

    def __getitem__(self, key: K) -> V:
        try:
            return self.edits[key]
        except KeyError:
            return self.base[key]

    def __contains__(self, key: object) -> bool:
        return key in self.edits or key in self.base

    def __iter__(self) -> Iterator[K]:
        yield from self.base
        yield from self._new

    def __len__(self) -> int:
        return len(self.base) + len(self._new)
