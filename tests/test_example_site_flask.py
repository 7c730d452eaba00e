"""The example site by Flask, from the same build, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from pipeline.manifest import Manifest
from tests.example_site import EXAMPLE, built, get
from tests.servers import free_port, running, wait_for
from tests.tools import require_tool

PAGES = ("", "about", "year", "prices")
LONGEST = 60
"""Lines that the file may have."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def manifest(site: Path) -> Manifest:
    return Manifest.from_json((site / "build/manifest.json").read_bytes())


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    port, log = free_port(), site.parent / "flask.log"
    with running(log, "-m", "flask", "--app", str(site / "flask_app.py"), "run", "--port", str(port)):
        wait_for(port, log)
        yield f"http://127.0.0.1:{port}/"


def test_the_app_is_one_short_file() -> None:
    assert len((EXAMPLE / "flask_app.py").read_text().splitlines()) <= LONGEST


def test_every_page_finds_every_file_and_has_nothing_to_complain_about(address: str, manifest: Manifest) -> None:
    program = require_tool("chromium")
    urls = {f"{address}static/{entry.url}" for entry in manifest.entries.values()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        statuses, complaints = dict[str, int](), list[str]()
        page.on("response", lambda response: statuses.update({response.url: response.status}))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
        for name in PAGES:
            page.goto(address + name)
            page.evaluate("document.fonts.ready.then(() => true)")
            assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Figtree")
            widths = page.evaluate("[...document.images].map(image => image.complete && image.naturalWidth)")
            assert widths
            assert all(width > 0 for width in widths)
        page.goto(address)
        page.get_by_role("button", name="Saturday").click()
        page.get_by_text("Waves over the wall").wait_for()
        browser.close()
    assert complaints == []
    assert {*statuses.values()} == {200}
    assert len({*statuses} & urls) > 20
    assert {url for url in statuses if "/static/" in url} <= urls


def test_files_have_the_types_of_the_manifest_and_other_names_are_not_found(address: str, manifest: Manifest) -> None:
    for entry in manifest.entries.values():
        status, headers, _ = get(address, f"/static/{entry.url}")
        assert (status, headers["Content-Type"]) == (200, entry.type)
    for path in ("/static/manifest.json", "/static/../pipeline.toml", "/_layout", "/../flask_app", "/nothing"):
        assert get(address, path)[0] == 404
