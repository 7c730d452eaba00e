"""What is measured: cold builds, builds with nothing to do, builds after one edit, and starting up."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import contenders as of
from tests.benchmarks.contenders import Contender
from tests.benchmarks.race import Table, race, run

STYLESHEET = "admin/css/base.css"
"""What is edited."""
GZIP, BOTH = ("gzip",), ("gzip", "brotli")
STARTS = 10
"""How many times as many rounds starting up gets: it is short."""


def cold(work: Path, sources: Path, jobs: int, rounds: int) -> Table:
    """Nothing there yet; gzip."""
    taking_part = [
        of.bare_loop(work, sources, jobs, "zlib"),
        of.bare_loop(work, sources, jobs, "libdeflate"),
        of.pipeline(work, sources, jobs, GZIP),
        of.flask_static_digest(work, sources, GZIP),
        *of.django(work, sources),
        of.whitenoise(work, sources, GZIP),
        of.webassets(work, sources),
    ]
    return _cold("cold build, gzip", taking_part, rounds, sources)


def cold_brotli(work: Path, sources: Path, jobs: int, rounds: int) -> Table:
    """Nothing there yet; gzip and brotli 11."""
    work /= "brotli"
    taking_part = [
        of.bare_loop(work, sources, jobs, "zlib", "--brotli=11"),
        of.bare_loop(work, sources, jobs, "libdeflate", "--brotli=11"),
        of.pipeline(work, sources, jobs, BOTH),
        of.flask_static_digest(work, sources, BOTH),
        of.whitenoise(work, sources, BOTH),
    ]
    return _cold("cold build, gzip and brotli 11", taking_part, rounds, sources)


def unchanged(work: Path, sources: Path, jobs: int, rounds: int) -> Table:
    """A new process after a build, with nothing to do."""
    taking_part = _built(work, sources, jobs)
    return _against([of.SCAN], race("nothing changed", taking_part, rounds))


def edited(work: Path, sources: Path, jobs: int, rounds: int) -> Table:
    """A new process after one stylesheet was edited; what does not show the edit has failed."""
    taking_part = _built(work, sources, jobs)
    original = (sources / STYLESHEET).read_bytes()

    def edit(contender: Contender, number: int) -> None:
        rule = f"\n.{_mark(contender, number)}{{color:red}}\n"
        (contender.sources / STYLESHEET).write_bytes(original + rule.encode())

    def shows_it(contender: Contender, number: int) -> str:
        if contender.name == of.SCAN:
            return ""
        mark = _mark(contender, number).encode()
        made = [file for file in contender.folder.rglob("*.css") if file != contender.sources / STYLESHEET]
        return "" if any(mark in file.read_bytes() for file in made) else "does not show the edit"

    try:
        return _against([of.SCAN], race("one stylesheet changed", taking_part, rounds, edit, shows_it))
    finally:
        (sources / STYLESHEET).write_bytes(original)


def starting(work: Path, sources: Path, jobs: int, rounds: int) -> Table:
    """The least that any command costs."""
    name = 'python -c "import click"'
    click = Contender(name, [of.PYTHON, "-c", "import click"], work / "click", sources)
    version = of.pipeline(work / "version", sources, jobs, GZIP, ["--version"])
    for contender in (click, version):
        contender.clear()
    taking_part = [click, replace(version, name="pipeline --version")]
    return _against([name], race("starting", taking_part, rounds * STARTS))


def _cold(title: str, taking_part: Sequence[Contender], rounds: int, sources: Path) -> Table:
    table = race(title, taking_part, rounds, lambda contender, _: contender.clear())
    for contender, row in zip(taking_part, table.rows, strict=True):
        row.sizes = {} if row.failed else {suffix: _size(contender, sources, suffix) for suffix in (".gz", ".br")}
        if contender.original:
            shutil.rmtree(contender.folder)
    return _against([of.ZLIB, of.LIBDEFLATE], table)


def _against(names: Sequence[str], table: Table) -> Table:
    table.references = names
    return table


def _built(work: Path, sources: Path, jobs: int) -> list[Contender]:
    """Those that can build again, each after a build."""
    taking_part = [
        of.bare_scan(work, sources),
        of.pipeline(work, sources, jobs, GZIP),
        of.flask_static_digest(work, sources, GZIP),
        of.django(work, sources)[1],
        of.whitenoise(work, sources, GZIP),
        of.webassets(work, sources),
    ]
    for contender in taking_part:
        contender.clear()
        run(contender)
    return taking_part


def _mark(contender: Contender, number: int) -> str:
    return f"{contender.folder.name}-edited-{number}"


def _size(contender: Contender, sources: Path, suffix: str) -> int:
    """The bytes of all compressed copies that were made, each content once: some keep two of each."""
    brought = {hashlib.sha256(file.read_bytes()).digest() for file in sources.rglob(f"*{suffix}")}
    made = {
        hashlib.sha256(data := file.read_bytes()).digest(): len(data) for file in contender.folder.rglob(f"*{suffix}")
    }
    return sum(size for digest, size in made.items() if digest not in brought)
