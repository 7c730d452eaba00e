"""The example site served by FastAPI, in a real browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.manifest import Manifest
from tests.browsers import Visit
from tests.example_site import EXAMPLE, built
from tests.servers import free_port
from tests.test_example_site import PAGES
from tests.webservers.requests import ask
from tests.webservers.running import process

LINES = 60
"""That the app may take."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, str(site / "fastapi_app.py"), str(port)]
    with process(site.parent / "log", command, port) as running:
        yield running


@pytest.mark.parametrize("name", PAGES)
def test_every_page_and_all_that_it_asks_for_is_there(browser: Browser, address: str, name: str) -> None:
    visit = Visit(browser.new_page(), address)
    visit.open(f"/{name}")
    page, responses = visit.page, visit.responses
    assert visit.complaints == []
    assert not [each.url for each in responses if each.status != 200]
    static = [each for each in responses if each.url.startswith(f"{address}/static/")]
    assert {"stylesheet", "script", "image", "font"} <= {each.request.resource_type for each in static}
    named = [each for each in static if not each.url.endswith("favicon.ico")]
    assert all("immutable" in each.headers["cache-control"] for each in named)
    assert any(each.headers.get("content-encoding") == "gzip" for each in static)
    assert page.evaluate("getComputedStyle(document.querySelector('nav.menu')).display") != "inline"
    page.close()


def test_every_asset_is_served_and_all_else_is_not_found_and_not_kept(site: Path, address: str) -> None:
    manifest = Manifest.from_json((site / "build/manifest.json").read_bytes())
    for entry in manifest.entries.values():
        answer = ask(address, "GET", f"/static/{entry.url}")
        assert (answer.status, answer.type, answer.length) == (200, entry.type, entry.size)
    for path in ("/static/", "/static/manifest.json", "/static/..%2fpipeline.toml", "/none", "/_layout"):
        answer = ask(address, "GET", path)
        assert (answer.status, answer.cache) == (404, "no-store")


def test_without_a_build_it_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "fastapi_app.py", tmp_path)
    shutil.copytree(EXAMPLE / "templates", tmp_path / "templates")
    command = [sys.executable, str(tmp_path / "fastapi_app.py"), "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The site cannot be served: ")
    assert "run `pipeline build` first" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_takes_one_short_file() -> None:
    assert len((EXAMPLE / "fastapi_app.py").read_text().splitlines()) <= LINES
