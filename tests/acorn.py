"""acorn, the parser that tests of scripts believe: its syntax trees and its tokens."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.tools import require_tool

VERSION = "8.15.0"
HERE = Path(__file__).parent


@cache
def modules() -> str:
    """Where npm put acorn: outside of the checkout, once for all runs."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pipeline-tests" / f"acorn-{VERSION}"
    if not (folder / "node_modules/acorn/package.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = [require_tool("npm"), "install", "--silent", "--no-save", "--prefix", str(folder), f"acorn@{VERSION}"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"npm cannot install acorn: {run.stderr}")
    return str(folder / "node_modules")


def read(sources: Mapping[str, str], script: str = "acorn.js") -> dict[str, Any]:
    """What acorn makes of each source, read by one process; ``script`` says what is asked."""
    run = subprocess.run(
        [require_tool("node"), "--stack-size=4000", str(HERE / "node" / script)],
        input=json.dumps(sources),
        env={**os.environ, "NODE_PATH": modules()},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found
