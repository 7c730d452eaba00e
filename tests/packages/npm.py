"""Packages of the npm registry, pinned and kept outside of the checkout, once for all runs."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.tools import require_tool

LIST = Path(__file__).with_name("packages.json")


@dataclass(frozen=True, slots=True)
class Package:
    """A published package; ``integrity`` is that of its archive, as the registry tells it."""

    name: str
    version: str
    integrity: str

    @property
    def archive(self) -> str:
        """What ``npm pack`` calls its archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def packages(listed: Path = LIST) -> list[Package]:
    """Those of a list, by name."""
    return [Package(name, **pinned) for name, pinned in sorted(json.loads(listed.read_bytes()).items())]


def cache_folder() -> Path:
    """Where downloads are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pipeline-tests"


def unpacked(package: Package, listed: Path = LIST) -> Path:
    """The folder with the files of a package of a list; none of its scripts has been run."""
    _fetch_all(listed)
    archive = cache_folder() / "npm" / package.archive
    folder = archive.with_suffix("")
    if not folder.is_dir():
        _verify(archive, package.integrity)
        half = Path(f"{folder}.{os.getpid()}")
        with tarfile.open(archive) as opened:
            opened.extractall(half, filter="data")
        half.rename(folder)
    return folder


def installed(name: str, version: str) -> Path:
    """The ``node_modules`` that one package was installed into."""
    folder = cache_folder() / f"{name}-{version}"
    if not (folder / "node_modules" / name / "package.json").is_file():
        half = Path(f"{folder}.{os.getpid()}")
        half.mkdir(parents=True, exist_ok=True)
        _npm("install", "--no-save", "--ignore-scripts", "--prefix", str(half), f"{name}@{version}")
        with suppress(OSError):  # another process was faster
            half.rename(folder)
        shutil.rmtree(half, ignore_errors=True)
    return folder / "node_modules"


@cache
def _fetch_all(listed: Path) -> None:
    """Download what is missing, all at once: a call of npm for each package would take minutes."""
    folder = cache_folder() / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [each for each in packages(listed) if not (folder / each.archive).is_file()]
    if missing:
        half = folder / f"download.{os.getpid()}"
        half.mkdir()
        wanted = [f"{each.name}@{each.version}" for each in missing]
        _npm("pack", "--ignore-scripts", "--pack-destination", str(half), *wanted)
        for each in missing:
            (half / each.archive).rename(folder / each.archive)
        shutil.rmtree(half)


def _npm(*arguments: str) -> None:
    run = subprocess.run([require_tool("npm"), "--silent", *arguments], capture_output=True, text=True, check=False)
    if run.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"npm {arguments[0]} failed: {run.stderr}")


def _verify(archive: Path, integrity: str) -> None:
    algorithm, _, expected = integrity.partition("-")
    digest = hashlib.new(algorithm, archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != expected:
        archive.unlink()
        raise ValueError(f"{archive.name} is not the archive of the list; it has been deleted")
