"""Compressors: each module here is one encoding, its one public name a frozen dataclass whose fields are its options.

A compressor says which ``Content-Encoding`` it makes and which suffix its files have; called with bytes it returns
them compressed: the same bytes for the same input on every machine, no time and no name in them. A package that not
everybody has is asked for when the options are checked and imported where it is used, so that any member can be listed.
One with ``quick = True`` compresses a kilobyte sooner than a cache brings it.
"""

from __future__ import annotations

from typing import ClassVar, Protocol


class Compressor(Protocol):
    """Makes one kind of compressed copy."""

    encoding: ClassVar[str]
    suffix: ClassVar[str]

    def __call__(self, data: bytes) -> bytes:
        """``data`` compressed; releases the interpreter's lock while it works."""

    def restore(self, data: bytes, size: int) -> bytes:
        """What was compressed, at most ``size`` bytes; not many more are ever made, whatever ``data`` is.

        Raises:
            ValueError: ``data`` is damaged, or holds more.
        """
