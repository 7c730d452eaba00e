"""What esbuild wrote, as assets: with stable names, and pointing at others in ways that can be followed.

The names that esbuild gives have a hash of the content. Here a file has a name by where it comes from, for names by
content are given later, to all assets alike. Files of the site that a script imports stay where they are.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from posixpath import dirname, join, splitext
from typing import Any
from urllib.parse import unquote

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.expressions import expression
from pipeline.source_map import SUFFIX, from_json, in_characters
from pipeline.transforms._esbuild_files import NO_FILE, Files
from pipeline.transforms._esbuild_run import read_output
from pipeline.transforms._source_maps import blob_of, map_of
from pipeline.urls import relative, url_of

ENTRY = "pipeline-entry"
NAMES = (f"--entry-names={ENTRY}", "--chunk-names=pipeline-chunk-[hash]", "--asset-names=pipeline-asset-[hash]")
"""Such as stand nowhere else."""
STYLESHEET = ".bundle.css"
"""What stands for ``.js`` in the name of the stylesheet that a script imports; there may well be another ``.css``."""
QUOTES = b"\"'`"
DIGITS = 8
UNSAFE = expression(r"[^\w.-]")
Change = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files in a folder that esbuild wrote, see `assets`.

    Attributes:
        asset: the entry.
        path: what it becomes.
        meta: the metafile.
        files: that esbuild read.
        output: the folder, absolute.
        entry: as esbuild calls the entry.
    """

    asset: Asset
    path: AssetPath
    meta: Any
    files: Files
    output: str
    entry: str

    def assets(self) -> Iterator[Asset]:
        """What the entry became, and then all that came of it besides.

        Raises:
            TransformError: esbuild did not write what it said.
        """
        written = self.meta["outputs"]
        names = {key: os.path.basename(key) for key in written if not key.endswith(SUFFIX)}
        paths = {key: self._path(key, written[key]) for key in names}
        for key in sorted(names, key=lambda key: (paths[key] != self.path, paths[key])):
            if paths[key] not in self.files.fetch.files or names[key].startswith(f"{ENTRY}."):
                targets = {each["path"] for each in written[key].get("imports", ()) if each["path"] in names}
                known = {names[each]: paths[each] for each in targets}
                yield self._made(names[key], paths[key], known)

    def _path(self, key: str, said: Any) -> AssetPath:
        stem, suffix = splitext(os.path.basename(key))
        if stem == ENTRY:
            is_own = suffix == splitext(self.path)[1] or (suffix == ".js" and not self.path.endswith(".css"))
            return self.path if is_own else AssetPath(splitext(self.path)[0] + STYLESHEET)
        sources = sorted(said["inputs"])
        if "pipeline-asset-" in stem and len(sources) == 1:
            file = self.files.file(sources[0])
            path = self.files.source(file)
            if path and not {"?", "#"}.intersection(path):  # those asset_url() takes for what stands behind a path
                return path
            return self._named(splitext(os.path.basename(file))[0], suffix, [self.files.name(file)])
        names = [each if NO_FILE.match(each) else self.files.name(self.files.file(each)) for each in sources]
        if point := said.get("entryPoint"):
            return self._named(splitext(os.path.basename(point))[0], suffix, [point])
        return self._named("chunk", suffix, names)

    def _named(self, stem: str, suffix: str, of: list[str]) -> AssetPath:
        """A path beside the entry's that says where something comes from."""
        digest = hashlib.sha256("\0".join([self.path, *of]).encode("utf-8", "surrogateescape")).hexdigest()[:DIGITS]
        plain = UNSAFE.sub("_", unicodedata.normalize("NFC", stem)).lstrip(".") or "_"
        return AssetPath(join(dirname(self.path), f"{plain}-{digest}{suffix}"))

    def _made(self, name: str, path: AssetPath, known: dict[str, AssetPath]) -> Asset:
        content, source_map = read_output(os.path.join(self.output, name)), None
        changes = sorted(_changes(content, known, path))
        text = _changed(content, changes)
        if self.files.fetch.source_maps and name.endswith((".js", ".css")):
            source_map = self._map(read_output(os.path.join(self.output, name + SUFFIX)), content, changes)
        return Asset(path, Blob.of(text), self.asset.origin or (self.asset,), source_map)

    def _map(self, given: bytes, content: bytes, changes: list[Change]) -> Blob:
        """The map that esbuild gives, with the names that its sources have here, for the text as it was changed."""
        inner = map_of(self.asset)
        moves = any(stop - start != len(new) for start, stop, new in changes)
        if not inner and not moves:  # as it mostly is: what it maps need not be read
            fields = json.loads(given)
            return Blob.of(json.dumps({**fields, "sources": [*map(self._source, fields["sources"])]}).encode())
        found = from_json(given)
        named = replace(found, sources=tuple(map(self._source, found.sources)))
        traced = named.followed_by({self.asset.path: inner}) if inner else named
        return blob_of(
            traced.moved(content.decode("utf-8", "replace"), in_characters(content, changes)) if moves else traced
        )

    def _source(self, name: str) -> str:
        if NO_FILE.match(name):
            return name
        file = os.path.normpath(os.path.join(self.output, name))
        if not os.path.isfile(file):
            file = os.path.normpath(os.path.join(self.output, unquote(name)))
        return self.asset.path if file == os.path.join(self.files.folder, self.entry) else self.files.name(file)


def _changes(content: bytes, known: dict[str, AssetPath], path: AssetPath) -> Iterator[Change]:
    """What is to be written in the places of the names that esbuild gave."""
    for name, target in known.items():
        written = f"./{name}".encode()
        url = relative(url_of(target), path)
        at = content.find(written)
        while at >= 0:
            stop = at + len(written)
            quotes = content[at - 1 : at], content[stop : stop + 1]
            if name.startswith("pipeline-asset-") and path.endswith(".css"):
                yield at, stop, url.encode()
            elif name.startswith("pipeline-asset-") and quotes[0] == quotes[1] and quotes[0] in QUOTES:
                yield at - 1, stop + 1, f"asset_url({json.dumps(target, ensure_ascii=False)})".encode()
            else:
                yield at, stop, (url if url.startswith(".") else f"./{url}").encode()
            at = content.find(written, stop)


def _changed(content: bytes, changes: list[Change]) -> bytes:
    parts, position = [], 0
    for start, stop, new in changes:
        parts += [content[position:start], new]
        position = stop
    return b"".join([*parts, content[position:]])
