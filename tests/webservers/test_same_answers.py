"""The same requests get the same answers from nginx, Caddy and Apache as from our WSGI and ASGI apps.

What a server cannot do stands beside the request, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.sites import Site
from tests.webservers.requests import (
    ANOTHER,
    NEVER,
    SHORT,
    STYLES,
    Answer,
    ask,
    made,
    stale,
    url,
    usual,
)
from tests.webservers.running import SERVERS

CSS, PNG, JS = "css/site.css", "img/dot.png", "a b/naïve?#$%{x}.js"
GZIP, BR = "gzip", "br"


class Served(NamedTuple):
    """A site and who serves it."""

    site: Site
    style: str
    server: str
    address: str

    def whole(self, path: str = CSS, encoding: str = "") -> Answer:
        """All of an asset."""
        entry = self.site.manifest[path]
        size = entry.variants[encoding].size if encoding else entry.size
        return Answer(200, encoding, usual(self.style), bool(entry.variants), entry.type, "", size)


class Running:
    """Servers that are started when they are first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.sites: dict[str, Site] = {}
        self.addresses: dict[tuple[str, str], str] = {}

    def __call__(self, style: str, server: str) -> Served:
        if style not in self.sites:
            self.sites[style] = made(Site(self.folder / f"it's {style}"), style)
        if (style, server) not in self.addresses:
            serving = SERVERS[server](self.sites[style], self.folder / f"{style} {server}")
            self.addresses[style, server] = self.stack.enter_context(serving)
        return Served(self.sites[style], style, server, self.addresses[style, server])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with ExitStack() as stack:
        yield Running(tmp_path_factory.mktemp("same answers"), stack)


@pytest.fixture(params=[f"{style}-{server}" for style in STYLES for server in SERVERS])
def served(request: pytest.FixtureRequest, running: Running) -> Served:
    style, server = request.param.split("-")
    return running(style, server)


Expected = Callable[[Served], Answer]
MISSED = Answer(404, cache=NEVER)


def whole(encoding: str = "", path: str = CSS, **changes: object) -> Expected:
    return lambda served: replace(served.whole(path, encoding), **changes)  # type: ignore[arg-type]


def part(start: int, stop: int) -> Expected:
    """Bytes of the stylesheet."""

    def expected(served: Served) -> Answer:
        all_of_it = served.whole()
        return replace(all_of_it, status=206, part=f"bytes {start}-{stop - 1}/{all_of_it.length}", length=stop - start)

    return expected


def not_modified(cache: str = "") -> Expected:
    return lambda served: Answer(304, cache=cache or usual(served.style), varies=True)


def plainly(answer: Answer) -> Expected:
    return lambda _: answer


@dataclass(frozen=True)
class Row:
    """A request and what it gets.

    Attributes:
        name: of the test.
        expected: from every server but those in ``unlike``.
        fields: of the request.
        unlike: what others do, and cannot be told not to.
    """

    name: str
    expected: Expected
    fields: Mapping[str, str] = field(default_factory=dict)
    unlike: Mapping[str, Expected] = field(default_factory=dict)
    method: str = "GET"
    path: str = CSS


def accepts(accepted: str, encoding: str = "", **unlike: Expected) -> Row:
    return Row(f"Accept-Encoding: {accepted}", whole(encoding), {"Accept-Encoding": accepted}, unlike)


def length_of_none(expected: Expected) -> Expected:
    return lambda served: replace(expected(served), length=0)


def refused(served: Served) -> Answer:
    """nginx and Caddy find out about a range after the header fields were made; nginx adds those of an error then."""
    return Answer(416, cache=usual(served.style) + (f", {NEVER}" if served.server == "nginx" else ""), varies=True)


def strangely(served: Served) -> Answer:
    """Apache takes for a query what stands behind a ? in the name of a file that it is led to."""
    return MISSED if served.style == "rewrite" else served.whole(JS)


