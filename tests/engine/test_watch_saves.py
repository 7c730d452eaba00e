"""How editors and other programs save, and when a save is complete."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.engine.watching import Event, State
from pipeline.engine.watching.batch import GRACE, MANY, PENDING, STREAM, Batch
from tests.engine.watching import paths_of, told, wait_for, watching
from tests.tools import require_tool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell of closed files")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css/site.css").write_text("a{}")
    return tmp_path / "css/site.css"


@pytest.mark.parametrize("backup", ["yes", "no", "auto"])
@pytest.mark.parametrize("swap", ["swapfile", "noswapfile"])
def test_W5_a_save_by_vim_is_one_change_of_one_file(file: Path, backup: str, swap: str) -> None:
    commands = [f"set {swap} writebackup backupcopy={backup}", "%s/a/b/", "wq"]
    vim = [require_tool("vim"), "-u", "NONE", "-es", *(f"-c{command}" for command in commands), str(file)]
    with watching(file.parent) as (watcher, _):
        saving = subprocess.Popen(vim, stdin=subprocess.DEVNULL)
        changes = watcher.wait(10)
        assert changes
        assert changes.paths == {str(file)}
        assert file.read_text() == "b{}\n"
        saving.wait()
        assert paths_of(told(watcher)) <= {str(file)}


def test_W5_a_save_by_an_ide_of_jetbrains_is_one_change_of_one_file(file: Path) -> None:
    with watching(file.parent) as (watcher, _):
        new, old = file.with_name("site.css___jb_tmp___"), file.with_name("site.css___jb_old___")
        new.write_text("b{}")
        file.rename(old)
        new.rename(file)
        old.unlink()
        assert [changes.paths for changes in told(watcher)] == [{str(file)}]


def test_W5_a_temporary_file_with_a_name_like_any_other_is_not_told(file: Path) -> None:
    with watching(file.parent) as (watcher, _):
        temporary = file.with_name("site.css.aB3x9")
        temporary.write_text("b{}")
        temporary.replace(file)
        assert [changes.paths for changes in told(watcher)] == [{str(file)}]


def test_W5_a_file_that_is_truncated_and_then_written_is_told_when_it_is_closed(file: Path) -> None:
    with watching(file.parent) as (watcher, _):

        def save() -> None:
            with file.open("w") as stream:
                for number in range(5):
                    stream.write(f"a{number}{{}}")
                    stream.flush()
                    time.sleep(PENDING / 4)

        saving = threading.Thread(target=save)
        saving.start()
        assert watcher.wait(10)
        assert file.read_text().endswith("a4{}")
        saving.join()
        assert told(watcher) == []


def test_a_file_that_is_written_and_stays_open_is_told_all_the_same(file: Path) -> None:
    with watching(file.parent) as (watcher, _), file.open("a") as stream:
        stream.write("b{}")
        stream.flush()
        wait_for(watcher, file)


def test_a_changed_mode_or_time_is_told(file: Path) -> None:
    with watching(file.parent) as (watcher, _):
        file.chmod(0o600)
        wait_for(watcher, file)
        os.utime(file, (1, 1))
        wait_for(watcher, file)


def test_W6_a_storm_comes_in_few_batches(tmp_path: Path) -> None:
    with watching(tmp_path) as (watcher, _):
        write = f"for n in range(10_000): open(f'{tmp_path}/{{n}}.css', 'w').write('a')"
        writing = subprocess.Popen([sys.executable, "-c", write])
        batches = told(watcher, quiet=2)
        assert writing.wait() == 0
        batches += told(watcher)
        expected = {f"{tmp_path}/{number}.css" for number in range(10_000)}
        assert any(changes.everything for changes in batches) or paths_of(batches) == expected
        assert len(batches) < 100


def test_a_tree_that_is_copied_is_watched_in_every_folder(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("a/b/c", "a/d", "e"):
        (source / name).mkdir(parents=True)
        (source / name / "x.css").write_text("")
    (tmp_path / "assets").mkdir()
    with watching(tmp_path / "assets") as (watcher, _):
        for _ in range(3):
            shutil.copytree(source, tmp_path / "assets/copy")
            assert str(tmp_path / "assets/copy") in paths_of(told(watcher))
            for name in ("a/b/c", "a/d", "e"):
                (tmp_path / "assets/copy" / name / "x.css").write_text("y")
                wait_for(watcher, tmp_path / "assets/copy" / name / "x.css")
            shutil.rmtree(tmp_path / "assets/copy")
            told(watcher)


def test_folders_that_swap_their_names_are_watched_under_the_right_ones(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / f"was_{name}.css").write_text("")
    with watching(tmp_path) as (watcher, _):
        for old, new in [("a", "c"), ("b", "a"), ("c", "b")]:
            (tmp_path / old).rename(tmp_path / new)
        told(watcher)
        (tmp_path / "a/deep/was_b.css").write_text("y")
        (tmp_path / "b/deep/was_a.css").write_text("y")
        assert paths_of(told(watcher)) == {str(tmp_path / "a/deep/was_b.css"), str(tmp_path / "b/deep/was_a.css")}


def test_a_root_that_is_a_link_is_watched_under_its_own_name_wherever_it_leads(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    root = tmp_path / "current"
    root.symlink_to("one")
    with watching(root, tmp_path / "one") as (watcher, _):
        (root / "a.css").write_text("")
        assert paths_of(told(watcher)) == {str(root / "a.css"), str(tmp_path / "one/a.css")}
        root.unlink()
        root.symlink_to("two")
        assert any(changes.everything for changes in told(watcher))
        (tmp_path / "two/b.css").write_text("")
        wait_for(watcher, root / "b.css")


def test_a_project_that_is_moved_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "project/assets").mkdir(parents=True)
    with watching(tmp_path / "project/assets") as (watcher, _):
        (tmp_path / "project").rename(tmp_path / "elsewhere")
        assert any(changes.everything for changes in told(watcher))
        (tmp_path / "elsewhere/assets/a.css").write_text("")
        assert watcher.wait(0.3) is None
        (tmp_path / "elsewhere").rename(tmp_path / "project")
        assert any(changes.everything for changes in told(watcher))


def test_a_save_is_told_long_before_watchdogs_own_observer_would(file: Path) -> None:
    taken = []
    with watching(file.parent) as (watcher, _):
        for number in range(20):
            temporary = file.with_name(".new")
            temporary.write_text(str(number))
            start = time.perf_counter()
            temporary.replace(file)
            assert watcher.wait(5)
            taken.append(time.perf_counter() - start)
    assert statistics.median(taken) < 0.1


@pytest.mark.parametrize(
    ("states", "patience"),
    [
        ([State.BEGUN], PENDING),
        ([State.BEGUN, State.WHOLE], GRACE),
        ([State.BEGUN, State.TOUCHED], PENDING),
        ([State.TOUCHED], GRACE),
        ([State.GONE], PENDING),
        ([State.GONE, State.MADE, State.BEGUN], PENDING),
        ([State.GONE, State.MADE, State.WHOLE], GRACE),
        ([State.MADE, State.WHOLE, State.GONE], GRACE),
        ([State.LOST], STREAM),
    ],
)
def test_what_is_complete_is_told_at_once_and_what_is_not_is_waited_for(states: list[State], patience: float) -> None:
    batch = Batch()
    batch.add(Event("a", state) for state in states)
    assert batch.patience() == patience


def test_many_changes_are_waited_for_until_there_are_no_more() -> None:
    batch = Batch()
    batch.add(Event(str(number), State.WHOLE) for number in range(MANY))
    assert batch.patience() == STREAM


def test_what_came_and_went_within_a_batch_is_not_told_but_what_went_came_and_went_is() -> None:
    batch = Batch()
    batch.add([Event("a", State.MADE), Event("a", State.GONE)])
    batch.add([Event("b", State.GONE), Event("b", State.MADE), Event("b", State.GONE)])
    assert batch.paths() == {"b"}
