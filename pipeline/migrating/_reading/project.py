"""The files of a project: listed once, read up to a size, and never outside of its folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from posixpath import splitext

from pipeline.diagnostic import Diagnostic
from pipeline.errors import SourceError
from pipeline.migrating import Place

PYTHON, YAML = (".py",), (".yml", ".yaml")
TEMPLATES = (".html", ".htm", ".xhtml", ".jinja", ".jinja2", ".j2", ".tmpl", ".txt", ".xml")
LARGEST = {".py": 1 << 20, ".yml": 1 << 18, ".yaml": 1 << 18}
"""Bytes of a file that is read; of others as of Python."""
MOST = 100_000
"""Files that are looked at."""
LEFT_OUT = {"node_modules", "bower_components", "__pycache__", "site-packages", "dist-packages"}
ENVIRONMENT = "pyvenv.cfg"
TESTS = {"test", "tests"}


class Project:
    """What lies in a folder.

    Attributes:
        folder: absolute, without links.
        left: what could not be read, and why.

    Raises:
        SourceError: it is no folder, or holds more than can be looked at.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.left: list[Diagnostic] = []
        self._read: dict[Path, bytes | None] = {}
        if not self.folder.is_dir():
            raise SourceError("is no folder", path=str(folder), hint="name the folder of the project")
        self._files = [*self._walk()]

    def files(self, suffixes: tuple[str, ...]) -> list[Path]:
        """Those with a suffix, in the order of their paths."""
        return [file for file in self._files if splitext(file.name)[1].lower() in suffixes]

    def read(self, file: Path) -> bytes | None:
        """The bytes of one of the files; ``None``, once with a warning, if it cannot be read or is too large."""
        if file not in self._read:
            self._read[file] = self._opened(file)
        return self._read[file]

    def place(self, file: Path, line: int | None = None) -> Place:
        """A line of a file, for messages."""
        return Place(self.shown(file), line)

    def shown(self, file: Path) -> str:
        """A path relative to the project."""
        return os.path.relpath(file, self.folder).replace(os.sep, "/")

    def inside(self, path: str | os.PathLike[str]) -> Path | None:
        """An absolute path without links, if it is in the project; a relative one starts at its folder."""
        try:
            real = Path(os.path.realpath(self.folder / path))
            str(real).encode()
        except ValueError:  # a NUL, or what is no Unicode
            return None
        return real if real.is_relative_to(self.folder) else None

    def _walk(self) -> Iterator[Path]:
        """Regular files; links are not followed."""
        count = 0
        for folder, folders, names in os.walk(self.folder, onerror=self._not_listed):
            folders[:] = sorted(
                name
                for name in folders
                if name not in LEFT_OUT
                and name[0] != "."
                and not os.path.exists(os.path.join(folder, name, ENVIRONMENT))
            )
            for name in sorted(names):
                count += 1
                if count > MOST:
                    hint = "name the folder of the app itself"
                    raise SourceError(f"has more than {MOST:,} files", path=str(self.folder), hint=hint)
                yield Path(folder, name)

    def _not_listed(self, error: OSError) -> None:
        message = f"cannot be listed: {error.strerror}"
        self.left.append(self.place(Path(error.filename)).warning(message, "what is in it was not read"))

    def _opened(self, file: Path) -> bytes | None:
        limit = LARGEST.get(file.suffix.lower(), LARGEST[".py"])
        try:
            found = os.lstat(file)
            if not stat.S_ISREG(found.st_mode):
                return None
            if found.st_size > limit:
                self.left.append(self.place(file).warning(f"is larger than {limit:,} bytes, so it was not read"))
                return None
            return file.read_bytes()
        except OSError as error:
            self.left.append(self.place(file).warning(f"cannot be read: {error.strerror}"))
            return None


def is_test(path: str) -> bool:
    """Whether a file, relative to the project, belongs to its tests."""
    *folders, name = path.split("/")
    return not TESTS.isdisjoint(folders) or name.startswith(("test_", "conftest"))
