"""Lets go of open files before a fork: some must not be carried into another process, and each opens its own."""

from __future__ import annotations

import os
import sys
from typing import Protocol
from weakref import WeakSet


class Holder(Protocol):
    """Has a file open."""

    def let_go(self) -> None:
        """Close it."""


_HOLDERS: WeakSet[Holder] = WeakSet()


def let_go_before(holder: Holder) -> None:
    """Have a holder let go before every fork from now on."""
    _HOLDERS.add(holder)


def _let_go() -> None:
    for holder in [*_HOLDERS]:
        holder.let_go()


if sys.platform != "win32":
    os.register_at_fork(before=_let_go)
