"""The cache gives back what was put into it, or nothing, whatever happens to its file."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from pipeline.engine import cache as module
from pipeline.engine.cache import Cache
from pipeline.engine.cache_folder import SUFFIXES, prepare
from pipeline.engine.cache_use import opened, persistent
from pipeline.engine.kept import Kept
from pipeline.errors import CacheLost, PublishError
from tests.failures.test_disks import small_disk
from tests.tools import require_tool

LIMIT = 50_000_000
ROWS = {f"key {number}": bytes([number]) * (number * 37 % 3000) for number in range(60)}
WRITE = """
import sys
from pathlib import Path
from pipeline.engine.cache import Cache
folder, name, many = sys.argv[1:]
cache = Cache(Path(folder), 50_000_000)
print("ready", flush=True)
for number in range(int(many)):
    for each in range(10):
        key = f"{name} {number} {each}"
        cache.put(key, key.encode() * 300)
    cache.flush()
    print(number, flush=True)
cache.close()
sys.stderr.write("".join(cache.problems))
"""


def filled(folder: Path, rows: dict[str, bytes] = ROWS) -> Cache:
    """A cache with rows in it, closed."""
    cache = Cache(folder, LIMIT)
    for key, data in rows.items():
        cache.put(key, data)
    cache.close()
    assert cache.problems == []
    return cache


def assert_serves(folder: Path, rows: dict[str, bytes] = ROWS, *, damaged_index: bool = False) -> None:
    """It gives right bytes or none, can be written, and gives all of that the next time.

    Where the order of an index is damaged without a trace, rows may be missing until the cache is cleared.
    """
    cache = Cache(folder, LIMIT)
    found = cache.get_all(rows)
    assert {key: rows[key] for key in found} == found
    assert cache.is_empty() in {True, False}
    for key, data in rows.items():
        cache.put(key, data)
    assert cache.get_all(rows) == rows
    cache.close()
    again = Cache(folder, LIMIT)
    found = again.get_all(rows)
    assert {key: rows[key] for key in found} == found
    if not damaged_index:
        assert found == rows
    again.clear()
    for key, data in rows.items():
        again.put(key, data)
    again.flush()
    assert again.get_all(rows) == rows
    again.close()


def writer(folder: Path, name: str, many: int = 1_000_000) -> subprocess.Popen[str]:
    """A process that writes ten rows at a time, and says how often it did."""
    command = [sys.executable, "-c", WRITE, str(folder), name, str(many)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_what_is_put_comes_back_now_and_later(tmp_path: Path) -> None:
    with opened(tmp_path, LIMIT) as cache:
        assert cache.is_empty()
        assert cache.get("key 1") is None
        for key, data in ROWS.items():
            cache.put(key, data)
        assert not cache.is_empty()
        assert cache.get_all([*ROWS, "none"]) == ROWS
        cache.flush()
        assert cache.get_all([*ROWS, "none"]) == ROWS
        cache.put("key 1", b"other")
        assert cache.get("key 1") == b"other"
    with opened(tmp_path, LIMIT) as cache:
        assert cache.get_all(ROWS) == {**ROWS, "key 1": b"other"}
        many = {f"{number}": b"%d" % number for number in range(module.MANY * 2 + 1)}
        for key, data in many.items():
            cache.put(key, data)
        cache.flush()
        assert cache.get_all(many) == many


def test_without_a_folder_a_cache_lasts_as_long_as_it_is_open() -> None:
    with opened(None, LIMIT) as cache:
        cache.put("key", b"data")
        cache.flush()
        assert cache.get("key") == b"data"
        folder = cache.folder
        assert folder.exists()
    assert not folder.exists()


def test_what_is_cleared_is_gone(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert cache.clear() > sum(map(len, ROWS.values()))
    assert cache.is_empty()
    assert cache.size() == 0
    assert_serves(tmp_path)


def test_threads_and_processes_may_use_it_at_once(tmp_path: Path) -> None:
    """More processes than wait for each other in practice; all begin with making the file."""
    writers = [writer(tmp_path, f"process {number}", 20) for number in range(4)]
    shared = Cache(tmp_path, LIMIT)

    def work(number: int) -> None:
        for each in range(20):
            key = f"thread {number} {each}"
            shared.put(key, key.encode())
            shared.flush()
            assert shared.get(key) == key.encode()

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(work, range(4))] == [None] * 4
    assert [process.communicate(timeout=120)[1] for process in writers] == [""] * 4
    shared.close()
    assert shared.problems == []
    with opened(tmp_path, LIMIT) as cache:
        for name in range(4):
            keys = [f"process {name} {number} {each}" for number in range(20) for each in range(10)]
            assert cache.get_all(keys) == {key: key.encode() * 300 for key in keys}
            assert all(cache.get(f"thread {name} {each}") for each in range(20))


def test_W10_a_cache_truncated_at_any_length_is_noticed_and_made_again(tmp_path: Path) -> None:
    whole = filled(tmp_path / "whole").file.read_bytes()
    page = 4096
    lengths = {*range(0, 200, 7), *range(0, len(whole), page), *range(page - 1, len(whole), page * 3), len(whole) - 1}
    for length in sorted(lengths):
        cache = Cache(tmp_path / str(length), LIMIT)
        prepare(cache.folder.parent)
        cache.folder.mkdir()
        cache.file.write_bytes(whole[:length])
        assert_serves(cache.folder.parent)


def test_W10_a_flipped_bit_anywhere_never_gives_wrong_bytes(tmp_path: Path) -> None:
    cache = filled(tmp_path, {key: data[:200] for key, data in ROWS.items()})
    rows = {key: data[:200] for key, data in ROWS.items()}
    whole = cache.file.read_bytes()
    chance = random.Random(1)
    offsets = [*range(0, 100, 2), *(chance.randrange(4096) for _ in range(50))]
    offsets += [chance.randrange(len(whole)) for _ in range(200)]
    damaged = 0
    for offset in offsets:
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << chance.randrange(8)
        cache.file.write_bytes(flipped)
        found = Cache(tmp_path, LIMIT)
        got = found.get_all(rows)
        assert {key: rows[key] for key in got} == got, offset
        damaged += len(got) < len(rows)
        found.close()
        for suffix in SUFFIXES[1:]:
            Path(f"{found.file}{suffix}").unlink(missing_ok=True)
        if offset % 5 == 0:
            cache.file.write_bytes(flipped)
            assert_serves(tmp_path, rows, damaged_index=True)
    assert damaged > 25


def test_W10_zeros_in_place_of_pages_never_give_wrong_bytes(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    whole = cache.file.read_bytes()
    for page in range(0, len(whole), 4096):
        cache.file.write_bytes(whole[:page] + bytes(4096) + whole[page + 4096 :])
        assert_serves(tmp_path)


def test_W10_a_row_under_the_key_of_another_is_not_taken(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    with sqlite3.connect(cache.file) as connection:
        connection.execute("DELETE FROM entries WHERE key = 'key 5'")
        connection.execute("UPDATE entries SET key = 'key 5' WHERE key = 'key 7'")
    connection.close()
    assert Cache(tmp_path, LIMIT).get_all(["key 5", "key 7"]) == {}
    assert_serves(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET used = 'text'",
        "UPDATE entries SET used = NULL",
        "UPDATE entries SET data = 'text'",
        "UPDATE entries SET checked = 5",
        "UPDATE entries SET data = x'00' WHERE key = 'key 9'",
        "ALTER TABLE entries RENAME COLUMN checked TO chocked",
        "ALTER TABLE entries ADD COLUMN more",
        "DROP TABLE entries",
        "CREATE TABLE others (key TEXT)",
    ],
)
def test_W10_a_table_of_another_form_is_as_good_as_none(tmp_path: Path, change: str) -> None:
    cache = filled(tmp_path)
    connection = sqlite3.connect(cache.file)
    connection.execute("PRAGMA ignore_check_constraints = 1")
    connection.execute("PRAGMA writable_schema = 1")
    connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '')")
    connection.commit()
    connection.close()
    connection = sqlite3.connect(cache.file)
    with connection:
        connection.execute(change)
    connection.close()
    assert_serves(tmp_path)


@pytest.mark.parametrize("text", [b"", b"hello\n", b"SQLite format 3\0", b"x" * 100_000])
def test_W10_another_file_in_its_place_is_replaced(tmp_path: Path, text: bytes) -> None:
    for suffix in SUFFIXES:
        cache = filled(tmp_path)
        Path(f"{cache.file}{suffix}").write_bytes(text)
        assert_serves(tmp_path)


@pytest.mark.parametrize("place", ["2", "2/cache.sqlite", "2/cache.sqlite-wal", ""])
def test_where_something_else_stands_it_is_done_without(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "cache"
    prepare(folder)
    (folder / "2").mkdir()
    target = folder / place
    if place in {"2", ""}:
        subprocess.run(["rm", "-r", str(target)], check=True)
        target.write_text("a file")
    else:
        (target / "inside").mkdir(parents=True)
    assert_done_without(folder)


def assert_done_without(folder: Path) -> None:
    """Nothing of it fails, what is put can be had as long as this process lives, and people are told once."""
    cache = Cache(folder, LIMIT)
    large = {**ROWS, **{f"large {number}": bytes([number]) * (module.PENDING // 2) for number in range(4)}}
    assert cache.get("key 1") is None
    for key, data in large.items():
        cache.put(key, data)
    cache.flush()
    assert cache.get_all(large) == large
    assert not cache.is_empty()
    cache.close()
    assert cache.get_all(large) == large
    assert Kept(cache, "key 9", 3, 2).read() == ROWS["key 9"][-3:-1]
    assert len(cache.problems) == 1
    assert f"the cache in {str(folder / '2')!r} is not used: " in cache.problems[0]


@pytest.mark.parametrize("locked", ["2", ""])
def test_a_folder_that_may_not_be_written_or_read_is_done_without(tmp_path: Path, locked: str) -> None:
    """By a user who has to obey."""
    code = (
        "import sys; from pathlib import Path; from tests.engine.test_cache import assert_done_without;"
        "assert_done_without(Path(sys.argv[1]))"
    )
    user = [require_tool("unshare"), "--user"] if os.getuid() == 0 else []
    filled(tmp_path / "cache", {"other": b""})
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    for mode in (0o555, 0o000) if locked else (0o000,):
        (tmp_path / "cache" / locked).chmod(mode)
        command = [*user, sys.executable, "-c", code, str(tmp_path / "cache")]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        (tmp_path / "cache" / locked).chmod(0o700)
        assert run.returncode == 0, run.stderr


def test_a_full_disk_loses_nothing_that_is_needed_now(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=300k"):
        assert_done_without(tmp_path / "disk/cache")


def test_a_limit_on_the_size_of_files_loses_nothing_that_is_needed_now(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.engine.test_cache import assert_done_without;"
        "assert_done_without(Path(sys.argv[1]))"
    )
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731  (short)
    environment = {**{name: os.environ[name] for name in os.environ if "COV" not in name}, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-c", code, str(tmp_path)]
    run = subprocess.run(command, env=environment, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_another_format_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = filled(tmp_path)
    before = old.file.read_bytes()
    monkeypatch.setattr(module, "FORMAT", 3)
    new = Cache(tmp_path, LIMIT)
    assert new.is_empty()
    assert new.get_all(ROWS) == {}
    new.put("key 1", b"new")
    new.close()
    new.clear()
    assert old.file.read_bytes() == before


def test_what_was_not_used_for_longest_goes_when_there_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 1_000_000
    start = time.time()
    for day in range(20):
        monkeypatch.setattr("pipeline.engine.rows.time.time", lambda day=day: start + day * 90_000)
        with opened(tmp_path, limit) as cache:
            assert cache.get("used") == (b"u" * 1000 if day else None), day
            if not day:
                cache.put("used", b"u" * 1000)
            for number in range(10):
                cache.put(f"{day} {number}", bytes([day]) * 20_000)
        assert cache.size() <= limit
    with opened(tmp_path, limit) as cache:
        assert cache.get("used") == b"u" * 1000
        assert len(cache.get_all(f"19 {number}" for number in range(10))) == 10
        assert not cache.get_all(f"{day} {number}" for number in range(10) for day in range(10))
    assert cache.problems == []


def test_a_cache_that_is_smaller_than_one_row_holds_it_as_long_as_it_is_open(tmp_path: Path) -> None:
    with opened(tmp_path, 1000) as cache:
        cache.put("key", bytes(100_000))
        cache.flush()
        assert cache.get("key") == bytes(100_000)
    with opened(tmp_path, 1000) as cache:
        assert cache.get("key") is None
    assert cache.problems == []


def test_W11_the_folder_is_its_owners_alone_and_version_control_passes_over_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        filled(tmp_path / "above/cache")
    finally:
        os.umask(before)
    assert (tmp_path / "above/cache").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "above/cache/2").stat().st_mode & 0o777 == 0o700
    require_tool("git")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True)
    assert status.stdout == b""
    assert (tmp_path / "above/cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_folder_that_was_there_is_not_written_into_but_for_the_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o755)
    (tmp_path / "cache/mine").write_text("mine")
    filled(tmp_path / "cache")
    assert {*os.listdir(tmp_path / "cache")} == {"2", "mine"}


def test_a_process_killed_while_it_writes_leaves_a_cache_that_serves(tmp_path: Path) -> None:
    chance = random.Random(2)
    for part in range(12):
        process = writer(tmp_path, f"{part}")
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        for _ in range(chance.randrange(5)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.01)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        done = int(rest[-1]) if rest else -1
        with opened(tmp_path, LIMIT) as cache:
            keys = [f"{part} {number} {each}" for number in range(done) for each in range(10)]
            assert cache.get_all(keys) == {key: key.encode() * 300 for key in keys}
            later = cache.get_all(f"{part} {number} {each}" for number in range(done, done + 9) for each in range(10))
            assert all(data == key.encode() * 300 for key, data in later.items())
        assert cache.problems == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX forks")
def test_a_fork_opens_the_file_for_itself_and_both_go_on(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert cache.get_all(ROWS) == ROWS
    descriptors = {os.path.realpath(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")}
    assert str(cache.file) in descriptors
    reader, writer = os.pipe()
    for number in range(3):
        child = os.fork()
        if not child:
            status = 1
            try:
                links = [f"/proc/self/fd/{each}" for each in os.listdir("/proc/self/fd")]
                inherited = [link for link in links if os.path.realpath(link).startswith(str(tmp_path))]
                good = not inherited and cache.get_all(ROWS) == ROWS
                cache.put(f"child {number}", b"c")
                cache.close()
                os.write(writer, json.dumps([good, cache.problems]).encode() + b"\n")
                status = 0
            finally:
                os._exit(status)
        cache.put(f"parent {number}", b"p")
        cache.flush()
        assert os.waitpid(child, 0)[1] == 0
    assert os.read(reader, 1000) == b"[true, []]\n" * 3
    os.close(reader)
    os.close(writer)
    assert cache.get_all(f"{who} {number}" for who in ("child", "parent") for number in range(3)).keys() == {
        *(f"child {number}" for number in range(3)),
        *(f"parent {number}" for number in range(3)),
    }
    cache.close()
    assert cache.problems == []


def test_a_cache_that_another_thread_uses_is_closed_before_a_fork(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    stop = threading.Event()
    failed: list[BaseException] = []

    def use() -> None:
        try:
            while not stop.is_set():
                assert cache.get_all(ROWS) == ROWS
        except BaseException as error:  # noqa: BLE001  (told below)
            failed.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    code = "import os, sys; sys.exit()"
    for _ in range(10):
        assert subprocess.run([sys.executable, "-c", code], check=False, preexec_fn=lambda: None).returncode == 0
    stop.set()
    thread.join()
    assert failed == []
    cache.close()


def test_what_is_lost_is_made_again_once(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    tries: list[str] = []

    def work() -> bytes:
        tries.append("")
        if len(tries) == 1:
            raise ExceptionGroup("compile failed", [CacheLost("gone")])
        assert cache.is_empty()
        return b"made"

    assert persistent(cache, work) == b"made"
    with pytest.raises(CacheLost):
        persistent(cache, lambda: Kept(cache, "none", 0, 0).read())
    with pytest.raises(PublishError, match="no room"):
        persistent(cache, partial(raised, PublishError("no room")))


def raised(error: Exception) -> bytes:
    raise error


def test_what_another_process_throws_out_is_missed_with_a_clear_error(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    kept = Kept(cache, "key 9", 3, 2)
    assert kept.read() == ROWS["key 9"][-3:-1]
    with sqlite3.connect(cache.file) as connection:
        connection.execute("DELETE FROM entries")
    connection.close()
    with pytest.raises(CacheLost, match="lost what it held while it was needed") as caught:
        kept.read()
    assert caught.value.hint == "build again"
