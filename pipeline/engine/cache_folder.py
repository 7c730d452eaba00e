"""The folder of the cache on this machine: made so that others pass over it, measured, and cleared."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.expressions import expression

OWN = ("", "state-")
"""What the folders of all formats are called, before the number."""
SUFFIXES = ("", "-wal", "-shm")
STATE = expression(r"(?:[0-9a-f]{16}(?:\.json)?|[0-9a-f]{8}\.seen)(?:\.\d+)?")
"""What `pipeline.incremental` calls its files, and the beginnings of some."""
DATABASES = tuple(f"cache.sqlite{suffix}" for suffix in SUFFIXES)
FILES = "files"
"""The folder of large values, see `pipeline.engine.cache_files`."""
LAID = expression(r"[0-9a-f]{64}(?:-\d+-\d+)?")
"""What they are called, and what was left half-written."""


def prepare(folder: Path) -> None:
    """Make a folder that is its owner's alone and that version control and backups pass over.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        (folder / ".gitignore").write_text("# made by pipeline: nothing here needs to be kept\n*\n")
        (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")  # bford.info/cachedir


def sizes(folder: Path) -> dict[str, int]:
    """The bytes that the tool's own files take in the folder of each format.

    Raises:
        OSError: they cannot be looked at.
    """
    return {each.name: sum(file.stat().st_size for file in _own_files(each)) for each in _formats(folder)}


def size_of(folder: Path) -> int:
    """The bytes that the tool's own files take in the folder of one format, as far as that can be told."""
    size = 0
    with suppress(OSError):  # another process may delete it meanwhile
        for file in _own_files(folder):
            with suppress(OSError):
                size += file.stat().st_size
    return size


def clear(folder: Path, names: Collection[str] | None = None) -> int:
    """Delete the tool's own files, and the folders that are empty then.

    Args:
        folder: of the cache.
        names: the folders of those formats that are meant; ``None``: of all.

    Returns:
        The bytes that they took.

    Raises:
        OSError: they cannot be deleted.
    """
    freed = 0
    for each in _formats(folder):
        if names is None or each.name in names:
            for file in _own_files(each):
                freed += file.stat().st_size
                Path(file).unlink(missing_ok=True)
            for folder_of_files in (each / FILES, each):
                if folder_of_files.is_dir() and not any(folder_of_files.iterdir()):
                    folder_of_files.rmdir()
    return freed


def _formats(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = (each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())
    return sorted(each for each in found if any(each.name.removeprefix(own).isdecimal() for own in OWN))


def laid_in(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The large values in the folder of a format, and what was left half-written of some; no link is followed.

    Raises:
        OSError: it cannot be listed.
    """
    if (folder / FILES).is_dir() and not (folder / FILES).is_symlink():
        yield from _files(folder / FILES, LAID.fullmatch)


def _own_files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What the tool wrote into the folder of a format: a database and values, or states and beginnings of some."""
    if not folder.name.isdecimal():
        yield from _files(folder, STATE.fullmatch)
    else:
        yield from _files(folder, DATABASES.__contains__)
        yield from laid_in(folder)


def _files(folder: Path, is_ours: Callable[[str], object]) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (each for each in [*entries] if is_ours(each.name) and each.is_file(follow_symlinks=False))
