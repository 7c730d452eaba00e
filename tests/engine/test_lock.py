"""The lock between processes: one holder at a time, and none when the holder is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.engine.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from pipeline.engine.lock import locked
with locked(Path(sys.argv[1]), lambda: None, lambda: print("waits", flush=True)):
    print("holds", flush=True)
    time.sleep(float(sys.argv[2]))
"""
COUNT = """
import sys
from pathlib import Path
from pipeline.engine.lock import locked
folder = Path(sys.argv[1])
for _ in range(50):
    with locked(folder / "lock", lambda: None):
        number = int((folder / "number").read_text())
        (folder / "number").write_text(str(number + 1))
"""


def nothing() -> None:
    """A folder that stands needs no preparing."""


def holder(file: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, file, str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "holds\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def test_processes_that_count_under_the_lock_miss_nothing(tmp_path: Path) -> None:
    (tmp_path / "number").write_text("0")
    counters = [subprocess.Popen([sys.executable, "-c", COUNT, tmp_path]) for _ in range(3)]
    assert [process.wait(60) for process in counters] == [0, 0, 0]
    assert (tmp_path / "number").read_text() == "150"


def test_who_waits_is_told_once(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock", 0.3)
    told = []
    with locked(tmp_path / "lock", nothing, lambda: told.append(1)):
        assert told == [1]
    end(process)


def test_nobody_is_told_of_a_lock_that_is_free(tmp_path: Path) -> None:
    told = []
    with locked(tmp_path / "lock", nothing, lambda: told.append(1)):
        assert not told
    assert (tmp_path / "lock").read_bytes() == b""


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock", 60)
    process.send_signal(signal.SIGKILL)
    end(process)
    with locked(tmp_path / "lock", nothing, lambda: pytest.fail("somebody holds it")):
        pass


def test_an_error_under_the_lock_frees_it(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "lock", nothing):
        raise KeyError
    with locked(tmp_path / "lock", nothing, lambda: pytest.fail("somebody holds it")):
        pass


def test_a_lock_that_its_holder_deletes_is_no_lock_for_those_who_waited(tmp_path: Path) -> None:
    folder, seen = tmp_path / "own", []
    folder.mkdir()
    waits = threading.Event()

    def wait() -> None:
        with locked(folder / "lock", lambda: folder.mkdir(exist_ok=True), waits.set):
            seen.append((folder / "lock").exists())
            with_another = holder_may_enter(folder / "lock")
            seen.append(with_another)

    thread = threading.Thread(target=wait)
    with locked(folder / "lock", nothing):
        thread.start()
        assert waits.wait(10)
        (folder / "lock").unlink()
        folder.rmdir()
    thread.join(30)
    assert seen == [True, False]


def holder_may_enter(file: Path) -> bool:
    """Whether another process gets the lock at once."""
    code = "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    run = subprocess.run([sys.executable, "-c", code, file], check=False, capture_output=True)
    return run.returncode == 0


def test_what_the_last_holder_deleted_is_prepared_again_under_the_lock(tmp_path: Path) -> None:
    folder, inner = tmp_path / "own", tmp_path / "own/inner"
    inner.mkdir(parents=True)
    waits = threading.Event()
    found = []

    def wait() -> None:
        with locked(folder / "lock", lambda: inner.mkdir(parents=True, exist_ok=True), waits.set):
            found.append(inner.is_dir())

    thread = threading.Thread(target=wait)
    with locked(folder / "lock", nothing):
        thread.start()
        assert waits.wait(10)
        inner.rmdir()
    thread.join(30)
    assert found == [True]


def test_a_folder_that_vanishes_before_the_lock_is_made_is_made_again(tmp_path: Path) -> None:
    folder, calls = tmp_path / "own", []

    def prepare() -> None:
        calls.append(1)
        if len(calls) > 1:  # the first time somebody deletes it at once
            folder.mkdir(exist_ok=True)

    with locked(folder / "lock", prepare):
        assert len(calls) == 3


def test_a_link_in_the_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), locked(tmp_path / "lock", nothing):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_waiting_costs_next_to_no_time_of_the_processor(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock", 0.5)
    before = time.process_time()
    with locked(tmp_path / "lock", nothing):
        assert time.process_time() - before < 0.2
    end(process)
