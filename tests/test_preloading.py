"""What a page needs besides its entries, and what a browser is told of it."""

from __future__ import annotations

import pytest

from pipeline.manifest import Manifest
from pipeline.runtime import Assets
from tests.sites import Site

FILES: dict[str, str | bytes] = {
    "css/site.css": (
        "@import 'more.css';@font-face{font-family:f;src:url(f.woff2),url(f.woff),url(f.ttf)}"
        "@font-face{font-family:g;src:url(g.woff)}a{background:url(a.png)}"
    ),
    "css/more.css": "b{background:url(b.png)}",
    "css/f.woff2": b"1",
    "css/f.woff": b"2",
    "css/f.ttf": b"3",
    "css/g.woff": b"4",
    "css/a.png": b"5",
    "css/b.png": b"6",
    "js/app.js": "import './a.js'; new URL('x.wasm', import.meta.url); new URL('film.mp4', import.meta.url)",
    "js/a.js": "import './b.mjs'; import './app.js'\n//# sourceMappingURL=a.js.map",
    "js/a.js.map": '{"version":3,"sources":[],"names":[],"mappings":""}',
    "js/b.mjs": "import './a.js'",
    "js/x.wasm": b"7",
    "js/film.mp4": b"8",
    "js/plain.js": "f()",
}
CSS = [*("css/f.woff2", "css/f.woff", "css/f.ttf"), "css/g.woff", "css/a.png", "css/b.png"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("preloading"))
    site.write(FILES)
    site.publish(naming={"style": "plain"})
    return site


def load(site: Site, base_url: str = "/s/") -> Assets:
    return Assets.load(site.output / "manifest.json", base_url)


def test_all_that_entries_reference_is_named_once_the_nearest_first_and_no_entry(site: Site) -> None:
    assets = load(site)
    assert sorted(assets.preloads("css/site.css")) == sorted([*CSS, "css/more.css"])
    assert assets.preloads("css/site.css")[-1] == "css/b.png"  # through css/more.css
    assert assets.preloads("js/app.js") == ["js/a.js", "js/x.wasm", "js/b.mjs"]
    assert assets.preloads("js/app.js", "js/a.js") == ["js/x.wasm", "js/b.mjs"]
    assert assets.preloads("css/more.css", "js/b.mjs") == ["css/b.png", "js/a.js", "js/app.js", "js/x.wasm"]
    assert assets.preloads("js/plain.js") == assets.preloads() == []


def test_source_maps_and_what_browsers_do_not_preload_are_left_out(site: Site) -> None:
    assets = load(site)
    assert "js/a.js.map" in assets.entry("js/a.js").references
    assert "js/film.mp4" in assets.entry("js/app.js").references
    assert not {"js/a.js.map", "js/film.mp4"} & {*assets.preloads("js/app.js")}


def test_preload_tags_are_a_line_each_modules_as_modules_and_a_font_in_its_best_format(site: Site) -> None:
    assets = load(site)
    assert assets.preload_tags("js/app.js", "css/site.css", nonce="n").split("\n") == [
        '<link rel="modulepreload" href="/s/js/a.js" nonce="n">',
        '<link rel="preload" href="/s/js/x.wasm" as="fetch" crossorigin="anonymous" nonce="n">',
        '<link rel="preload" href="/s/css/a.png" as="image" type="image/png" nonce="n">',
        '<link rel="preload" href="/s/css/f.woff2" as="font" type="font/woff2" crossorigin="anonymous" nonce="n">',
        '<link rel="preload" href="/s/css/g.woff" as="font" type="font/woff" crossorigin="anonymous" nonce="n">',
        '<link rel="preload" href="/s/css/more.css" as="style" nonce="n">',
        '<link rel="modulepreload" href="/s/js/b.mjs" nonce="n">',
        '<link rel="preload" href="/s/css/b.png" as="image" type="image/png" nonce="n">',
    ]
    assert assets.preload_tags("js/plain.js") == ""


def test_link_headers_name_the_entries_too(site: Site) -> None:
    assert load(site).link_headers("css/site.css", "js/app.js", "js/plain.js", nonce="n+/=") == [
        '</s/css/site.css>; rel=preload; as=style; nonce="n+/="',
        '</s/js/app.js>; rel=modulepreload; nonce="n+/="',
        '</s/js/plain.js>; rel=preload; as=script; nonce="n+/="',
        '</s/css/a.png>; rel=preload; as=image; type="image/png"',
        '</s/css/f.woff2>; rel=preload; as=font; type="font/woff2"; crossorigin',
        '</s/css/g.woff>; rel=preload; as=font; type="font/woff"; crossorigin',
        '</s/css/more.css>; rel=preload; as=style; nonce="n+/="',
        '</s/js/a.js>; rel=modulepreload; nonce="n+/="',
        "</s/js/x.wasm>; rel=preload; as=fetch; crossorigin",
        '</s/css/b.png>; rel=preload; as=image; type="image/png"',
        '</s/js/b.mjs>; rel=modulepreload; nonce="n+/="',
    ]


def test_link_headers_have_the_integrity_of_code_that_comes_from_another_origin(site: Site) -> None:
    assets = load(site, "https://cdn.example/s/")
    start = "<https://cdn.example/s/css/"
    assert assets.link_headers("css/more.css") == [
        f'{start}more.css>; rel=preload; as=style; crossorigin; integrity="{assets.integrity("css/more.css")}"',
        f'{start}b.png>; rel=preload; as=image; type="image/png"',
    ]


def test_before_an_import_map_headers_begin_no_modules(site: Site) -> None:
    manifest = site.output / "mapped.json"
    manifest.write_bytes(Manifest(site.manifest.entries, {"a": "./js/a.js"}).to_json())
    assets = Assets.load(manifest, "/s/")
    assert assets.link_headers("js/b.mjs")[:2] == [
        f'</s/js/{name}>; rel=preload; as=script; crossorigin; integrity="{assets.integrity(f"js/{name}")}"'
        for name in ("b.mjs", "a.js")
    ]


@pytest.mark.parametrize("nonce", ['"', "a b", "a\r\nSet-Cookie: x", "a;b", "ä"])
def test_a_nonce_that_could_end_its_parameter_is_refused(site: Site, nonce: str) -> None:
    with pytest.raises(ValueError, match="cannot be a nonce"):
        load(site).link_headers("js/app.js", nonce=nonce)
