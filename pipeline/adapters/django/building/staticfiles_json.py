"""``staticfiles.json``, from which Django's ``ManifestStaticFilesStorage`` reads the files of a release."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from urllib.parse import unquote

from pipeline.errors import PublishError
from pipeline.manifest import Manifest

NAME = "staticfiles.json"
VERSION = "1.1"
"""Of the format, see django/contrib/staticfiles/storage.py."""


def dumped(manifest: Manifest) -> bytes:
    """The file's content; queries in URLs are left out, for which Django's storage has no place."""
    paths = {path: unquote(entry.url.partition("?")[0]) for path, entry in sorted(manifest.entries.items())}
    digest = hashlib.sha256(json.dumps([*paths.items()]).encode()).hexdigest()[:12]
    return json.dumps({"paths": paths, "version": VERSION, "hash": digest}, ensure_ascii=False).encode()


def write(manifest: Manifest, folder: Path) -> None:
    """Put it into the output folder, in one rename.

    Raises:
        PublishError: no room, no permission, or what stands there is something else.
    """
    file = folder / NAME
    if file.exists() and not _is_one(file):
        hint = "move it away, or leave PIPELINE['STATICFILES_JSON'] out"
        raise PublishError("is no manifest of Django's, so it is not replaced", path=str(file), hint=hint)
    beside = folder / f".{NAME}.{os.getpid()}"
    try:
        beside.write_bytes(dumped(manifest))
        os.replace(beside, file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise PublishError(f"cannot be written: {error.strerror}", path=str(file)) from error


def remove(manifest: Manifest, folder: Path) -> None:
    """Delete it if it is that of a release."""
    file = folder / NAME
    if file.is_file() and file.read_bytes() == dumped(manifest):
        file.unlink()


def _is_one(file: Path) -> bool:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and isinstance(found.get("paths"), dict)
