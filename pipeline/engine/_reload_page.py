"""A page that listens to the live-reload server, as that sees it."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, Full, Queue
from socket import SHUT_RDWR, socket

WAITING = 32
"""Messages that a slow page may be behind, before it is dropped."""
HEARTBEAT = 15.0
"""Seconds between signs of life, by which connections are found that have ended."""


class Page:
    """The connection of a page that listens, and what it has not been sent yet."""

    def __init__(self, connection: socket) -> None:
        self._connection = connection
        self._waiting: Queue[bytes] = Queue(WAITING)

    def put(self, data: bytes) -> bool:
        """Send something, without waiting; whether the page is still there: a slow one is dropped."""
        try:
            self._waiting.put_nowait(data)
        except Full:
            self.end()
            return False
        return True

    def end(self) -> None:
        """End the connection at once."""
        end(self._connection)
        if not self._waiting.full():
            self._waiting.put(b"")

    def stream(self, write: Callable[[bytes], object]) -> None:
        """Write what is put, until the end."""
        while True:
            try:
                data = self._waiting.get(timeout=HEARTBEAT)
            except Empty:
                data = b":\n\n"
            if not data:
                return
            write(data)


def end(connection: socket) -> None:
    """End a connection, also under the hands of a thread that reads or writes."""
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
