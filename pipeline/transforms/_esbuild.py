"""What the steps that esbuild does have in common: their options, and how one file goes through by itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from posixpath import splitext
from typing import ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.errors import TransformError
from pipeline.source_map import SUFFIX, from_json
from pipeline.transforms import Made
from pipeline.transforms._esbuild_files import Files
from pipeline.transforms._esbuild_run import ESBUILD, Call, ran, read_output
from pipeline.transforms._source_maps import blob_of, map_of
from pipeline.transforms._tsconfig import tsconfig

SUFFIXES = {".mts": ".mjs", ".cts": ".cjs"}
"""What files become that become no ``.js``."""
TYPESCRIPT = {".ts", ".mts", ".cts"}
SCRIPTS = {".js", ".mjs", ".cjs"}
KEPT = {*SCRIPTS, ".css"}
JSX = ("transform", "automatic", "preserve")
PACKET, SYNC = 188, b"G"
"""Length and first byte of the packets of an MPEG transport stream: films in pieces are called ``.ts`` too."""


@dataclass(frozen=True, slots=True)
class Script:
    """Options that all steps of esbuild have; see https://esbuild.github.io/api/.

    Attributes:
        target: what the result must run in: ``es2020``, ``chrome109`` …; by default whatever is current.
        jsx: ``transform`` into calls, ``automatic`` with imports, or ``preserve``.
        jsx_factory, jsx_fragment: what is called for an element and for ``<>``.
        jsx_import_source: the package that ``automatic`` imports from.
        tsconfig: a file of the project; by default the nearest ``tsconfig.json`` at or above the file counts.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    tools: ClassVar[tuple[Tool, ...]] = (ESBUILD,)
    loader_for_scripts: ClassVar[str] = "js"
    target: tuple[str, ...] = ()
    jsx: str = ""
    jsx_factory: str = ""
    jsx_fragment: str = ""
    jsx_import_source: str = ""
    tsconfig: str = ""
    timeout: float = TIME

    def __post_init__(self) -> None:
        if self.jsx not in {"", *JSX}:
            raise ValueError(f"'jsx' must be one of {', '.join(JSX)}, not {self.jsx!r}")
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")

    def made(self, path: str) -> str:
        """Where the script stands that is made of a file."""
        stem, suffix = splitext(path)
        return stem + (suffix if suffix.lower() in KEPT else SUFFIXES.get(suffix.lower(), ".js"))

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The script; what it imports stays as it is written.

        Args:
            asset: in UTF-8.
            fetch: has ``tsconfig.json``.

        Raises:
            TransformError: as esbuild says it, at the place that it names.
            ToolNotFound: there is no esbuild.
        """
        return self.alone(asset, fetch)

    def alone(self, asset: Asset, fetch: Fetch, *more: str) -> Made:
        """One file by itself, with more arguments; a film in pieces stays what it is."""
        content = asset.content.read()
        if is_film(content):
            return Made((asset,))
        files = Files(fetch, folder_of(asset, fetch))
        path = AssetPath(self.made(asset.path))
        suffix = splitext(path)[1].lower()
        with tempfile.TemporaryDirectory(prefix="pipeline-") as temporary:
            folder = os.path.realpath(temporary)
            entry = f"in{splitext(asset.path)[1].lower()}"
            loader = self.loader_of(asset.path)
            arguments = [*self.flags(files, plain=loader in {"js", "css"}), *map_flags(fetch), *more, entry]
            arguments += [f"--loader:{splitext(entry)[1]}={loader}"]
            arguments += [f"--out-extension:.js={suffix}"] if suffix in SCRIPTS else []
            with open(os.path.join(folder, entry), "wb") as stream:
                stream.write(content)
            call = Call(arguments, asset.path, checked(content), entry, b"", self.timeout)
            said = ran(call, files, folder, os.path.join(folder, "out"))
            made = os.path.join(folder, "out", f"in{suffix}")
            text, source_map = read_output(made), None
            if fetch.source_maps:
                found = from_json(read_output(made + SUFFIX))
                inner = map_of(asset)
                named = replace(found, sources=(str(asset.path),) * len(found.sources))
                source_map = blob_of(named.followed_by({asset.path: inner} if inner else {}))
        return Made((Asset(path, Blob.of(text), asset.origin or (asset,), source_map),), tuple(said))

    def flags(self, files: Files, *, plain: bool = False) -> Iterator[str]:
        """The arguments for these options; what ``tsconfig.json`` says becomes an input, but for what is ``plain``."""
        found = tsconfig(files, self.tsconfig) if self.tsconfig or not plain else None
        yield f"--tsconfig={found}" if found else "--tsconfig-raw={}"
        if self.target:
            yield f"--target={','.join(self.target)}"
        for name in ("jsx", "jsx_factory", "jsx_fragment", "jsx_import_source"):
            if value := getattr(self, name):
                yield f"--{name.replace('_', '-')}={value}"

    def loader_of(self, path: str) -> str:
        """What a file is, for esbuild."""
        suffix = splitext(path)[1].lower()
        if suffix in TYPESCRIPT:
            return "ts"
        return suffix[1:] if suffix in {".tsx", ".jsx", ".css"} else self.loader_for_scripts


def map_flags(fetch: Fetch) -> list[str]:
    """The arguments for source maps, if they are wanted."""
    return ["--sourcemap=external"] if fetch.source_maps else []


def folder_of(asset: Asset, fetch: Fetch) -> str:
    """Where the file lies that an asset was made of first, links resolved."""
    file = fetch.files.get(asset.sources()[0].path)
    return os.path.dirname(os.path.realpath(file)) if file else os.path.realpath(fetch.project)


def checked(content: bytes) -> bytes:
    """The same.

    Raises:
        TransformError: it is not UTF-8.
    """
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise TransformError(f"is not UTF-8: {error.reason} at byte {error.start}") from error
    return content


def is_film(content: bytes) -> bool:
    """Whether it is an MPEG transport stream."""
    return content[:1] == content[PACKET : PACKET + 1] == SYNC and b"\0" in content[:PACKET]
