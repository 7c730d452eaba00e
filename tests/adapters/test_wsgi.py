"""Our WSGI app, by itself, in front of another, and in real servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults
from wsgiref.validate import validator

import pytest

from pipeline.adapters.wsgi import StaticFiles
from pipeline.errors import ManifestError
from pipeline.serving.lifetimes import FOREVER, NEVER, SHORT
from tests.adapters.releases import LARGE, published, serving
from tests.sites import Site
from tests.webservers.requests import ask, url

SERVERS = {
    "gunicorn": ("-m", "gunicorn", "--bind", "127.0.0.1:PORT", "served:app"),
    "gunicorn with threads": ("-m", "gunicorn", "--threads", "2", "--bind", "127.0.0.1:PORT", "served:app"),
    "waitress": ("-m", "waitress", "--listen", "127.0.0.1:PORT", "served:app"),
    "granian": ("-m", "granian", "--interface", "wsgi", "--port", "PORT", "served:app"),
}
CODE = "from pipeline.adapters.wsgi import StaticFiles\napp = StaticFiles(manifest=MANIFEST)\n"
Got = tuple[str, Mapping[str, str], bytes]


def other(environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
    """An app that says what it was asked for."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode("latin-1")]


def call(app: Any, path: str, method: str = "GET", **environ: Any) -> Got:
    """One request, as a strict server makes it."""
    wanted: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": ""}
    wanted |= environ
    setup_testing_defaults(wanted)
    said: list[Any] = []

    def start_response(status: str, fields: list[tuple[str, str]], _failure: Any = None) -> Any:
        said.extend((status, fields))
        return lambda _: None

    result = validator(app)(wanted, start_response)
    try:
        body = b"".join(result)
    finally:
        result.close()  # type: ignore[attr-defined]
    return said[0], dict(said[1]), body


@pytest.fixture
def release(site: Site) -> Site:
    return published(site)


def standalone(release: Site, **options: Any) -> StaticFiles:
    return StaticFiles(manifest=release.output / "manifest.json", **options)


def test_an_asset_is_answered_and_all_else_is_missed(release: Site):
    app = standalone(release)
    status, fields, body = call(app, url(release, "css/site.css"))
    assert (status, fields["Cache-Control"], body) == ("200 OK", FOREVER, b"a{color:red}\n" * 200)
    for path in (
        "/",
        "",
        "/static/",
        "/static/none.css",
        "/static",
        "/staticcss/site.css",
        "/static/\0",
        "/static/\xff",
    ):
        status, fields, body = call(app, path)
        assert (status, fields["Cache-Control"], body) == ("404 Not Found", NEVER, b"not found\n")


def test_a_name_that_is_not_ascii_is_found_by_its_bytes(release: Site):
    name = "/static/" + release.manifest["ü.js"].file
    assert call(standalone(release), name.encode().decode("latin-1"))[2] == b"1"
    assert call(standalone(release), name)[0] == "404 Not Found"  # from a server that does not follow the standard
    assert call(standalone(release), "/static/∂")[0] == "404 Not Found"


@pytest.mark.parametrize(
    ("method", "path", "environ", "status"),
    [
        ("HEAD", "film.mp4", {}, "200 OK"),
        ("HEAD", "css/site.css", {"HTTP_ACCEPT_ENCODING": "gzip"}, "200 OK"),
        ("GET", "css/site.css", {"HTTP_IF_NONE_MATCH": "*"}, "304 Not Modified"),
        ("HEAD", "css/site.css", {"HTTP_IF_MATCH": '"x"'}, "412 Precondition Failed"),
        ("OPTIONS", "css/site.css", {}, "204 No Content"),
        ("HEAD", "none.css", {}, "404 Not Found"),
    ],
)
def test_an_answer_without_a_body_has_none(release: Site, method: str, path: str, environ: dict[str, str], status: str):
    there = url(release, path) if path != "none.css" else "/static/none.css"
    got, _, body = call(standalone(release), there, method, **environ)
    assert (got, body) == (status, b"")


@pytest.mark.parametrize(
    ("method", "environ", "status", "text"),
    [
        ("GET", {"HTTP_IF_MATCH": '"x"'}, 412, b"precondition failed\n"),
        ("GET", {"HTTP_RANGE": "bytes=9999-"}, 416, b"requested range not satisfiable\n"),
        ("POST", {}, 405, b"method not allowed\n"),
    ],
)
def test_a_refusal_says_why(release: Site, method: str, environ: dict[str, str], status: int, text: bytes):
    got, fields, body = call(standalone(release), url(release, "css/site.css"), method, **environ)
    assert (got.split()[0], fields["Cache-Control"], body) == (str(status), NEVER, text)


@pytest.mark.parametrize("wrapper", [{}, {"wsgi.file_wrapper": FileWrapper}])
@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("", 0, len(LARGE)), ("bytes=7-", 7, len(LARGE)), ("bytes=65530-200000", 65530, 200001)],
)
def test_a_large_file_or_a_part_of_it_is_sent_with_and_without_the_server_s_help(
    release: Site, wrapper: dict[str, Any], wanted: str, start: int, stop: int
):
    environ = {**wrapper, **({"HTTP_RANGE": wanted} if wanted else {})}
    status, fields, body = call(standalone(release), url(release, "film.mp4"), **environ)
    assert status == ("206 Partial Content" if wanted else "200 OK")
    assert fields["Content-Length"] == str(stop - start)
    assert body == LARGE[start:stop]


def test_in_front_of_an_app_all_below_the_base_url_is_ours(release: Site):
    app = StaticFiles(other, manifest=release.output / "manifest.json")
    assert call(app, "/page")[2] == b"/page"
    assert call(app, "/static")[2] == b"/static"
    assert call(app, url(release, "css/site.css"))[1]["Cache-Control"] == FOREVER
    status, fields, _ = call(app, "/static/none.css")
    assert (status, fields["Cache-Control"]) == ("404 Not Found", NEVER)


def test_with_the_root_as_base_url_the_app_gets_what_is_no_asset(release: Site):
    app = StaticFiles(other, manifest=release.output / "manifest.json", base_url="/")
    assert call(app, "/page")[2] == b"/page"
    assert call(app, "/robots.txt")[1]["Cache-Control"] == SHORT


def test_a_mounted_app_is_found_by_the_whole_path(release: Site):
    path = url(release, "css/site.css").removeprefix("/static")
    assert call(standalone(release), path, SCRIPT_NAME="/static")[0] == "200 OK"
    below = standalone(release, base_url="/app/static/")
    assert call(below, f"/static{path}", SCRIPT_NAME="/app")[0] == "200 OK"
    assert call(below, f"/static{path}")[0] == "404 Not Found"


def test_while_developing_another_build_is_served_at_once(release: Site):
    app = standalone(release, reload=True)
    release.write({"css/site.css": "b{}"})
    release.publish()
    assert call(app, url(release, "css/site.css"))[2] == b"b{}"


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
        assert ask(address, "GET", film, Range="bytes=2000000-").body == LARGE[2_000_000:]
        assert ask(address, "HEAD", film).fields["content-length"] == str(len(LARGE))
        small = ask(address, "GET", css, **{"Accept-Encoding": "gzip"})
        assert (small.encoding, small.length) == ("gzip", release.manifest["css/site.css"].variants["gzip"].size)
        assert (
            ask(address, "GET", css, **{"If-None-Match": small.fields["etag"], "Accept-Encoding": "gzip"}).status == 304
        )
        assert ask(address, "GET", "/static/none").status == 404
