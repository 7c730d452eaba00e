"""The step ``tailwind``: Tailwind CSS 4 by its command line, ``{ use = "tailwind", content = ["templates/**"] }``."""

from __future__ import annotations

import base64
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pipeline.asset import Asset, Blob, asset_path
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.errors import ToolNotFound, TransformError
from pipeline.expressions import expression
from pipeline.transforms import Made
from pipeline.transforms._tailwind_files import PACKAGES, Files, write
from pipeline.transforms._tailwind_staying import made

__all__ = ["Tailwind"]

INSTALL = "pip install 'pipeline-assets[tailwind]', or npm install --save-dev tailwindcss @tailwindcss/cli"
TOOL = Tool("tailwindcss", INSTALL, version=("--help",))
EVERYWHERE = ("**/templates/**", "**/*.html")
OLD = ("tailwindcss@", "tailwindcss v3", "tailwindcss v2")
"""What the versions before 4 say of themselves: the command line of 4 is a package of its own."""
UNKNOWN = expression(r"`([^`]+)`")
MARK = "/*# sourceMappingURL=data:"


@dataclass(frozen=True, slots=True)
class Tailwind:
    """Makes a stylesheet of one that imports Tailwind, and of the classes that templates and scripts name.

    It works in a folder of its own that has the stylesheet, what that names, and ``content``, at the places that they
    have in the project; ``node_modules`` is there too. So Tailwind finds no more than what counts as inputs.

    Attributes:
        content: globs of files of the project that are searched for classes, besides what ``@source`` names; by default
            all below folders named ``templates``, all ``.html``, and the scripts among the sources. None where the
            stylesheet says ``source(…)`` behind its import of Tailwind.
        inputs: globs of files that plug-ins and configurations read, which are not searched by themselves.
        optimize: whether Tailwind spells nested rules and newer syntax out for the browsers that it supports; by
            default where no source maps are wanted, for it has none then.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    tools: ClassVar[tuple[Tool, ...]] = (TOOL,)
    content: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    optimize: bool | None = None
    timeout: float = TIME

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")
        for pattern in (*self.content, *self.inputs):
            try:
                asset_path(pattern)
            except ValueError as error:
                raise ValueError(f"the glob {pattern!r} {error}") from error

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The stylesheet.

        Args:
            asset: in UTF-8, with ``@import "tailwindcss"`` in it or in what it imports.
            fetch: has the templates.

        Raises:
            TransformError: as Tailwind says it, at the place that it names.
            ToolNotFound: there is no Tailwind CSS, or one before version 4.
        """
        fetch.tools.command(TOOL)
        if fetch.tools.version(TOOL).lstrip("≈ ").startswith(OLD):
            raise ToolNotFound(f"{fetch.tools.version(TOOL)[:40]} is too old, it must be 4 or newer", hint=INSTALL)
        files = Files(asset, fetch)
        text = files.places.text()
        files.add_stylesheet(files.places.file, text)
        for pattern in () if files.explicit else self.content or _everywhere(fetch):
            files.add_all(pattern)
        for pattern in self.inputs:
            files.add_all(pattern)
        optimize = not fetch.source_maps if self.optimize is None else self.optimize
        mapped = fetch.source_maps and not optimize
        arguments = ["--input", files.entry, "--cwd", ".", *["--optimize"] * optimize]
        known = fetch.tools.version(TOOL), arguments, files.known(self.inputs)
        css, source_map, folder = made(TOOL, [*arguments, "--map"], files, fetch, known) or self._new(
            [*arguments, *["--map"] * mapped], files, fetch
        )
        made_map = files.map(source_map if mapped else None, folder)
        return Made((Asset(asset.path, Blob.of(css.encode()), asset.origin or (asset,), made_map),))

    def _new(self, arguments: list[str], files: Files, fetch: Fetch) -> tuple[str, str | None, Path]:
        """What a new Tailwind makes: the stylesheet, its map, and the folder in which this names files."""
        with tempfile.TemporaryDirectory(prefix="pipeline-") as temporary:
            folder = Path(os.path.realpath(temporary), "project")
            write(folder, files.found, packages=fetch.project / PACKAGES)
            output = folder.parent / "made.css"
            try:
                fetch.tools.run(
                    TOOL, [*arguments, "--output", str(output)], folder=folder, seconds=self.timeout, names=files.names
                )
            except TransformError as error:
                raise _refined(error, files) from error
            if not output.is_file():
                raise TransformError("'tailwindcss' wrote nothing")
            css, _, mapped = output.read_text("utf-8").partition(MARK)
        if not mapped:
            return css, None, folder
        return css.removesuffix("\n"), base64.b64decode(mapped.partition(",")[2].split()[0]).decode(), folder


def _refined(error: TransformError, files: Files) -> TransformError:
    """What Tailwind said, without the frame around it."""
    lines = [part.removeprefix("│").strip() for part in error.message.split(" | ") if part.startswith("│")]
    if not lines:
        return error
    said = " ".join(lines).removeprefix("Error: ").removeprefix("CssSyntaxError: ")
    if error.line:
        said = re.sub(r"^\S+:\d+:\d+: ", "", said)
    place = (error.path, error.line, error.column)
    word = UNKNOWN.search(said)
    if not error.line and word and (found := files.place_of(word[1])):
        place = found
    path, line, column = place
    hint = f"it is part of {files.places.asset.path}" if path and path != files.places.asset.path else ""
    return TransformError(said, path=path, line=line, column=column, hint=hint)


def _everywhere(fetch: Fetch) -> Iterator[str]:
    """Where classes are named in most projects."""
    yield from EVERYWHERE
    for folder in fetch.folders:
        if folder.is_relative_to(fetch.project) and PACKAGES not in folder.parts:
            yield (folder.relative_to(fetch.project) / "**/*.js").as_posix().removeprefix("./")
