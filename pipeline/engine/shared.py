"""A cache that several machines share: a folder behind any URL that fsspec knows, used as far as it answers.

A value is the SHA-256 of all that follows, four bytes with the length of the key, the key, and the bytes. Its name is
the SHA-256 of the key. What does not fit its digest or its key counts as missing, and nothing in it is run.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Any

from pipeline.engine import plugins

FORMAT = 2
"""Of the values and their names; another format lies in another folder."""
TIMEOUT = 10.0
"""Seconds in which a question must be answered; after that nothing more is asked."""
PATIENCE = 30.0
"""Seconds that a build may wait for all that it asks for, and at its end for what it made to be sent."""
FIRST, MOST, TOGETHER = 64, 256, 64
"""Values: asked for together at first and at most, and sent together."""
ROOM, LARGEST = 32 << 20, 16 << 20
"""Bytes that should come or go together, and beyond which a value is not shared."""
DIGEST = hashlib.sha256().digest_size

Read = Callable[[Iterable[str]], Mapping[str, bytes]]


class Shared:
    """Bytes by key on a remote store; no method fails, and none takes much longer than `PATIENCE`.

    Raises:
        ConfigError: fsspec is missing.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        plugins.require("fsspec", extra="fsspec")
        self.url, self.timeout = url, timeout
        self._problem = ""
        self._reading, self._writing = _Line(url), _Line(url)
        self._offered: list[str] = []
        self._weight, self._waited = 0, 0.0
        self._sent: list[Future[Any]] = []
        self._lock = threading.Lock()

    def get(self, keys: Sequence[str]) -> Iterator[dict[str, bytes]]:
        """What there is under some keys, a part after the other."""
        start, many = 0, FIRST
        while start < len(keys) and not self._problem:
            asked, before = partial(_read, keys=keys[start : start + many]), time.monotonic()
            found: dict[str, bytes] = self._answer(self._reading.ask(asked)) or {}
            self._waited += time.monotonic() - before
            if self._waited > PATIENCE and not self._problem:
                self._problem = f"is too slow: a build waits {PATIENCE:g} s for it, and no longer"
            yield found
            start += many
            weight = max(1, sum(map(len, found.values())))
            many = max(1, min(MOST, 2 * many, many * ROOM // weight))

    def offer(self, key: str, size: int, read: Read) -> None:
        """Have a value of ``size`` bytes sent in the background; ``read`` gives it then, so it waits in no memory."""
        with self._lock:
            self._offered.append(key)
            self._weight += size
            if len(self._offered) >= TOGETHER or self._weight > ROOM:
                self._send(read)
            self._read = read

    def _send(self, read: Read) -> None:
        if not self._problem:
            self._sent.append(self._writing.ask(partial(_write, keys=self._offered, read=read)))
        self._offered, self._weight = [], 0

    def close(self) -> list[str]:
        """Send what was offered; what was wrong, for people."""
        end = time.monotonic() + PATIENCE
        if self._offered:
            self._send(self._read)
        for sent in self._sent:
            if not self._problem and time.monotonic() < end:
                self._answer(sent)
        if not self._problem and not all(sent.done() for sent in self._sent):
            self._problem = f"took not all that was made within {PATIENCE:g} s"
        self.abandon()
        return [f"the shared cache {self.url!r} {self._problem}"] if self._problem else []

    def abandon(self) -> None:
        """Send nothing more."""
        self._offered, self._sent = [], []
        self._reading.end()
        self._writing.end()

    def _answer(self, future: Future[Any]) -> Any:
        """What comes of a question in time; else ``None``, and nobody asks again."""
        try:
            return future.result(self.timeout)
        except TimeoutError:
            self._problem = f"is not used: no answer within {self.timeout:g} s"
        except Exception as error:  # noqa: BLE001  (each store raises its own)
            self._problem = f"is not used: {type(error).__name__}: {error}"
        return None


class _Line:
    """A connection to a store, with a thread of its own that nobody needs to wait for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._questions: SimpleQueue[tuple[Callable[[Any, str], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ended = False

    def ask(self, question: Callable[[Any, str], Any]) -> Future[Any]:
        """Have a function called with the file system and the folder, after those that were asked before."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, daemon=True)
            self._thread.start()
        future = Future[Any]()
        self._questions.put((question, future))
        return future

    def end(self) -> None:
        """Have the thread end after what it is at."""
        self._ended = True
        self._questions.put(None)

    def _serve(self) -> None:
        store: tuple[Any, str] | None = None
        while (asked := self._questions.get()) and not self._ended:
            question, future = asked
            try:
                store = store or _opened(self.url)
                future.set_result(question(*store))
            except BaseException as error:  # noqa: BLE001  (said by who waits)
                future.set_exception(error)


def _opened(url: str) -> tuple[Any, str]:
    """The file system and the folder in it."""
    import fsspec

    store, root = fsspec.url_to_fs(url, skip_instance_cache=True, use_listings_cache=False)
    return store, f"{root.rstrip('/')}/pipeline-{FORMAT}"


def _read(store: Any, folder: str, keys: Sequence[str]) -> dict[str, bytes]:
    """What is whole of what lies under some keys."""
    names = {_name(key): key for key in keys}
    found: dict[str, bytes] = {}
    for path, value in store.cat([f"{folder}/{name}" for name in names], on_error="return").items():
        if isinstance(value, Exception) and not isinstance(value, FileNotFoundError):
            raise value
        key = names.get(path.rpartition("/")[2])
        data = _unpacked(key, value) if key and isinstance(value, bytes) else None
        if key and data is not None:
            found[key] = data
    return found


def _write(store: Any, folder: str, keys: Sequence[str], read: Read) -> None:
    """Put values into a folder, which is made when there is none."""
    values = {f"{folder}/{_name(key)}": _packed(key, data) for key, data in read(keys).items() if len(data) <= LARGEST}
    if not values:
        return
    first, *rest = values
    try:
        store.pipe({first: values[first]})  # alone: of many that fail asyncio tells all but one itself
    except Exception as error:  # noqa: BLE001  (each store says in its own way that there is no such folder)
        try:
            store.mkdir(folder, create_parents=False)
        except Exception:  # noqa: BLE001  (then that was not what is wrong)
            raise error from None
        store.pipe({first: values[first]})
    store.pipe({key: values[key] for key in rest})


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _packed(key: str, data: bytes) -> bytes:
    head = key.encode()
    rest = len(head).to_bytes(4, "big") + head + data
    return hashlib.sha256(rest).digest() + rest


def _unpacked(key: str, value: bytes) -> bytes | None:
    """The bytes of a value, if it is whole and that of the key."""
    head = key.encode()
    start = len(head).to_bytes(4, "big") + head
    digest, rest = value[:DIGEST], value[DIGEST:]
    whole = hashlib.sha256(rest).digest() == digest and rest.startswith(start)
    return rest[len(start) :] if whole else None
