"""What a page does with what the live-reload server tells, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.engine.server import ReloadServer
from tests.tools import require_tool

PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'
PAGE = """<!doctype html><title>page</title>
<link rel="stylesheet" href="site-1.css?x=1"><link rel="stylesheet" href="other.css">
<p>text</p>
<img id="img" src="/a-10.svg" srcset="/a-10.svg, /b-10.svg 2x">
<picture><source srcset="/c-10.svg 1x"><img id="picture" src="/a-10.svg"></picture>
<div id="host"></div>
<script>
  document.querySelector("#host").attachShadow({mode: "open"}).innerHTML =
    '<link rel="stylesheet" href="site-1.css"><p>text</p>'
</script>
<script type="module" src="SCRIPT"></script>"""
ERROR = {
    "kind": "error",
    "diagnostics": [
        {
            "severity": "error",
            "message": "'img/<b>x.png' does not exist",
            "path": "css/site.css",
            "line": 12,
            "column": 7,
            "hint": "did you mean 'img/x.jpg'?",
            "excerpt": "a{background:url(<b>x.png)}\n                 ^~~~~",
        },
        {
            "severity": "error",
            "message": "another",
            "path": "",
            "line": None,
            "column": None,
            "hint": "",
            "excerpt": "",
        },
    ],
}
COLOUR = "() => getComputedStyle(document.querySelector('p')).color"
SHADOW_COLOUR = "() => getComputedStyle(document.querySelector('#host').shadowRoot.querySelector('p')).color"
RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[int]:
    """A server of an app, on a port of its own."""
    with ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    for name, text in {
        "site-1.css": "p{color:red}",
        "site-2.css": "p{color:green}",
        "site-3.css": "p{color:blue}",
        "other.css": "p{margin:0}",
    }.items():
        (tmp_path / name).write_text(text)
    for name in ("a", "b", "c"):
        for size in (10, 20):
            (tmp_path / f"{name}-{size}.svg").write_text(PIXEL.format(size))
    with serving(tmp_path) as port:
        yield tmp_path, port


@pytest.fixture
def server() -> Iterator[ReloadServer]:
    with ReloadServer() as running:
        yield running


def opened(  # noqa: PLR0913  (by name)
    browser: Browser,
    app: tuple[Path, int],
    server: ReloadServer,
    host: str = "127.0.0.1",
    *,
    html: str = PAGE,
    asked: list[str] | None = None,
) -> Page:
    """A page, listening, with a mark that a reload would wipe out; ``asked`` gets every URL that it asks for."""
    folder, port = app
    (folder / "index.html").write_text(html.replace("SCRIPT", server.script_url()))
    page = browser.new_page()
    if asked is not None:
        page.on("request", lambda request: asked.append(request.url))
    before = len(server._pages)
    page.goto(f"http://{host}:{port}/", wait_until="load")
    listening(page, server, before + 1)
    page.evaluate("() => { window.mark = 1 }")
    return page


def until(page: Page, condition: Callable[[], object]) -> None:
    """Let the browser go on until something is so."""
    for _ in range(1500):
        if condition():
            return
        page.wait_for_timeout(20)
    pytest.fail("nothing happens")


def listening(page: Page, server: ReloadServer, count: int = 1) -> None:
    until(page, lambda: len(server._pages) >= count)


def marked(page: Page) -> bool:
    return page.evaluate("() => window.mark === 1") is True


def reloaded(page: Page) -> None:
    page.wait_for_function("() => window.mark !== 1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_stylesheet_is_exchanged_and_the_page_stays(browser, app, server, host: str) -> None:
    page = opened(browser, app, server, host)
    assert (page.evaluate(COLOUR), page.evaluate(SHADOW_COLOUR)) == (RED, RED)
    server.tell({"kind": "changed", "urls": {"/site-1.css": "/site-2.css"}})
    page.wait_for_function(f"() => ({COLOUR})() === '{GREEN}' && ({SHADOW_COLOUR})() === '{GREEN}'")
    links = "() => [...document.querySelectorAll('link')].map(link => link.getAttribute('href'))"
    page.wait_for_function(f"() => ({links})().length === 2")
    assert page.evaluate(links)[1] == "other.css"
    assert marked(page)
    page.close()


def test_a_stylesheet_with_an_integrity_is_exchanged_for_other_bytes(browser, app, server) -> None:
    page = opened(browser, app, server)
    page.evaluate("() => document.querySelector('link').setAttribute('integrity', 'sha256-x')")
    server.tell({"kind": "changed", "urls": {"/site-1.css": "/site-2.css"}})
    page.wait_for_function(f"() => ({COLOUR})() === '{GREEN}'")
    assert marked(page)
    page.close()


def test_changes_that_follow_each_other_end_with_the_last(browser, app, server) -> None:
    page = opened(browser, app, server)
    for number in range(20):
        old, new = (1, 2) if number % 2 == 0 else (2, 1)
        server.tell({"kind": "changed", "urls": {f"/site-{old}.css": f"/site-{new}.css"}})
    server.tell({"kind": "changed", "urls": {"/site-1.css": "/site-3.css"}})
    page.wait_for_function(f"() => ({COLOUR})() === '{BLUE}' && document.querySelectorAll('link').length === 2")
    assert marked(page)
    page.close()


def test_a_stylesheet_that_keeps_its_name_is_loaded_again(browser, app, server) -> None:
    page = opened(browser, app, server)
    for colour, shown in (("blue", BLUE), ("green", GREEN)):
        (app[0] / "site-1.css").write_text(f"p{{color:{colour}}}")
        server.tell({"kind": "changed", "urls": {"/site-1.css": "/site-1.css"}})
        page.wait_for_function(f"() => ({COLOUR})() === '{shown}'")
    assert marked(page)
    page.close()


def test_a_stylesheet_that_cannot_be_loaded_reloads_the_page(browser, app, server) -> None:
    page = opened(browser, app, server)
    server.tell({"kind": "changed", "urls": {"/site-1.css": "/missing.css"}})
    reloaded(page)
    page.close()


def test_images_are_exchanged_wherever_they_are_named(browser, app, server) -> None:
    page = opened(browser, app, server)
    urls = {f"/{name}-10.svg": f"/{name}-20.svg" for name in "abc"}
    server.tell({"kind": "changed", "urls": urls})
    page.wait_for_function("() => document.querySelector('#img').naturalWidth === 20")
    page.wait_for_function("() => document.querySelector('#picture').naturalWidth === 20")
    srcset = page.get_attribute("#img", "srcset") or ""
    assert srcset.replace(f"http://127.0.0.1:{app[1]}", "") == "/a-20.svg, /b-20.svg 2x"
    assert marked(page)
    page.close()


def test_an_image_that_only_an_inline_style_names_reloads_the_page(browser, app, server) -> None:
    page = opened(browser, app, server)
    page.evaluate("() => { document.querySelector('p').style.background = 'url(/b-20.svg)' }")
    page.wait_for_function("() => performance.getEntriesByName(location.origin + '/b-20.svg').length")
    server.tell({"kind": "changed", "urls": {"/b-20.svg": "/b-10.svg"}})
    reloaded(page)
    page.close()


def test_what_a_page_does_not_use_leaves_it_alone(browser, app, server) -> None:
    page = opened(browser, app, server)
    server.tell(
        {"kind": "changed", "urls": {"/elsewhere.css": "/elsewhere-2.css", "https://cdn.example/site-1.css": "/x"}}
    )
    server.tell(ERROR)
    expect(page.locator("pipeline-errors section")).to_be_visible()
    assert page.evaluate(COLOUR) == RED
    assert marked(page)
    page.close()


def test_anything_else_reloads_the_page_which_then_listens_again(browser, app, server) -> None:
    page = opened(browser, app, server)
    for _ in range(3):
        page.evaluate("() => { window.mark = 1 }")
        server.tell({"kind": "reload"})
        reloaded(page)
        listening(page, server)
        page.wait_for_timeout(100)
    page.evaluate("() => { window.mark = 1 }")
    page.wait_for_timeout(500)
    assert marked(page)  # and it does not go on reloading
    page.close()


def test_an_error_lies_over_the_page_with_file_line_and_excerpt_until_it_is_mended(browser, app, server) -> None:
    page = opened(browser, app, server)
    server.tell(ERROR)
    overlay = page.locator("pipeline-errors section")
    expect(overlay).to_contain_text("css/site.css:12:7")
    expect(overlay).to_contain_text("error: 'img/<b>x.png' does not exist")
    expect(overlay).to_contain_text("did you mean 'img/x.jpg'?")
    assert overlay.locator("pre").text_content() == ERROR["diagnostics"][0]["excerpt"]  # type: ignore[index]
    assert overlay.locator("h2").all_text_contents() == ["css/site.css:12:7", ""]
    assert overlay.locator("b").count() == 0
    page.reload()
    expect(overlay).to_contain_text("css/site.css:12:7")
    server.tell({"kind": "fine"})
    expect(overlay).to_have_count(0)
    page.close()


def test_an_error_is_closed_with_escape_or_the_button_and_the_next_one_is_shown(browser, app, server) -> None:
    page = opened(browser, app, server)
    overlay = page.locator("pipeline-errors section")
    for close in (lambda: page.keyboard.press("Escape"), lambda: overlay.get_by_role("button").click()):
        server.tell(ERROR)
        expect(overlay).to_be_visible()
        close()
        expect(overlay).to_have_count(0)
    assert marked(page)
    page.close()


def test_an_error_is_shown_under_a_strict_content_security_policy(browser, app, server) -> None:
    own = f"http://127.0.0.1:{server.port}"
    policy = f"default-src 'none'; script-src {own}; connect-src {own}"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page = opened(browser, app, server, html=f'{meta}<script type="module" src="{server.script_url()}"></script>')
    server.tell(ERROR)
    overlay = page.locator("pipeline-errors section")
    expect(overlay).to_be_visible()
    assert overlay.evaluate("element => getComputedStyle(element).position") == "relative"
    page.close()


def test_S15_elements_named_like_properties_of_the_document_lead_nowhere_else(browser, app, server) -> None:
    planted = (
        '<img name="currentScript" src="https://evil.example/x/reload.js"><img name="baseURI" src="//evil.example">'
    )
    rest = f'<p>text</p><link rel="stylesheet" href="site-1.css"><script type="module" src="{server.script_url()}">'
    asked: list[str] = []
    browser_page = opened(browser, app, server, html=f"{planted}{rest}</script>", asked=asked)
    server.tell({"kind": "changed", "urls": {"/site-1.css": "/site-2.css"}})
    browser_page.wait_for_function(f"() => ({COLOUR})() === '{GREEN}'")
    assert [url for url in asked if "/events" in url] == [server.script_url().replace("reload.js", "events")]
    browser_page.close()


def test_the_script_leaves_no_globals(browser, app, server) -> None:
    page = opened(browser, app, server)
    names = "() => Object.getOwnPropertyNames(window)"
    with_script = set(page.evaluate(names))
    page.route("**/reload.js", lambda route: route.abort())
    page.reload()
    assert with_script - set(page.evaluate(names)) <= {"mark"}
    page.close()


def test_a_page_listens_again_after_a_restart_and_reloads_once(browser, app) -> None:
    with ReloadServer() as first:
        page = opened(browser, app, first)
    with ReloadServer(first.port, token=first.token) as second:
        reloaded(page)
        listening(page, second)
        page.wait_for_timeout(300)
        page.evaluate("() => { window.mark = 1 }")
        page.wait_for_timeout(500)
        assert marked(page)
        second.tell({"kind": "reload"})
        reloaded(page)
    page.close()


def test_a_page_that_was_being_loaded_during_a_change_is_loaded_again(browser, app, server) -> None:
    page = opened(browser, app, server)
    held: list[Route] = []
    page.route("**/reload.js", lambda route: held.append(route))  # noqa: PLW0108  (Playwright marks the function)
    loads: list[int] = []
    page.on("load", lambda _: loads.append(1))
    page.reload(wait_until="commit")
    until(page, lambda: held)
    page.wait_for_timeout(50)
    server.tell({"kind": "reload"})
    held[0].continue_()
    page.unroute("**/reload.js")
    until(page, lambda: len(loads) == 2)
    page.wait_for_timeout(500)
    assert len(loads) == 2
    page.close()


def test_S9_a_page_of_a_foreign_host_gets_nothing(browser, app, server) -> None:
    _, port = app
    (app[0] / "index.html").write_text("")
    with sync_playwright_foreign(browser) as page:
        page.goto(f"http://evil.example:{port}/")
        for url in (server.script_url(), server.script_url().replace("reload.js", "events")):
            for mode in ("cors", "no-cors"):
                outcome = page.evaluate(
                    "([url, mode]) => fetch(url, {mode}).then(() => 'answered', () => 'refused')", [url, mode]
                )
                assert outcome == "refused", (url, mode)
        rebound = server.script_url().replace("127.0.0.1", "evil.example")
        with page.expect_response(rebound) as answer:
            page.evaluate("url => fetch(url, {mode: 'no-cors'})", rebound)
        assert answer.value.status == 421


@contextmanager
def sync_playwright_foreign(browser: Browser) -> Iterator[Page]:
    """A page in a browser for which every name leads to 127.0.0.1."""
    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    other = browser.browser_type.launch(executable_path=require_tool("chromium"), args=[rules])
    try:
        yield other.new_page()
    finally:
        other.close()
