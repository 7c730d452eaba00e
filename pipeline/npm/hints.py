"""What to try instead of a specifier that leads nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pipeline.errors import did_you_mean
from pipeline.expressions import expression
from pipeline.npm.commonjs import is_module
from pipeline.npm.exports import subpaths
from pipeline.npm.package import Package

_MOST_NAMES = 500
_LONGEST_NAME = 200
_SHOWN = 3
_BUILDS = ("", "dist", "es", "esm", "dist/esm", "lib/esm")
_MODULES = {"es", "esm", "dist/esm", "lib/esm"}
_INDEX = {"index.js", "index.mjs"}
_NAMED = expression(r"\.mjs$|\b(?:es|esm|module)\b.*\.js$")


def exported(package: Package, specifier: str) -> str:
    """The name nearest to ``specifier`` among those that a package exports, or else the first of them."""
    targets = subpaths(package.data["exports"])
    keys = (package.name + key[1:] for key, target in targets.items() if target is not None)
    names = list(_handy(key for key in keys if key != specifier))
    if nearest := did_you_mean(specifier, names):
        return nearest
    first = ", ".join(map(repr, names[:_SHOWN]))
    more = ", …" if len(names) > _SHOWN else ""
    return f"it exports {first}{more}" if first else "it exports nothing"


def beside(package: Package, file: Path, specifier: str) -> str:
    """What may be meant by a file that does not exist, or is a folder."""
    if package.data.get("exports") is not None:
        return f"install {package.name!r} again: it should have this file"
    for ending in (".js", ".mjs", "/index.js", "/index.mjs"):
        if os.path.isfile(f"{file}{ending}"):
            return f"did you mean {specifier.removesuffix('/') + ending!r}?"
    names = [f"{specifier.rpartition('/')[0]}/{name}" for name in _files(file.parent)]
    return did_you_mean(specifier, list(_handy(names))) or f"look for it in {str(package.folder)!r}"


def es_module_build(package: Package) -> str:
    """What to do about CommonJS; with the name of a file that is none, if the package has one."""
    for folder in _BUILDS if package.data.get("exports") is None else ():
        for name in _files(package.folder / folder):
            target = f"{folder}/{name}".lstrip("/")
            if _NAMED.search(name) or (folder in _MODULES and name in _INDEX):
                file = package.folder / target
                if package.holds(file) and is_module(file.read_bytes()):
                    return f"bundle it with esbuild, or use its ES module build: '{package.name}/{target}'"
    return "bundle it with esbuild, or map an ES module build of it in [modules.imports]"


def _files(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(each.name for each in islice(entries, _MOST_NAMES) if each.is_file(follow_symlinks=False))
    except OSError:  # no such folder, or none that may be read: there is nothing to propose
        return []


def _handy(names: Iterable[str]) -> Iterator[str]:
    """Few and short enough to be compared and shown."""
    return islice((name for name in names if len(name) <= _LONGEST_NAME), _MOST_NAMES)
