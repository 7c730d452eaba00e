"""Rows of bytes by key in one SQLite file: how they are read, written and thrown out."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

DAY = 86400
ROOM_LEFT = 0.7
"""Share of the limit that the data may take after the oldest went; SQLite itself needs some, and the next build too."""
REFUSALS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
"""https://www.sqlite.org/rescode.html"""
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries
(key TEXT PRIMARY KEY, checked BLOB NOT NULL, used INTEGER NOT NULL, data BLOB NOT NULL)
"""


def connected(file: Path) -> sqlite3.Connection:
    """A connection that several threads may use in turn, to a file that several processes may use at once.

    Raises:
        sqlite3.Error: it cannot be opened, or is not one of these.
    """
    connection = sqlite3.connect(file, timeout=20, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = OFF")  # a power cut may cost the cache, and the check finds it
        connection.execute(SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def select(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
    """What is whole of what lies under some keys, at most a few hundred; it counts as used today."""
    marks = ",".join("?" * len(keys))
    found, stale = {}, []
    for key, checked, used, data in connection.execute(
        f"SELECT key, checked, used, data FROM entries WHERE key IN ({marks})",  # noqa: S608  (question marks only)
        keys,
    ):
        if isinstance(key, str) and isinstance(data, bytes) and checked == _check(key, data):
            found[key] = data
            if used < time.time() - DAY:
                stale.append((int(time.time()), key))
    if stale:
        update = "UPDATE entries SET used = ? WHERE key = ?"
        try:
            _within(connection, lambda: connection.executemany(update, stale))
        except sqlite3.OperationalError as error:
            if not is_refusal(error):
                raise  # without room it can be read all the same
    return found


def known(connection: sqlite3.Connection, keys: Sequence[str]) -> set[str]:
    """Those of some keys, at most a few hundred, under which there is something."""
    marks = ",".join("?" * len(keys))
    rows = connection.execute(f"SELECT key FROM entries WHERE key IN ({marks})", keys)  # noqa: S608  (question marks only)
    return {key for (key,) in rows}


def insert(connection: sqlite3.Connection, items: Iterable[tuple[str, bytes]]) -> bool:
    """Write rows in one transaction; true when that is done."""
    now = int(time.time())
    rows = [(key, _check(key, data), now, data) for key, data in items]
    _within(connection, lambda: connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows))
    return True


def evict(connection: sqlite3.Connection, limit: int, files: Iterable[tuple[str, os.stat_result]]) -> list[str]:
    """Delete what was not used for longest, so that what is left takes well below ``limit`` bytes.

    Args:
        connection: to the rows.
        limit: bytes.
        files: what lies beside them, and counts as used when it was changed; those that must go are returned.
    """
    newest_first = "SELECT used, length(data), rowid FROM entries ORDER BY used DESC, rowid DESC"
    every: list[tuple[int, int, int | str]] = connection.execute(newest_first).fetchall()
    every += [(int(status.st_mtime), status.st_size, file) for file, status in files]
    kept, doomed = 0, list[int | str]()
    for _, size, name in sorted(every, key=lambda each: -each[0]):
        kept += size
        if kept > limit * ROOM_LEFT:
            doomed.append(name)
    rows = [(name,) for name in doomed if isinstance(name, int)]
    _within(connection, lambda: connection.executemany("DELETE FROM entries WHERE rowid = ?", rows))
    connection.executescript("PRAGMA incremental_vacuum")  # `execute` gives back one page and no more
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return [name for name in doomed if isinstance(name, str)]


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there is no row."""
    return connection.execute("SELECT 1 FROM entries LIMIT 1").fetchone() is None


def count(connection: sqlite3.Connection) -> int:
    """How many rows there are."""
    (number,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    return int(number)


def is_refusal(error: Exception) -> bool:
    """Whether it is the system that refuses, for want of room or of permission, or others; else the file is wrong."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in REFUSALS


def _within(connection: sqlite3.Connection, work: Callable[[], object]) -> None:
    """Do something in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        work()
    except BaseException:
        with suppress(sqlite3.Error):  # the first failure counts
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _check(key: str, data: bytes) -> bytes:
    """Of both: a damaged index leads from a key to the row of another."""
    check = hashlib.sha256(key.encode() + b"\0")
    check.update(data)
    return check.digest()[:16]
