"""Builds that are killed at any moment leave the last release or the new one, and the next build goes on."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.engine.executors import threads
from pipeline.manifest import Manifest
from pipeline.publish.retention import prune
from pipeline.publish.verify import verify
from tests.sites import Site

SEED = 20_240_117
CONFIG = 'sources = ["src"]\noutput = "out"\n[naming]\nstyle = "{style}"\n[bundles]\n"all.css" = ["css/*.css"]\n'
FORKS = """
import os, signal, sys, time
from pipeline.cli import main
import pipeline.cli.build, pipeline.compressors.gzip, pipeline.references.css, pipeline.references.sourcemap
import pipeline.transforms.concat, pipeline.transforms.minify, rich.console, rich.table
import pipeline.engine.executors, pipeline.engine.processes
if "forks" in sys.argv:  # several processes write what otherwise is too little for them
    pipeline.engine.executors.WORTH_FORKS, pipeline.engine.processes.WORTH_A_PROCESS = 1, 0
for patience in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        main(["build"])
    if patience.strip():
        time.sleep(float(patience))
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def write(site: Site, number: int) -> None:
    """Sixty files that alternate between two versions; now and then both versions are new ones."""
    version = f"{number // 6}{'ab'[number % 2]}"
    site.write({f"css/{each}.css": f"/* {version} */ a{{ top: {each}px; content: '{version}' }}" for each in range(20)})
    site.write({f"js/{each}.js": f"let v{version[-1]} = '{version} {each}';\n" * 80 for each in range(20)})
    site.write({f"img/{each}.bin": f"{version} {each}".encode() * 4000 for each in range(20)})


@contextmanager
def forks(site: Site, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has imported everything and forks a build whenever it reads a line."""
    command = [sys.executable, "-c", FORKS, *arguments]
    with subprocess.Popen(
        command, cwd=site.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def forked(process: subprocess.Popen[str], patience: float | None) -> int:
    """The exit code of a build that is killed after ``patience`` seconds."""
    assert process.stdin
    assert process.stdout
    print("" if patience is None else patience, file=process.stdin, flush=True)
    return int(process.stdout.readline())


def started(site: Site, patience: float | None) -> int:
    """As `forked`, with a new interpreter."""
    process = subprocess.Popen([sys.executable, "-m", "pipeline", "build"], cwd=site.folder, stderr=subprocess.DEVNULL)
    if patience is not None:
        time.sleep(patience)
        process.kill()
    return process.wait(60)


def differing(output: Path) -> list[str]:
    """Files that the manifest names and that are not as it says; none if there is no manifest."""
    if not (output / "manifest.json").exists():
        return []
    manifest = Manifest.from_json((output / "manifest.json").read_bytes())
    for entry in manifest.entries.values():
        assert (output / entry.file).stat().st_size == entry.size
        assert all((output / each.file).stat().st_size == each.size for each in entry.variants.values())
    return [
        file
        for file, digest in manifest.files().items()
        if hashlib.sha256((output / file).read_bytes()).hexdigest() != digest
    ]


def assert_repaired(site: Site) -> None:
    """One build mends all, and nothing is left of those that were killed but what prune finds."""
    assert site.run("build").returncode == 0
    config = site.config()
    with threads(1) as run:
        assert verify(config, run)[1] == []
    assert os.listdir(site.output / ".pipeline/partial") == []
    prune(config, 0, timedelta(0))
    assert site.files().keys() == {*site.manifest.files(), "manifest.json"}
    assert len(os.listdir(site.output / ".pipeline/releases")) == 1


def duration(site: Site, build: Callable[[], int]) -> float:
    """How long a build takes that has to write everything."""
    spent = []
    for number in range(900, 918, 6):
        write(site, number)
        start = time.monotonic()
        assert build() == 0
        spent.append(time.monotonic() - start)
    return sorted(spent)[1]


@pytest.mark.parametrize("part", range(3))
def test_F3_builds_killed_at_any_moment_leave_a_whole_release(site: Site, part: int) -> None:
    chance = random.Random(SEED + part)  # repeatable, nothing secret
    print(f"seed {SEED + part}")  # noqa: T201 (a failure must say how to repeat it)
    site.configure(CONFIG.format(style="fingerprint"))
    write(site, 0)
    codes, seen = [], set()
    with forks(site, *["forks"] * (part == 2)) as process:
        longest = duration(site, lambda: forked(process, None))
        for number in range(50):
            write(site, number)
            codes.append(forked(process, chance.uniform(0, longest)))
            assert differing(site.output) == []
            seen.add((site.output / "manifest.json").read_bytes())
    assert codes.count(-signal.SIGKILL) >= 10
    assert len(seen) >= 3  # some were killed behind the manifest, and some ended
    assert_repaired(site)


@pytest.mark.parametrize("style", ["plain", "query", "query forks"])
def test_files_that_keep_their_names_are_whole_whenever_a_build_is_killed(site: Site, style: str) -> None:
    chance = random.Random(SEED)  # repeatable, nothing secret
    print(f"seed {SEED}")  # noqa: T201 (a failure must say how to repeat it)
    style, *arguments = style.split()
    site.configure(CONFIG.format(style=style))
    write(site, 0)
    with forks(site, *arguments) as process:
        longest = duration(site, lambda: forked(process, None))
        whole = {file: {content} for file, content in site.files().items()}
        for number in range(15):
            write(site, number)
            release = site.build()
            for file, blob in release.files().items():
                whole[file].add(blob.read())
            whole["manifest.json"].add(release.manifest.to_json())
            forked(process, chance.uniform(0, longest))
            found = site.files()
            assert [file for file in whole if found[file] not in whole[file]] == []
    assert_repaired(site)


def test_F3_whole_interpreters_killed_at_any_moment_leave_a_whole_release(site: Site) -> None:
    chance = random.Random(SEED)  # repeatable, nothing secret
    print(f"seed {SEED}")  # noqa: T201 (a failure must say how to repeat it)
    site.configure(CONFIG.format(style="fingerprint"))
    write(site, 0)
    longest = duration(site, lambda: started(site, None))
    codes = []
    for number in range(20):
        write(site, number)
        codes.append(started(site, chance.uniform(0, longest)))
        assert differing(site.output) == []
    assert -signal.SIGKILL in codes
    assert_repaired(site)
