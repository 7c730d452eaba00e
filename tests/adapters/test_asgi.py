"""Our ASGI app, by itself, in front of another, mounted in Starlette and FastAPI, and in real servers."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from pipeline.adapters.asgi import StaticFiles, _read
from pipeline.errors import ManifestError
from pipeline.serving.lifetimes import FOREVER, NEVER
from tests.adapters.releases import LARGE, published, serving
from tests.sites import Site
from tests.webservers.requests import ask, url

CODE = "from pipeline.adapters.asgi import StaticFiles\napp = StaticFiles(manifest=MANIFEST)\n"
FASTAPI = """
from fastapi import FastAPI
from pipeline.adapters.asgi import StaticFiles
app = FastAPI(root_path="/api")
app.mount("/static", StaticFiles(manifest=MANIFEST, base_url="/api/static/"))
"""
UVICORN = ("-m", "uvicorn", "--port", "PORT", "served:app")
SERVERS = {
    "uvicorn": UVICORN,
    "granian": ("-m", "granian", "--interface", "asgi", "--port", "PORT", "served:app"),
}


class Got(NamedTuple):
    """What was sent."""

    status: int
    fields: Mapping[str, str]
    body: bytes
    sent: list[dict[str, Any]]


async def never() -> Any:
    """Nothing more is received."""
    await asyncio.Event().wait()


async def exchange(app: Any, path: str, method: str = "GET", **scope: Any) -> Got:
    """One request, as a server makes it."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    fields = [(name.encode(), value.encode()) for name, value in scope.pop("fields", {}).items()]
    wanted = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": fields, **scope}
    await app(wanted, never, send)
    start, *rest = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Got(start["status"], headers, b"".join(message.get("body", b"") for message in rest), sent)


def call(app: Any, path: str, method: str = "GET", **scope: Any) -> Got:
    return asyncio.run(exchange(app, path, method, **scope))


@pytest.fixture
def release(site: Site) -> Site:
    return published(site)


def standalone(release: Site, **options: Any) -> StaticFiles:
    return StaticFiles(manifest=release.output / "manifest.json", **options)


