"""An app in TypeScript and JSX with popular packages, bundled and split by esbuild, runs in Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.runtime import Assets
from tests.packages.npm import installed
from tests.packages.pages.serving import NONCE, POLICY, chromium, head, opened
from tests.packages.test_build import folder_of
from tests.sites import Site
from tests.test_source_maps import traced
from tests.transforms.esbuild_steps import esbuild

pytestmark = pytest.mark.skipif(not os.environ.get("PIPELINE_PACKAGES"), reason="downloads packages: nox -s packages")

PACKAGES = ("lodash-es", "three", "date-fns")
FILES: dict[str, str | bytes] = {
    "js/app.tsx": """
        import { useState } from "react";
        import { createRoot } from "react-dom/client";
        import { chunk, sum } from "lodash-es";
        import { Dates } from "./dates";
        import logo from "../img/logo.svg";
        import "./app.css";

        type Props = { numbers: readonly number[] };

        function App({ numbers }: Props) {
            const [pixel, draw] = useState<string>();
            return <main>
                <img src={logo} alt="Logo"/>
                <ul>{chunk(numbers, 2).map(pair => <li key={pair.join()}>{sum(pair)}</li>)}</ul>
                <Dates day={new Date(2001, 1, 3)}/>
                <button onClick={async () => draw((await import("./scene")).pixel())}>Draw</button>
                <output>{pixel}</output>
            </main>;
        }

        createRoot(document.querySelector("#app")!).render(<App numbers={[1, 2, 3, 4, 5]}/>);
    """,
    "js/dates.tsx": """
        import { addDays, format } from "date-fns";
        export const Dates = ({ day }: { day: Date }) => <time>{format(addDays(day, 1), "EEEE, d MMMM yyyy")}</time>;
    """,
    "js/scene.ts": """
        import { chunk } from "lodash-es";
        import * as THREE from "three";

        export function pixel(): string {
            const renderer = new THREE.WebGLRenderer({ preserveDrawingBuffer: true });
            renderer.setSize(8, 8);
            renderer.setClearColor(new THREE.Color("rgb(255, 0, 0)"));
            renderer.render(new THREE.Scene(), new THREE.PerspectiveCamera());
            const data = new Uint8Array(4), gl = renderer.getContext();
            gl.readPixels(4, 4, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, data);
            return chunk([...data], 3)[0].join();
        }
    """,
    "js/app.css": "main { background: url(../img/logo.svg); color: rgb(1, 2, 3) }",
    "img/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def app(site: Site) -> Site:
    folder = site.folder / "node_modules"
    folder.mkdir()
    for name in PACKAGES:
        (folder / name).symlink_to(folder_of(name))
    together = installed("react-dom", "19.3.1")
    for name in ("react", "react-dom", "scheduler"):
        (folder / name).symlink_to(together / name)
    site.write(FILES)
    return site


def publish(site: Site, *, minify: bool) -> Assets:
    site.configure(
        'sources = ["src"]\noutput = "out"\ncompress = []\nsource_maps = "file"\n'
        f'[bundles."js/app.js"]\nsources = ["js/app.tsx"]\nsteps = [{{ use = "esbuild", bundle = true, '
        f'splitting = true, jsx = "automatic", minify = {str(minify).lower()} }}]\n[tools]\nesbuild = "{esbuild()}"\n'
    )
    site.publish()
    return Assets.load(site.output / "manifest.json", "/static/")


@pytest.mark.parametrize("minify", [True, False])
def test_an_app_is_bundled_and_split_and_runs(browser: Browser, app: Site, minify: bool) -> None:
    assets = publish(app, minify=minify)
    html = f'{assets.stylesheet("js/app.bundle.css")}<div id="app"></div>{assets.module("js/app.js", nonce=NONCE)}'
    with opened(browser, app.output, head(html), f"{POLICY}; style-src 'self'") as served:
        page = served.page
        assert page.locator("li").all_inner_texts() == ["3", "7", "5"]
        assert page.locator("time").inner_text() == "Sunday, 4 February 2001"
        assert page.locator("img").evaluate("e => e.naturalWidth") == 8
        assert page.locator("main").evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"
        loaded = {url.rpartition("/")[2] for url in served.requested}
        scene = next(each for path, each in assets.manifest.entries.items() if path.startswith("js/scene-"))
        assert scene.url.rpartition("/")[2] not in loaded
        page.locator("button").click()
        page.locator("output", has_text=",").wait_for()
        assert page.locator("output").inner_text() == "255,0,0"
        assert scene.url.rpartition("/")[2] in {url.rpartition("/")[2] for url in served.requested}
        assert [each for each in served.complaints if "GPU stall" not in each] == []


def test_what_nobody_uses_is_left_out_and_what_is_split_is_not_in_the_entry(app: Site) -> None:
    publish(app, minify=True)
    assert "WebGLRenderer" not in app.text("js/app.js")
    assert [path for path in app.manifest.entries if path.endswith(".js")] == [
        path
        for path in app.manifest.entries
        if Path(path).name.startswith(("app", "scene-", "chunk-")) and path[-3:] == ".js"
    ]
    assert sum(entry.size for path, entry in app.manifest.entries.items() if path.endswith(".js")) < 1_300_000


def test_maps_lead_to_the_sources_of_the_app_and_of_packages(app: Site) -> None:
    publish(app, minify=True)
    names = set[str]()
    for path in app.manifest.entries:
        if path.endswith(".js"):
            traces = traced(app, path)
            names |= {source.rpartition("/")[2] for source in traces["sources"]}
            ours = {
                name: text for name, text in zip(traces["sources"], traces["contents"], strict=True) if "src/" in name
            }
            assert all(text == FILES[name[name.index("src/") + 4 :]] for name, text in ours.items())
    assert {"app.tsx", "dates.tsx", "scene.ts", "chunk.js", "three.module.js", "addDays.js"} <= names
