"""Whom the live-reload server answers, and what it sends."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from pipeline.engine import _reload_http, _reload_page
from pipeline.engine.server import ReloadServer

ERROR = {"kind": "error", "diagnostics": [{"severity": "error", "message": "no"}]}
NEAR = [
    "http://localhost:8000",
    "https://127.0.0.1",
    "http://[::1]:5000",
    "http://shop.localhost:80",
    "http://127.9.9.9",
]
FOREIGN = [
    "https://evil.example",
    "null",
    "",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://evil.example#localhost",
    "http://localhost@evil.example",
    "http://evil@localhost",
    "file://localhost",
    "http://0.0.0.0",
    "http://[::1",
    "http://localhost:99999",
    "http://localhost/",
    "http://10.0.0.1",
]


@pytest.fixture
def server() -> Iterator[ReloadServer]:
    with ReloadServer() as running:
        yield running


def ask(server: ReloadServer, name: str = "reload.js", method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """The answer, of which the body is not read yet."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    path = name if name.startswith(("/", "*")) else f"/{server.token}/{name}"
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for key, value in {"Host": f"127.0.0.1:{server.port}", **headers}.items():
        connection.putheader(key.replace("_", "-"), value)
    connection.endheaders()
    return connection.getresponse()


class Listener:
    """Reads the stream of events."""

    def __init__(self, server: ReloadServer) -> None:
        self.response = ask(server, "events")

    def message(self) -> dict[str, object]:
        """The next one."""
        while line := self.response.readline():
            if line.startswith(b"data: "):
                message = json.loads(line.removeprefix(b"data: "))
                assert isinstance(message, dict)
                return message
        raise EOFError


def test_the_script_is_served_where_the_server_says(server: ReloadServer) -> None:
    assert server.script_url() == f"http://127.0.0.1:{server.port}/{server.token}/reload.js"
    response = ask(server)
    body = response.read().decode()
    assert (response.status, response.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert f'"http://127.0.0.1:{server.port}/{server.token}/events"' in body
    assert _reload_http.EVENTS_URL not in body


@pytest.mark.parametrize("name", ["reload.js", "events", "/", "/x"])
def test_S9_every_answer_is_kept_from_other_sites_and_never_stored(server: ReloadServer, name: str) -> None:
    headers = ask(server, name).headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-site"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Vary"] == "Origin"
    assert "*" not in str(headers)
    assert "Access-Control-Allow-Origin" not in headers
    assert "Python" not in str(headers)


@pytest.mark.parametrize("name", ["reload.js", "events"])
@pytest.mark.parametrize("origin", NEAR)
def test_S9_a_page_of_this_machine_may_read(server: ReloadServer, name: str, origin: str) -> None:
    response = ask(server, name, Origin=origin, Sec_Fetch_Site="cross-site")  # localhost is another site than 127.0.0.1
    assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (200, origin)


@pytest.mark.parametrize("name", ["reload.js", "events"])
@pytest.mark.parametrize("origin", FOREIGN)
def test_S9_a_page_of_another_site_may_not(server: ReloadServer, name: str, origin: str) -> None:
    response = ask(server, name, Origin=origin)
    assert (response.status, response.headers["Access-Control-Allow-Origin"], response.read()) == (403, None, b"")


def test_S9_a_script_or_image_in_a_page_of_another_site_is_refused(server: ReloadServer) -> None:
    assert ask(server, Sec_Fetch_Site="cross-site").status == 403
    assert ask(server, Sec_Fetch_Site="same-site").status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "localhost:{port}."]
)
def test_S9_a_foreign_name_that_leads_here_is_refused(server: ReloadServer, host: str) -> None:
    assert ask(server, Host=host.format(port=server.port)).status == 421


def test_S9_a_request_without_a_host_or_with_two_is_refused(server: ReloadServer) -> None:
    for hosts in (b"", b"Host: 127.0.0.1:%d\r\nHost: evil.example\r\n" % server.port):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(b"GET /%s/reload.js HTTP/1.1\r\n%s\r\n" % (server.token.encode(), hosts))
            assert connection.recv(1000).startswith(b"HTTP/1.1 421 ")


