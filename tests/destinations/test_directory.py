"""A folder as a destination: whole files or none, and nothing outside of it."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from pipeline.asset import Blob
from pipeline.destinations.directory import Directory
from pipeline.errors import PublishError

X, Y = Blob.of(b"x"), Blob.of(b"y")


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    found = Directory(tmp_path / "out")
    found.prepare()
    return found


def test_what_is_written_is_there_and_is_known(directory: Directory) -> None:
    directory.write("css/a.css", X)
    assert directory.read("css/a.css") == b"x"
    assert directory.digest("css/a.css") == X.digest
    assert directory.has("css/a.css", X)
    assert not directory.has("css/a.css", Y)
    assert not directory.has("css/b.css", X)
    assert os.listdir(directory.own / "partial") == []


def test_a_file_of_the_same_size_with_other_bytes_is_another(directory: Directory) -> None:
    (directory.folder / "a").write_bytes(b"y")
    assert not directory.has("a", X)
    directory.write("a", X)
    assert directory.read("a") == b"x"


def test_only_regular_files_below_real_folders_are_seen(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a").write_bytes(b"x")
    (directory.folder / "folder").symlink_to(tmp_path / "elsewhere")
    (directory.folder / "link").symlink_to(tmp_path / "elsewhere/a")
    os.mkfifo(directory.folder / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(directory.folder / "socket"))
    for name in ("folder/a", "link", "fifo", "socket", "folder", "none", "none/a"):
        assert directory.digest(name) is None
        assert directory.read(name) is None
        assert not directory.has(name, X)


def test_a_folder_that_is_a_link_or_a_file_is_never_written_through(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (directory.folder / "css").symlink_to(tmp_path / "elsewhere")
    (directory.folder / "js").write_bytes(b"mine")
    for file in ("css/a", "css/deep/a", "js/a"):
        with pytest.raises(PublishError, match="is a link or a file where a folder must be"):
            directory.write(file, X)
    assert os.listdir(tmp_path / "elsewhere") == []
    assert (directory.folder / "js").read_bytes() == b"mine"


def test_a_link_in_the_place_of_a_file_is_replaced_and_its_target_stays(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"mine")
    (directory.folder / "a").symlink_to(tmp_path / "target")
    directory.write("a", X)
    assert (tmp_path / "target").read_bytes() == b"mine"
    assert not (directory.folder / "a").is_symlink()


def test_a_folder_in_the_place_of_a_file_stays_and_nothing_half_written_is_left(directory: Directory) -> None:
    (directory.folder / "a/mine").mkdir(parents=True)
    with pytest.raises(PublishError, match="cannot be written: Is a directory"):
        directory.write("a", X)
    assert (directory.folder / "a/mine").is_dir()
    assert os.listdir(directory.own / "partial") == []


def test_what_is_staged_is_not_there_until_it_is_committed(directory: Directory) -> None:
    directory.stage("css/a.css", X)
    assert directory.read("css/a.css") is None
    directory.commit("css/a.css")
    assert directory.read("css/a.css") == b"x"


def test_what_another_process_left_half_written_is_dropped(directory: Directory) -> None:
    directory.stage("a", X)
    other = Directory(directory.folder)
    with pytest.raises(PublishError, match="No such file"):
        other.commit("a")  # it is not its own
    other.prepare()
    other.clear()
    assert os.listdir(directory.own / "partial") == []


def test_the_folders_of_the_tool_may_not_be_links(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/.pipeline").symlink_to(tmp_path / "elsewhere")
    directory = Directory(tmp_path / "out")
    assert not directory.is_ours()
    with pytest.raises(PublishError, match="is a link or a file where a folder must be"):
        directory.prepare()
    assert os.listdir(tmp_path / "elsewhere") == []


def test_removing_a_file_removes_the_folders_that_it_leaves_empty_and_no_others(directory: Directory) -> None:
    for file in ("a/b/c/x", "a/y", "z"):
        directory.write(file, X)
    (directory.folder / "empty").mkdir()
    assert directory.remove(["a/b/c/x", "none", "z"]) == ["a/b/c/x", "z"]
    assert sorted(os.listdir(directory.folder)) == [".pipeline", "a", "empty"]
    assert os.listdir(directory.folder / "a") == ["y"]


def test_nothing_is_removed_through_a_link(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x").write_bytes(b"x")
    (directory.folder / "a").symlink_to(tmp_path / "elsewhere")
    assert directory.remove(["a/x"]) == []
    assert (tmp_path / "elsewhere/x").exists()


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077])
def test_F13_S22_modes_follow_the_umask(tmp_path: Path, umask: int) -> None:
    directory = Directory(tmp_path / "out")
    before = os.umask(umask)
    try:
        directory.prepare()
        directory.write("css/deep/a.css", X)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").rglob("*")}
    assert modes.pop(directory.folder / "css/deep/a.css") == 0o666 & ~umask
    assert {*modes.values()} == {0o777 & ~umask}


def test_a_folder_that_is_gone_cannot_be_said_to_be_on_the_disk(directory: Directory) -> None:
    directory.sync()
    directory.own.joinpath("partial").rmdir()
    directory.own.joinpath("releases").rmdir()
    directory.own.rmdir()
    directory.folder.rmdir()
    with pytest.raises(PublishError, match="cannot be written"):
        directory.sync()
