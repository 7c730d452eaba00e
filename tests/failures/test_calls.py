"""Single system calls that fail, or at which a build is killed, one after another."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engine.files import staged
from tests.sites import Site
from tests.tools import require_tool

RENAMES = "rename,renameat,renameat2"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def injected(site: Site, fault: str, *more: str) -> subprocess.CompletedProcess[str]:
    """A build with one thread in which the system behaves as `strace` is told."""
    command = [require_tool("strace"), "-f", "-o", os.devnull, "-e", f"inject={fault}", *more]
    command += [sys.executable, "-m", "pipeline", "build", "--jobs", "1"]
    return subprocess.run(command, cwd=site.folder, capture_output=True, text=True, check=False)


def two_versions(site: Site) -> dict[str, bytes]:
    """Publish one version, write another; what was published."""
    site.write({"a.css": "a{}", "b.css": "b{}"})
    site.publish()
    site.write({"a.css": "a{top:0}", "b.css": "b{top:0}", "c/c.css": "c{}"})
    return contents(site.output)


@pytest.mark.parametrize(
    "fault",
    [
        *(f"{RENAMES}:error=EIO:when={number}" for number in range(1, 4)),  # of each thread
        "syncfs:error=EIO:when=1",
        "syncfs:error=ENOSPC:when=1",
        "syncfs:error=EDQUOT:when=1",
        "fsync:error=EIO:when=1",
    ],
)
def test_F10_a_call_that_fails_fails_the_build_and_the_last_release_stays(site: Site, fault: str) -> None:
    before = two_versions(site)
    run = injected(site, fault)
    assert run.returncode == 1
    assert ": cannot be written: " in run.stderr
    assert "Traceback" not in run.stderr
    after = contents(site.output)
    assert {file: after[file] for file in before} == before
    assert os.listdir(site.output / ".pipeline/partial") == []
    assert site.verify() == []


@pytest.mark.parametrize("style", ["fingerprint", "plain"])
def test_F10_a_manifest_that_cannot_be_moved_into_its_place_fails_the_build(site: Site, style: str) -> None:
    site.configure(f'sources = ["src"]\noutput = "out"\ncompress = []\n[naming]\nstyle = "{style}"')
    before = two_versions(site)
    run = injected(site, f"{RENAMES}:error=EIO", "-P", str(staged(site.output / "manifest.json", str(site.output))))
    assert run.returncode == 1
    assert contents(site.output)["manifest.json"] == before["manifest.json"]
    assert site.run("build").returncode == 0
    assert site.verify() == []


def test_F11_where_a_system_cannot_sync_one_disk_all_are_synced(site: Site) -> None:
    two_versions(site)
    assert injected(site, "syncfs:error=ENOSYS").returncode == 0
    site.write({"a.css": "a{left:0}"})
    trace = site.folder / "trace"
    command = [
        require_tool("strace"),
        "-f",
        "-o",
        str(trace),
        "-e",
        "inject=syncfs:error=ENOSYS",
        "-e",
        "trace=syncfs,sync",
    ]
    command += [sys.executable, "-m", "pipeline", "build"]
    subprocess.run(command, cwd=site.folder, check=True, capture_output=True)
    assert " sync()" in trace.read_text()


@pytest.mark.parametrize("style", ["fingerprint", "plain"])
@pytest.mark.parametrize("number", range(1, 8))
@pytest.mark.parametrize("calls", [RENAMES, "syncfs,fsync"])
def test_F1_a_build_killed_at_any_call_leaves_one_whole_release(
    site: Site, style: str, number: int, calls: str
) -> None:
    site.configure(f'sources = ["src"]\noutput = "out"\ncompress = []\n[naming]\nstyle = "{style}"')
    before = two_versions(site)
    injected(site, f"{calls}:signal=SIGKILL:when={number}")
    if style == "fingerprint":
        assert site.manifest.files().items() <= digests(site).items()
    else:
        new = {file: blob.read() for file, blob in site.build().files().items()}
        found = contents(site.output)
        assert all(found.get(name) in {before.get(name), new.get(name)} for name in new)
    site.publish()
    assert site.verify() == []
    assert os.listdir(site.output / ".pipeline/partial") == []
    assert [name for name in os.listdir(site.output) if name.startswith(".")] == [".pipeline"]


def digests(site: Site) -> dict[str, str]:
    return {file: hashlib.sha256(data).hexdigest() for file, data in site.files().items()}
