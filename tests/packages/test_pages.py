"""Pages that use popular libraries, as published under fingerprinted names, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.packages.npm import installed, packages, unpacked
from tests.packages.pages.serving import NONCE, POLICY, STYLES, chromium, head, opened, published

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads packages of npm: nox -s packages"
)

MODAL = """
    <div class="modal" id="box" tabindex="-1"><div class="modal-dialog"><div class="modal-content">
    <div class="modal-body">Bring a towel</div></div></div></div>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def package(name: str, version: str) -> Path:
    return installed(name, version) / name


def unpacked_package(name: str) -> Path:
    """One of the list, which names none that it would need beside it."""
    return unpacked(next(each for each in packages() if each.name == name)) / "package"


@pytest.mark.parametrize("style", STYLES)
def test_lit_draws_an_element(browser: Browser, tmp_path: Path, style: str) -> None:
    folder = installed("lit", "3.3.3")
    # lit is four packages that name each other by bare names, and a page has to say what these mean.
    names = ("lit", "lit-html", "lit-element", "@lit/reactive-element")
    imports = {name: f"vendor/{name}/{name.rpartition('/')[2]}.js" for name in names[1:]}
    imports |= {"lit": "vendor/lit/index.js", **{f"{name}/": f"vendor/{name}/" for name in names}}
    script = """
        import { LitElement, html, css } from "lit";
        import { repeat } from "lit/directives/repeat.js";
        customElements.define("a-list", class extends LitElement {
            static styles = css`li { color: rgb(1, 2, 3) }`;
            render() { return html`<ul>${repeat(["sand", "sea"], each => each, each => html`<li>${each}</li>`)}</ul>` }
        });
    """
    assets = published(
        tmp_path,
        {"js/list.js": script},
        {f"vendor/{name}": folder / name for name in names},
        {"style": style, "imports": imports},
        strict=["vendor/**"],
    )
    html = (
        f'{assets.import_map(NONCE)}<script type="module" src="{assets.url("js/list.js")}"></script><a-list></a-list>'
    )
    with opened(browser, tmp_path / "out", head(html)) as served:
        assert served.complaints == []
        assert served.page.locator("a-list li").all_inner_texts() == ["sand", "sea"]
        # The sheet of the element came through the policy too.
        assert served.page.locator("a-list li").first.evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"
        assert len(served.requested) > 5


@pytest.mark.parametrize("style", STYLES)
def test_three_draws_a_cube(browser: Browser, tmp_path: Path, style: str) -> None:
    script = """
        import * as THREE from "three";
        import { OrbitControls } from "three/addons/controls/OrbitControls.js";
        const renderer = new THREE.WebGLRenderer({ preserveDrawingBuffer: true });
        renderer.setSize(64, 64);
        document.body.append(renderer.domElement);
        const camera = new THREE.PerspectiveCamera(50, 1);
        camera.position.copy(new THREE.Vector3(0, 0, 2));
        new OrbitControls(camera, renderer.domElement).update();
        const scene = new THREE.Scene();
        scene.add(new THREE.Mesh(new THREE.BoxGeometry(), new THREE.MeshBasicMaterial({ color: 0xff0000 })));
        renderer.render(scene, camera);
        const pixel = new Uint8Array(4), gl = renderer.getContext();
        gl.readPixels(32, 32, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        document.body.dataset.pixel = [...pixel].join();
    """
    # The names that three's manual tells pages without a bundler to put into their import map.
    imports = {"three": "vendor/three/build/three.module.js", "three/addons/": "vendor/three/examples/jsm/"}
    sources = {"vendor/three": unpacked_package("three")}
    assets = published(tmp_path, {"js/cube.js": script}, sources, {"style": style, "imports": imports})
    html = f'<body>{assets.import_map(NONCE)}<script type="module" src="{assets.url("js/cube.js")}"></script>'
    with opened(browser, tmp_path / "out", head(html), f"{POLICY}; style-src 'self' 'unsafe-inline'") as served:
        served.page.locator("body[data-pixel]").wait_for()
        assert served.complaints == []
        assert served.page.evaluate("document.body.dataset.pixel") == "255,0,0,255"


def test_font_awesome_loads_its_fonts(browser: Browser, tmp_path: Path) -> None:
    sources = {"vendor/fa": package("@fortawesome/fontawesome-free", "7.0.1")}
    assets = published(tmp_path, {}, sources)
    html = f'<link rel="stylesheet" href="{assets.url("vendor/fa/css/all.css")}"><i class="fa-solid fa-bars"></i>'
    html += '<i class="fa-brands fa-github"></i>'
    with opened(browser, tmp_path / "out", head(html)) as served:
        assert served.complaints == []
        for font in ("900 1em 'Font Awesome 7 Free'", "400 1em 'Font Awesome 7 Brands'"):
            loaded = served.page.evaluate("async font => (await document.fonts.load(font, '\\uf0c9')).length", font)
            assert loaded == 1
            assert served.page.evaluate("font => document.fonts.check(font)", font)
        assert sum("woff2" in url for url in served.requested) == 2


@pytest.mark.parametrize("style", STYLES)
def test_bootstrap_opens_a_modal(browser: Browser, tmp_path: Path, style: str) -> None:
    # As its manual says for pages without a bundler: the ES module, and Popper by an import map.
    script = """
        import { Modal } from "bootstrap";
        Modal.getOrCreateInstance(document.getElementById("box")).show();
    """
    imports = {
        "bootstrap": "vendor/bootstrap/js/bootstrap.esm.js",
        "@popperjs/core": "vendor/popper/dist/esm/index.js",
    }
    sources = {
        "vendor/bootstrap": unpacked_package("bootstrap") / "dist",
        "vendor/popper": unpacked_package("@popperjs/core"),
    }
    assets = published(tmp_path, {"js/box.js": script}, sources, {"style": style, "imports": imports})
    html = (
        f'<link rel="stylesheet" href="{assets.url("vendor/bootstrap/css/bootstrap.css")}">'
        f'{assets.import_map(NONCE)}<script type="module" src="{assets.url("js/box.js")}"></script>'
    )
    with opened(browser, tmp_path / "out", head(html + MODAL)) as served:
        served.page.locator("#box.show").wait_for()
        assert served.page.get_by_text("Bring a towel").is_visible()
        assert served.complaints == []


def test_the_bundle_of_bootstrap_opens_a_modal(browser: Browser, tmp_path: Path) -> None:
    assets = published(tmp_path, {}, {"vendor/bootstrap": unpacked_package("bootstrap") / "dist"})
    html = (
        f'<link rel="stylesheet" href="{assets.url("vendor/bootstrap/css/bootstrap.min.css")}">'
        f'<script src="{assets.url("vendor/bootstrap/js/bootstrap.bundle.min.js")}" defer></script>'
        f'<button data-bs-toggle="modal" data-bs-target="#box">Open</button>{MODAL}'
    )
    with opened(browser, tmp_path / "out", head(html)) as served:
        assert not served.page.get_by_text("Bring a towel").is_visible()
        served.page.get_by_role("button", name="Open").click()
        served.page.locator("#box.show").wait_for()
        assert served.page.get_by_text("Bring a towel").is_visible()
        assert served.complaints == []
