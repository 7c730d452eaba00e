"""What an app pays: a URL, a manifest of 33,000 assets when it starts, and the import of an adapter."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.asset import AssetPath
from pipeline.manifest import Entry, Manifest, Variant, integrity_of
from pipeline.runtime import Assets
from tests.benchmarks import url_for
from tests.benchmarks.race import Measured, Row, Table

CALLS = 1_000_000
ASSETS = 33_000
ROUNDS = 5
IMPORTS = {
    "import jinja2": "import pipeline.adapters.jinja",
    "import flask": "import pipeline.adapters.flask",
    "import django, django.contrib.staticfiles.apps, django.contrib.staticfiles.storage": (
        "import pipeline.adapters.django.apps, pipeline.adapters.django.storage"
    ),
}
"""What is imported with each framework."""


def tables() -> list[Table]:
    """All of them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "manifest.json"
        file.write_bytes(_manifest().to_json())
        by_flask = url_for.tables(_raced, Path(folder) / "shop", ROUNDS)
        return [_urls(file), _loading(file), *(_importing(*each) for each in IMPORTS.items()), *by_flask]


def _manifest() -> Manifest:
    entries: dict[AssetPath, Entry] = {}
    referenced: tuple[AssetPath, ...] = ()
    for number in range(ASSETS):
        sri = integrity_of(hashlib.sha256(b"%d" % number).hexdigest())
        stem = f"vendor/package-{number % 300}/dist/module-{number}"
        built = f"{stem}-{number:016x}.js"
        variants = {"gzip": Variant(f"{built}.gz", number, sri)}
        path = AssetPath(f"{stem}.js")
        entries[path] = Entry(built, built, number, "text/javascript", sri, referenced, variants)
        referenced = (path,)
    return Manifest(entries)


def _urls(file: Path) -> Table:
    assets = Assets.load(file, "/static/")
    path = next(iter(assets.manifest.entries))
    urls: dict[str, str] = {each: assets.url(each) for each in assets.manifest.entries}

    def lookup(path: str) -> str:
        return urls[path]

    name = "a dict, through one call"
    timed = {name: lambda: _calls(lookup, path), "Assets.url": lambda: _calls(assets.url, path)}
    return _raced(f"{CALLS:,} URLs", timed, name)


def _calls(function: Callable[[str], str], path: str) -> float:
    return timeit.timeit("function(path)", globals={"function": function, "path": path}, number=CALLS)


def _loading(file: Path) -> Table:
    name = "json.loads"
    timed = {
        name: lambda: timeit.timeit(lambda: json.loads(file.read_bytes()), number=1),
        "Assets.load": lambda: timeit.timeit(lambda: Assets.load(file, "/static/"), number=1),
    }
    return _raced(f"{ASSETS:,} assets, {file.stat().st_size / 1e6:.0f} MB of manifest", timed, name)


def _importing(framework: str, adapter: str) -> Table:
    timed = {framework: lambda: _imported(framework), adapter: lambda: _imported(f"{framework}; {adapter}")}
    return _raced(f"{adapter.removeprefix('import ')}, by the interpreter's own clock", timed, framework, 10 * ROUNDS)


def _imported(program: str) -> float:
    clocked = f"import time; start = time.perf_counter(); {program}; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", clocked], capture_output=True, text=True, check=True).stdout)


def _raced(title: str, timed: Mapping[str, Callable[[], float]], reference: str, rounds: int = ROUNDS) -> Table:
    rows = {name: Row(name) for name in timed}
    for _ in range(rounds):
        for name, run in timed.items():
            before = time.process_time()
            rows[name].runs.append(Measured(run(), time.process_time() - before))
    return Table(title, [*rows.values()], [reference])
