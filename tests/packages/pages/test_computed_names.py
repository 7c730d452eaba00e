"""Pages that use libraries which make up the names of files while they run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.packages.npm import installed, packages, unpacked
from tests.packages.pages.serving import POLICY, STYLES, chromium, head, opened, published

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads packages of npm: nox -s packages"
)

CONFIGURATION = """
    const fonts = "/static/vendor/mathjax-font";
    window.MathJax = { loader: { paths: { "mathjax-newcm": fonts, fonts: "/static/vendor" } } };
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("style", STYLES)
def test_monaco_shows_text_in_colours(browser: Browser, tmp_path: Path, style: str) -> None:
    # Its ES modules import stylesheets, which only bundlers do. Its AMD loader makes up the names of files while it
    # runs, so they keep theirs: naming.keep for the folder, and `paths` with its URL, as its manual says.
    script = """
        require.config({ paths: { vs: document.body.dataset.monaco } });
        require(["vs/editor/editor.main"], () => {
            const text = "const tide = 'low';";
            monaco.editor.create(document.getElementById("editor"), { value: text, language: "javascript" });
        });
    """
    (monaco,) = [each for each in packages() if each.name == "monaco-editor"]
    assets = published(
        tmp_path,
        {"js/editor.js": script},
        {"vendor/monaco": unpacked(monaco) / "package/min"},
        style,
        naming={"keep": ["vendor/monaco/**"]},
    )
    html = (
        f'<body data-monaco="/static/vendor/monaco/vs">'
        f'<link rel="stylesheet" href="{assets.url("vendor/monaco/vs/editor/editor.main.css")}">'
        f'<div id="editor" style="height: 300px"></div>'
        f'<script src="{assets.url("vendor/monaco/vs/loader.js")}"></script>'
        f'<script src="{assets.url("js/editor.js")}"></script>'
    )
    # It writes style attributes and elements, has its icon font in a data URL, and wraps its workers in blobs.
    policy = f"{POLICY}; style-src 'self' 'unsafe-inline'; font-src 'self' data:; worker-src 'self' blob:"
    with opened(browser, tmp_path / "out", head(html), policy) as served:
        served.page.locator(".view-line .mtk1").first.wait_for()
        shown = served.page.locator(".view-line").inner_text().replace("\xa0", " ")
        assert shown == "const tide = 'low';"
        colours = "spans => new Set(spans.map(span => getComputedStyle(span).color)).size"
        served.page.locator(".view-line span.mtk6, .view-line span.mtk8").first.wait_for()
        assert served.page.locator(".view-line span span").evaluate_all(colours) > 1
        assert served.complaints == []


@pytest.mark.parametrize("style", STYLES)
def test_mathjax_typesets_a_formula(browser: Browser, tmp_path: Path, style: str) -> None:
    # It makes up the names of components and fonts while it runs, so these keep theirs, and `loader.paths` says
    # where its font lies, as its manual tells those who host it themselves.
    folder = installed("mathjax", "4.1.3")
    assets = published(
        tmp_path,
        {"js/formulas.js": CONFIGURATION},
        {"vendor/mathjax": folder / "mathjax", "vendor/mathjax-font": folder / "@mathjax/mathjax-newcm-font"},
        style,
        naming={"keep": ["vendor/mathjax*/**"]},
        exclude=["examples"],  # they name a build that is not published
        strict=["vendor/mathjax/sre/speech-worker.js"],  # see broken.json
    )
    html = (
        f'<script src="{assets.url("js/formulas.js")}"></script>'
        f'<script src="{assets.url("vendor/mathjax/tex-chtml.js")}" defer></script><p>\\(x^2 + y_1\\)</p>'
    )
    # It writes style elements and attributes, and runs its speech in a worker made of a blob.
    policy = f"{POLICY}; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
    with opened(browser, tmp_path / "out", head(html), policy) as served:
        served.page.locator("mjx-container mjx-msup").first.wait_for()
        served.page.wait_for_load_state("networkidle")
        served.page.evaluate("document.fonts.ready")
        assert any(url.endswith(".woff2") for url in served.requested)
        assert served.complaints == []
