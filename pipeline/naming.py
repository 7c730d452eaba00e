"""Names by content: what an output is called on disk and in URLs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from posixpath import splitext
from typing import Protocol

from pipeline.asset import AssetPath
from pipeline.urls import url_of

LONGEST_SUFFIX = len(".zst")
NAME_MAX_ON_DISK = 255
NAME_MAX = NAME_MAX_ON_DISK - LONGEST_SUFFIX
"""In bytes; room is left for the suffix of a compressed copy."""


class Style(Protocol):
    """The settings that decide a name: ``style``, ``pattern`` and ``length``."""

    @property
    def style(self) -> str: ...
    @property
    def pattern(self) -> str: ...
    @property
    def length(self) -> int: ...


def name(path: AssetPath, digest: str, naming: Style, *, keep: bool) -> tuple[str, str]:
    """The file of an asset, and its URL relative to the base URL.

    Args:
        path: logical path.
        digest: what its fingerprint is cut from, hexadecimal.
        naming: style, pattern and length of the fingerprint.
        keep: publish it under its own name.
    """
    fingerprint = digest[: naming.length]
    if keep or naming.style == "plain":
        return path, url_of(path)
    if naming.style == "query":
        return path, f"{url_of(path)}?v={fingerprint}"
    fingerprinted = _fingerprinted(path, fingerprint, naming.pattern)
    return path if naming.style == "rewrite" else fingerprinted, url_of(fingerprinted)


def joint_digests(drafts: Mapping[AssetPath, str]) -> dict[AssetPath, str]:
    """Digests for the members of a cycle, whose bytes hold each other's names.

    Each is made of all members' drafts (their bytes with the names inside the cycle left plain) and its own path.

    Args:
        drafts: digest of the draft of each member.
    """
    joint = hashlib.sha256()
    for path, digest in sorted(drafts.items()):
        joint.update(f"{path}\0{digest}\0".encode())
    return {path: hashlib.sha256(joint.digest() + path.encode()).hexdigest() for path in drafts}


def _fingerprinted(path: str, fingerprint: str, pattern: str) -> str:
    folder, base = path[: (cut := path.rfind("/") + 1)], path[cut:]
    stem, suffix = splitext(base)
    made = pattern.format(stem=stem, fingerprint=fingerprint, suffix=suffix)
    if len(made.encode()) <= NAME_MAX:
        return folder + made
    room = NAME_MAX - len(pattern.format(stem="", fingerprint=fingerprint, suffix=suffix).encode())
    if room < 1:  # the suffix leaves no room: it is no suffix
        stem, suffix = base, ""
        room = NAME_MAX - len(pattern.format(stem="", fingerprint=fingerprint, suffix="").encode())
    short = stem.encode()[:room].decode("utf-8", "ignore")
    return folder + pattern.format(stem=short, fingerprint=fingerprint, suffix=suffix)
