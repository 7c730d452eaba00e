"""A real browser, and what it asks for and complains about on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.tools import require_tool

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    program = require_tool("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=[*QUIET])
        yield running
        running.close()


@dataclass
class Visit:
    """A page, and everything that it asked for or complained about since."""

    page: Page
    address: str = ""
    responses: list[Response] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", self._note)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"{request.url}: {request.failure}"))

    def open(self, path: str) -> None:
        self.page.goto(self.address + path, wait_until="networkidle")

    def _note(self, response: Response) -> None:
        self.responses.append(response)

    def statuses(self) -> dict[str, int]:
        return {each.url: each.status for each in self.responses}

    def files(self) -> dict[str, Response]:
        """What came from ``/static/`` of the address, by the rest of its URL."""
        start = f"{self.address}static/"
        return {each.url.removeprefix(start): each for each in self.responses if each.url.startswith(start)}
