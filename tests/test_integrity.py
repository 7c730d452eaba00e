"""Pages that hold the integrity of what they load, and import maps with prefixes: what browsers make of them."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Route, sync_playwright

from tests.sites import Site, messages
from tests.tools import require_tool

HEAD = 'sources=["src"]\noutput="out"\ncompress=[]\n'
PLAIN = HEAD + "minify=false\n"
STALE = "sha384-" + "A" * 64


def held(text: str) -> list[str]:
    return re.findall(r"integrity=\"?([^\s\">]+)", text)


def maps(text: str) -> Any:
    (said,) = re.findall(r"<script type=importmap>(.*?)</script>", text, re.DOTALL)
    return json.loads(said)


def fails(site: Site) -> list[str]:
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    return messages(caught.value)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_tool("chromium"))
        yield browser
        browser.close()


def opened(chromium: Browser, site: Site, path: str) -> dict[str, Any]:
    """The ``data-`` attributes of the body of a published page, and what the browser complained about."""
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def serve(route: Route) -> None:
        file = site.output / unquote(urlsplit(route.request.url).path).removeprefix("/static/")
        kind = mimetypes.guess_type(file.name)[0]
        route.fulfill(status=200 if file.is_file() else 404, path=file if file.is_file() else None, content_type=kind)

    page.route("**/*", serve)
    page.goto(f"https://site.test/static/{site.manifest[path].url}", wait_until="load")
    said = dict(page.evaluate("() => ({...document.body.dataset})"))
    page.close()
    return {**said, "complaints": complaints}


def test_an_integrity_is_that_of_the_bytes_which_are_served(site, chromium):
    site.write({"js/a.js": "/* long */ document.body.dataset.a = '1' ;", "a.css": "p { color : red }"})
    page = (
        f"<link rel=stylesheet href=a.css integrity={STALE}><body><p>x"
        f'<script integrity="{STALE} {STALE}" src=js/a.js></script>'
        f'<script src="https://cdn.example/x.js" integrity="{STALE}"></script>'
    )
    site.write({"index.html": page})
    site.configure(HEAD)
    site.publish()
    entries = site.manifest
    assert held(site.text("index.html")) == [entries["a.css"].integrity, entries["js/a.js"].integrity, STALE]
    new = page.replace(f'"{STALE} {STALE}"', f'"{entries["js/a.js"].integrity}"')
    new = new.replace(f"integrity={STALE}>", f"integrity={entries['a.css'].integrity}>")
    assert site.text("index.html") == new.replace("a.css ", f"{entries['a.css'].url} ").replace(
        "js/a.js>", f"{entries['js/a.js'].url}>"
    )
    assert opened(chromium, site, "index.html")["a"] == "1"


@pytest.mark.parametrize(
    "url", ["https://cdn.example/x.js", "//cdn.example/x.js", "/other/x.js", "{{ url }}", "data:,x", "#x"]
)
def test_an_integrity_of_what_is_not_ours_stays(site, url):
    page = f"<script src='{url}' integrity='{STALE}'></script>"
    site.write({"index.html": page})
    site.publish()
    assert site.text("index.html") == page


def test_a_changed_script_renames_the_page_that_holds_its_integrity_in_every_style(site):
    for style in ("fingerprint", "query", "plain"):
        site.configure(f'{PLAIN}[naming]\nstyle="{style}"')
        for content in ("1", "2"):
            site.write({"a.js": content, "index.html": f"<script src=a.js integrity={STALE}></script>"})
            site.publish()
            assert held(site.text("index.html")) == [site.manifest["a.js"].integrity]
            assert site.verify() == []


def test_a_page_and_a_script_may_name_each_other(site, chromium):
    site.write({"a.js": "document.body.dataset.a = new URL('index.html', import.meta.url) == location.href"})
    site.write({"b.js": "import './a.js'; document.body.dataset.b = asset_url('other.html')"})
    page = f"<body><script type=module src=b.js integrity={STALE}></script><link rel=preload href=other.html as=fetch>"
    site.write({"index.html": page, "other.html": f"<script type=module src=a.js integrity={STALE}></script>"})
    site.publish()
    entries = site.manifest
    assert held(site.text("index.html")) == [entries["b.js"].integrity]
    assert held(site.text("other.html")) == [entries["a.js"].integrity]
    assert site.verify() == []
    said = opened(chromium, site, "index.html")
    assert (said["a"], said["b"]) == ("true", f"/static/{entries['other.html'].url}")


def test_in_a_cycle_a_page_is_written_after_the_page_whose_integrity_it_holds(site):
    for one, other in (("a", "b"), ("b", "a")):
        site.write({f"{one}.html": f"<link rel=preload href={other}.html integrity={STALE}>"})
        site.write({f"{other}.html": f"<link rel=preload href={one}.html>"})
        site.publish()
        assert held(site.text(f"{one}.html")) == [site.manifest[f"{other}.html"].integrity]
        assert site.verify() == []


def test_pages_that_hold_the_integrity_of_each_other_are_refused(site):
    page = f"<link rel=preload href=%s.html integrity={STALE}>"
    site.write({"a.html": page % "b", "b.html": page % "c", "c.html": page % "a", "d.html": page % "d"})
    said = "and is held by it: no file can satisfy that; leave out one `integrity`"
    assert fails(site) == [
        f"a.html: holds the integrity of 'b.html' and 'c.html', {said}",
        f"d.html: holds the integrity of itself, {said}",
    ]


def test_a_broken_url_is_reported_once_and_its_integrity_is_not(site):
    site.write({"index.html": f"<script src=gone.js integrity={STALE}></script>"})
    assert fails(site) == ["index.html:1:13: 'gone.js' does not exist"]


@pytest.mark.parametrize("style", ["rewrite", "importmap"])
def test_the_integrity_of_modules_in_an_import_map_is_that_of_what_is_served(site, chromium, style):
    site.write({"js/a.js": "import 'lit'", "js/b.js": "document.body.dataset.b = '1'"})
    said = {"imports": {"lit": "./js/b.js"}, "integrity": {"./js/b.js": STALE, "/x/c.js": STALE}}
    page = f"<script type=importmap>{json.dumps(said)}</script><script type=module src=js/a.js></script>"
    site.write({"index.html": f"<body>{page}"})
    site.configure(f'{PLAIN}modules="{style}"')
    site.publish()
    url, integrity = site.manifest["js/b.js"].url, site.manifest["js/b.js"].integrity
    assert maps(site.text("index.html")) == {
        "imports": {"lit": f"./{url}"},
        "integrity": {f"./{url}": integrity, "/x/c.js": STALE},
    }
    assert opened(chromium, site, "index.html") == {"b": "1", "complaints": []}


def test_a_browser_finds_every_module_below_a_prefix(site, chromium):
    module = "document.body.dataset[import.meta.url.split('/').at(-1)[0]] = '1'"
    site.write({"vendor/lit/x.js": module, "vendor/lit/d/y z.js": module, "vendor/z.js": module})
    site.write({"js/s/s.js": "import 'lit/z.js'"})
    site.write({"js/a.js": "import 'lit/x.js'; import 'lit/d/y z.js'; import './s/s.js'"})
    said = '{"imports":{ "lit/" : "./vendor/lit/" }, "scopes":{"./js/s/":{"lit/":"/static/vendor/"}}}'
    site.write({"index.html": f"<body><script type=importmap>{said}</script><script type=module src=js/a.js></script>"})
    site.publish()
    url = {path: f"./{entry.url}" for path, entry in site.manifest.entries.items()}
    assert maps(site.text("index.html")) == {
        "imports": {"lit/d/y z.js": url["vendor/lit/d/y z.js"], "lit/x.js": url["vendor/lit/x.js"]},
        "scopes": {
            "./js/s/": {
                "lit/lit/d/y z.js": url["vendor/lit/d/y z.js"],
                "lit/lit/x.js": url["vendor/lit/x.js"],
                "lit/z.js": url["vendor/z.js"],
            }
        },
    }
    assert opened(chromium, site, "index.html") == {"x": "1", "y": "1", "z": "1", "complaints": []}


def test_a_prefix_means_what_is_published_and_a_new_file_below_it_renames_the_page(site):
    said = '{"imports":{"lit/":"./v/"}}'
    site.write({"v/a.js": "1", "v/b.js": "2", "v/c.js": "3", "d.js": "import './v/b.js'"})
    site.write({"index.html": f"<script type=importmap>{said}</script>"})
    site.configure(PLAIN + '[bundles."all.css"]\nsources=["v/b.js","v/c.js"]')
    site.publish()
    before = site.manifest["index.html"].url
    assert [*maps(site.text("index.html"))["imports"]] == ["lit/a.js", "lit/b.js"]
    site.write({"v/new.js": ""})
    site.publish()
    assert [*maps(site.text("index.html"))["imports"]] == ["lit/a.js", "lit/b.js", "lit/new.js"]
    assert site.manifest["index.html"].url != before


def test_a_prefix_of_nothing_is_an_error_and_one_of_nothing_published_stays(site):
    page = '<script type=importmap>{"imports":{"lit/":"./v/"}}</script>'
    site.write({"index.html": page, "w/a.js": "1"})
    assert fails(site) == ["index.html:1:36: './v/' does not exist"]
    site.write({"v/a.js": "1"})
    site.configure(PLAIN + '[bundles]\n"all.js"=["v/a.js"]')
    site.publish()
    assert site.text("index.html") == page


def test_a_prefix_may_stand_for_the_folder_of_the_page(site):
    site.write({"p/index.html": '<script type=importmap>{"imports":{"app/":"./"}}</script>', "p/a.js": "1", "b.js": ""})
    site.publish()
    assert maps(site.text("p/index.html"))["imports"] == {"app/a.js": f"./{site.manifest['p/a.js'].url[2:]}"}
