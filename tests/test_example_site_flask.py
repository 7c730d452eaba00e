"""The example site by Flask, from the same build, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.manifest import Manifest
from tests.browsers import Visit
from tests.example_site import EXAMPLE, built, get
from tests.servers import free_port, running, wait_for
from tests.test_example_site import PAGES

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


def test_every_page_finds_every_file_and_has_nothing_to_complain_about(
    browser: Browser, address: str, manifest: Manifest
) -> None:
    visit = Visit(browser.new_page(), address)
    page = visit.page
    for name in PAGES:
        visit.open(name)
        page.evaluate("document.fonts.ready.then(() => true)")
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Figtree")
        widths = page.evaluate("[...document.images].map(image => image.complete && image.naturalWidth)")
        assert widths
        assert all(width > 0 for width in widths)
    visit.open("")
    page.get_by_role("button", name="Saturday").click()
    page.get_by_text("Waves over the wall").wait_for()
    assert visit.complaints == []
    assert {*visit.statuses().values()} == {200}
    urls = {entry.url for entry in manifest.entries.values()}
    assert len(visit.files()) > 20
    assert visit.files().keys() <= urls
    page.close()


def test_files_have_the_types_of_the_manifest_and_other_names_are_not_found(address: str, manifest: Manifest) -> None:
    for entry in manifest.entries.values():
        status, headers, _ = get(address, f"/static/{entry.url}")
        assert (status, headers["Content-Type"]) == (200, entry.type)
    for path in ("/static/manifest.json", "/static/../pipeline.toml", "/_layout", "/../flask_app", "/nothing"):
        assert get(address, path)[0] == 404
