"""Walks the roots without recursion: which files are sources, and what is wrong on the way."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator

from pipeline.asset import AssetPath, asset_path
from pipeline.config import Config, Root
from pipeline.diagnostic import Diagnostic
from pipeline.engine.globs import Globs
from pipeline.engine.listing import look
from pipeline.errors import PipelineError, SourceError
from pipeline.source import Source
from pipeline.statuses import Status

HIDDEN = ".*"
"""Left out of every root; a pattern such as ``!.well-known/`` among the excluded ones brings a folder back."""


NOWHERE, LEAVES, SPECIAL = "is a link that leads nowhere", "is a link that leaves its root", "is not a regular file"


NOT_REGULAR = {NOWHERE, SPECIAL}


class Lister:
    """Walks the roots without recursion, and keeps what is wrong on the way."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.include = Globs(config.include)
        self.errors: list[PipelineError] = []
        self.diagnostics: list[Diagnostic] = []
        self.hidden: list[str] = []
        self.folders: dict[str, bytes] = {}
        self.manifest = str(config.manifest)
        self.own = {os.path.realpath(config.output), os.path.realpath(config.cache)}

    def shown(self, file: str) -> str:
        """A file's name for messages."""
        return os.path.relpath(file, self.config.project).replace(os.sep, "/")

    def sources_of(self, root: Root) -> dict[AssetPath, Source]:
        """Every source of one root by its path."""
        exclude = Globs((HIDDEN, *self.config.exclude, *root.exclude))
        include = Globs(root.include)
        found: dict[AssetPath, Source] = {}
        for relative, entry, status in self._walk(root, exclude):
            path = self._path(root, relative, entry.path)
            if path is None or not (
                (not include.patterns or include.match(relative))
                and (not self.include.patterns or self.include.match(relative))
            ):
                continue
            if path in found:
                message = f"and {os.path.basename(found[path].file)!r} have names that are one in Unicode (NFC)"
                self.errors.append(SourceError(message, path=self.shown(entry.path), hint="rename one"))
                continue
            found[path] = Source(path, entry.path, status)
        return found

    def _path(self, root: Root, relative: str, file: str) -> AssetPath | None:
        path = f"{root.prefix}/{relative}" if root.prefix else relative
        if path.isascii():  # what a folder lists has nothing else in it that a path must not have
            return AssetPath(path)
        try:
            return asset_path(path)
        except ValueError as error:
            name = os.fsencode(self.shown(file)).decode("utf-8", "backslashreplace")
            self.errors.append(SourceError(f"its name {error}", path=name, hint="rename it, or exclude it"))
            return None

    def _walk(self, root: Root, exclude: Globs) -> Iterator[tuple[str, os.DirEntry[str], Status]]:
        """Regular files below a root with their path relative to it."""
        real = os.path.realpath(root.folder)
        plain = not (self.config.exclude or root.exclude)
        waiting: list[tuple[str, str, str, frozenset[str]]] = [(str(root.folder), "", real, frozenset({real}))]
        while waiting:
            folder, prefix, here, above = waiting.pop()
            for entry, status in self._entries(folder):
                relative = prefix + entry.name
                if entry.name.startswith(".") and (
                    plain or (exclude.match(relative) and exclude.match(f"{relative}/"))
                ):
                    self.hidden.append(self.shown(entry.path))
                    continue
                kind = self._kind(entry, status, real)
                if kind == "folder" and (plain or not exclude.match(f"{relative}/")):
                    linked = entry.is_symlink()
                    target = os.path.realpath(entry.path) if linked else os.path.join(here, entry.name)
                    if target in above and linked:
                        continue  # a loop of links
                    if target not in self.own:
                        waiting.append((entry.path, f"{relative}/", target, above | {target}))
                elif kind == "file" and status and (plain or not exclude.match(relative)):
                    yield relative, entry, status
                elif kind not in {"folder", "file"} and (plain or not exclude.match(relative)):
                    self._leave_out(entry.path, kind)

    def _entries(self, folder: str) -> list[tuple[os.DirEntry[str], Status | None]]:
        try:
            self.folders[folder], found = look(folder, self.manifest)
        except OSError as error:
            message = f"cannot be listed: {error.strerror}"
            self.errors.append(SourceError(message, path=self.shown(folder), hint="exclude it"))
            return []
        return sorted(found, key=lambda pair: pair[0].name)

    def _kind(self, entry: os.DirEntry[str], status: Status | None, real: str) -> str:
        if entry.is_symlink():
            try:
                target = os.path.realpath(entry.path, strict=True)
            except OSError:
                return NOWHERE
            if os.path.commonpath([real, target]) != real and not self.config.follow_links:
                return LEAVES
        if entry.is_dir():
            return "folder"
        if status is None:
            try:
                entry.stat()
            except OSError as error:
                return f"cannot be read: {error.strerror}"
        return "file" if entry.is_file() else SPECIAL

    def _leave_out(self, file: str, why: str) -> None:
        shown = unicodedata.normalize("NFC", self.shown(file))
        if why in NOT_REGULAR:
            self.diagnostics.append(Diagnostic("warning", f"{why}, so it is left out", shown))
        else:
            hint = "exclude it, or set `follow_links = true`" if why == LEAVES else "exclude it"
            self.errors.append(SourceError(why, path=shown, hint=hint))