async def other(scope: Any, _receive: Any, send: Any) -> None:
    """An app that says what it was asked for."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['type']} {scope.get('path')}".encode()})


def test_an_asset_is_answered_and_all_else_is_missed(release: Site):
    app = standalone(release)
    got = call(app, url(release, "css/site.css"), fields={"accept-encoding": "gzip"})
    assert (got.status, got.fields["cache-control"], got.fields["content-encoding"]) == (200, FOREVER, "gzip")
    for path in ("/", "", "/static/", "/static/none.css", "/static/\0", "/static/\ufffd", "/static/\udcff"):
        got = call(app, path)
        assert (got.status, got.fields["cache-control"], got.body) == (404, NEVER, b"not found\n")


def test_field_names_are_in_lower_case_and_everything_is_bytes(release: Site):
    start = call(standalone(release), url(release, "css/site.css")).sent[0]
    for name, value in start["headers"]:
        assert isinstance(value, bytes)
        assert name == name.lower()


def test_a_field_that_comes_twice_is_one_list(release: Site):
    app, path = standalone(release), url(release, "css/site.css")
    tag = call(app, path).fields["etag"]
    twice = [(b"if-none-match", b'"x"'), (b"if-none-match", tag.encode())]
    assert call(app, path, headers=twice).status == 304


def test_a_name_that_is_not_ascii_is_found(release: Site):
    assert call(standalone(release), "/static/" + release.manifest["ü.js"].file).body == b"1"


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("", 0, len(LARGE)), ("bytes=7-", 7, len(LARGE)), ("bytes=65530-700000", 65530, 700001)],
)
def test_a_large_file_or_a_part_of_it_is_sent_in_blocks(release: Site, wanted: str, start: int, stop: int):
    got = call(standalone(release), url(release, "film.mp4"), fields={"range": wanted} if wanted else {})
    assert got.status == (206 if wanted else 200)
    assert got.body == LARGE[start:stop]
    assert got.fields["content-length"] == str(stop - start)
    assert len(got.sent) > 3
    assert [message["more_body"] for message in got.sent[1:]] == [True] * (len(got.sent) - 2) + [False]


def test_an_empty_answer_ends(release: Site):
    for method, fields in (("HEAD", {}), ("OPTIONS", {}), ("GET", {"if-none-match": "*"})):
        got = call(standalone(release), url(release, "film.mp4"), method, fields=fields)
        assert got.body == b""
        assert not got.sent[-1].get("more_body")


def test_the_event_loop_neither_opens_nor_reads_files(release: Site, monkeypatch: pytest.MonkeyPatch):
    app, threads, opened = standalone(release), set(), os.open

    def noted(*arguments: Any, **options: Any) -> int:
        threads.add(threading.get_ident())
        return opened(*arguments, **options)

    monkeypatch.setattr(os, "open", noted)
    statistics = Path(f"/proc/self/task/{threading.get_native_id()}/io")
    before = statistics.read_text() if statistics.exists() else ""
    assert call(app, url(release, "film.mp4")).body == LARGE
    if before:
        read = [int(text.split()[1]) for text in (before, statistics.read_text())]
        assert read[1] - read[0] < len(LARGE) // 2
    assert threads
    assert threading.get_ident() not in threads


def test_the_server_sends_a_whole_file_where_it_offers_to(release: Site):
    app, path = standalone(release), url(release, "film.mp4")
    offer: dict[str, Any] = {"extensions": {"http.response.pathsend": {}}}
    got = call(app, path, **offer)
    file = str(release.output / release.manifest["film.mp4"].file)
    assert got.sent[1:] == [{"type": "http.response.pathsend", "path": file}]
    assert call(app, path, fields={"range": "bytes=5-"}, **offer).body == LARGE[5:]
    assert call(app, url(release, "robots.txt"), **offer).body == b"User-agent: *\n"


def test_nothing_more_is_read_for_somebody_who_left(release: Site):
    sent: list[dict[str, Any]] = []
    left = asyncio.Event()

    async def receive() -> Any:
        if not left.is_set() and not sent:
            return {"type": "http.request", "body": b"", "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) == 2:
            left.set()

    scope = {"type": "http", "method": "GET", "path": url(release, "film.mp4"), "headers": []}
    asyncio.run(standalone(release)(scope, receive, send))
    assert len(sent) < 5


def test_a_request_that_is_cancelled_closes_its_file(release: Site):
    async def cancelled() -> None:
        started = asyncio.Event()

        async def send(_message: Any) -> None:
            started.set()
            await asyncio.sleep(0)

        scope = {"type": "http", "method": "GET", "path": url(release, "film.mp4"), "headers": []}
        task = asyncio.ensure_future(standalone(release)(scope, never, send))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())  # a file that is left open is a warning, which is an error


def test_a_file_that_a_thread_still_reads_is_not_closed_under_it():
    incoming, outgoing = os.pipe()

    async def cancelled() -> None:
        with FileIO(incoming) as file:
            task = asyncio.ensure_future(_read(file, 10))
            await asyncio.sleep(0)
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=0.1)
            os.write(outgoing, b"x")  # before anything can fail: the thread waits for it
            assert not done
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancelled())
    os.close(outgoing)


def test_in_front_of_an_app_all_below_the_base_url_is_ours(release: Site):
    app = StaticFiles(other, manifest=release.output / "manifest.json")
    assert call(app, "/page").body == b"http /page"
    assert call(app, url(release, "robots.txt")).body == b"User-agent: *\n"
    assert call(app, "/static/none.css").status == 404
    at_root = StaticFiles(other, manifest=release.output / "manifest.json", base_url="/")
    assert call(at_root, "/page").body == b"http /page"
    assert call(at_root, "/robots.txt").body == b"User-agent: *\n"


def test_what_is_no_request_goes_to_the_app(release: Site):
    app = StaticFiles(other, manifest=release.output / "manifest.json")
    for kind in ("lifespan", "websocket"):
        sent: list[dict[str, Any]] = []

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        asyncio.run(app({"type": kind}, never, send))
        assert sent[-1]["body"].startswith(kind.encode())


def test_by_itself_it_starts_and_stops_and_wants_no_websockets(release: Site):
    app, sent = standalone(release), []
    waiting = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(app({"type": "lifespan"}, receive, send))
    asyncio.run(app({"type": "websocket"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


def mounted(release: Site, kind: str, base_url: str) -> Any:
    files = standalone(release, base_url=base_url)
    if kind == "starlette":
        return Starlette(routes=[Mount("/static", files)])
    app = FastAPI()
    app.mount("/static", files)
    return app


@pytest.mark.parametrize("kind", ["starlette", "fastapi"])
@pytest.mark.parametrize(
    ("base_url", "root_path", "before"),
    [
        ("/static/", "", ""),
        ("/api/static/", "/api", ""),  # a proxy took /api off
        ("/api/static/", "/api", "/api"),  # a server put it before
        ("https://cdn.example.com/static/", "", ""),
    ],
)
def test_frameworks_mount_it(release: Site, kind: str, base_url: str, root_path: str, before: str):
    app = mounted(release, kind, base_url)
    path = before + "/static/" + release.manifest["css/site.css"].url
    got = call(app, path, root_path=root_path)
    assert (got.status, got.fields["cache-control"]) == (200, FOREVER)
    got = call(app, before + "/static/none.css", root_path=root_path)
    assert (got.status, got.fields["cache-control"]) == (404, NEVER)


@pytest.mark.parametrize("kind", ["starlette", "fastapi"])
def test_frameworks_take_it_as_middleware(release: Site, kind: str):
    app = Starlette() if kind == "starlette" else FastAPI()
    app.add_middleware(StaticFiles, manifest=release.output / "manifest.json")
    assert call(app, url(release, "css/site.css")).fields["cache-control"] == FOREVER
    assert call(app, "/none").status == 404


def test_while_developing_another_build_is_served_at_once(release: Site):
    app = standalone(release, reload=True)
    release.write({"css/site.css": "b{}"})
    release.publish()
    assert call(app, url(release, "css/site.css")).body == b"b{}"


def test_without_a_release_the_app_does_not_start(tmp_path: Path):
    with pytest.raises(ManifestError):
        StaticFiles(manifest=tmp_path / "manifest.json")


@pytest.mark.parametrize("server", SERVERS)
def test_real_servers_send_files_of_every_size_and_parts_of_them(release: Site, tmp_path: Path, server: str):
    with serving(release, tmp_path / "server", CODE, *SERVERS[server]) as address:
        film, css = url(release, "film.mp4"), url(release, "css/site.css")
        whole = ask(address, "GET", film)
        assert (whole.status, whole.cache, whole.body == LARGE) == (200, FOREVER, True)
        for first, last in ((0, 9), (1_000_000, 1_000_999), (2_000_000, len(LARGE) - 1)):
            part = ask(address, "GET", film, Range=f"bytes={first}-{last}")
            assert (part.status, part.body == LARGE[first : last + 1]) == (206, True)
        assert ask(address, "HEAD", film).fields["content-length"] == str(len(LARGE))
        small = ask(address, "GET", css, **{"Accept-Encoding": "gzip"})
        assert (small.encoding, small.length) == ("gzip", release.manifest["css/site.css"].variants["gzip"].size)
        assert (
            ask(address, "GET", css, **{"If-None-Match": small.fields["etag"], "Accept-Encoding": "gzip"}).status == 304
        )
        assert ask(address, "GET", "/static/none").status == 404


@pytest.mark.parametrize("root_path", ["", "/api"])
def test_fastapi_behind_a_proxy_serves_it(release: Site, tmp_path: Path, root_path: str):
    command = [*UVICORN, *(["--root-path", root_path] if root_path else [])]
    with serving(release, tmp_path / "server", FASTAPI, *command) as address:
        assert ask(address, "GET", url(release, "css/site.css")).cache == FOREVER
        assert ask(address, "GET", "/static/none.css").cache == NEVER
