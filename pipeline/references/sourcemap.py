"""References of source maps (ECMA-426): ``file``, which names the file it is for, and its ``sources``."""

from __future__ import annotations

from pipeline.references import Language, Reference
from pipeline.syntax.json import Path, decoded, strings, written
from pipeline.urls import SCHEME

__all__ = ["SOURCE_MAP"]

_MARKS = (b'"file"', b'"sources"')
_DEEPEST = 2


def find(content: bytes) -> list[Reference]:
    """The ``file`` and the ``sources`` of a map, in order, of the kinds ``file`` and ``source``.

    Sources are left alone if their ``sourceRoot`` is anything but a folder below the map's own: what is written behind
    it could not lead back to the map. Maps in the sections of an index map are left alone too.
    """
    if not any(mark in content for mark in _MARKS):
        return []
    named = [string for string in strings(content, _DEEPEST, _counts) if string.text]
    root = _root(content) if any(len(string.path) > 1 for string in named) else ""
    found = []
    for string in named:
        if len(string.path) == 1:
            found.append(Reference(string.start, string.stop, string.text, "file"))
        elif root is not None and not (root and _absolute(string.text)):
            found.append(Reference(string.start, string.stop, root + string.text, "source"))
    return found


def embed(url: str, content: bytes, reference: Reference) -> bytes:
    """The URL as the inside of a JSON string; of a source, such that it is right behind the ``sourceRoot``."""
    root = reference.specifier.removesuffix(decoded(content[reference.start : reference.stop]) or "")
    if root and not _absolute(url):
        return written("../" * len(_folders(root)) + url)
    return written(url)


def _counts(path: Path) -> bool:
    return path == ("file",) or (path[:1] == ("sources",) and isinstance(path[-1], int))


def _root(content: bytes) -> str | None:
    """The ``sourceRoot`` with a slash at its end, empty without one; ``None`` if no file of the site stands there."""
    if b'"sourceRoot"' not in content:
        return ""
    roots = [string.text for string in strings(content, 1, lambda path: path == ("sourceRoot",))]
    root = roots[-1] if roots else ""
    if not root:
        return ""
    outside = _absolute(root) or ".." in _folders(root) or any(mark in root for mark in "?#%\\")
    return None if outside else root.removesuffix("/") + "/"


def _folders(root: str) -> list[str]:
    return [part for part in root.split("/") if part not in {"", "."}]


def _absolute(url: str) -> bool:
    return url.startswith(("/", "\\")) or bool(SCHEME.match(url))


SOURCE_MAP = Language(suffixes=(".map",), find=find, embed=embed)
