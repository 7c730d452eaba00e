"""What an asset is called all over the site: its logical path."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NewType

AssetPath = NewType("AssetPath", str)
"""A logical path such as ``css/site.css``: relative, ``/`` always, never ``..``, NFC."""


def asset_path(text: str) -> AssetPath:
    """Check and normalise a logical path.

    Raises:
        ValueError: the path is empty, absolute, has a ``..``, ``.`` or empty segment, a NUL,
            or cannot be written as UTF-8. The message completes "'…' ".
    """
    if not text:
        raise ValueError("is empty")
    if "\0" in text:
        raise ValueError("has a NUL character")
    if text.startswith("/"):
        raise ValueError("is absolute; write it relative to the site")
    for segment in text.split("/"):
        if segment in {"", ".", ".."}:
            raise ValueError(f"has the segment {segment!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("is not valid Unicode") from None
    return AssetPath(unicodedata.normalize("NFC", text))


@lru_cache(8)  # several in a row ask it of one path
def suffix_of(path: str) -> str:
    """The suffix of a file's name with its dot, as ``posixpath.splitext`` gives it in twice the time, in lower case.

    >>> suffix_of("a.b/c.min.JS"), suffix_of("a.b/.c"), suffix_of("a.b/c")
    ('.js', '', '')
    """
    stem, _, suffix = path[path.rfind("/") + 1 :].rpartition(".")
    return f".{suffix}".lower() if stem.strip(".") else ""
