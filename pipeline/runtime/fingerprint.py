"""The fingerprint in a URL of an asset, for those who write the rest of the URL themselves."""

from __future__ import annotations

from posixpath import basename, splitext

from pipeline.expressions import expression
from pipeline.manifest.entry import Entry, digest_of
from pipeline.urls import url_of

LENGTH = 16
"""Hexadecimal digits, where no name shows how many there are."""
SHORTEST = 8
RUN = expression(rf"[0-9a-f]{{{SHORTEST},64}}")


def fingerprint_of(path: str, entry: Entry) -> str:
    """What of an asset's URL changes with its content, or would if it had not kept its name: hexadecimal digits."""
    location, _, version = entry.url.partition("?v=")
    if version:
        return version
    digest = digest_of(entry.integrity)
    name = basename(location)
    length = next((length for length in range(len(digest), SHORTEST - 1, -1) if digest[:length] in name), 0)
    if length:
        return digest[:length]
    # The asset is in a cycle: its fingerprint is cut from a joint digest, and stands before or behind the stem.
    stem, suffix = splitext(basename(url_of(path)))
    rest = name.removesuffix(suffix)
    rest = rest.removeprefix(stem) if rest.startswith(stem) else rest.removesuffix(stem)
    return max((run for run in RUN.findall(rest) if run != stem), key=len, default=digest[:LENGTH])
