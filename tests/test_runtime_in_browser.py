"""What the elements and headers do in a browser: from another origin, under a strict Content-Security-Policy."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.runtime import Assets
from tests.sites import Site

NONCE = "r4nd0m+/=="
EXAMPLE = Path(__file__).parent.parent / "example_site"
FONT = EXAMPLE / "vendor/figtree/figtree-latin-400-normal.woff2"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h20v10H0z"/></svg>'
FILES: dict[str, str | bytes] = {
    "css/site.css": "@font-face{font-family:f;src:url(f.woff2)}p{font-family:f;background:url(dot.svg)}",
    "css/f.woff2": FONT.read_bytes(),
    "css/dot.svg": DOT,
    "img/dot.svg": DOT,
    "js/app.js": "import {name} from './name.js'; document.title = name",
    "js/name.js": "import './deep.mjs'; export const name = 'shown'",
    "js/deep.mjs": "window.deep = true",
}


@dataclass(slots=True)
class Server:
    """Answers, and counts what it is asked for."""

    answers: dict[str, tuple[Mapping[str, list[str]], bytes]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    address: str = ""


@contextmanager
def serving() -> Iterator[Server]:
    served = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.asked[self.path] += 1
            headers, body = served.answers[self.path]
            self.send_response(200)
            for name, values in headers.items():
                for value in values:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        running.join()


def publish(server: Server, site: Site, assets: Assets) -> None:
    """Serve the files of a site at ``/s/``."""
    for entry in assets.manifest.entries.values():
        headers = {"Content-Type": [entry.type], "Access-Control-Allow-Origin": ["*"], "Cache-Control": ["max-age=9"]}
        server.answers[f"/s/{entry.url}"] = (headers, (site.output / entry.file).read_bytes())


def test_an_image_has_the_size_that_the_browser_finds(browser: Browser, site: Site) -> None:
    names = ["assets/img/hero.jpg", "assets/img/hero.webp", "public/icon-192.png"]
    site.write({"dot.svg": DOT, **{name: (EXAMPLE / name).read_bytes() for name in names}})
    site.publish()
    with serving() as server:
        assets = Assets.load(site.output / "manifest.json", "/s/")
        publish(server, site, assets)
        images = "".join(assets.image(name) for name in ("dot.svg", *names))
        page = f'<!doctype html><link rel="icon" href="data:,">{images}'
        server.answers["/"] = ({"Content-Type": ["text/html"]}, page.encode())
        opened = browser.new_page()
        opened.goto(server.address)
        said, found = (
            opened.evaluate(f"[...document.images].map(image => [{values}])")
            for values in (
                "+image.getAttribute('width'), +image.getAttribute('height')",
                "image.naturalWidth, image.naturalHeight",
            )
        )
        opened.close()
    assert said == found == [[20, 10], [1280, 720], [1920, 1080], [192, 192]]


@pytest.mark.parametrize("style", ["rewrite", "importmap"])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["own", "cdn"])
@pytest.mark.parametrize("by", ["tags", "headers"])
def test_what_is_preloaded_is_used_and_fetched_once(
    browser: Browser, site: Site, style: str, elsewhere: bool, by: str
) -> None:
    site.write(FILES)
    site.publish(modules={"style": style})
    with serving() as app, serving() as cdn:
        files = cdn if elsewhere else app
        assets = Assets.load(site.output / "manifest.json", f"{cdn.address}/s" if elsewhere else "/s")
        publish(files, site, assets)
        entries = "css/site.css", "js/app.js"
        page = (
            '<!doctype html><html lang="en"><title>-</title><link rel="icon" href="data:,">'
            + assets.import_map(NONCE)
            + (assets.preload_tags(*entries, nonce=NONCE) if by == "tags" else "")
            + assets.stylesheet("css/site.css", nonce=NONCE)
            + assets.module("js/app.js", nonce=NONCE)
            + f"<p>text</p>{assets.image('img/dot.svg', alt='')}"
        )
        policy = f"default-src 'self' data: {cdn.address}; script-src 'nonce-{NONCE}'"
        sent = {"Content-Type": ["text/html"], "Content-Security-Policy": [policy]}
        if by == "headers":
            sent["Link"] = assets.link_headers(*entries, nonce=NONCE)
        app.answers["/"] = (sent, page.encode())
        complaints: list[str] = []
        opened = browser.new_page()
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(app.address)
        opened.wait_for_function("document.fonts.check('16px f') && window.deep && document.title == 'shown'")
        assert opened.evaluate("document.images[0].naturalWidth") == 20
        opened.close()
        assert complaints == []
        assert dict(files.asked) == dict.fromkeys([*files.answers], 1)
