"""es-module-lexer, which tests believe about the imports and exports of scripts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.packages.npm import installed
from tests.tools import require_tool

VERSION = "3.0.5"
PROGRAM = Path(__file__).parent.parent / "node/es_module_lexer.js"

Answer = dict[str, Any]
"""``found``: a list of kind, start, stop and specifier, in bytes; or ``error``."""


def read(files: Sequence[Path]) -> list[Answer]:
    """What it finds in each file, read by one process."""
    run = subprocess.run(
        [require_tool("node"), str(PROGRAM)],
        input=json.dumps([str(file) for file in files]),
        env={**os.environ, "NODE_PATH": str(installed("es-module-lexer", VERSION))},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]
