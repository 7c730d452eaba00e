"""Compressors: each module here is one encoding, its one public name a frozen dataclass whose fields are its options.

A compressor says which ``Content-Encoding`` it makes and which suffix its files have; called with bytes it returns
them compressed: the same bytes for the same input on every machine, no time and no name in them.
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
        """What was compressed, which has ``size`` bytes.

        Raises:
            ValueError: ``data`` is damaged, or holds more.
        """
