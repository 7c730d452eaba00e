"""Sites written for Flask-Static-Digest and Flask-CDN, in a browser, after the one change that their guides ask for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.adapters.flask.apps import write
from tests.adapters.flask.migrating import FLASK_CDN, STATIC_DIGEST, migrated
from tests.browsers import Visit
from tests.servers import free_port, running, wait_for

SITES = {"digest": (STATIC_DIGEST, ("digest", "compile")), "cdn": (FLASK_CDN, ("pipeline", "build"))}
SCRIPTS = {
    "/": {"site": "yes"},
    "/admin/": {"site": "yes"},
    "/admin/reports/": {"site": "yes", "chart": "yes"},
    "/new": {"module": "part", "chart": "yes"},
}
"""The pages, and what the scripts of each leave behind."""
SHADES = {False: "128, 0", True: "0, 255"}


@pytest.fixture(scope="module", params=SITES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that was built by its own command."""
    site, command = SITES[request.param]
    folder = write(tmp_path_factory.mktemp(request.param), migrated(site))
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "shop", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module", params=[False, True], ids=["same origin", "CDN"])
def addresses(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[str, str]]:
    """Where the site runs, and where its static files come from: itself, or another origin that has them from it."""
    site, cdn = free_port(), free_port()
    variables = {"CDN": f"http://127.0.0.1:{cdn}"} if request.param else {}
    ports = (site, cdn) if request.param else (site,)
    with ExitStack() as stack:
        for port in ports:
            command = ("-m", "flask", "--app", f"{folder}/shop", "run", "--port", str(port))
            stack.enter_context(running(folder / f"{port}.log", *command, **variables))
        for port in ports:
            wait_for(port, folder / f"{port}.log")
        yield f"http://127.0.0.1:{site}", variables.get("CDN", f"http://127.0.0.1:{site}")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    page = browser.new_page()
    yield Visit(page)
    page.close()


@pytest.mark.parametrize("path", SCRIPTS)
def test_every_page_finds_all_it_asks_for_and_the_console_stays_empty(
    addresses: tuple[str, str], visit: Visit, path: str
) -> None:
    site, files = addresses
    visit.open(f"{site}{path}")
    assert visit.complaints == []
    assert {*visit.statuses().values()} == {200}
    static = {url for url in visit.statuses() if "/static/" in url}
    assert len(static) >= 4
    assert all(url.startswith(f"{files}/static/") for url in static)
    blue = path in {"/admin/", "/new"}
    page = visit.page
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == f"rgb(0, {SHADES[blue]})"
    assert page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').length") == 1
    assert page.evaluate("[...document.images].every(image => image.naturalWidth === 20)")
    assert page.evaluate("({...document.documentElement.dataset})") == SCRIPTS[path]
    integrity = page.evaluate("document.querySelectorAll('link[integrity], script[integrity]').length")
    assert (integrity >= 4) == (path == "/new" and files != site)
