"""Which version of a program is there: as its package of npm says, or the program itself, or the bytes of its files."""

from __future__ import annotations

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

SECONDS = 60.0
"""That a question for a version takes at most."""


@lru_cache(64)
def version_of(
    command: tuple[str, ...],
    arguments: tuple[str, ...],
    files: tuple[tuple[str, object], ...],
    environment: tuple[tuple[str, str], ...],
) -> str:
    """That of a package of npm, or what the program says, or the digests of its files; asked once.

    Args:
        command: that runs it.
        arguments: with which it tells its version; none: it does not.
        files: of the command, and their statuses: with others it is asked again.
        environment: all variables that it sees.
    """
    from pipeline.engine.complaints import words
    from pipeline.engine.running import run

    for file, _ in files:
        if package := _npm_package(Path(file)):
            return package
    if arguments:
        try:
            ran = run((*command, *arguments), Path(os.sep), dict(environment), SECONDS)
        except OSError:
            return "cannot be started"  # and says so when it is called
        return words(ran.output) or words(ran.said)
    return " ".join(hashlib.sha256(Path(file).read_bytes()).hexdigest() for file, _ in files)


def _npm_package(file: Path) -> str:
    """Name and version of the package in a ``node_modules`` that a file belongs to, or ``""``."""
    for folder in file.parents:
        if folder.parent.name == "node_modules" or folder.parent.parent.name == "node_modules":
            try:
                said = json.loads((folder / "package.json").read_bytes())
                return f"{said['name']}@{said['version']}"
            except (OSError, ValueError, KeyError, TypeError):
                continue
    return ""
