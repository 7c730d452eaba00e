"""The table of a build: its bundles and largest assets, and what their variants save."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from pipeline.cli.report import counted, size
from pipeline.diagnostic import visible

if TYPE_CHECKING:
    from pipeline.asset import AssetPath
    from pipeline.manifest import Entry

ROWS = 15
WIDTH = 100
"""Columns where there is no terminal."""
AS_A_TERMINAL = {"FORCE_COLOR", "TTY_COMPATIBLE"}
"""What in the environment makes `rich` take something else for one."""


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        title: on its left.
        style: of the title.
        whole: of all of it.
        cells: on its right.
    """

    title: str
    style: str
    whole: str
    cells: list[str]


def table(found: Mapping[AssetPath, Entry], bundles: Sequence[str], *, whole: bool) -> None:
    """The bundles and the largest other assets, with the size of each variant; the sums too, if it is all there is."""
    entries = dict(sorted(found.items(), key=lambda item: (item[0] not in bundles, -item[1].size, item[0])))
    encodings = sorted({encoding for entry in entries.values() for encoding in entry.variants})
    rows = [Row("asset", "", "bold", ["size", *encodings])]
    for path in [*entries][:ROWS]:
        style = "bold" if path in bundles else ""
        rows.append(Row(visible(path), style, "", _cells([entries[path]], encodings)))
    others = [*entries.values()][ROWS:]
    if others:
        rows.append(Row(f"and {counted(len(others), 'other')}", "dim", "", _cells(others, encodings)))
    if whole:
        rows.append(Row("all", "bold", "bold", _cells([*entries.values()], encodings)))
    widths = [max(map(len, column)) for column in zip(*(row.cells for row in rows), strict=True)]
    titles = max(len(row.title) for row in rows)
    simple = titles + sum(2 + width for width in widths) <= WIDTH and all(row.title.isascii() for row in rows)
    if sys.stderr.isatty() or AS_A_TERMINAL & os.environ.keys() or not simple:
        _paint(rows)
        return
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row.cells, widths, strict=True))
        click.echo("  ".join([row.title.ljust(titles), *cells]), err=True)


def _paint(rows: Sequence[Row]) -> None:
    from rich.console import Console  # 30 ms that only people wait for
    from rich.table import Table
    from rich.text import Text

    head, *others = rows
    grid = Table(box=None, pad_edge=False, header_style=head.whole)
    grid.add_column(head.title, overflow="fold")
    for title in head.cells:
        grid.add_column(title, justify="right", no_wrap=True)
    for row in others:
        grid.add_row(Text(row.title, row.style), *row.cells, style=row.whole)
    console = Console(stderr=True)
    console.print(grid, width=None if console.is_terminal else WIDTH)


def _cells(entries: Sequence[Entry], encodings: Sequence[str]) -> list[str]:
    """Sizes; what has no variant counts with its own size, for that is what is sent."""
    sent = [
        [entry.variants[each].size if each in entry.variants else entry.size for entry in entries] for each in encodings
    ]
    compressed = [any(each in entry.variants for entry in entries) for each in encodings]
    cells = [size(sum(sizes)) if worth else "" for sizes, worth in zip(sent, compressed, strict=True)]
    return [size(sum(entry.size for entry in entries)), *cells]
