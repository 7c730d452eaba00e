"""A site made of packages, built, served from memory with a page, and opened in Chromium."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from pipeline.runtime import Assets
from tests.sites import Site
from tests.tools import require_tool

NONCE = "r4nd0m"
QUIET = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--enable-unsafe-swiftshader", "--use-gl=angle"),
    *("--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
STYLES = ("rewrite", "importmap")
POLICY = f"default-src 'self'; script-src 'self' 'nonce-{NONCE}'; img-src 'self' data:"
"""Strict: only files of the site, and what has the nonce; see each page for what its library needs beyond it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A page that a test opened, and everything that went wrong with it."""

    page: Page
    requested: list[str]
    complaints: list[str]


def head(html: str) -> str:
    """A page; it has an icon, or the browser would ask for one."""
    return f'<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">{html}'


def published(
    folder: Path,
    files: Mapping[str, str],
    sources: Mapping[str, Path],
    modules: str | Mapping[str, object] = "rewrite",
    **options: Any,
) -> Assets:
    """The assets of a site with these files, and each folder of ``sources`` mounted at its key."""
    site = Site(folder)
    site.write(files)
    mounted: list[object] = [{"path": str(path), "prefix": prefix} for prefix, path in sources.items()]
    site.publish(sources=["src", *mounted], modules=modules, output=str(site.output), compile=False, **options)
    return Assets.load(site.output / "manifest.json", "/static/")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that draws WebGL without a graphics card."""
    program = require_tool("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=[*QUIET])
        yield running
        running.close()


@contextlib.contextmanager
def opened(browser: Browser, output: Path, html: str, policy: str = POLICY) -> Iterator[Served]:
    """A page with the text ``html`` beside the files of ``output`` at ``/static/``, open and at rest."""
    files = {f"/static/{file.relative_to(output).as_posix()}": file for file in output.rglob("*") if file.is_file()}
    entries = Assets.load(output / "manifest.json", "/static/").manifest.entries.values()
    types = {f"/static/{entry.url}": entry.type for entry in entries}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            body = html.encode() if path == "/" else files[path].read_bytes() if path in types else None
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", types.get(path, "text/html; charset=utf-8"))
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    page = browser.new_page(viewport={"width": 800, "height": 600})
    served = Served(page, [], [])
    _listen(served)
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
        yield served
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        running.join()


def _listen(served: Served) -> None:
    page, complaints = served.page, served.complaints

    def note(response: Response) -> None:
        served.requested.append(response.url)
        if not response.ok:
            complaints.append(f"{response.url}: {response.status}")

    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
    page.on("response", note)
