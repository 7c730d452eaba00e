"""What a step looked at besides sources, as names of inputs: single files, and all that a glob matches in the project.

The path of a source never begins with a slash; these names do. They are relative to the project, so that two machines
mean the same by them.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.engine.globs import MAGIC, glob

FILE, GLOB = "/file/", "/glob/"
NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
"""Why there is nothing in a place."""
PASSED_OVER = "node_modules"
"""Folders that a glob looks into only if it names them, as those with a dot before their names."""


def name_of(file: str | Path, project: Path) -> str:
    """The input that stands for a file, wherever it lies."""
    text, folder = str(file), f"{project}{os.sep}"
    if text.startswith(folder) and ".." not in text:  # as nearly always, and Sass asks for hundreds
        return FILE + text[len(folder) :].replace(os.sep, "/")
    return FILE + os.path.relpath(file, project).replace(os.sep, "/")


def is_looked_at(name: str) -> bool:
    """Whether an input is no source."""
    return name.startswith("/")


def within(file: str | Path, folder: Path) -> bool:
    """Whether a file lies below a folder, links resolved."""
    return os.path.realpath(file).startswith(os.path.realpath(folder) + os.sep)


def shown(name: str) -> str:
    """An input as people know it: a path of the site, or a file or glob of the project."""
    return name.removeprefix(FILE).removeprefix(GLOB)


def bytes_at(file: str | Path) -> bytes | None:
    """What a regular file holds, ``None`` if there is none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        regular = stat.S_ISREG(os.stat(file).st_mode)
    except ValueError:  # no name of a file
        return None
    except OSError as error:
        if error.errno not in NOTHING:
            raise
        return None
    if not regular:
        return None
    with open(file, "rb") as opened:
        return opened.read()


def digest(data: bytes | None) -> str | None:
    """That of an input."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def matching(pattern: str, project: Path, own: Collection[str]) -> dict[str, Path]:
    """The files of a project that a glob matches, sorted by their paths relative to it.

    Args:
        pattern: as in bundles.
        project: absolute.
        own: folders that are left out.
    """
    wanted = glob(pattern)
    found = {name: file for _, files in _walked(pattern, project, own) for name, file in files.items()}
    return {name: found[name] for name in sorted(found) if wanted.fullmatch(name)}


def digest_of_all(files: dict[str, Path]) -> str:
    """One digest of the names and contents of files."""
    whole = hashlib.sha256()
    for name, file in files.items():
        whole.update(f"{name}\0{digest(bytes_at(file))}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def places_of(name: str, project: Path, own: Collection[str]) -> list[str]:
    """The files and folders whose statuses tell whether what stands under an input is still the same."""
    if name.startswith(FILE):
        return [os.path.normpath(os.path.join(project, name.removeprefix(FILE)))]
    pattern = name.removeprefix(GLOB)
    folders = [folder for folder, _ in _walked(pattern, project, own)]
    return [*folders, *map(str, matching(pattern, project, own).values())]


def folders_of(name: str, project: Path, own: Collection[str]) -> set[Path]:
    """The folders to watch for changes of an input; the project itself, which is too large, may be among them."""
    if name.startswith(FILE):
        packaged = PASSED_OVER in name.split("/") and name.endswith("/package.json")  # there are many, and rarely new
        return set() if packaged else {Path(os.path.normpath(project / name.removeprefix(FILE))).parent}
    if base := _base(name.removeprefix(GLOB)):
        return {project / base}
    return {project / each.partition("/")[0] for each in matching(name.removeprefix(GLOB), project, own) if "/" in each}


def beside(name: str, project: Path, own: Collection[str]) -> list[str]:
    """The files in the folder of the project itself that stand under an input."""
    if name.startswith(FILE):
        below = name.removeprefix(FILE)
        return [] if "/" in below else [os.path.join(project, below)]
    found = {} if _base(name.removeprefix(GLOB)) else matching(name.removeprefix(GLOB), project, own)
    return [str(file) for each, file in found.items() if "/" not in each]


def _base(pattern: str) -> str:
    """The folder below which all lies that a glob matches."""
    magic = MAGIC.search(pattern)
    return (pattern[: magic.start()] if magic else pattern).rpartition("/")[0]


def _walked(pattern: str, project: Path, own: Collection[str]) -> Iterator[tuple[str, dict[str, Path]]]:
    """Every folder in which something may match, and its files by their paths relative to the project."""
    base = _base(pattern)
    deep = "/" in pattern[len(base) + 1 :] or "**" in pattern
    waiting = [base]
    while waiting:
        here = waiting.pop()
        folder = os.path.join(project, here) if here else str(project)
        files: dict[str, Path] = {}
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:  # there is none
            entries = []
        for entry in entries:
            name = f"{here}/{entry.name}" if here else entry.name
            if entry.is_dir(follow_symlinks=False):
                hidden = entry.name.startswith(".") or entry.name == PASSED_OVER
                if deep and not hidden and entry.path not in own:
                    waiting.append(name)
            elif entry.is_file():
                files[name] = Path(entry.path)
        yield folder, files
