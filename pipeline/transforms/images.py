"""The step ``images``: PNGs made smaller without loss, and copies in newer formats: ``copies = ["webp"]``."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from posixpath import splitext
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.errors import ToolNotFound, TransformError
from pipeline.transforms import Made

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Images"]

INSTALL = "pip install 'pipeline-assets[images]'"
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
COPIES = {"webp": "WEBP", "avif": "AVIF"}
MOST = 100_000_000
"""Pixels; an image with more of them is a mistake, or meant to fill the memory."""
HEAD = struct.Struct(">8s4x4sII")
SIGNATURE = b"\x89PNG\r\n\x1a\n"
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Images:
    """Makes a PNG smaller without changing a pixel, and copies of PNG, JPEG, GIF and WebP images as assets beside them.

    A copy of ``img/a.png`` is ``img/a.webp``; it has the colour profile of the image, and stands upright as its EXIF
    data say, but has no other metadata.

    Attributes:
        copies: ``webp`` and ``avif``.
        quality: of the copies, 1 to 100. Without it a WebP copy of a PNG or GIF has no loss, all others have 80.
        level: of the work on a PNG, 0 to 6.
    """

    joins: ClassVar[bool] = False
    copies: tuple[str, ...] = ()
    quality: int | None = None
    level: int = 2

    def __post_init__(self) -> None:
        for each in self.copies:
            if each not in COPIES:
                raise ValueError(f"'copies' are {' and '.join(COPIES)}, not {each!r}")
        if self.quality is not None and not 1 <= self.quality <= 100:  # noqa: PLR2004  (percent)
            raise ValueError("'quality' must be 1 to 100")
        if not 0 <= self.level <= 6:  # noqa: PLR2004  (those of oxipng)
            raise ValueError("'level' must be 0 to 6")

    @property
    def version(self) -> str:
        """Those of the libraries and of the codecs in them."""
        if not all(map(find_spec, ("PIL", "oxipng"))):
            return ""  # and says so when it is called
        from importlib.metadata import version

        from PIL import features

        return f"{version('pyoxipng')} {version('pillow')} {[features.version(each) for each in COPIES]}"

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:  # noqa: ARG002  (it looks at nothing else)
        """The image, smaller if it can be, and its copies.

        Args:
            asset: an image of the format that its suffix names.
            fetch: is asked for nothing.

        Raises:
            TransformError: it is none, is damaged, or has too many pixels.
            ToolNotFound: the libraries are not installed.
        """
        for package in ("PIL", "oxipng"):
            if find_spec(package) is None:
                raise ToolNotFound(f"the package {package!r} is not installed", hint=INSTALL)
        stem, suffix = splitext(asset.path)
        kind = FORMATS.get(suffix.lower())
        if kind is None:
            raise TransformError(f"takes {', '.join(FORMATS)}, not {suffix or 'a file without a suffix'}")
        data = asset.content.read()
        image = _smaller(data, self.level) if kind == "PNG" else data
        first = asset if image is data else Asset(asset.path, Blob.of(image), asset.origin or (asset,))
        copies = [(AssetPath(f"{stem}.{each}"), self._copied(data, kind, each)) for each in self.copies]
        others = [Asset(path, Blob.of(copy), asset.origin or (asset,)) for path, copy in copies if path != asset.path]
        return Made((first, *others))

    def _copied(self, data: bytes, kind: str, wanted: str) -> bytes:
        from PIL import Image, ImageOps

        try:
            with Image.open(io.BytesIO(data), formats=[kind]) as opened:
                _check_size(*opened.size)
                frames = [*_frames(opened)]
                profile = opened.info.get("icc_profile")
            lossless = wanted == "webp" and kind in {"PNG", "GIF"} and self.quality is None
            options: dict[str, Any] = {"quality": self.quality or QUALITY, "icc_profile": profile}
            options |= (
                {"lossless": lossless, "exact": lossless, "method": 6} if wanted == "webp" else {"max_threads": 1}
            )
            if len(frames) > 1:
                options |= {"save_all": True, "append_images": frames[1:]}
                options |= {"duration": [int(each.info.get("duration", 0)) for each in frames]}
            output = io.BytesIO()
            ImageOps.exif_transpose(frames[0]).save(output, COPIES[wanted], exif=b"", **options)
        except TransformError:
            raise
        except Exception as error:  # decoders raise what they like
            raise TransformError(f"is damaged, or no {kind}: {_said(error)}") from error
        return output.getvalue()


def _frames(opened: Image) -> Iterator[Image]:
    """The pictures of an image, in modes that all formats know."""
    count = getattr(opened, "n_frames", 1)
    _check_size(opened.width * count, opened.height)
    for index in range(count):
        opened.seek(index)
        opened.load()
        yield opened.copy() if opened.mode in {"RGB", "RGBA"} else opened.convert(_mode(opened))


def _mode(opened: Image) -> str:
    return "RGBA" if opened.has_transparency_data else "RGB"


def _smaller(data: bytes, level: int) -> bytes:
    """A PNG with the same pixels; the same bytes if it cannot be smaller."""
    import oxipng

    signature, chunk, width, height = HEAD.unpack_from(data.ljust(HEAD.size, b"\0"))
    if (signature, chunk) != (SIGNATURE, b"IHDR"):
        raise TransformError("is no PNG")
    _check_size(width, height)
    try:
        made = bytes(oxipng.optimize_from_memory(data, level=level, strip=oxipng.StripChunks.safe()))
    except oxipng.PngError as error:
        raise TransformError(f"is damaged, or no PNG: {_said(error)}") from error
    return made if len(made) < len(data) else data


def _check_size(width: int, height: int) -> None:
    if width * height > MOST:
        raise TransformError(f"has {width} x {height} pixels, more than {MOST // 1_000_000} million")


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
