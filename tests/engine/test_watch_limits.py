"""What a watcher does when the system lets it down."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import pipeline.engine.watch
from pipeline.engine.watch import Changes
from pipeline.engine.watching import polling
from pipeline.engine.watching.observer import Observed
from pipeline.engine.watching.polling import TICK
from tests.engine.watching import told, wait_for, watching
from tests.tools import require_tool

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

WATCH = """
import signal
import sys
from pathlib import Path
from pipeline.engine.watch import Watcher
signal.signal(signal.SIGINT, signal.default_int_handler)
poll = float(sys.argv[2]) or None
with Watcher([Path(sys.argv[1])], poll=poll, say=lambda text: print(text, flush=True)) as watcher:
    print("ready", flush=True)
    while True:
        changes = watcher.wait()
        print(sorted(changes.paths), changes.everything, flush=True)
"""


@contextmanager
def start(folder: Path, before: list[str] | None = None, poll: float = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that watches, until the end of the test."""
    command = [*(before or []), sys.executable, "-c", WATCH, str(folder), str(poll)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = threading.Timer(60, process.kill)
        deadline.start()
        try:
            yield process
        finally:
            deadline.cancel()
            deadline.join()
            process.kill()


def limited(limit: str, value: int) -> list[str]:
    """What runs a command in a user namespace of its own that has less of something."""
    script = f'echo {value} > /proc/sys/user/{limit} && exec "$@"'
    command = [require_tool("unshare"), "--user", "--map-root-user", "sh", "-c", script, "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        require_tool("a kernel that lets users have namespaces")
    return command


@LINUX
def test_W6_an_overflowing_queue_leads_to_a_full_scan(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.touch()
    two.touch()
    with watching(tmp_path) as (watcher, said):
        for _ in range(int(Path("/proc/sys/fs/inotify/max_queued_events").read_text()) // 2 + 100):
            os.utime(one)
            os.utime(two)
        (tmp_path / "made/meanwhile").mkdir(parents=True)
        assert any(changes.everything for changes in told(watcher))
        (tmp_path / "made/meanwhile/x.css").write_text("")
        changes = watcher.wait(5)
        assert changes
        assert changes == Changes(frozenset({str(tmp_path / "made/meanwhile/x.css")}), everything=False)
        assert said == []


@LINUX
@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances is reached"),
        ("max_inotify_watches", 3, "fs.inotify.max_user_watches is reached"),
    ],
)
def test_W7_without_watches_files_are_looked_at_instead_and_the_remedy_is_told(
    tmp_path: Path, limit: str, value: int, words: str
) -> None:
    with start(tmp_path, limited(limit, value)) as process:
        assert process.stdout
        said = process.stdout.readline()
        assert words in said
        assert "looking at all files every 1 s instead" in said
        assert "sudo sysctl fs.inotify.max_user_" in said
        assert process.stdout.readline() == "ready\n"
        (tmp_path / "a.css").write_text("")
        assert process.stdout.readline() == f"{[str(tmp_path / 'a.css')]} False\n"


@LINUX
def test_W7_running_out_of_watches_later_loses_nothing(tmp_path: Path) -> None:
    above = len(tmp_path.parts)
    with start(tmp_path, limited("max_inotify_watches", above + 2)) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        (tmp_path / "a/b/c/d").mkdir(parents=True)
        assert "fs.inotify.max_user_watches is reached" in process.stdout.readline()
        assert process.stdout.readline().endswith("True\n")
        (tmp_path / "a/b/c/d/x.css").write_text("")
        while str(tmp_path / "a/b/c/d/x.css") not in process.stdout.readline():
            assert process.poll() is None


@LINUX
def test_W9_who_polls_needs_no_events(tmp_path: Path) -> None:
    descriptors = set(os.listdir("/proc/self/fd"))
    with watching(tmp_path, poll=0.05) as (watcher, said):
        new = set(os.listdir("/proc/self/fd")) - descriptors
        assert not [fd for fd in new if "inotify" in os.path.realpath(f"/proc/self/fd/{fd}")]
        (tmp_path / "a.css").write_text("")
        wait_for(watcher, tmp_path / "a.css")
        assert said == []


def test_W1_an_edit_of_the_same_size_with_its_time_restored_is_found_by_looking(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("one")
    os.utime(file, (1, 1))
    time.sleep(2 * TICK / 1e9)
    with watching(tmp_path, poll=0.05) as (watcher, _):
        told(watcher)
        file.write_text("two")
        os.utime(file, (1, 1))
        wait_for(watcher, file)


def test_W1_a_file_changed_within_the_last_tick_of_the_clock_is_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "TICK", 10**9)
    with watching(tmp_path, poll=0.02) as (watcher, _):
        (tmp_path / "a.css").write_text("one")
        assert [changes.paths for changes in told(watcher)][:2] == [{str(tmp_path / "a.css")}] * 2
        assert watcher.wait(0.3) is None


def test_W2_a_file_that_does_not_change_is_told_no_more(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("one")
    with watching(tmp_path, poll=0.02) as (watcher, _):
        told(watcher)
        assert watcher.wait(0.3) is None


def test_a_link_that_leads_nowhere_and_one_that_leads_back_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "nowhere.css").symlink_to("missing")
    (tmp_path / "loop").symlink_to(tmp_path)
    for poll in (None, 0.05):
        with watching(tmp_path, poll=poll) as (watcher, _):
            told(watcher)
            (tmp_path / "a.css").write_text(str(poll))
            wait_for(watcher, tmp_path / "a.css")


def test_a_dead_thread_of_the_observer_is_replaced_and_everything_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.engine.watch, "_events", Observed)
    with watching(tmp_path) as (watcher, said):
        assert isinstance(watcher._feed, Observed)
        watcher._feed._observer.stop()
        watcher._feed._observer.join()
        changes = watcher.wait(5)
        assert changes
        assert changes.everything
        (tmp_path / "a.css").write_text("")
        wait_for(watcher, tmp_path / "a.css")
        assert said == []


@LINUX
def test_ctrl_c_ends_the_wait_and_the_watcher_at_once(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert time.monotonic() - begun < 5
        assert "KeyboardInterrupt" in errors


def test_no_thread_and_no_descriptor_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set(threading.enumerate())
    descriptors = os.listdir("/proc/self/fd") if sys.platform == "linux" else []
    for events in (pipeline.engine.watch._events, Observed):
        monkeypatch.setattr(pipeline.engine.watch, "_events", events)
        with watching(tmp_path) as (watcher, _):
            watcher.follow([tmp_path, tmp_path / "missing"])
            shutil.rmtree(tmp_path)
            tmp_path.mkdir()
            told(watcher)
    assert set(threading.enumerate()) <= threads
    assert len(descriptors) == len(os.listdir("/proc/self/fd") if sys.platform == "linux" else [])


@LINUX
def test_a_folder_that_cannot_be_listed_is_watched_once_it_can(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with start(tmp_path, [require_tool("unshare"), "--user"]) as process:  # there even root has to obey
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        (tmp_path / "closed").chmod(0o700)
        assert process.stdout.readline() == f"{[str(tmp_path / 'closed')]} False\n"
        (tmp_path / "closed/a.css").write_text("")
        assert process.stdout.readline() == f"{[str(tmp_path / 'closed/a.css')]} False\n"


@LINUX
def test_W9_files_in_a_folder_that_is_away_for_a_while_are_not_told_as_gone(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share/a.css").write_text("")
    time.sleep(2 * TICK / 1e9)
    with start(tmp_path, [require_tool("unshare"), "--user"], poll=0.02) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        told = ""
        for mode, name in ((0, "b.css"), (0o700, "c.css")):
            (tmp_path / "share").chmod(mode)
            time.sleep(0.1)
            (tmp_path / name).write_text("")
            while name not in told:
                told += process.stdout.readline()
        assert "share" not in told
