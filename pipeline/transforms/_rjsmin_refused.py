"""Why a script is not minified."""

from __future__ import annotations


class RefusedError(Exception):
    """A script that stays as it is: the byte offset, the reason without a full stop, and whether it is no script."""

    def __init__(self, offset: int, reason: str, *, broken: bool = False) -> None:
        super().__init__(offset, reason, broken)
        self.offset, self.reason, self.broken = offset, reason, broken
