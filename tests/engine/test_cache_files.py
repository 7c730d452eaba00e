"""Large values lie in a file each, and one that is lost or damaged counts as never made."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.asset import Blob
from pipeline.engine.cache import Cache
from pipeline.engine.cache_files import LARGE, CacheFiles
from pipeline.engine.cache_use import opened
from pipeline.errors import CacheLost
from tests.failures.test_disks import small_disk
from tests.sites import Site

LIMIT = 50_000_000
DATA = bytes(range(256)) * 100


def laid(folder: Path, data: bytes = DATA) -> tuple[CacheFiles, Blob, Path]:
    """A value that lies in a cache, and its file."""
    files, blob = Cache(folder, LIMIT).files, Blob.of(data)
    assert files.lay(blob)
    return files, blob, folder / "2/files" / blob.digest


def test_what_is_laid_comes_back_and_is_written_once(tmp_path: Path) -> None:
    files, blob, file = laid(tmp_path / "cache")
    assert files.laid(blob.digest, blob.size).read() == DATA
    before = file.stat()
    assert files.lay(blob)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert file.stat().st_mode & 0o111 == 0
    assert (tmp_path / "cache/.gitignore").exists()
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_small_is_not_worth_a_file(tmp_path: Path) -> None:
    files = Cache(tmp_path, LIMIT).files
    assert not files.lay(Blob.of(bytes(LARGE - 1)))
    assert not [*tmp_path.iterdir()]
    assert files.lay(Blob.of(bytes(LARGE)))


def _flip(file: Path) -> None:
    file.write_bytes(DATA[:500] + b"?" + DATA[501:])


def _to_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _to_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "cut": lambda file: os.truncate(file, 1000),
    "empty": lambda file: file.write_bytes(b""),
    "longer": lambda file: file.write_bytes(DATA + b"?"),
    "flipped": _flip,
    "another": lambda file: file.write_bytes(DATA[::-1]),
    "a folder": _to_folder,
    "a pipe": _to_pipe,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_W10_a_file_that_is_lost_or_damaged_is_not_taken_and_made_again(tmp_path: Path, damage: str) -> None:
    files, blob, file = laid(tmp_path)
    DAMAGE[damage](file)
    with pytest.raises(CacheLost):
        files.laid(blob.digest, blob.size).read()
    assert not files.has(blob.digest, blob.size)
    if damage != "a folder":
        assert files.lay(blob)
        assert files.laid(blob.digest, blob.size).read() == DATA


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    files, blob, file = laid(tmp_path / "cache")
    outside = tmp_path / "outside"
    outside.write_bytes(DATA)
    file.unlink()
    file.symlink_to(outside)
    assert not files.has(blob.digest, blob.size)
    assert files.lay(blob)
    assert not file.is_symlink()
    assert outside.read_bytes() == DATA


@pytest.mark.parametrize("digest", ["../../../secret", "", "/etc/passwd", "0" * 63, "0" * 64 + "/..", "G" * 64])
def test_W12_a_name_that_is_no_digest_is_never_looked_for(tmp_path: Path, digest: str) -> None:
    (tmp_path / "secret").write_text("mine")
    files = laid(tmp_path / "cache")[0]
    assert not files.has(digest, 4)
    with pytest.raises(ValueError, match="not a digest"):
        files.laid(digest, 4)


def test_without_room_nothing_is_laid_and_nothing_half_written_stays(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=64k"):
        files = Cache(tmp_path / "disk/cache", LIMIT).files
        assert not files.lay(Blob.of(bytes(1 << 20)))
        assert [*files.all()] == []


def test_where_a_folder_may_not_be_made_nothing_is_laid(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    (tmp_path / "2/files").write_text("a file")
    assert not Cache(tmp_path, LIMIT).files.lay(Blob.of(DATA))


def test_files_count_as_much_as_rows_and_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    limit, now = 1_000_000, time.time()
    with opened(tmp_path, limit) as cache:
        blobs = [Blob.of(bytes([number]) * 100_000) for number in range(12)]
        for number, blob in enumerate(blobs):
            assert cache.files.lay(blob)
            old = now - (12 - number) * 90_000
            os.utime(tmp_path / "2/files" / blob.digest, (old, old))
        assert cache.files.has(blobs[0].digest, blobs[0].size)  # so it is used today
        cache.put("row", bytes(50_000))
        assert cache.size() > limit
    assert cache.size() <= limit
    kept = [number for number, blob in enumerate(blobs) if cache.files.has(blob.digest, blob.size)]
    assert kept == [0, 7, 8, 9, 10, 11]
    assert cache.get("row") == bytes(50_000)
    assert cache.problems == []


def test_what_is_cleared_is_gone_with_what_was_left_half_written(tmp_path: Path) -> None:
    files, blob, file = laid(tmp_path)
    file.with_name(f"{file.name}-123-456").write_bytes(b"half")
    file.with_name("mine.txt").write_bytes(b"mine")
    cache = Cache(tmp_path, LIMIT)
    assert cache.clear() >= blob.size + 4
    assert [each.name for each in file.parent.iterdir()] == ["mine.txt"]
    assert [*files.all()] == []


def test_what_is_not_the_caches_is_neither_measured_nor_thrown_out_to_make_room(tmp_path: Path) -> None:
    _, blob, file = laid(tmp_path / "cache")
    mine = file.with_name("mine.bin")
    mine.write_bytes(bytes(1_000_000))
    os.utime(mine, (0, 0))
    with opened(tmp_path / "cache", 40_000) as cache:
        cache.put("row", bytes(50_000))
    assert mine.exists()
    assert cache.size() < 100_000
    shutil.move(file.parent, tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / blob.digest).write_bytes(DATA)
    file.parent.symlink_to(tmp_path / "elsewhere")
    Cache(tmp_path / "cache", LIMIT).clear()
    assert (tmp_path / "elsewhere" / blob.digest).exists()


LARGE_FILES = {
    "a.css": "".join(f".a{number * 7919**3 % 10**9} {{ width: {number}px }}\n" for number in range(9000)),
    "b.js": "".join(f"export const b{number} = {number} + 1;\n" for number in range(2000)),
    "page.html": '<link rel=stylesheet href="a.css"><script type=module src="b.js"></script>',
}


@pytest.fixture
def built(site: Site) -> Site:
    """A site of two large files."""
    site.configure('sources = ["src"]\noutput = "out"\ncompress = ["gzip"]\n')
    site.write(LARGE_FILES)
    assert site.run("build").returncode == 0
    return site


def files_of(site: Site) -> list[Path]:
    return sorted((site.folder / ".pipeline-cache/2/files").iterdir())


def again(site: Site, *arguments: str) -> dict[str, bytes]:
    """Its output, published anew."""
    shutil.rmtree(site.folder / "out")
    done = site.run("build", *arguments)
    assert (done.returncode, done.stderr.count("warning")) == (0, 0), done.stderr
    return site.files()


def test_large_values_lie_in_files_and_nothing_large_in_rows(built: Site) -> None:
    assert len(files_of(built)) == 3  # both minified, and the copy that is not small
    with sqlite3.connect(built.folder / ".pipeline-cache/2/cache.sqlite") as connection:
        assert connection.execute("SELECT max(length(data)) FROM entries").fetchone()[0] < LARGE
    connection.close()
    assert built.verify() == []


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "another"])
def test_W10_a_build_from_damaged_files_is_the_same(built: Site, damage: str) -> None:
    before = built.files()
    for file in files_of(built):
        DAMAGE[damage](file)
    assert again(built) == before
    assert built.verify() == []
    assert len(files_of(built)) == 3


def test_a_file_that_is_lost_while_it_is_needed_is_no_failure(built: Site) -> None:
    before = built.files()
    shutil.rmtree(built.folder / "out")
    code = (
        "import shutil, pipeline.incremental.renewal as r; old = r.publish\n"
        "def publish(*a, **k):\n"
        " shutil.rmtree('.pipeline-cache/2/files', ignore_errors=True)\n"
        " r.publish = old\n"
        " return old(*a, **k)\n"
        "r.publish = publish\n"
        "from pipeline.cli import main; main(['build'])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=built.folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert built.files() == before


def test_size_and_clear_count_the_files(built: Site) -> None:
    taken = sum(file.stat().st_size for file in files_of(built))
    assert Cache(built.folder / ".pipeline-cache", LIMIT).size() > taken
    (built.folder / ".pipeline-cache/2/files/mine.txt").write_text("kept")
    assert built.run("cache", "clear").returncode == 0
    assert [file.name for file in files_of(built)] == ["mine.txt"]


def test_without_a_cache_the_release_is_the_same(built: Site) -> None:
    before = built.files()
    assert again(built, "--no-cache") == before
