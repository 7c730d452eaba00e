"""One table of requests and what they get, from whichever server, but for what a server cannot do."""

from __future__ import annotations

import http.client
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.serving.lifetimes import ANOTHER, FOREVER, NEVER, SHORT
from tests.sites import Site

FILES: Mapping[str, str | bytes] = {
    "css/site.css": "a{color:red}\n" * 200,
    "img/dot.png": b"\x89PNG" + bytes(range(256)) * 3,
    "robots.txt": "User-agent: *\n" * 30,
    "a b/naïve?#$%{x}.js": "let x = 1;\n" * 100,
    "looks-0123456789abcdef.css": "a{}",
    "looks.0123456789abcdef.css": "b{}",
    "data.tar.gz": b"\x1f\x8b" + bytes(500),
    "inter.woff2": b"wOF2" + bytes(range(200)),
    "page.html": "<p>hi\n" * 100,
    "bare.unknown": "abc",
}
TOML = """
sources = ["src"]
output = "out"
minify = false
base_url = "/static/"
compress = ["gzip", "brotli"]
[naming]
style = "{style}"
keep = ["robots.txt", "looks*"]
"""
OLD = 1_700_000_000
STYLES = ("fingerprint", "query", "rewrite", "plain")


@dataclass(frozen=True, slots=True)
class Answer:
    """What matters of a response."""

    status: int
    encoding: str = ""
    cache: str = ""
    varies: bool = False
    type: str = ""
    part: str = ""
    length: int = 0
    fields: Mapping[str, str] = field(default_factory=dict, compare=False)
    body: bytes = field(default=b"", compare=False)


def made(site: Site, style: str) -> Site:
    """The site of the table, published."""
    site.configure(TOML.format(style=style))
    site.write(FILES)
    site.publish()
    for file in site.files():  # a date is good enough to ask for a part only if it is not of this second
        os.utime(site.output / file, (OLD, OLD))
    return site


def ask(address: str, method: str, path: str, **fields: str) -> Answer:
    """What a server says; the path goes over the wire as it is."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in fields.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    got = {name.lower(): ", ".join(response.headers.get_all(name, [])) for name in response.headers}
    body = response.read()
    connection.close()
    good = response.status in {200, 206}
    return Answer(
        response.status,
        got.get("content-encoding", ""),
        got.get("cache-control", ""),
        got.get("vary") == "Accept-Encoding",
        got.get("content-type", "") if good else "",
        got.get("content-range", "") if response.status == 206 else "",
        len(body) if good else 0,
        got,
        body,
    )


def url(site: Site, path: str) -> str:
    """Where an asset is served."""
    return "/static/" + site.manifest[path].url


def stale(url: str) -> str:
    """The same with another fingerprint."""
    return re.sub(r"([.-]|v=)[0-9a-f]{16}", r"\g<1>0000000000000000", url)


def usual(style: str) -> str:
    """How long an asset with the URL of the manifest is kept."""
    return SHORT if style == "plain" else FOREVER


__all__ = ["ANOTHER", "FILES", "FOREVER", "NEVER", "SHORT", "STYLES", "Answer", "ask", "made", "stale", "url", "usual"]
