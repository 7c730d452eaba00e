"""Brotli (RFC 7932) by Google's own library: the smallest copies that every browser reads, and the slowest to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.engine.plugins import require

__all__ = ["Brotli"]

BEST = 11


@dataclass(frozen=True, slots=True)
class Brotli:
    """Compress with brotli; takes ``pip install 'pipeline-assets[brotli]'``.

    The window is the library's 4 MB, which every decoder takes: one made to the measure of each file saves a
    thousandth of the bytes and no time.

    Attributes:
        quality: 0 to 11. Scripts and stylesheets at 10 take a third of the time and are 2 % larger, at 9 a twelfth
            of it and 11 % larger.
    """

    quality: int = BEST

    encoding: ClassVar[str] = "br"
    suffix: ClassVar[str] = ".br"

    def __post_init__(self) -> None:
        if not 0 <= self.quality <= BEST:
            raise ValueError(f"quality must be 0 to {BEST}, not {self.quality}")
        require("brotli", extra="brotli")

    @property
    def version(self) -> str:
        """Of the library."""
        import brotli

        return str(brotli.__version__)

    def __call__(self, data: bytes) -> bytes:
        """``data`` as one stream."""
        import brotli

        return bytes(brotli.compress(data, quality=self.quality))

    def restore(self, data: bytes, size: int) -> bytes:
        """What was compressed, at most ``size`` bytes; the format has no checksum, so they may be others.

        Raises:
            ValueError: ``data`` is not one whole stream, or holds more.
        """
        import brotli

        decompressor = brotli.Decompressor()
        try:
            restored = bytes(decompressor.process(data, output_buffer_limit=size + 1))
        except brotli.error as error:
            raise ValueError(str(error)) from error
        if not decompressor.is_finished() or len(restored) > size:
            raise ValueError("is cut off, or holds more than it should")
        return restored
