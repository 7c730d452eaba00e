"""The folder of the cache on this machine: made so that others pass over it, measured, and cleared."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.expressions import expression

OWN = ("", "state-")
"""What the folders of all formats are called, before the number."""
SUFFIXES = ("", "-wal", "-shm")
STATE = expression(r"(?:[0-9a-f]{16}(?:\.json)?|[0-9a-f]{8}\.seen)(?:\.\d+)?")
"""What `pipeline.incremental` calls its files, and the beginnings of some."""
DATABASES = tuple(f"cache.sqlite{suffix}" for suffix in SUFFIXES)


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
                file.unlink(missing_ok=True)
            if not any(each.iterdir()):
                each.rmdir()
    return freed


def _formats(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = (each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())
    return sorted(each for each in found if any(each.name.removeprefix(own).isdecimal() for own in OWN))


def _own_files(folder: Path) -> Iterator[Path]:
    """What the tool wrote into the folder of a format: a database, or states and the beginnings of some."""
    states = not folder.name.isdecimal()
    for file in sorted(folder.iterdir()):
        own = STATE.fullmatch(file.name) if states else file.name in DATABASES
        if own and file.is_file() and not file.is_symlink():
            yield file
