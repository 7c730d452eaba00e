"""What a watcher tells, whichever way it learns of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import pipeline.engine.watch
from pipeline.engine.watch import Watcher
from pipeline.engine.watching.observer import Observed
from tests.engine.watching import paths_of, told, wait_for

Begin = Callable[..., Watcher]


# On Linux, where the observer is not used, the thread of watchdog 7 warns when folders are made quickly.
WARNS = pytest.mark.filterwarnings("default:Callback with id:RuntimeWarning")


@pytest.fixture(params=["system", pytest.param("observer", marks=WARNS), "poll"])
def begin(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Starts a watcher that has events from this system, from watchdog's observer, or none."""
    if request.param == "observer":
        monkeypatch.setattr(pipeline.engine.watch, "_events", Observed)
    with ExitStack() as stack:

        def start(*folders: Path, ignored: Callable[[str], bool] = lambda _: False) -> Watcher:
            poll = 0.05 if request.param == "poll" else None
            return stack.enter_context(Watcher(folders, ignored, poll, say=pytest.fail))

        yield start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With one file that is old."""
    (tmp_path / "assets/css").mkdir(parents=True)
    file = tmp_path / "assets/css/site.css"
    file.write_text("a{}")
    os.utime(file, (1, 1))
    return tmp_path / "assets"


def test_a_written_file_is_told_with_its_absolute_path(begin: Begin, folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder.parent)
    watcher = begin(Path("assets"))
    (folder / "css/site.css").write_text("b{}")
    (folder / "new.js").write_text("1")
    batches = wait_for(watcher, folder / "css/site.css") + told(watcher)
    assert {str(folder / "css/site.css"), str(folder / "new.js")} == paths_of(batches)
    assert not any(changes.everything for changes in batches)


def test_a_file_that_is_deleted_or_renamed_is_told_by_its_old_name_too(begin: Begin, folder: Path) -> None:
    (folder / "b.css").write_text("")
    watcher = begin(folder)
    told(watcher)
    (folder / "b.css").unlink()
    (folder / "css/site.css").rename(folder / "css/main.css")
    assert paths_of(told(watcher)) == {str(folder / name) for name in ("b.css", "css/site.css", "css/main.css")}


def test_nothing_is_told_when_nothing_changes(begin: Begin, folder: Path) -> None:
    watcher = begin(folder)
    told(watcher)
    (folder / "css/site.css").read_bytes()
    os.listdir(folder / "css")
    (folder / "css").chmod(0o700)
    (folder.parent / "beside.css").write_text("")
    assert watcher.wait(0.3) is None


def test_what_editors_write_on_the_side_and_dotfiles_are_not_told(begin: Begin, folder: Path) -> None:
    watcher = begin(folder)
    told(watcher)
    (folder / ".git").mkdir()
    for name in (".env", ".site.css.swp", "site.css~", ".#site.css", "#site.css#", "4913", "a.css___jb_tmp___"):
        (folder / name).write_text("")
    (folder / ".git/index").write_text("")
    assert watcher.wait(0.3) is None


def test_what_the_caller_ignores_is_not_told_nor_what_is_below(begin: Begin, folder: Path) -> None:
    watcher = begin(folder, ignored=lambda path: path == str(folder / "build") or path.endswith(".log"))
    told(watcher)
    (folder / "build/css").mkdir(parents=True)
    (folder / "build/css/x.css").write_text("")
    (folder / "a.log").write_text("")
    assert watcher.wait(0.3) is None


def test_a_hidden_folder_that_was_asked_for_is_watched(begin: Begin, folder: Path) -> None:
    (folder / ".well-known").mkdir()
    watcher = begin(folder, folder / ".well-known")
    (folder / ".well-known/security.txt").write_text("")
    wait_for(watcher, folder / ".well-known/security.txt")


def test_W8_a_file_in_a_folder_made_just_before_is_never_missed(begin: Begin, folder: Path) -> None:
    watcher = begin(folder)
    for number in range(20):
        deep = folder / f"new{number}/a/b"
        deep.mkdir(parents=True)
        (deep / "x.css").write_text("")
    missed = {folder / f"new{number}/a/b/x.css" for number in range(20)}
    while missed:
        batches = [changes] if (changes := watcher.wait(5)) else []
        assert batches, missed
        known = paths_of(batches)
        missed = {file for file in missed if not known & {str(above) for above in (file, *file.parents)}}
    told(watcher)
    for number in range(20):
        (folder / f"new{number}/a/b/x.css").write_text("later")
        wait_for(watcher, folder / f"new{number}/a/b/x.css")


def test_a_moved_folder_is_told_by_both_names_and_watched_under_the_new_one(begin: Begin, folder: Path) -> None:
    watcher = begin(folder)
    (folder / "css").rename(folder / "styles")
    assert {str(folder / "css"), str(folder / "styles")} <= paths_of(told(watcher))
    (folder / "styles/site.css").write_text("b{}")
    assert str(folder / "css/site.css") not in paths_of(wait_for(watcher, folder / "styles/site.css") + told(watcher))


def test_W5_a_folder_that_is_deleted_and_made_again_is_watched_again(begin: Begin, folder: Path) -> None:
    watcher = begin(folder)
    shutil.rmtree(folder)
    assert told(watcher)
    folder.mkdir()
    (folder / "a.css").write_text("")
    wait_for(watcher, folder / "a.css")
    told(watcher)
    (folder / "a.css").write_text("b")
    assert not wait_for(watcher, folder / "a.css")[-1].everything


def test_W3_a_folder_that_does_not_exist_yet_is_watched_from_when_it_appears(begin: Begin, tmp_path: Path) -> None:
    missing = tmp_path / "a/b/c"
    watcher = begin(missing)
    missing.mkdir(parents=True)
    (missing / "x.css").write_text("")
    wait_for(watcher, missing / "x.css")
    told(watcher)
    (missing / "x.css").write_text("y")
    wait_for(watcher, missing / "x.css")


def test_from_now_on_other_folders_are_watched_and_nothing_in_between_is_lost(begin: Begin, folder: Path) -> None:
    (folder / "js").mkdir()
    watcher = begin(folder / "css")
    told(watcher)
    (folder / "css/site.css").write_text("before")
    time.sleep(0.3)  # the observer's threads take a moment
    watcher.follow([folder / "js"])
    (folder / "js/a.js").write_text("")
    assert str(folder / "css/site.css") in paths_of(wait_for(watcher, folder / "js/a.js"))
    told(watcher)
    (folder / "css/site.css").write_text("after")
    assert watcher.wait(0.3) is None


def test_names_that_are_no_unicode_are_told_as_the_system_has_them(begin: Begin, folder: Path) -> None:
    watcher = begin(folder)
    file = folder / os.fsdecode(b"\xff \n.css")
    file.write_text("")
    wait_for(watcher, file)


def test_what_the_callers_own_function_raises_reaches_the_caller(begin: Begin, folder: Path) -> None:
    broken: list[bool] = []

    def ignored(_: str) -> bool:
        if broken:
            raise ZeroDivisionError
        return False

    watcher = begin(folder, ignored=ignored)
    broken.append(True)
    (folder / "css/site.css").write_text("")
    with pytest.raises(ZeroDivisionError):
        watcher.wait(5)


def test_watchdog_is_loaded_only_by_who_watches() -> None:
    check = (
        "import sys, pipeline.engine.watch; assert not {name for name in sys.modules if name.startswith('watchdog')}"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
