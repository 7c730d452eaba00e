"""The tables of a run: as Markdown for people, as JSON for machines."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from tests.benchmarks.contenders import REQUIREMENTS
from tests.benchmarks.race import Row, Table

MB = 1e6


def markdown(table: Table) -> str:
    """One table; a column that nothing stands in is left out."""
    references = [row for row in table.rows if row.name in table.references and not row.failed]
    rows = [_cells(row, references) for row in table.rows]
    heads = [head for head in _heads(references) if any(cells.get(head) for cells in rows)]
    rounds = max(len(row.runs) for row in table.rows)
    lines = [
        f"**{table.title}** (medians of {rounds})",
        "",
        _line(["", *heads]),
        _line(["---", *["---:"] * len(heads)]),
    ]
    lines += [_line([cells["name"], *(cells.get(head, "") for head in heads)]) for cells in rows]
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    """Where this runs, and against what."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "peers": REQUIREMENTS.read_text().split(),
    }


def as_json(tables: Sequence[Table], facts: Mapping[str, Any]) -> str:
    """All that was measured, round by round."""
    return json.dumps({**facts, "tables": [dataclasses.asdict(table) for table in tables]}, indent=2) + "\n"


def _heads(references: Sequence[Row]) -> Iterator[str]:
    yield from ("seconds", "fastest to slowest")
    yield from (f"/ {row.name}" for row in references)
    yield from ("CPU s", "peak MB", ".gz MB", ".br MB")


def _cells(row: Row, references: Sequence[Row]) -> dict[str, str]:
    if row.failed:
        return {"name": row.name, "seconds": f"fails: {row.failed[:90].replace('|', '/')}"}
    seconds = [run.seconds for run in row.runs]
    digits = 1 if min(seconds) >= 10 else 3
    cells = {
        "name": row.name,
        "seconds": f"{row.seconds:.{digits}f}",
        "fastest to slowest": f"{min(seconds):.{digits}f} to {max(seconds):.{digits}f}",
    }
    cells |= {f"/ {other.name}": f"{row.ratio(other):.2f}" for other in references}
    if peak := median(run.peak_kb for run in row.runs):
        cells |= {"CPU s": f"{median(run.cpu for run in row.runs):.2f}", "peak MB": f"{peak * 1024 / MB:.0f}"}
    return cells | {f"{suffix} MB": f"{size / MB:.3f}" for suffix, size in row.sizes.items() if size}


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
