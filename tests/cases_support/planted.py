"""A cache that somebody else could write: every file in it would run code if it were unpickled or evaluated."""

from __future__ import annotations

import os
import pickle
import sqlite3
from pathlib import Path

from tests.sites import Site

NAMES = ("cache.pickle", "index.db", "cache.yaml", "cache.marshal", "ab/abcdef")


class _Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkfifo, (str(self.file),)


def plant(site: Site) -> None:
    """Replace every file of the cache and of the tool's own folder in the output, and add some."""
    pwned = site.folder / "pwned"
    texts = [
        pickle.dumps(_Touch(pwned)),
        f'!!python/object/apply:os.mkfifo ["{pwned}"]\n'.encode(),
        f"__import__('os').mkfifo({str(pwned)!r})".encode(),
    ]
    cache = site.folder / ".pipeline-cache"
    for name in NAMES:
        file = cache / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    own = [*cache.rglob("*"), *(site.output / ".pipeline").rglob("*")]
    for number, file in enumerate(sorted(file for file in own if file.is_file())):
        file.write_bytes(texts[number % len(texts)])
    database = cache / "cache.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("create table cache (key text, value blob)")
        connection.execute("insert into cache values ('ok.css', ?)", (texts[0],))
    connection.close()
