"""What a web app manifest points at: its images, not the pages of the app (https://www.w3.org/TR/appmanifest/)."""

from __future__ import annotations

from pipeline.references import Language, Reference
from pipeline.syntax.json import Path, strings, written

__all__ = ["WEBMANIFEST"]

_IMAGES = {
    ("icons", "src"),
    ("screenshots", "src"),
    ("shortcuts", "icons", "src"),
    ("file_handlers", "icons", "src"),
    ("widgets", "icons", "src"),
    ("widgets", "screenshots", "src"),
}
_DEEPEST = 5


def find(content: bytes) -> list[Reference]:
    """The addresses of icons and screenshots, in order."""
    if b'"src"' not in content and b"\\" not in content:
        return []
    return [
        Reference(string.start, string.stop, string.text, "url")
        for string in strings(content, _DEEPEST)
        if _names(string.path) in _IMAGES and string.text
    ]


def embed(url: str, content: bytes, reference: Reference) -> bytes:  # noqa: ARG001  (the contract's parameters)
    """``url`` as the inside of a JSON string."""
    return written(url)


def _names(path: Path) -> tuple[str, ...]:
    """The keys of a path in which keys and indexes take turns; empty for any other path."""
    keys, indexes = path[::2], path[1::2]
    if not all(isinstance(index, int) for index in indexes):
        return ()
    return tuple(key for key in keys if isinstance(key, str)) if len(path) % 2 else ()


WEBMANIFEST = Language(suffixes=(".webmanifest",), find=find, embed=embed)