TABLE = [
    Row("nothing else", whole()),
    # nginx, Caddy and Apache do not know the *; nginx and Apache know no preferences, Caddy those among its encodings.
    accepts("gzip", GZIP),
    accepts("gzip, deflate, br", BR),
    accepts("GZIP", GZIP),
    accepts("br;q=0, gzip;q=1", GZIP),
    accepts("gzip;q=0"),
    accepts("gzip;q=0.0, br;q=0.000"),
    accepts("deflate"),
    accepts(""),
    accepts("identity"),
    accepts("identity;q=0"),
    accepts("*", BR, nginx=whole(), caddy=whole(), apache=whole()),
    accepts("gzip;q=1, br;q=0.5", GZIP, nginx=whole(BR), apache=whole(BR)),
    accepts("identity;q=1, gzip;q=0.5", "", nginx=whole(GZIP), caddy=whole(GZIP), apache=whole(GZIP)),
    Row("HEAD", length_of_none(whole(GZIP)), {"Accept-Encoding": "gzip"}, method="HEAD"),
    Row("OPTIONS", plainly(Answer(204, cache=NEVER)), method="OPTIONS"),
    Row("POST", plainly(Answer(405, cache=NEVER)), {"Content-Length": "0"}, method="POST"),
    Row("DELETE", plainly(Answer(405, cache=NEVER)), method="DELETE"),
    Row("a part", part(0, 10), {"Range": "bytes=0-9"}),
    Row("the end", part(2595, 2600), {"Range": "bytes=-5"}),
    Row("all but the beginning", part(2590, 2600), {"Range": "bytes=2590-"}),
    Row("a part and more than there is", part(2590, 2600), {"Range": "bytes=2590-9999"}),
    Row("two parts", whole(), {"Range": "bytes=0-1,4-5"}),
    Row("a part in other units", whole(), {"Range": "lines=1-2"}),
    Row("a part of a copy", whole(GZIP), {"Range": "bytes=0-9", "Accept-Encoding": "gzip"}),
    Row(
        "a part that is not there",
        plainly(Answer(416, cache=NEVER)),
        {"Range": "bytes=9999-"},
        {"nginx": refused, "caddy": refused},
    ),
    Row("a part that ends before it starts", whole(), {"Range": "bytes=9-1"}, {"nginx": refused, "caddy": refused}),
    Row(
        "a part by HEAD",
        length_of_none(whole()),
        {"Range": "bytes=0-9"},
        method="HEAD",
        unlike={"nginx": length_of_none(part(0, 10))},
    ),
    Row("a part of another version", whole(), {"Range": "bytes=0-9", "If-Range": '"x"'}),
    Row("not again whatever it is", not_modified(), {"If-None-Match": "*"}),
    Row("not again if it is another", whole(), {"If-None-Match": '"x", W/"y"'}),
    Row("not again if it is old", whole(), {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}),
    Row("if it is another", plainly(Answer(412, cache=NEVER)), {"If-Match": '"x"'}),
    Row("if it is there", whole(), {"If-Match": "*"}),
    Row("if it is old", plainly(Answer(412, cache=NEVER)), {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}),
    Row("what is packed", whole(path=PNG), {"Accept-Encoding": "gzip"}, path=PNG),
    Row("what ends in .gz", whole(path="data.tar.gz"), {"Accept-Encoding": "gzip"}, path="data.tar.gz"),
    Row("a font", whole(path="inter.woff2"), path="inter.woff2"),
    Row("a page", whole(path="page.html"), path="page.html"),
    Row("an unknown suffix", whole(path="bare.unknown"), path="bare.unknown"),
    Row("a name of its own", whole(GZIP, "robots.txt", cache=SHORT), {"Accept-Encoding": "gzip"}, path="robots.txt"),
    Row("a strange name", whole(BR, JS), {"Accept-Encoding": "br"}, {"apache": strangely}, path=JS),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_request_gets_the_same_answer_from_every_server(served: Served, row: Row) -> None:
    expected = row.unlike.get(served.server, row.expected)(served)
    answer = ask(served.address, row.method, url(served.site, row.path), **row.fields)
    if expected.status in {412, 416}:
        answer = replace(answer, varies=expected.varies)  # of no use to anybody
    elif served.server == "caddy" and expected.status == 304 and served.style in {"query", "rewrite"}:
        expected = replace(expected, cache=ANOTHER)  # Go leaves Last-Modified out, which tells the version
    if served.server == "caddy" and expected.status == 412:
        expected = replace(expected, cache=usual(served.style))  # Go writes it after the header fields were made
    assert answer == expected
    assert answer.fields["x-content-type-options"].split(", ")[0] == "nosniff"
    if expected.status in {204, 405}:
        assert "GET, HEAD, OPTIONS" in answer.fields["allow"]


def test_what_a_server_said_of_a_file_is_known_again(served: Served) -> None:
    path = url(served.site, CSS)
    first = ask(served.address, "GET", path, **{"Accept-Encoding": "gzip"})
    tag, date = first.fields["etag"], first.fields["last-modified"]
    expected = not_modified(ANOTHER if served.server == "caddy" and served.style in {"query", "rewrite"} else "")(
        served
    )
    for fields in ({"If-None-Match": f'"x", W/{tag.removeprefix("W/")}, "y"'}, {"If-Modified-Since": date}):
        assert ask(served.address, "GET", path, **{"Accept-Encoding": "gzip"}, **fields) == expected
    if served.server != "caddy":  # before 2.7 it gives copies the tag of the file
        assert ask(served.address, "GET", path, **{"If-None-Match": tag}) == served.whole()
    again = {"Range": "bytes=0-9", "If-Range": ask(served.address, "GET", path).fields["last-modified"]}
    assert ask(served.address, "GET", path, **again) == part(0, 10)(served)


def test_bytes_are_never_kept_for_long_under_another_fingerprint(served: Served) -> None:
    answer = ask(served.address, "GET", stale(url(served.site, CSS)))
    if served.style in {"query", "rewrite"}:
        assert answer == replace(served.whole(), cache=ANOTHER)
    elif served.style == "fingerprint":
        assert answer == MISSED


def test_a_name_without_a_fingerprint_is_kept_for_a_short_time_where_it_exists(served: Served) -> None:
    expected = MISSED if served.style == "fingerprint" else replace(served.whole(), cache=SHORT)
    assert ask(served.address, "GET", f"/static/{CSS}") == expected


@pytest.mark.parametrize("name", ["looks-0123456789abcdef.css", "looks.0123456789abcdef.css"])
def test_a_name_that_only_looks_like_a_fingerprint_is_kept_for_a_short_time(served: Served, name: str) -> None:
    assert ask(served.address, "GET", url(served.site, name)) == replace(served.whole(name), cache=SHORT)


OWN = [
    "manifest.json",
    "MANIFEST.JSON",
    ".pipeline/history.json",
    "%2epipeline/history.json",
    ".pipeline",
    ".pipeline/",
]


@pytest.mark.parametrize("path", [*OWN, "", "css", "css/", "none.css", "css/site.css/", "css/site.css/more"])
def test_what_is_no_asset_is_missed_and_nobody_keeps_that(served: Served, path: str) -> None:
    assert ask(served.address, "GET", f"/static/{path}") == MISSED


HOSTILE = [
    "/static/../pipeline.toml",
    "/static/..%2fpipeline.toml",
    "/static/%2e%2e/pipeline.toml",
    "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/static/css/..%5c..%5cpipeline.toml",
    "/static/css/../../../pipeline.toml",
    "/static//etc/passwd",
    "/static/css/site.css%00",
    "/static/%00",
    "/static/%ff%fe",
    "/static/%",
    "/static/" + "a" * 4000,
    "/static/" + "../" * 500 + "etc/passwd",
    "/static/" + "a/" * 2000,
    "/static/css%2f..%2f..%2fpipeline.toml",
    "http://elsewhere/static/../pipeline.toml",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:40])
def test_nothing_outside_of_the_output_is_ever_sent(served: Served, path: str) -> None:
    answer = ask(served.address, "GET", path)
    assert answer.status in {200, 400, 403, 404, 414}
    assert b"root:" not in answer.body
    assert b"sources" not in answer.body
    if served.server in {"wsgi", "asgi"}:
        assert answer.status in {400, 404}
    assert ask(served.address, "GET", url(served.site, CSS)) == served.whole()
