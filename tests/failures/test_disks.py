"""Disks that are full, slow to take what was written, or may not be written at all."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sites import Site
from tests.tools import require_tool

FILES = {f"f/{number}.css": f"a{{ top: {number}px }}" for number in range(20)}
PLAIN = 'sources = ["src"]\noutput = "out"\nminify = false\ncompress = []\n[naming]\nstyle = "plain"\n'


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A file system in memory with a limit; needs root."""
    require_tool("mount")
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=False, capture_output=True)
    if mounted.returncode:
        if os.environ.get("CI"):
            pytest.fail(mounted.stderr.decode())
        pytest.skip("a file system can be mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def calls(site: Site) -> list[str]:
    """The system calls of a build that put things on the disk, in order: one thread, so that none is cut in two."""
    trace = site.folder / "trace"
    names = "syncfs,sync,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
    command = [require_tool("strace"), "-f", "-o", str(trace), "-e", f"trace={names}", sys.executable, "-m", "pipeline"]
    subprocess.run([*command, "build", "--jobs", "1"], cwd=site.folder, check=True, capture_output=True)
    lines = (re.sub(r"^\d+ +", "", line) for line in trace.read_text().splitlines())
    return [line for line in lines if line.startswith(tuple(names.split(","))) and line.endswith("= 0")]


def where(traced: list[str], part: str) -> list[int]:
    return [number for number, line in enumerate(traced) if part in line]


def test_F1_F2_F11_files_then_a_sync_then_the_manifest_in_one_rename(site: Site) -> None:
    site.write(FILES)
    traced = calls(site)
    (manifest,) = where(traced, f'"{site.output}/manifest.json")')
    assert traced[manifest].startswith("rename")
    files = [line for entry in site.manifest.entries.values() for line in where(traced, f'/{entry.file}")')]
    assert len(files) == len(FILES)
    synced = where(traced, "syncfs(")
    assert any(max(files) < sync < manifest for sync in synced)
    assert any(sync > manifest for sync in synced)
    assert not where(traced, f'unlink("{site.output}/manifest.json"')


def test_F1_F11_files_that_keep_their_names_are_on_the_disk_before_the_first_is_moved(site: Site) -> None:
    site.configure(PLAIN)
    site.write(FILES)
    traced = calls(site)
    (manifest,) = where(traced, f'"{site.output}/manifest.json")')
    files = [line for name in FILES for line in where(traced, f'"{site.output}/{name}")')]
    assert len(files) == len(FILES)
    assert where(traced, "syncfs(")[0] < min(files)
    assert max(files) < manifest < where(traced, "syncfs(")[-1]


def test_F11_a_manifest_on_another_disk_is_flushed_by_itself(site: Site) -> None:
    site.write(FILES)
    site.configure('sources = ["src"]\noutput = "out"\nmanifest = "assets.json"\n')
    traced = calls(site)
    (manifest,) = where(traced, f'"{site.folder}/assets.json")')
    assert any(number < manifest for number in where(traced, "fsync("))


def test_F11_a_build_with_nothing_to_do_makes_no_disk_work(site: Site) -> None:
    site.write(FILES)
    site.publish()
    assert [each for each in calls(site) if ".pipeline-cache" not in each] == []


@pytest.mark.parametrize("style", ["fingerprint", "plain"])
@pytest.mark.parametrize("room", ["size=800k", "size=64m,nr_inodes=40"])
def test_F10_a_full_disk_fails_the_build_and_the_last_release_stays(site: Site, style: str, room: str) -> None:
    site.configure(PLAIN.replace("plain", style))
    site.write({"a.css": "a{}", "b.css": "b{}"})
    with small_disk(site.output, room):
        site.publish()
        before = contents(site.output)
        site.write({"a.css": "new", **{f"big/{n}.bin": os.urandom(60_000) for n in range(40)}})
        run = site.run("build")
        assert run.returncode == 1
        assert "No space left on device" in run.stderr
        assert "Traceback" not in run.stderr
        after = contents(site.output)
        assert {file: after[file] for file in before} == before
        assert os.listdir(site.output / ".pipeline/partial") == []
        assert [name for name in os.listdir(site.output) if name.startswith(".")] == [".pipeline"]
        assert site.verify() == []
        assert site.run("prune", "--keep", "0", "--age", "0").returncode == 0
        assert contents(site.output).keys() == before.keys()


def test_F10_a_limit_on_the_size_of_files_fails_the_build_and_the_last_release_stays(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.publish()
    before = contents(site.output)
    site.write({"a.css": "new", "b.bin": os.urandom(200_000)})
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731  (short)
    run = site.run("build", preexec_fn=limit)
    assert run.returncode == 1
    assert "File too large" in run.stderr
    assert {file: contents(site.output)[file] for file in before} == before
    assert site.verify() == []


def test_F10_an_output_that_may_not_be_written_is_an_error_that_names_it(site: Site) -> None:
    site.write({"a.css": "a{}"})
    with small_disk(site.output, "size=1m,ro"):
        run = site.run("build")
    assert run.returncode == 1
    assert re.fullmatch(r"error: \S*out\S*: cannot be written: Read-only file system\n", run.stderr)
