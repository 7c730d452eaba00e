"""How large an image is, read from the first bytes of its file."""

from __future__ import annotations

from contextlib import suppress

from pipeline.expressions import expression

HEAD = 4096
"""Bytes within which the root of an SVG image must begin and its start tag end."""
SVG = expression(rb"<svg(?=[\s>])(?P<attributes>(?:[^\"'<>]|\"[^\"<]*+\"|'[^'<]*+')*+)>")
LENGTH = expression(rb"\s(?P<name>width|height)\s*+=\s*+[\"']\s*+(?P<pixels>[0-9]{1,6})(?:\.[0-9]*+)?(?:px)?\s*+[\"']")


def image_size(file: str) -> tuple[int, int] | None:
    """Width and height in CSS pixels of a PNG, GIF, JPEG, WebP or AVIF file, as it is shown, or of SVG that says it.

    Needs the package ``imagesize`` (the extra ``image-size``), but for SVG.

    Returns:
        ``None`` if there is no such file, or it does not say.
    """
    try:
        with open(file, "rb") as stream:
            if file.lower().endswith(".svg"):
                return _svg_size(stream.read(HEAD))
            with suppress(ImportError):
                import imagesize

                width, height = imagesize.get(stream)
                return (width, height) if width > 0 and height > 0 else None
    except OSError:  # files need not be where the app is
        return None
    return None


def _svg_size(head: bytes) -> tuple[int, int] | None:
    root = SVG.search(head)
    lengths = {match["name"]: int(match["pixels"]) for match in LENGTH.finditer(root["attributes"])} if root else {}
    return (lengths[b"width"], lengths[b"height"]) if len(lengths) == 2 else None  # noqa: PLR2004  (both)
