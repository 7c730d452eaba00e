"""The step ``command``: any program, ``{ use = "command", run = ["prog", "{input}", "-o", "{output}"] }``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import basename, dirname, join, relpath, splitext
from typing import ClassVar

from pipeline.asset import Asset, AssetPath, Blob, asset_path
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.errors import TransformError
from pipeline.source_map import from_json
from pipeline.transforms import Made
from pipeline.transforms._source_maps import blob_of, map_of

__all__ = ["Command"]

INPUT, OUTPUT = "{input}", "{output}"
RESULT = "made"
"""The folder that the output is written into, below the one that the program works in."""


@dataclass(frozen=True, slots=True)
class Command:
    """Runs a program on one asset, in a folder of its own that has what is declared and nothing else.

    If it writes ``{output}.map`` too, that is the source map of what it made.

    Attributes:
        run: the program and its arguments; ``{input}`` and ``{output}`` stand for the names of files. Without the
            first the program gets the asset on standard input, without the second what it prints is taken.
        inputs: globs of files of the project, as in bundles, that it may read; they lie in its folder at the same
            places. A file that changes, comes or goes has it run again; what it reads besides is not seen.
        variables: of the environment that it may read; it sees no others but such as ``PATH`` and ``HOME``.
        suffix: of what it makes, such as ``.css``; by default that of the asset.
        version: the arguments with which the program tells its version; without any the bytes of its file are that,
            which is not enough for one that loads others.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    run: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    suffix: str = ""
    version: tuple[str, ...] = ()
    timeout: float = TIME

    def __post_init__(self) -> None:
        if not self.run or not self.run[0]:
            raise ValueError('\'run\' must name a program: ["prog", "{input}", "-o", "{output}"]')
        if any("\0" in part for part in self.run):
            raise ValueError("'run' has a NUL character")
        if self.suffix and (not self.suffix.startswith(".") or "/" in self.suffix):
            raise ValueError(f"'suffix' must be one such as '.css', not {self.suffix!r}")
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")
        for pattern in self.inputs:
            _checked(pattern)

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The program."""
        return (Tool(self.run[0], "", self.version, self.variables),)

    def made(self, path: str) -> str:
        """Where what it makes of a file stands."""
        return splitext(path)[0] + self.suffix if self.suffix else path

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """What the program makes of an asset.

        Raises:
            TransformError: it failed, with what it said; or it made nothing.
            ToolNotFound: there is no such program.
        """
        path = AssetPath(self.made(asset.path))
        from pipeline.engine.complaints import ran_as

        with tempfile.TemporaryDirectory(prefix="pipeline-") as temporary:
            folder = Path(os.path.realpath(temporary))
            declared = dict(_declared(self.inputs, fetch))
            for name, file in declared.items():
                _put(folder / name, file.read_bytes())
            source_map: Blob | None = None
            given, name, output = asset.content.read(), _place(asset, fetch), f"{RESULT}/{path}"
            _put(folder / name, given)
            (folder / output).parent.mkdir(parents=True, exist_ok=True)
            arguments = [part.replace(INPUT, name).replace(OUTPUT, output) for part in self.run[1:]]
            names = {each: each for each in declared} | {name: str(asset.path)}
            given = b"" if self._names(INPUT) else given
            ran = fetch.tools.run(
                self.tools[0], arguments, folder=folder, seconds=self.timeout, given=given, names=names
            )
            if not self._names(OUTPUT):
                content = ran.output
            elif (folder / output).is_file():
                content = (folder / output).read_bytes()
                source_map = _given_map(folder, output, asset, fetch)
            else:
                raise TransformError(f"{self.run[0]!r} made no file {OUTPUT}", hint=ran_as([self.run[0], *arguments]))
        return Made((Asset(path, Blob.of(content), asset.origin or (asset,), source_map),))

    def _names(self, field: str) -> bool:
        return any(field in part for part in self.run)


def _place(asset: Asset, fetch: Fetch) -> str:
    """Where the asset lies: where its source lies in the project, so that what lies beside that can be found there."""
    source = asset.sources()[0].path
    file = fetch.files.get(source)
    if file and dirname(source) == dirname(asset.path) and file.is_relative_to(fetch.project):
        return (file.parent.relative_to(fetch.project) / basename(asset.path)).as_posix()
    return asset.path


def _given_map(folder: Path, output: str, asset: Asset, fetch: Fetch) -> Blob | None:
    """The map that a program wrote beside its output, with the names that files have in the project."""
    file = folder / f"{output}.map"
    if not fetch.source_maps or not file.is_file():
        return None
    try:
        found = from_json(file.read_bytes())
    except ValueError as error:
        raise TransformError(f"what it wrote into {{output}}.map {error}") from error
    names = [relpath(join("/", dirname(output), name), "/") for name in found.sources]
    own = _place(asset, fetch)
    named = replace(found, sources=tuple(str(asset.path) if name == own else name for name in names))
    inner = map_of(asset)
    return blob_of(named.followed_by({asset.path: inner} if inner else {}))


def _checked(pattern: str) -> None:
    try:
        asset_path(pattern)
    except ValueError as error:
        raise ValueError(f"the glob {pattern!r} of 'inputs' {error}") from error


def _declared(patterns: tuple[str, ...], fetch: Fetch) -> Iterator[tuple[str, Path]]:
    for pattern in patterns:
        yield from fetch.glob(pattern).items()


def _put(file: Path, content: bytes) -> None:
    """Write a file, in the place of a declared one that it is a later state of."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
