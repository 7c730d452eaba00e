"""Single files: filled, checked, renamed; nothing is left of one that failed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.asset import Blob
from pipeline.engine.files import bytes_of, explained, fill, regular, stage, staged
from pipeline.errors import PublishError


def test_a_file_gets_the_bytes_of_a_blob_from_memory_or_disk(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"x" * 3_000_000)
    fill(tmp_path / "a", Blob.of(b"bytes"), durable=True)
    fill(tmp_path / "b", Blob.on_disk(tmp_path / "source"))
    assert (tmp_path / "a").read_bytes() == b"bytes"
    assert (tmp_path / "b").read_bytes() == b"x" * 3_000_000


def test_a_source_that_changed_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"before")
    blob = Blob.on_disk(tmp_path / "source")
    (tmp_path / "source").write_bytes(b"after!")
    with pytest.raises(PublishError, match="changed while it was being built") as error:
        fill(tmp_path / "a", blob)
    assert (error.value.path, error.value.hint) == (str(tmp_path / "source"), "build again")
    assert os.listdir(tmp_path) == ["source"]


def test_a_source_that_is_gone_is_said_to_be_unreadable_not_unwritable(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"before")
    blob = Blob.on_disk(tmp_path / "source")
    (tmp_path / "source").unlink()
    with pytest.raises(PublishError, match="source: cannot be read any more: No such file"):
        fill(tmp_path / "a", blob)
    assert os.listdir(tmp_path) == []


def test_a_source_that_became_a_fifo_does_not_hold_up_the_build(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"before")
    blob = Blob.on_disk(tmp_path / "source")
    (tmp_path / "source").unlink()
    os.mkfifo(tmp_path / "source")
    with pytest.raises(PublishError, match="changed while"):
        fill(tmp_path / "a", blob)


def test_nothing_is_written_into_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for name in ("a", "b"):
        with pytest.raises(FileExistsError):
            fill(tmp_path / name, Blob.of(b"new"))
    assert (tmp_path / "a").read_bytes() == b"mine"


def test_what_is_staged_stands_beside_its_place_hidden_and_replaces_what_a_killed_build_left(tmp_path: Path) -> None:
    file = tmp_path / "new/manifest.json"
    first = stage(file, Blob.of(b"one"), "key")
    assert stage(file, Blob.of(b"two"), "key") == first == staged(file, "key")
    assert first.read_bytes() == b"two"
    assert first.parent == file.parent
    assert first.name.startswith(".")
    assert staged(file, "other") != first
    assert not file.exists()


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "fifo")
    found = {name: bytes_of(tmp_path / name) for name in ("file", "link", "fifo", "none", "")}
    assert found == {"file": b"x", "link": None, "fifo": None, "none": None, "": None}
    assert [name for name in found if regular(tmp_path / name)] == ["file"]


def test_what_the_system_says_becomes_a_publish_error_with_its_file() -> None:
    with pytest.raises(PublishError) as error, explained(Path("a"), "read"):
        raise OSError(28, "No space left on device", "b")
    assert str(error.value) == "b: cannot be read: No space left on device"
    with pytest.raises(PublishError, match=r"^a: cannot be written: odd$"), explained(Path("a")):
        raise OSError("odd")