def test_other_names_are_answered_if_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with ReloadServer(hosts=["shop.test"]) as server:
        assert ask(server).status == 421
        assert ask(server, Host=f"SHOP.test:{server.port}", Origin="http://shop.test:8000").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/reload.js",
        "/x/reload.js",
        "/{token}",
        "/{token}/",
        "/{token}/reload.js?raw",
        "/{token}/reload.js#x",
        "/{token}/../{token}/reload.js",
        "/{token}/%72eload.js",
        "/{token}\\reload.js",
        "/{token}/reload.js/",
        "/{token}/reload.js::$DATA",
        "/{token}/server.py",
        "/{token}/../../../../etc/passwd",
        "*",
    ],
)
def test_S8_only_exact_addresses_are_known(server: ReloadServer, path: str) -> None:
    response = ask(server, path.format(token=server.token))
    assert (response.status, response.read()) == (404, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X"])
def test_only_reading_is_allowed(server: ReloadServer, method: str) -> None:
    response = ask(server, method=method, Origin="http://localhost:1")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize("name", ["reload.js", "events"])
def test_only_the_headers_are_sent_when_they_are_asked_for(server: ReloadServer, name: str) -> None:
    response = ask(server, name, method="HEAD")
    assert (response.status, response.read()) == (200, b"")


def test_a_long_or_broken_first_line_is_refused(server: ReloadServer) -> None:
    assert ask(server, "/" + "x" * 5000).status == 414
    for line in (b"x" * 70_000, b"\x00\xff\r\n\r\n", b"GET / x HTTP/9\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(1000)
            assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
            assert b"<" not in answer


def test_it_listens_on_the_loopback_only(server: ReloadServer) -> None:
    assert server._http.socket.getsockname() == ("127.0.0.1", server.port)


def test_every_page_is_told_in_order(server: ReloadServer) -> None:
    pages = [Listener(server) for _ in range(3)]
    greetings = [page.message() for page in pages]
    assert {greeting["kind"] for greeting in greetings} == {"hello"}
    changed = {"kind": "changed", "urls": {"/a b.css": "/c\n\u2028.css"}}
    for message in (ERROR, {"kind": "fine"}, changed, {"kind": "reload"}):
        server.tell(message)
    for page in pages:
        told = [page.message() for _ in range(4)]
        assert [message["kind"] for message in told] == ["error", "fine", "changed", "reload"]
        assert told[2]["urls"] == changed["urls"]
        assert told[0]["diagnostics"] == ERROR["diagnostics"]
        releases = [message["release"] for message in told]
        assert releases[0] == releases[1] == greetings[0]["release"]
        assert len(set(releases)) == 3


def test_a_page_that_comes_later_is_told_of_an_error_that_stands(server: ReloadServer) -> None:
    server.tell(ERROR)
    page = Listener(server)
    assert [page.message()["kind"] for _ in range(2)] == ["hello", "error"]
    for message in ({"kind": "fine"}, {"kind": "reload"}, {"kind": "changed", "urls": {}}):
        server.tell(ERROR)
        server.tell(message)
        page = Listener(server)
        page.message()
        server.tell({"kind": "fine"})
        assert page.message()["kind"] == "fine"


def test_a_greeting_says_which_release_there_is_and_how_long(server: ReloadServer) -> None:
    server.tell({"kind": "reload"})
    time.sleep(0.05)
    first, second = Listener(server).message(), Listener(server).message()
    assert first["release"] == second["release"]
    assert isinstance(first["age"], int)
    assert first["age"] >= 50
    with ReloadServer() as other:
        assert Listener(other).message()["release"] != first["release"]


def test_an_unknown_kind_is_refused(server: ReloadServer) -> None:
    with pytest.raises(ValueError, match="a message has one of the kinds"):
        server.tell({"kind": "hello"})


def test_a_page_that_does_not_read_is_dropped_and_holds_nobody_up(server: ReloadServer) -> None:
    slow, quick = Listener(server), Listener(server)
    quick.message()
    slow.message()
    received = []

    def read() -> None:
        while quick.message()["kind"] != "fine":
            received.append(1)

    reading = threading.Thread(target=read)
    reading.start()
    big = {"kind": "error", "diagnostics": [{"message": "x" * 1_000_000}]}
    for number in range(1, _reload_page.WAITING + 20):
        server.tell(big)
        while len(received) < number:
            time.sleep(0.001)
    server.tell({"kind": "fine"})
    reading.join(10)
    assert not reading.is_alive()
    assert len(server._pages) == 1


def test_there_are_never_more_connections_than_the_limit(server: ReloadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reload_http, "CONNECTIONS", 3)
    pages = []
    for _ in range(5):
        pages.append(Listener(server))
        pages[-1].message()
    for ended in pages[:2]:
        with pytest.raises(EOFError):
            ended.message()
    server.tell({"kind": "fine"})
    assert [page.message()["kind"] for page in pages[2:]] == ["fine"] * 3


def test_a_sign_of_life_finds_pages_that_are_gone(server: ReloadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reload_page, "HEARTBEAT", 0.02)
    page = Listener(server)
    page.message()
    lines = {page.response.readline() for _ in range(5)}
    assert b":\n" in lines
    page.response.close()
    end = time.monotonic() + 20
    while server._pages:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_request_that_never_ends_is_dropped(server: ReloadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reload_http.Handler, "timeout", 0.1)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"GET /")
        assert connection.recv(1000) == b""


def test_closing_ends_every_stream_and_every_thread() -> None:
    before = threading.active_count()
    with ReloadServer() as server:
        pages = [Listener(server) for _ in range(5)]
        for page in pages:
            page.message()
        idle = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        begun = time.monotonic()
    with closing(idle), suppress(ConnectionResetError):
        assert idle.recv(10) == b""
    for page in pages:
        with pytest.raises((EOFError, ConnectionResetError)):
            page.message()
    while threading.active_count() > before:
        time.sleep(0.01)
    assert time.monotonic() - begun < 5


def test_the_same_address_serves_again_after_a_restart() -> None:
    with ReloadServer() as first:
        Listener(first).message()
    with ReloadServer(first.port, token=first.token) as second:
        assert second.script_url() == first.script_url()
        assert Listener(second).message()["kind"] == "hello"


def test_a_port_that_is_taken_is_an_error(server: ReloadServer) -> None:
    with pytest.raises(OSError, match="in use"):
        ReloadServer(server.port)


def test_two_servers_have_two_tokens(server: ReloadServer) -> None:
    with ReloadServer() as other:
        assert other.token != server.token
        assert len(other.token) >= 32
