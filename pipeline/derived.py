"""A mapping whose values are made of its keys when somebody asks: of a large site they need not all be there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Derived(Mapping[K, V]):
    """Values that are made whenever they are asked for.

    Args:
        keys: in their order.
        make: the value of a key.
    """

    def __init__(self, keys: Collection[K], make: Callable[[K], V]) -> None:
        self._keys, self._make = keys, make

    def __getitem__(self, key: K) -> V:
        if key not in self._keys:
            raise KeyError(key)
        return self._make(key)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Asked(Derived[K, V]):
    """Values that are made when they are first asked for, and kept."""

    def __init__(self, keys: Collection[K], make: Callable[[K], V]) -> None:
        super().__init__(keys, make)
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._made:
            self._made[key] = super().__getitem__(key)
        return self._made[key]
