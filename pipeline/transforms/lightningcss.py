"""The step ``lightningcss``: smaller stylesheets for given browsers, ``{ use = "lightningcss", targets = [...] }``."""

from __future__ import annotations

import codecs
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import splitext
from typing import ClassVar

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import Diagnostic, excerpt
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.errors import TransformError
from pipeline.expressions import expression
from pipeline.source_map import MARK, SourceMap, from_json
from pipeline.transforms import Made
from pipeline.transforms._source_maps import blob_of, map_of

__all__ = ["LightningCss"]

INSTALL = "pip install 'pipeline-assets[lightningcss]'"
SOURCE, MADE = "source.css", "made.css"
"""What files are called in the folder that it works in: an asset's own name might look like an option."""
MAP_COMMENT = expression(rb"\n?/\*# sourceMappingURL=made\.css\.map \*/\s*\Z")
ERROR = expression(r"Err` value: (?:Error \{ kind: )?(?P<kind>.+?)(?:, loc: (?:None|Some\((?P<loc>.*?)\)) \})? \| ")
LEFT_OUT = expression(r"^(?P<kind>.+) at source\.css:(?P<line>\d{1,9}):(?P<column>\d{1,9})$", re.MULTILINE)
LOCATION = expression(r"line: (\d{1,9}), column: (\d{1,9})")


@dataclass(frozen=True, slots=True)
class LightningCss:
    """Has Lightning CSS minify a stylesheet, and write what given browsers lack as they know it.

    As the step ``minify`` it leaves what is minified already (``*.min.css``) or has a source map of its own; so it does
    with what is no stylesheet.

    Attributes:
        targets: browsers in the words of browserslist, such as ``["chrome 90", "safari 14"]`` or ``["defaults"]``;
            without any nothing is written otherwise than for being shorter.
        minify: whether to leave out what does not count.
        custom_media: whether to read ``@custom-media``, which is replaced for targets that lack it.
        error_recovery: whether to leave out what is invalid, with a warning; otherwise it is an error.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    tools: ClassVar[tuple[Tool, ...]] = (Tool("lightningcss", INSTALL),)
    targets: tuple[str, ...] = ()
    minify: bool = True
    custom_media: bool = False
    error_recovery: bool = False
    timeout: float = TIME

    def __post_init__(self) -> None:
        if any(not each.strip() or "\0" in each for each in self.targets):
            raise ValueError("'targets' must name browsers such as 'chrome 90'")
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """What it makes of a stylesheet.

        Args:
            asset: in UTF-8.
            fetch: has the program.

        Raises:
            TransformError: as Lightning CSS says it, at the place that it names.
            ToolNotFound: it is not installed.
        """
        content = asset.content.read()
        stem, suffix = splitext(asset.path.lower())
        if suffix != ".css" or stem.endswith(".min") or MARK in content:
            return Made((asset,))
        with tempfile.TemporaryDirectory(prefix="pipeline-") as temporary:
            folder = Path(os.path.realpath(temporary))
            bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
            (folder / SOURCE).write_bytes(content[len(bom) :])
            try:
                arguments = self._arguments(source_map=fetch.source_maps)
                ran = fetch.tools.run(self.tools[0], arguments, folder=folder, seconds=self.timeout)
            except TransformError as error:
                raise _placed(error, content[len(bom) :]) from error
            if not (folder / MADE).is_file():
                raise TransformError("'lightningcss' made no stylesheet")
            made = bom + MAP_COMMENT.sub(b"", (folder / MADE).read_bytes())
            source_map = _map(folder / f"{MADE}.map", asset) if fetch.source_maps else None
        left_out = tuple(_left_out(ran.said.decode("utf-8", "replace"), asset, content[len(bom) :]))
        return Made((Asset(asset.path, Blob.of(made), asset.origin or (asset,), source_map),), left_out)

    def _arguments(self, *, source_map: bool) -> list[str]:
        flags = {
            "--minify": self.minify,
            "--custom-media": self.custom_media,
            "--error-recovery": self.error_recovery,
            "--sourcemap": source_map,
        }
        targets = [f"--targets={', '.join(self.targets)}"] if self.targets else []
        return [*(flag for flag, wanted in flags.items() if wanted), *targets, "--output-file", MADE, SOURCE]


def _map(file: Path, asset: Asset) -> Blob | None:
    if not file.is_file():
        return None
    try:
        found = from_json(file.read_bytes())
    except ValueError as error:
        raise TransformError(f"the source map of 'lightningcss' {error}") from error
    names = tuple(str(asset.path) if name == SOURCE else name for name in found.sources)
    inner = map_of(asset)
    return blob_of(SourceMap(names, found.contents, found.lines).followed_by({asset.path: inner} if inner else {}))


def _left_out(said: str, asset: Asset, content: bytes) -> Iterator[Diagnostic]:
    """What it says of each thing that it left out."""
    for match in LEFT_OUT.finditer(said):
        line, column, shown = _place(content, int(match["line"]), int(match["column"]))
        message = f"lightningcss: left out: {match['kind']}"
        yield Diagnostic("warning", message, asset.path, line, column, excerpt=shown)


def _placed(error: TransformError, content: bytes) -> TransformError:
    """What its complaint says, without the words of a program that broke off, and where."""
    match = ERROR.search(f"{error.message} | ")
    if not match:
        return error
    where = LOCATION.search(match["loc"] or "")
    if not where:
        return TransformError(match["kind"], hint=error.hint)
    line, column, shown = _place(content, int(where[1]), int(where[2]))
    return TransformError(match["kind"], line=line, column=column, excerpt=shown)


def _place(content: bytes, line: int, column: int) -> tuple[int, int, str]:
    """Line, column and excerpt of a place whose line counts from 0 and whose column counts units of UTF-16 from 1."""
    lines = content.splitlines(keepends=True)
    if line >= len(lines):
        return line + 1, column, ""
    units = lines[line].decode("utf-8", "replace").encode("utf-16-le")[: 2 * max(column - 1, 0)]
    before = units.decode("utf-16-le", "ignore")
    offset = sum(map(len, lines[:line])) + len(before.encode())
    return line + 1, len(before) + 1, excerpt(content, min(offset, len(content)))
