"""The example site served by Django, in a real browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.asset import Blob
from pipeline.manifest import Manifest, integrity_of
from tests.browsers import Visit
from tests.example_site import EXAMPLE, built, get, serving
from tests.test_example_site import PAGES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site, "django_app.py") as running:
        yield running


@pytest.mark.parametrize("name", PAGES)
def test_a_page_finds_every_file_and_has_nothing_to_complain_about(browser: Browser, address: str, name: str) -> None:
    visit = Visit(browser.new_page(), address)
    visit.open(name)
    assert {each.status for each in visit.responses} == {200}
    assert visit.complaints == []
    assert len(visit.files()) > 8
    visit.page.close()


def test_what_htmx_fetches_is_rendered_by_django_too(browser: Browser, address: str) -> None:
    visit = Visit(browser.new_page(), address)
    visit.open("")
    visit.page.get_by_role("button", name="Saturday").click()
    visit.page.get_by_text("Waves over the wall").wait_for()
    visit.page.wait_for_load_state("networkidle")
    assert visit.complaints == []
    visit.page.close()


def test_every_file_is_served_with_its_bytes_and_type_and_nothing_else_is(address: str, site: Path) -> None:
    manifest = Manifest.from_json((site / "build/manifest.json").read_bytes())
    for entry in manifest.entries.values():
        status, headers, body = get(address, f"/static/{entry.url}")
        assert (status, headers["Content-Type"]) == (200, entry.type)
        assert integrity_of(Blob.of(body).digest) == entry.integrity
    for path in ("/static/manifest.json", "/static/../pipeline.toml", "/static/%2e%2e/pipeline.toml", "/_layout"):
        assert get(address, path)[0] == 404


def test_the_app_is_one_small_file_that_says_what_to_do_without_a_build(tmp_path: Path) -> None:
    script = EXAMPLE / "django_app.py"
    assert len(script.read_text().splitlines()) <= 60
    shutil.copy(script, tmp_path)
    command = [sys.executable, str(tmp_path / "django_app.py"), "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The site cannot be served: ")
    assert "there is no release yet" in done.stderr
