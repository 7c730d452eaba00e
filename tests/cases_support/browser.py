"""What a browser computes for a stylesheet."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.tools import require_tool

NAMED = {"green": "rgb(0, 128, 0)", "red": "rgb(255, 0, 0)", "blue": "rgb(0, 0, 255)"}
SHOWN = "selector => getComputedStyle(document.querySelector(selector)).color"


def named(colour: str) -> str:
    """A colour's name as a browser computes it."""
    return NAMED.get(colour, colour)


def colour(stylesheet: Path, selector: str) -> str:
    """The colour of an element that a selector of one class matches."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_tool("chromium"))
        try:
            return _colour(browser.new_page(), stylesheet, selector)
        finally:
            browser.close()


def _colour(page: Page, stylesheet: Path, selector: str) -> str:
    page.set_content(f'<p class="{selector.removeprefix(".")}">x</p>')
    page.add_style_tag(content=stylesheet.read_text("utf-8"))
    return str(page.evaluate(SHOWN, selector))
