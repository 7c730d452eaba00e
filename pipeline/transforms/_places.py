"""Where an asset lies for tools that work with files, and what they read there: as inputs, and as people call it."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.errors import PublishError, TransformError
from pipeline.source_map import SourceMap, from_json
from pipeline.transforms._source_maps import blob_of, map_of


class Places:
    """The files around one asset.

    Attributes:
        asset: as the steps before made it.
        file: where it lies, or would if it were a file: beside its source.
    """

    def __init__(self, asset: Asset, fetch: Fetch) -> None:
        self.asset, self._fetch = asset, fetch
        self._roots = [*zip(fetch.folders, fetch.prefixes, strict=True)]
        self.file = self._place()

    def text(self) -> str:
        """What the asset holds.

        Raises:
            TransformError: it is not UTF-8.
        """
        try:
            return self.asset.content.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TransformError(f"is not UTF-8: {error.reason} at byte {error.start}") from error

    def name(self, file: str | Path) -> str:
        """What people call a file: its path in the site, or relative to the project."""
        if os.path.normpath(file) == os.path.normpath(self.file):
            return self.asset.path
        return self._path(Path(file)) or os.path.relpath(file, self._fetch.project).replace(os.sep, "/")

    def read(self, file: Path, digest: str | None = None) -> bytes | None:
        """What a file holds, ``None`` if there is none; either way it becomes an input.

        Args:
            file: absolute.
            digest: of what a tool read there.

        Raises:
            PublishError: that is not what it holds now.
        """
        if file == self.file:  # it is known what that holds
            return self.asset.content.read()
        if path := self._path(file):
            found = self._fetch(path)
            data = found.content.read() if found else None
        else:
            data = self._fetch.read(file)
        if digest and (data is None or digest != Blob.of(data).digest):
            raise PublishError("changed while it was being built", path=self.name(file), hint="build again")
        return data

    def map(self, given: Any, folder: Path | None = None) -> Blob | None:
        """The map that a tool gives, from what people wrote; it names files, relative to a folder.

        Raises:
            TransformError: it is none.
        """
        if not self._fetch.source_maps or not given:
            return None
        try:
            found = from_json(given if isinstance(given, str) else json.dumps(given))
        except ValueError as error:
            raise TransformError(f"its source map {error}") from error
        names = tuple(self.name(os.path.join(folder or "", name.removeprefix("file://"))) for name in found.sources)
        contents = tuple(
            self.text() if name == self.asset.path else content
            for name, content in zip(names, found.contents, strict=True)
        )
        inner = map_of(self.asset)
        return blob_of(SourceMap(names, contents, found.lines).followed_by({self.asset.path: inner} if inner else {}))

    def _place(self) -> Path:
        source = self.asset.sources()[0].path
        file = self._fetch.files.get(source)
        if file:
            return Path(
                os.path.normpath(file.parent / os.path.relpath(self.asset.path, os.path.dirname(source) or "."))
            )
        return Path(self._fetch.folders[0], self.asset.path)

    def _path(self, file: Path) -> AssetPath | None:
        for folder, prefix in self._roots:
            if file.is_relative_to(folder):
                below = file.relative_to(folder).as_posix()
                path = AssetPath(unicodedata.normalize("NFC", f"{prefix}/{below}" if prefix else below))
                if self._fetch.files.get(path) == file:
                    return path
        return None
