"""Compares builds with those of other tools and with the bare work: ``nox -s benchmarks -- --corpora small``."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import contenders, in_the_app, report, scenarios, serving, watching
from tests.benchmarks.corpora import CORPORA, corpus
from tests.benchmarks.race import Table

MEMORY = Path("/dev/shm")
ROWS = ("cold", "brotli", "unchanged", "edited", "watch", "starting", "app", "serving")

ONCE = {"starting", "app", "serving"}
"""Rows that no corpus changes."""


def main() -> None:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="pipeline-benchmarks-", dir=options.work))
    facts = {**report.machine(), "pipeline": _version(), "work": str(options.work), "rounds": options.rounds}
    tables = []
    try:
        for name in options.corpora:
            for table in _measure(name, folder / name, options):
                tables.append(table)
                sys.stdout.write(f"\n{report.markdown(table)}\n")
                sys.stdout.flush()
                options.json.write_text(report.as_json(tables, facts))
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
    finally:
        shutil.rmtree(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=["small", "medium"])
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2, help="threads of pipeline and of the bare loop")
    memory = MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())
    parser.add_argument("--work", type=Path, default=memory, help=f"where to build, {memory} by default")
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), help="where to write what was measured")
    return parser.parse_args()


def _measure(name: str, work: Path, options: argparse.Namespace) -> Iterator[Table]:
    sources = work / "assets"
    shutil.copytree(corpus(name), sources)
    for row in ROWS:
        if row not in options.rows or (row in ONCE and name != options.corpora[-1]):
            continue
        if row == "app":
            yield from in_the_app.tables()
            continue
        if row == "serving":
            yield from serving.serving(work, options.rounds)
            continue
        made: Table
        if row == "watch":
            made = watching.watching(work, sources, options.jobs)
        else:
            scenario = getattr(scenarios, {"brotli": "cold_brotli"}.get(row, row))
            made = scenario(work, sources, options.jobs, options.rounds)
        made.title = made.title if row in ONCE else f"{name}: {made.title}"
        yield made
    shutil.rmtree(work)


def _version() -> str:
    program = Path(contenders.PYTHON).with_name("pipeline")
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
