"""Programs that tests run: missing ones skip a test on a laptop and fail it in CI."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def require_file(path: str) -> str:
    """A file that a package of the system brings; without it the test is skipped, or fails if ``CI`` is set."""
    if not os.path.exists(path):
        _missing(path)
    return path


def require_tool(name: str) -> str:
    """The path of the program ``name``; without it the test is skipped, or fails if ``CI`` is set."""
    return shutil.which(name) or _missing(name)


def _missing(name: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")
