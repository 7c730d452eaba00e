"""How a step looks outside its asset: through `Fetch`, which remembers what it was asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.looking import FILE, GLOB, bytes_at, digest, digest_of_all, matching, name_of, within
from pipeline.engine.tools import Tools
from pipeline.errors import SourceError

EVERYTHING = AssetPath("")
"""The input that stands for all files below the roots."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """The sources that a step may ask for while it makes one asset.

    Attributes:
        files: every source of the site and the file it lies in.
        folders: the folders of the roots, in order, for tools that search for themselves.
        output: the output folder; it may not exist yet, and nothing may be written to it.
        base_url: what stands before every URL of the site.
        inputs: what was asked for so far, and the digest of what came back (``None``: there was none).
        state: gives a digest of all names, sizes and times below the roots.
        prefixes: of the paths in each of the folders, without the slash behind them.
        project: its folder.
        own: folders that no glob looks into: the output and the cache.
        tools: finds and runs programs.
        source_maps: whether steps are to give maps of what they make.
    """

    files: Mapping[AssetPath, Path]
    folders: tuple[Path, ...]
    output: Path
    base_url: str
    inputs: dict[AssetPath, str | None] = field(default_factory=dict)
    state: Callable[[], str] = str
    prefixes: tuple[str, ...] = ()
    project: Path = Path()
    own: tuple[str, ...] = ()
    tools: Tools = field(default_factory=lambda: Tools(Path()))
    source_maps: bool = False

    def everything(self) -> None:
        """Make all files below the roots inputs: for a tool that does not tell what it reads."""
        self.inputs[EVERYTHING] = self.state()

    def __call__(self, path: AssetPath) -> Asset | None:
        """The source at ``path``, or ``None``; either way it becomes an input of the asset being made."""
        file = self.files.get(path)
        asset = Asset(path, Blob.on_disk(file)) if file else None
        self.inputs[path] = asset.content.digest if asset else None
        return asset

    def text(self, path: AssetPath) -> bytes | None:
        """What the source at ``path`` holds, or what lies in its place but is no source, as excluded partials."""
        if source := self(path):
            return source.content.read()
        for folder, file in self.places(path):
            allowed = not os.path.lexists(file) or within(file, folder)
            if allowed and (data := self.read(file)) is not None:
                return data
        return None

    def places(self, path: str) -> Iterator[tuple[Path, str]]:
        """The folders of the roots in which a path may lie, each with the absolute one that it would have there."""
        for folder, prefix in zip(self.folders, self.prefixes, strict=True):
            inside = f"{prefix}/" if prefix else ""
            if path.startswith(inside):
                yield folder, os.path.join(folder, path.removeprefix(inside))

    def read(self, file: str | Path) -> bytes | None:
        """What lies in any file, given by its absolute path, ``None`` without one; either way it becomes an input.

        Raises:
            SourceError: it cannot be read.
        """
        try:
            data = bytes_at(file)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}", path=os.path.relpath(file, self.project)) from error
        self.inputs[AssetPath(name_of(file, self.project))] = digest(data)
        return data

    def glob(self, pattern: str) -> dict[str, Path]:
        """The files of the project that a glob matches; they, and those that come and go, become one input.

        Raises:
            SourceError: one of them cannot be read.
        """
        found = matching(pattern, self.project, self.own)
        try:
            self.inputs[AssetPath(GLOB + pattern)] = digest_of_all(found)
        except OSError as error:
            name = os.path.relpath(error.filename or self.project, self.project)
            raise SourceError(f"cannot be read: {error.strerror}", path=name) from error
        return found

    def again(self, name: AssetPath) -> str | None:
        """The digest of an input as it is now."""
        if name == EVERYTHING:
            self.everything()
        elif name.startswith(FILE):
            self.read(os.path.normpath(os.path.join(self.project, name.removeprefix(FILE))))
        elif name.startswith(GLOB):
            self.glob(name.removeprefix(GLOB))
        else:
            self(name)
        return self.inputs[name]
