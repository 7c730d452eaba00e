"""Two at once: builds, a build and a clean, a build and those who read what it publishes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from pipeline.engine.executors import threads
from pipeline.manifest import Manifest
from pipeline.publish import publish
from tests.sites import Site

FILES = {f"f/{number}.css": f"a{{ top: {number}px }}" for number in range(20)}
HOLD = """
import fcntl, sys, time
lock = open(sys.argv[1])
fcntl.flock(lock, fcntl.LOCK_EX)
print(flush=True)
time.sleep(0.5)
"""


def test_F2_a_reader_never_sees_a_manifest_that_is_not_whole(site: Site) -> None:
    site.write(FILES)
    site.publish()
    done, seen = threading.Event(), set()

    def read() -> None:
        while not done.is_set():
            manifest = Manifest.from_json((site.output / "manifest.json").read_bytes())
            for file, digest in manifest.files().items():
                assert hashlib.sha256((site.output / file).read_bytes()).hexdigest() == digest
            seen.add(manifest["f/0.css"].file)

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            for number in range(20):
                site.write({"f/0.css": f"a{{ left: {number}px }}"})
                site.publish()
        finally:
            done.set()
        reader.result(30)
    assert len(seen) > 2


def test_F5_two_builds_at_once_take_turns(site: Site) -> None:
    site.write({f"{number}.css": "a{top:0}" * 2000 for number in range(100)})
    site.configure('sources = ["src"]\noutput = "out"\n')
    command = [sys.executable, "-m", "pipeline", "build"]
    builds = [subprocess.Popen(command, cwd=site.folder, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ends = [build.communicate(timeout=120)[1] for build in builds]
    assert [build.returncode for build in builds] == [0] * 4, ends
    assert site.verify() == []
    assert os.listdir(site.output / ".pipeline/partial") == []


def test_F5_who_waits_for_another_build_says_so(site: Site) -> None:
    site.write(FILES)
    site.publish()
    release, config = site.build(), site.config()
    told = []
    command = [sys.executable, "-c", HOLD, str(site.output / ".pipeline/lock")]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    with threads(1) as run:
        publish(release, config, run, lambda: told.append(1))
    holder.communicate(timeout=30)
    assert told == [1]


def test_F5_a_build_and_a_clean_at_once_leave_all_or_nothing(site: Site) -> None:
    site.write(FILES)
    site.publish()
    for _ in range(5):
        command = [sys.executable, "-m", "pipeline"]
        both = [
            subprocess.Popen([*command, each], cwd=site.folder, stderr=subprocess.PIPE) for each in ("clean", "build")
        ]
        ends = [process.communicate(timeout=60)[1] for process in both]
        assert [process.returncode for process in both] == [0, 0], ends
        if site.output.exists():
            assert site.verify() == []
    site.publish()
    assert site.verify() == []
