"""A page with classes of Tailwind looks right in a real browser: colours, sizes, variants, theme and plug-in."""

from __future__ import annotations

import io
import json

import pytest

from tests.browsers import Visit
from tests.npm_tools import use_npm
from tests.transforms.webassets_steps import need_package

PAGE = """<!doctype html><html lang="en"><head><title>x</title><link rel="stylesheet" href="css/tw.css"></head><body>
<main class="grid grid-cols-1 md:grid-cols-2 gap-4 p-8 bg-sky-100 w-[600px]">
<div id="red" class="h-24 rounded-lg bg-red-500 p-4 text-white text-2xl font-bold hover:bg-blue-600">Red</div>
<div id="brand" class="h-24 bg-brand shadow-xl -translate-y-2 border-4 border-black/50">Brand</div>
</main><article class="prose"><h1 id="title">Title</h1></article>
<button id="button" class="btn">Press</button></body></html>"""
STYLE = """@import "tailwindcss";
@import "./theme.css";
@plugin "@tailwindcss/typography";
.btn { @apply inline-block rounded-full bg-green-700 px-6 py-2 text-white; }
"""


@pytest.fixture
def visit(site, browser):
    need_package("PIL")
    use_npm(site)
    step = '{ use = "tailwind" }'
    site.configure(
        f'sources=["src"]\noutput="out"\ncompress=[]\n[naming]\nkeep=["page.html"]\n[compile]\n"tw.css"=[{step}]\n'
    )
    site.write({"page.html": PAGE, "css/tw.css": STYLE, "css/theme.css": "@theme { --color-brand: #123456 }"})
    site.publish()
    page = browser.new_page(viewport={"width": 900, "height": 600})
    found = Visit(page)
    page.goto((site.output / "page.html").as_uri())
    yield found
    page.close()


def styles(visit: Visit, selector: str, *names: str) -> list[str]:
    script = f"names => names.map(n => getComputedStyle(document.querySelector({json.dumps(selector)}))[n])"
    found: list[str] = visit.page.evaluate(script, list(names))
    return found


def colour(visit: Visit, x: float, y: float) -> tuple[int, ...]:
    """What is seen in a place of the window."""
    from PIL import Image

    seen = Image.open(io.BytesIO(visit.page.screenshot())).convert("RGB").getpixel((int(x), int(y)))
    assert isinstance(seen, tuple)
    return tuple(map(int, seen))


def near(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 3 for one, other in zip(found, wanted, strict=True))


def test_a_page_looks_as_its_classes_say(visit):
    page = visit.page
    red = page.locator("#red").bounding_box()
    assert (red["x"], red["y"], red["width"], red["height"]) == (32, 32, 260, 96)  # two columns and a gap in 600 px
    names = ("padding", "borderRadius", "fontSize", "fontWeight")
    assert styles(visit, "#red", *names) == ["16px", "8px", "24px", "700"]
    assert near(colour(visit, red["x"] + 200, red["y"] + 80), (251, 44, 54))  # red-500
    assert near(colour(visit, 10, 10), (223, 242, 254))  # sky-100
    brand = page.locator("#brand").bounding_box()
    assert (brand["x"], brand["y"]) == (308, 24)
    assert near(colour(visit, brand["x"] + 130, brand["y"] + 80), (0x12, 0x34, 0x56))
    assert float(styles(visit, "#title", "fontSize")[0].removesuffix("px")) > 30
    assert styles(visit, "#button", "paddingLeft", "display") == ["24px", "inline-block"]
    page.locator("#red").hover()
    page.wait_for_function("getComputedStyle(document.querySelector('#red')).backgroundColor.includes('262')")
    assert near(colour(visit, red["x"] + 200, red["y"] + 80), (21, 93, 252))  # blue-600
    page.set_viewport_size({"width": 700, "height": 600})
    assert page.locator("#red").bounding_box()["width"] == 536  # one column
    assert visit.complaints == []
