"""The HTTP side of the live-reload server: few requests are answered, and each ends its connection."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Sequence
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from socketserver import TCPServer
from typing import Any

from pipeline.engine._reload_page import Page, end
from pipeline.engine._visitors import refusal

CONNECTIONS = 64
"""At most; when there are more the oldest one ends."""
SLOW = 5.0
"""Seconds that a request may take to come, or a message to go."""
LONGEST_LINE = 4096
"""Bytes of the first line of a request."""
EVENTS_URL = '"EVENTS"'
"""What stands in the script for the address of the stream."""


class ReloadHTTP(ThreadingHTTPServer):
    """Listens on 127.0.0.1.

    Args:
        port: 0 takes a free one.
        hosts: names by which it may be called.
        token: in every address.
        listen: called with a page that connects, which is left when it ends.
        leave: called with it then.
    """

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there it would let two servers have one port

    def __init__(
        self,
        port: int,
        hosts: Sequence[str],
        token: str,
        listen: Callable[[Page], None],
        leave: Callable[[Page], None],
    ) -> None:
        self.hosts, self.token, self.listen, self.leave = hosts, token, listen, leave
        self.script = Path(__file__).with_name("reload.js").read_text("utf-8")
        self._open: dict[socket, None] = {}
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self) -> None:
        """Bind; HTTPServer would ask the name service for this machine's name, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer on a thread."""
        with self._lock:
            self._open[request] = None
            if len(self._open) > CONNECTIONS:
                oldest = next(iter(self._open))
                del self._open[oldest]
                end(oldest)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening, and end every connection."""
        super().server_close()
        with self._lock:
            for connection in self._open:
                end(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a connection that broke; anything else is a fault of ours."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: ReloadHTTP
    raw_requestline: bytes
    protocol_version = "HTTP/1.1"
    timeout = SLOW

    def parse_request(self) -> bool:
        """Read the headers."""
        if len(self.raw_requestline) > LONGEST_LINE:
            self.requestline, self.request_version, self.command = "", "", ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            return False
        return super().parse_request()

    def do_GET(self) -> None:
        """Answer with the script, or the stream."""
        self.close_connection = True
        status = refusal(self.headers, self.server.hosts, self.server.server_port)
        if status:
            self.send_error(status)
        elif self._is("reload.js"):
            url = f"http://{self.headers['Host'].strip()}/{self.server.token}/events"
            script = self.server.script.replace(EVENTS_URL, json.dumps(url)).encode()
            self._head(HTTPStatus.OK, "text/javascript; charset=utf-8", str(len(script)))
            if self.command == "GET":
                self.wfile.write(script)
        elif self._is("events"):
            self._head(HTTPStatus.OK, "text/event-stream; charset=utf-8")
            if self.command == "GET":
                self._stream()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815  (its name is the protocol's)

    def _is(self, name: str) -> bool:
        return compare_digest(self.path.encode("utf-8", "replace"), f"/{self.server.token}/{name}".encode())

    def _stream(self) -> None:
        page = Page(self.connection)
        self.server.listen(page)
        try:
            page.stream(self.wfile.write)
        except OSError:
            return  # the page is closed
        finally:
            self.server.leave(page)

    def _head(self, status: int, media_type: str, length: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        if length is not None:
            self.send_header("Content-Length", length)
        origin = self.headers.get("Origin") if status == HTTPStatus.OK else None
        if origin:
            self.send_header("Access-Control-Allow-Origin", origin)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-site")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Refuse; nothing of the request is repeated."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            code = HTTPStatus.METHOD_NOT_ALLOWED
        self.close_connection = True
        self.request_version = self.protocol_version  # of a broken request it is not known
        self._head(code, "text/plain; charset=utf-8", "0")

    def version_string(self) -> str:
        """Say little."""
        return "pipeline"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name in the base class)
        """Say nothing: pages come and go."""
