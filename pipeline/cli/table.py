"""The table of a build: its bundles and largest assets, and what their variants save."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

import click

from pipeline.cli.report import counted, size
from pipeline.diagnostic import visible

if TYPE_CHECKING:
    from pipeline.asset import AssetPath
    from pipeline.release import Sizes

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


def table(found: Mapping[AssetPath, Sizes], bundles: Sequence[str], *, whole: bool) -> None:
    """The bundles and the largest other assets, with the size of each variant; the sums too, if it is all there is."""
    largest = nsmallest(ROWS, found.items(), key=lambda item: (item[0] not in bundles, -item[1][0], item[0]))
    every = _Sums.of(found.values())
    encodings = sorted(every.sent)
    rows = [Row("asset", "", "bold", ["size", *encodings])]
    for path, sizes in largest:
        style = "bold" if path in bundles else ""
        rows.append(Row(visible(path), style, "", _Sums.of([sizes]).cells(encodings)))
    if len(found) > ROWS:
        others = every.without(_Sums.of(sizes for _, sizes in largest))
        rows.append(Row(f"and {counted(len(found) - ROWS, 'other')}", "dim", "", others.cells(encodings)))
    if whole:
        rows.append(Row("all", "bold", "bold", every.cells(encodings)))
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


class _Sums(NamedTuple):
    """What some assets are together.

    Attributes:
        size: of all.
        saved: by the variants of each encoding: what has none is sent as it is.
        sent: how many there are of each.
    """

    size: int
    saved: Counter[str]
    sent: Counter[str]

    @classmethod
    def of(cls, assets: Iterable[Sizes]) -> _Sums:
        size, saved, sent = 0, Counter[str](), Counter[str]()
        for whole, copies in assets:
            size += whole
            for encoding, small in copies.items():
                saved[encoding] += whole - small
                sent[encoding] += 1
        return cls(size, saved, sent)

    def without(self, some: _Sums) -> _Sums:
        return _Sums(self.size - some.size, self.saved - some.saved, self.sent - some.sent)

    def cells(self, encodings: Sequence[str]) -> list[str]:
        """The size, and what is sent in each encoding; nothing if there is no variant."""
        return [size(self.size), *(size(self.size - self.saved[each]) if self.sent[each] else "" for each in encodings)]
