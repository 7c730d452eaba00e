"""The table ``tools``: which programs stand for the names that steps call."""

from __future__ import annotations

from pathlib import Path

from pipeline.config.checks import Checks, is_list
from pipeline.engine.tools import Command, Tools

KEY = ("tools",)


def read_tools(check: Checks, project: Path, value: object) -> Tools:
    """``sass = "bin/sass"``, a program or a file of the project, or ``less = ["node", "tools/lessc.js"]``."""
    found = []
    for name, given in check.table(KEY, value).items():
        command = _command(check, name, given)
        if command:
            found.append((str(name), command))
    return Tools(project, tuple(sorted(found)))


def _command(check: Checks, name: str, value: object) -> Command:
    key = (*KEY, name)
    parts = [value] if isinstance(value, str) else value
    if not is_list(parts) or not parts or not all(isinstance(part, str) and part for part in parts):
        check.unlike(key, value, 'a program, or a list of one and its first arguments: ["node", "tools/x.js"]')
        return ()
    if any("\0" in part for part in parts):
        check.error(key, f"'tools.{name}' has a NUL character")
        return ()
    return tuple(parts)
