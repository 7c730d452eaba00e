"""A FastAPI app with modules, fonts and images, in a browser: from its own origin and from another, under a policy."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.manifest import Manifest
from tests.browsers import Visit
from tests.example_site import EXAMPLE
from tests.servers import free_port, running, wait_for
from tests.sites import Site

APP = '''
"""A shop."""
import os, secrets, sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import DictLoader, Environment
from pipeline.adapters.asgi import StaticFiles
from pipeline.adapters.jinja import install
from pipeline.runtime import Assets

HERE = Path(__file__).parent
CDN = os.environ.get("CDN", "")
PAGE = """<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
{{ import_map(nonce) }}
{{ preload_tags("css/site.css", "js/app.js", nonce=nonce) }}
{{ asset_tags("css/site.css", "js/plain.js", nonce=nonce) }}
<h1>Shop</h1>{{ "img/logo.svg"|asset_tag(alt="Logo") }}
{{ asset_tag("js/app.js", module=True, nonce=nonce) }}</html>"""
environment = Environment(loader=DictLoader({"page": PAGE}), autoescape=True, enable_async=True)
assets = Assets.load(HERE / "out/manifest.json", f"{CDN}/static/")
install(environment, assets)
app = FastAPI()
app.mount("/static", StaticFiles(manifest=HERE / "out/manifest.json", base_url=f"{CDN}/static/"))


@app.get("/", response_class=HTMLResponse)
async def page(request: Request):
    nonce = secrets.token_urlsafe()
    html = await environment.get_template("page").render_async(nonce=nonce)
    sources = f"'self' {CDN}".strip()
    policy = f"default-src {sources}; img-src {sources} data:; script-src 'nonce-{nonce}'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
'''
INTEGRITY = "[...document.querySelectorAll('[rel=stylesheet], script[src]')].map(each => each.integrity)"
FONT = EXAMPLE / "vendor/figtree/figtree-latin-400-normal.woff2"
FILES = {
    "css/base.css": '@font-face{font-family:F;src:url("../fonts/f.woff2")}\n',
    "css/look.css": "h1{color:rgb(1,2,3);font-family:F;background:url('../img/dot.svg')}\n",
    "js/plain.js": "document.documentElement.dataset.plain = 'yes';\n",
    "js/app.js": "import { part } from './part.js';\n"
    "document.documentElement.dataset.part = part;\n"
    "import('./later.js').then(({ later }) => { document.documentElement.dataset.later = later; });\n",
    "js/part.js": "import { shared } from './shared.js';\nexport const part = shared;\n",
    "js/later.js": "import { shared } from './shared.js';\nexport const later = shared + '!';\n",
    "js/shared.js": "export const shared = 'shared';\n",
    "img/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h20v10"/></svg>',
    "img/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><path d="M0 0h4v4"/></svg>',
}


@pytest.fixture(scope="module", params=["rewrite", "importmap"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = Site(tmp_path_factory.mktemp(request.param))
    bundle = '[bundles]\n"css/site.css" = ["css/base.css", "css/look.css"]\n'
    site.configure(f'sources = ["src"]\noutput = "out"\nmodules = "{request.param}"\n{bundle}')
    site.write(FILES)
    site.write({"fonts/f.woff2": FONT.read_bytes()})
    site.write({"app.py": APP}, below=".")
    assert site.run("build").returncode == 0
    return site.folder


@pytest.mark.parametrize("cdn", [False, True], ids=["same origin", "CDN"])
def test_the_page_finds_all_it_asks_for_once_and_the_console_stays_empty(
    folder: Path, browser: Browser, *, cdn: bool
) -> None:
    ports = [free_port() for _ in range(1 + cdn)]
    variables = {"CDN": f"http://127.0.0.1:{ports[1]}"} if cdn else {}
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(running(folder / f"{port}.log", str(folder / "app.py"), str(port), **variables))
        for port in ports:
            wait_for(port, folder / f"{port}.log")
        visit = Visit(browser.new_page())
        page = visit.page
        visit.open(f"http://127.0.0.1:{ports[0]}/")
        assert visit.complaints == []
        assert {*visit.statuses().values()} == {200}
        files = variables.get("CDN", f"http://127.0.0.1:{ports[0]}")
        named = [each.url for each in visit.responses if "/static/" in each.url]
        assert len(named) == len(set(named))
        manifest = Manifest.from_json((folder / "out/manifest.json").read_bytes())
        wanted = {*FILES, "css/site.css", "fonts/f.woff2"} - {"css/base.css", "css/look.css"}
        assert {*named} == {f"{files}/static/{manifest[path].url}" for path in wanted}
        assert page.evaluate("({...document.documentElement.dataset})") == {
            "plain": "yes",
            "part": "shared",
            "later": "shared!",
        }
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
        assert page.evaluate("[document.images[0].naturalWidth, document.images[0].width]") == [20, 20]
        assert page.evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]
        integrity = page.evaluate(
            "[...document.querySelectorAll('[rel=stylesheet], script[src]')].map(e => e.integrity)"
        )
        expected = [manifest[path].integrity for path in ("css/site.css", "js/plain.js", "js/app.js")]
        assert integrity == (expected if cdn else ["", "", ""])
        page.close()
