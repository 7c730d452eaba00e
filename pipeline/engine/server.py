"""The live-reload server: tells open pages what was saved, and nobody else anything.

It answers two addresses, a script and the stream of events that the script reads (server-sent events,
https://html.spec.whatwg.org/multipage/server-sent-events.html); nothing of a request ever reaches the disk.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from pipeline.engine._reload_http import ReloadHTTP
from pipeline.engine._reload_page import Page

RETRY = 500
"""Milliseconds after which a browser connects again."""
KINDS = {"changed", "reload", "error", "fine"}


class ReloadServer:
    """Serves on 127.0.0.1 while it is entered.

    Args:
        port: 0 takes a free one.
        hosts: names by which pages may call it, IPv6 addresses in brackets; pages of these names, and of every
            loopback name, may read what it tells.
        token: kept from another run, so that pages of then find this one at the same port; by default a new one.

    Attributes:
        port: that it listens on.
        token: in every address; pages of other sites cannot know it.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        port: int = 0,
        hosts: Sequence[str] = ("localhost", "127.0.0.1", "[::1]"),
        *,
        token: str | None = None,
    ) -> None:
        self.token = token or secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._pages: set[Page] = set()
        self._run, self._count, self._changed = secrets.token_hex(4), 0, time.monotonic()
        self._standing: bytes | None = None
        self._http = ReloadHTTP(port, hosts, self.token, self._listen, self._leave)
        self.port = self._http.server_port

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="reload", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        with self._lock:
            for page in self._pages:
                page.end()

    def script_url(self) -> str:
        """What pages load: ``<script type="module" src="…">`` works under every loopback name.

        A plain script works where the page is at 127.0.0.1 too: for a browser ``localhost`` is another site.
        """
        return f"http://127.0.0.1:{self.port}/{self.token}/reload.js"

    def tell(self, message: Mapping[str, object]) -> None:
        """Send a message to every open page; never waits for one.

        Args:
            message: its ``kind`` is ``changed`` (with ``urls``: new ones of stylesheets and images by old ones),
                ``reload``, ``error`` (with ``diagnostics``; pages opened later get it too, until another message) or
                ``fine``.

        Raises:
            ValueError: another kind.
        """
        kind = message.get("kind")
        if kind not in KINDS:
            raise ValueError(f"a message has one of the kinds {sorted(KINDS)}, not {kind!r}")
        with self._lock:
            if kind in {"changed", "reload"}:
                self._count, self._changed = self._count + 1, time.monotonic()
            data = self._encoded(message)
            self._standing = data if kind == "error" else None
            self._pages = {page for page in self._pages if page.put(data)}

    def _encoded(self, message: Mapping[str, object]) -> bytes:
        return f"data: {json.dumps({**message, 'release': f'{self._run}-{self._count}'})}\n\n".encode()

    def _listen(self, page: Page) -> None:
        with self._lock:
            age = round((time.monotonic() - self._changed) * 1000)
            page.put(f"retry: {RETRY}\n".encode() + self._encoded({"kind": "hello", "age": age}))
            if self._standing is not None:
                page.put(self._standing)
            self._pages.add(page)

    def _leave(self, page: Page) -> None:
        with self._lock:
            self._pages.discard(page)
