"""The example site in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from pipeline.manifest import Manifest
from tests.browsers import Visit
from tests.example_site import built, serving

PAGES = ("", "about", "year", "prices")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def manifest(site: Path) -> Manifest:
    return Manifest.from_json((site / "build/manifest.json").read_bytes())


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as running:
        yield running


@pytest.fixture(scope="module", params=PAGES)
def opened(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    """Each page once, as it is when nobody has touched it."""
    visit = Visit(browser.new_page(viewport={"width": 1200, "height": 800}), address)
    visit.open(request.param)
    yield visit
    visit.page.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    yield Visit(page, address)
    page.close()


def test_a_page_finds_every_file_and_has_nothing_to_complain_about(opened: Visit) -> None:
    assert {each.status for each in opened.responses} == {200}
    assert opened.complaints == []
    assert opened.page.evaluate("document.styleSheets.length") >= 2


def test_a_page_asks_only_for_files_of_the_manifest_and_gets_text_compressed(opened: Visit, manifest: Manifest) -> None:
    urls = {entry.url: entry for entry in manifest.entries.values()}
    assert len(opened.files()) > 8
    assert opened.files().keys() <= urls.keys()
    assert all(url.startswith(opened.address) for url in (each.url for each in opened.responses))
    for url, response in opened.files().items():
        assert response.header_value("content-type") == urls[url].type
        assert (response.header_value("content-encoding") == "gzip") == ("gzip" in urls[url].variants)
    compressed = {urlsplit(url).path.rpartition(".")[2] for url in opened.files() if "gzip" in urls[url].variants}
    assert {"css", "js"} <= compressed


def test_the_fonts_of_a_page_are_loaded(opened: Visit) -> None:
    opened.page.evaluate("document.fonts.ready")
    loaded = opened.page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.weight)"
    )
    assert {face.replace('"', "") for face in loaded} == {
        *("Figtree400", "Figtree600", "Bricolage Grotesque200 800", "Font Awesome 7 Free900"),
    }
    assert opened.page.evaluate("document.fonts.check('900 1em \"Font Awesome 7 Free\"', '\\uf0c9')")
    assert sum(file.endswith(".woff2") for file in opened.files()) == 4


def test_every_picture_of_a_page_is_shown(opened: Visit) -> None:
    widths = opened.page.evaluate("[...document.images].map(image => image.complete && image.naturalWidth)")
    assert widths
    assert all(width > 0 for width in widths)


def test_styles_pictures_and_scripts_of_the_bundles_are_at_work(visit: Visit) -> None:
    visit.open("")
    page = visit.page
    style = "([selector, name]) => getComputedStyle(document.querySelector(selector)).getPropertyValue(name)"
    assert page.evaluate(style, ["body", "font-family"]).startswith("Figtree")  # ours, over the imported layer
    assert page.evaluate(style, ["main", "display"]) == "block"
    assert page.evaluate(style, ["[type=button]", "cursor"]) == "pointer"  # only the imported layer says so
    assert any(file.startswith("img/hero") and file.endswith(".webp") for file in visit.files())
    assert any(file.startswith("img/waves") for file in visit.files())
    page.get_by_role("button", name="Show °F").click()
    assert page.locator("#day [data-celsius]").text_content() == "52 °F"


def test_htmx_brings_another_day_with_its_picture(visit: Visit) -> None:
    visit.open("")
    assert "Green flag" in visit.page.locator("#day").inner_text()
    visit.page.get_by_role("button", name="Saturday").click()
    visit.page.get_by_text("Waves over the wall").wait_for()
    visit.page.wait_for_function("() => document.querySelector('#day img').naturalWidth > 0")  # idle it was before
    assert visit.page.get_by_role("button", name="Saturday").get_attribute("aria-pressed") == "true"
    assert {each.status for each in visit.responses} == {200}
    assert visit.complaints == []


def test_a_module_loads_another_when_somebody_clicks(visit: Visit) -> None:
    visit.open("year")
    assert not any(file.startswith("vendor/photoswipe/photoswipe.esm") for file in visit.files())
    visit.page.locator(".year a").first.click()
    visit.page.locator(".pswp--open img").first.wait_for()
    assert any(file.startswith("vendor/photoswipe/photoswipe.esm") for file in visit.files())
    assert {each.status for each in visit.responses} == {200}
    assert visit.complaints == []


def test_the_menu_unfolds_on_a_small_screen(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open("about")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
    link = visit.page.get_by_role("link", name="The year")
    assert not link.is_visible()
    visit.page.get_by_role("button", name="Menu").click()
    assert link.is_visible()
