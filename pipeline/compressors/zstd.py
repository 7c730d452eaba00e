"""Zstandard (RFC 8878) by Python's own module, which came with 3.14, or its backport."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import ClassVar

from pipeline.engine.plugins import require

__all__ = ["Zstd"]

BEST = 22
WINDOW_LOG = 23
"""Browsers refuse a window of more than 8 MB, see RFC 9659; the levels above 19 would take more."""
MODULE = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"


@dataclass(frozen=True, slots=True)
class Zstd:
    """Compress with zstd; before Python 3.14 that takes ``pip install 'pipeline-assets[zstd]'``.

    Attributes:
        level: 1 to 22. Those above 19 take a fifth more time for a few bytes.
    """

    level: int = 19

    encoding: ClassVar[str] = "zstd"
    suffix: ClassVar[str] = ".zst"

    def __post_init__(self) -> None:
        if not 1 <= self.level <= BEST:
            raise ValueError(f"level must be 1 to {BEST}, not {self.level}")
        require(MODULE, extra="zstd")

    @property
    def version(self) -> str:
        """Of the library."""
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd

        return zstd.zstd_version

    def __call__(self, data: bytes) -> bytes:
        """``data`` as one frame, whose header holds its size."""
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd

        parameter = zstd.CompressionParameter
        return zstd.compress(data, options={parameter.compression_level: self.level, parameter.window_log: WINDOW_LOG})

    def restore(self, data: bytes, size: int) -> bytes:
        """What was compressed, at most ``size`` bytes; there is no checksum, so they may be others.

        Raises:
            ValueError: ``data`` is not one whole frame, or holds more, or no browser would read it.
        """
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd

        decompressor = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG})
        try:
            restored = decompressor.decompress(data, size + 1)
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from error
        if not decompressor.eof or decompressor.unused_data or len(restored) > size:
            raise ValueError("is cut off, or holds more than it should")
        return restored
