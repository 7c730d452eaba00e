"""The elements that stand for assets in a page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from jinja2 import Undefined
from markupsafe import Markup

from pipeline.runtime import Assets
from tests.sites import Site

EXAMPLE = Path(__file__).parent.parent / "example_site"
FILES: dict[str, str | bytes] = {
    "css/site.css": "a{}",
    "js/app.js": "f()",
    "js/app.mjs": "export {}",
    "img/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "fonts/f.woff2": b"font",
    "data/all.json": "{}",
    "favicon.ico": b"icon",
    "site.webmanifest": "{}",
    "film.mp4": b"film",
}
CDN = "https://cdn.example/s/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("tags"))
    site.write(FILES)
    site.publish(naming={"style": "plain"})
    return site


def load(site: Site, base_url: str = "/s/") -> Assets:
    return Assets.load(site.output / "manifest.json", base_url)


@pytest.fixture
def assets(site: Site) -> Assets:
    return load(site)


OWN = {
    "css/site.css": '<link rel="stylesheet" href="/s/css/site.css">',
    "js/app.js": '<script src="/s/js/app.js"></script>',
    "js/app.mjs": '<script type="module" src="/s/js/app.mjs"></script>',
    "img/logo.svg": '<img src="/s/img/logo.svg">',
    "fonts/f.woff2": (
        '<link rel="preload" href="/s/fonts/f.woff2" as="font" type="font/woff2" crossorigin="anonymous">'
    ),
    "data/all.json": '<link rel="preload" href="/s/data/all.json" as="fetch" crossorigin="anonymous">',
    "favicon.ico": '<link rel="icon" href="/s/favicon.ico">',
    "site.webmanifest": '<link rel="manifest" href="/s/site.webmanifest">',
}


@pytest.mark.parametrize("path", OWN)
def test_an_asset_stands_in_the_element_of_its_type(assets: Assets, path: str) -> None:
    assert assets.tag(path) == OWN[path]


def test_several_stand_a_line_each_with_the_same_attributes(assets: Assets) -> None:
    assert assets.tags("css/site.css", "js/app.js", nonce="n") == (
        '<link rel="stylesheet" href="/s/css/site.css" nonce="n">\n<script src="/s/js/app.js" nonce="n"></script>'
    )
    assert assets.tags() == ""


def test_a_script_is_a_module_when_it_is_called_one(assets: Assets) -> None:
    wanted = '<script type="module" src="/s/js/app.js"></script>'
    assert assets.tag("js/app.js", module=True) == assets.module("js/app.js") == wanted
    assert assets.tag("js/app.mjs", module=False) == '<script src="/s/js/app.mjs"></script>'
    assert assets.tags("css/site.css", "js/app.js", module=True) == f"{OWN['css/site.css']}\n{wanted}"


def test_preloads_name_what_they_are_for(assets: Assets) -> None:
    assert assets.preload("css/site.css") == '<link rel="preload" href="/s/css/site.css" as="style">'
    assert assets.preload("js/app.js") == '<link rel="preload" href="/s/js/app.js" as="script">'
    assert assets.preload("js/app.mjs") == '<link rel="modulepreload" href="/s/js/app.mjs">'
    assert assets.preload("js/app.js", module=True) == '<link rel="modulepreload" href="/s/js/app.js">'
    assert assets.preload("img/logo.svg") == (
        '<link rel="preload" href="/s/img/logo.svg" as="image" type="image/svg+xml">'
    )


def test_what_browsers_do_not_preload_is_refused_unless_it_is_said_what_for(assets: Assets) -> None:
    for helper in (assets.preload, assets.tag):
        with pytest.raises(ValueError, match=r"^'film.mp4' is video/mp4, which browsers do not preload$"):
            helper("film.mp4")
    assert assets.preload("film.mp4", as_="fetch") == (
        '<link rel="preload" href="/s/film.mp4" as="fetch" crossorigin="anonymous">'
    )


@pytest.mark.parametrize("base_url", [CDN, "http://cdn.example/s/", "//cdn.example/s/"])
def test_what_comes_from_another_origin_is_checked(site: Site, base_url: str) -> None:
    assets = load(site, base_url)
    for path, start in {
        "css/site.css": f'<link rel="stylesheet" href="{base_url}css/site.css"',
        "js/app.js": f'<script src="{base_url}js/app.js"',
        "js/app.mjs": f'<script type="module" src="{base_url}js/app.mjs"',
    }.items():
        assert assets.tag(path).removesuffix("</script>") == (
            f'{start} integrity="{assets.integrity(path)}" crossorigin="anonymous">'
        )
    for path, start in {
        "css/site.css": f'<link rel="preload" href="{base_url}css/site.css" as="style"',
        "js/app.mjs": f'<link rel="modulepreload" href="{base_url}js/app.mjs"',
    }.items():
        assert assets.preload(path) == f'{start} integrity="{assets.integrity(path)}" crossorigin="anonymous">'


@pytest.mark.parametrize("path", ["img/logo.svg", "fonts/f.woff2", "favicon.ico"])
def test_what_is_no_code_is_not_checked_and_fetched_as_it_will_be_used(site: Site, path: str) -> None:
    assert load(site, CDN).tag(path) == OWN[path].replace("/s/", CDN)


def test_the_check_can_be_had_and_left_out(site: Site, assets: Assets) -> None:
    sri = assets.integrity("js/app.js")
    assert assets.script("js/app.js", integrity=True) == (
        f'<script src="/s/js/app.js" integrity="{sri}" crossorigin="anonymous"></script>'
    )
    elsewhere = load(site, CDN)
    assert elsewhere.script("js/app.js", integrity=False) == f'<script src="{CDN}js/app.js"></script>'
    assert elsewhere.script("js/app.js", crossorigin="use-credentials") == (
        f'<script src="{CDN}js/app.js" integrity="{sri}" crossorigin="use-credentials"></script>'
    )
    assert assets.script("js/app.js", integrity="sha384-x") == (
        '<script src="/s/js/app.js" integrity="sha384-x"></script>'
    )


def test_an_image_takes_neither_nonce_nor_integrity(assets: Assets) -> None:
    assert assets.tag("img/logo.svg", nonce="n", integrity=True, alt="") == '<img src="/s/img/logo.svg" alt="">'


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"data_id": 3}, ' data-id="3"'),
        ({"data-id": "3"}, ' data-id="3"'),
        ({"async_": True}, " async"),
        ({"async": True}, " async"),
        ({"defer": False}, ""),
        ({"media": None}, ""),
        ({"CLASS": "a"}, ' class="a"'),
        ({"title": "<\"'&>"}, ' title="&lt;&quot;&#x27;&amp;&gt;"'),
        ({"title": Markup('a &amp; "b"')}, ' title="a &amp; &quot;b&quot;"'),
        ({"title": Undefined()}, ' title=""'),
        ({"nonce": Undefined()}, ""),
        ({"nonce": ""}, ""),
        ({"nonce": '"><script>'}, ' nonce="&quot;&gt;&lt;script&gt;"'),
    ],
)
def test_any_attribute_is_written_as_html_has_it(assets: Assets, given: dict[str, object], written: str) -> None:
    assert assets.script("js/app.js", **given) == f'<script src="/s/js/app.js"{written}></script>'


@pytest.mark.parametrize("name", ["a b", "a=b", "a>", 'a"', "a'", "a/", "", "_", "a\0", "a\u0085", "<a"])
def test_a_name_that_could_end_the_attribute_is_refused(assets: Assets, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of an attribute"):
        assets.tag("js/app.js", **{name: "x"})


def test_a_given_attribute_takes_the_place_of_ours(assets: Assets) -> None:
    assert assets.stylesheet("css/site.css", rel="alternate stylesheet", title="x") == (
        '<link rel="alternate stylesheet" href="/s/css/site.css" title="x">'
    )


def test_a_base_url_is_escaped_in_elements(site: Site) -> None:
    assets = load(site, "https://cdn.example/?a=1&b=")
    assert assets.url("css/site.css") == "https://cdn.example/?a=1&b=css/site.css"
    assert 'href="https://cdn.example/?a=1&amp;b=css/site.css"' in assets.tag("css/site.css")


def test_template_engines_take_an_element_for_what_it_is(assets: Assets) -> None:
    from django.utils.html import conditional_escape
    from markupsafe import escape

    element = assets.tag("css/site.css")
    for escaped in (conditional_escape(element), escape(element)):
        assert str(escaped) == element == OWN["css/site.css"]


SVG = {
    '<svg width="20" height="10">': (20, 10),
    "<?xml version='1.0'?>\n<!-- <b> -->\n<svg\n  height = '10.5px'\n width=' 20px ' viewBox='0 0 1 1'>": (20, 10),
    '<svg viewBox="0 0 20 10"><rect width="5" height="3"/></svg>': None,
    '<svg width="100%" height="10">': None,
    '<svg width="2em" height="10">': None,
    '<svg stroke-width="2" height="10">': None,
    '<svg data-x="a > b" width="20" height="10">': (20, 10),
    '<svg width="20" height="10"' + " " * 5000 + ">": None,
    "no image": None,
}


@pytest.mark.parametrize("text", SVG)
def test_an_image_of_svg_has_the_size_that_its_root_tells(site: Site, text: str) -> None:
    site.write({"x.svg": text}, below="out")
    size = SVG[text]
    expected = f' width="{size[0]}" height="{size[1]}"' if size else ""
    manifest = site.output / "manifest.json"
    other = site.output / "other.json"
    other.write_text(manifest.read_text().replace("img/logo.svg", "x.svg"))
    assert Assets.load(other, "/s/").image("x.svg") == f'<img src="/s/x.svg"{expected}>'


@pytest.fixture
def pictures(tmp_path: Path) -> Site:
    site = Site(tmp_path / "pictures")
    shutil.copy(EXAMPLE / "public/icon-192.png", site.folder / "src")
    site.publish()
    return site


def test_an_image_has_the_size_that_its_file_tells_unless_one_is_given(pictures: Site) -> None:
    assets = load(pictures)
    assert assets.image("icon-192.png") == f'<img src="{assets.url("icon-192.png")}" width="192" height="192">'
    assert assets.image("icon-192.png", width=20) == f'<img src="{assets.url("icon-192.png")}" width="20">'


def test_the_file_of_an_image_is_read_once(pictures: Site) -> None:
    assets = load(pictures)
    first = assets.image("icon-192.png")
    (pictures.output / assets.entry("icon-192.png").file).unlink()
    assert assets.image("icon-192.png") == first


def test_where_the_files_are_not_at_hand_an_image_has_no_size(pictures: Site, tmp_path: Path) -> None:
    manifest = shutil.copy(pictures.output / "manifest.json", tmp_path)
    assets = Assets.load(manifest, "/s/")
    assert assets.image("icon-192.png") == f'<img src="{assets.url("icon-192.png")}">'


def test_a_file_that_is_no_image_has_no_size(site: Site) -> None:
    site.write({"img/logo.svg": b"\x89PNG\r\n\x1a\n" + b"\0" * 8}, below="out")
    assert load(site).image("img/logo.svg") == OWN["img/logo.svg"]
