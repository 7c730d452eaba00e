"""The manifests of earlier releases whose files are still there, as `pipeline.publish.history` writes them.

A page that was open while a release was published goes on asking for files of the one before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ManifestError
from pipeline.expressions import expression
from pipeline.manifest import Manifest

DIGEST = expression(r"[0-9a-f]{64}")


def earlier(root: Path, current: bytes) -> Iterator[Manifest]:
    """The manifests of published releases, the newest first; damaged records are left out.

    Args:
        root: the output folder.
        current: the bytes of the manifest that is served, which is left out too.
    """
    own = root / ".pipeline"
    for digest in reversed(_published(own / "history.json")):
        if digest != hashlib.sha256(current).hexdigest():
            data = _read(own / "releases" / f"{digest}.json")
            if hashlib.sha256(data).hexdigest() == digest:
                try:
                    yield Manifest.from_json(data)
                except ManifestError:  # of another version of this package
                    continue


def _published(history: Path) -> list[str]:
    """The digests of their manifests, oldest first; none if nobody knows."""
    try:
        rows = json.loads(_read(history))["releases"]
        found = [digest for digest, _ in rows]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return [digest for digest in found if isinstance(digest, str) and DIGEST.fullmatch(digest)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
