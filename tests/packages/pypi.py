"""Wheels of PyPI, pinned and kept outside of the checkout, once for all runs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packages.npm import cache_folder


def wheel(name: str, version: str) -> Path:
    """The folder with the files of a wheel; it is not installed, and nothing of it has been run."""
    folder = cache_folder() / f"{name}-{version}"
    if not folder.is_dir():
        half = Path(f"{folder}.{os.getpid()}")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        run = subprocess.run([*command, f"--dest={half}", f"{name}=={version}"], capture_output=True, check=False)
        if run.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"pip download failed: {run.stderr.decode()}")
        (found,) = half.glob("*.whl")
        with zipfile.ZipFile(found) as opened:
            opened.extractall(half)
        half.rename(folder)
    return folder
