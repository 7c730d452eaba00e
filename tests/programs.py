"""Small programs that tests put where tools are looked for, and that keep count of their runs."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

COUNTED = """#!{python}
import os, sys
with open({log!r}, "a") as stream:
    stream.write(" ".join(sys.argv[1:]) + "\\n")
{body}
"""


class Program:
    """A program of a project, in ``node_modules/.bin`` unless another folder is named."""

    def __init__(self, project: Path, name: str, body: str, folder: str = "node_modules/.bin") -> None:
        self.file = project / folder / name
        self.log = project / f"{name}.runs"
        self.write(body)

    def write(self, body: str) -> None:
        """Put another program in its place."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(COUNTED.format(python=sys.executable, log=str(self.log), body=body))
        beside.chmod(0o755)
        os.replace(beside, self.file)  # one that is running cannot be written

    def runs(self) -> list[str]:
        """The arguments of every run."""
        return self.log.read_text().splitlines() if self.log.exists() else []


def gone(number: int) -> bool:
    """Whether a process has ended, or does so at once."""
    try:
        descriptor = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)
