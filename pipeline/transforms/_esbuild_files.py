"""The files that esbuild reads: what people call them, and as inputs of what is made of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.asset import AssetPath
from pipeline.engine.fetch import Fetch
from pipeline.expressions import expression

PACKAGES = "node_modules"
EXTENSIONS = (".tsx", ".ts", ".jsx", ".js", ".css", ".json")
"""What esbuild tries behind a name, in this order (https://esbuild.github.io/api/#resolve-extensions)."""
REWRITTEN = {".js": (".ts", ".tsx"), ".jsx": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",)}
"""What TypeScript means by them."""
NO_FILE = expression(r"<|\(|[a-z][a-z+.-]+:")
"""What the names of modules begin with that are no files."""


class Files:
    """Files as esbuild names them: relative to the folder it works in, links resolved.

    Args:
        fetch: of the asset.
        folder: that esbuild works in, absolute, links resolved.
    """

    def __init__(self, fetch: Fetch, folder: str) -> None:
        self.fetch, self.folder = fetch, folder
        self.project = os.path.realpath(fetch.project)
        self._known: dict[str, str] = {}
        self.roots = [
            (os.path.realpath(root), prefix) for root, prefix in zip(fetch.folders, fetch.prefixes, strict=True)
        ]

    def file(self, name: str) -> str:
        """The file that a name means."""
        if name not in self._known:
            self._known[name] = self._meant(name)
        return self._known[name]

    def _meant(self, name: str) -> str:
        file = os.path.normpath(os.path.join(self.folder, name))
        if not os.path.isfile(file) and (plain := re.split("[?#]", file, maxsplit=1)[0]) != file:
            return plain  # stylesheets write url(font.eot?#iefix)
        return file

    def source(self, file: str) -> AssetPath | None:
        """The path in the site of a file that is a source."""
        for root, prefix in self.roots:
            if file.startswith(root + os.sep):
                below = file[len(root) + 1 :].replace(os.sep, "/")
                path = AssetPath(f"{prefix}/{below}" if prefix else below)
                if path in self.fetch.files and os.path.realpath(self.fetch.files[path]) == file:
                    return path
        return None

    def name(self, file: str) -> str:
        """What people call it: a path of the site, or one relative to the project."""
        return self.source(file) or os.path.relpath(file, self.project).replace(os.sep, "/")

    def read(self, file: str) -> bytes | None:
        """What lies there; it becomes an input, also if that is nothing."""
        if path := self.source(file):
            asset = self.fetch(path)
            return asset.content.read() if asset else None
        return self.fetch.read(Path(os.path.normpath(self.fetch.project / os.path.relpath(file, self.project))))

    def is_ours(self, file: str) -> bool:
        """Whether it lies in the project, below a root or in a package."""
        inside = [self.project, *(root for root, _ in self.roots)]
        return PACKAGES in file.split(os.sep) or any(file.startswith(folder + os.sep) for folder in inside)

    def above(self, folder: str) -> Iterator[str]:
        """A folder and those above it, up to the project's, the root's or the package's."""
        ends = {self.project, *(root for root, _ in self.roots if not root.startswith(self.project + os.sep))}
        while True:
            yield folder
            parent = os.path.dirname(folder)
            package = os.path.basename(parent) == PACKAGES or (
                os.path.basename(parent).startswith("@") and os.path.basename(os.path.dirname(parent)) == PACKAGES
            )
            if folder in ends or package or parent == folder:
                return
            folder = parent


def look_at(meta: Any, files: Files) -> list[str]:
    """Make inputs of all that decided what a bundle holds; returns the files that are in it.

    Those are the modules that the metafile lists; what would have been found in the place of a module that one of the
    site's own names; and the ``package.json`` of all of them. Of packages only what was read counts.

    Args:
        meta: the metafile (https://esbuild.github.io/api/#metafile).
        files: where they lie.
    """
    found = {name: files.file(name) for name in meta["inputs"] if not NO_FILE.match(name)}
    folders = {os.path.dirname(file): None for file in found.values()}
    looked = dict.fromkeys(found.values())
    for folder in folders:
        for each in files.above(folder):
            looked[file := os.path.join(each, "package.json")] = None
            if os.path.isfile(file):
                break
    for name, importer in found.items():
        if PACKAGES not in importer.split(os.sep):
            for each in meta["inputs"][name]["imports"]:
                if "original" in each and not each.get("external") and not NO_FILE.match(each["path"]):
                    looked.update(dict.fromkeys(_before(each["original"], importer, files.file(each["path"]), files)))
    for file in looked:
        files.read(file)
    return [*found.values()]


def _before(specifier: str, importer: str, target: str, files: Files) -> Iterator[str]:
    """What was looked for in vain before a module was found."""
    folder = os.path.dirname(importer)
    base = os.path.normpath(os.path.join(folder, specifier))
    bare = not specifier.startswith((".", "/"))
    if not bare or base == target:
        for candidate in _candidates(base):
            if candidate == target:
                return
            yield candidate
    if bare:
        name = "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])
        for each in files.above(folder):
            package = os.path.join(each, PACKAGES, name)
            if os.path.isdir(package):
                return
            yield os.path.join(package, "package.json")


def _candidates(base: str) -> Iterator[str]:
    yield base
    yield from (base + extension for extension in EXTENSIONS)
    stem, suffix = os.path.splitext(base)
    yield from (stem + extension for extension in REWRITTEN.get(suffix, ()))
    yield os.path.join(base, "package.json")
    yield from (os.path.join(base, f"index{extension}") for extension in EXTENSIONS)
