"""What docs/migrating.md shows before and after is what comes of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs/migrating.md"
SITE = {
    "static/lib/jquery.js": "var jquery;\n",
    "static/app.coffee": "app = 1\n",
    "static/site.js": "var site;\n",
    "static/css/a.css": "a {}",
    "static/site.scss": "a { b: c }",
}
SHOP = {
    "shop/__init__.py": "",
    "shop/static/css/reset.css": "a { b: c }",
    "shop/static/css/site.scss": "$d: e; a { d: $d }",
}


def blocks(title: str, language: str) -> list[str]:
    """The code of a language under a heading of the guide, in order."""
    chapter = GUIDE.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", chapter, re.DOTALL)
    assert found
    return found


def test_webassets(old):
    app, *_ = blocks("webassets and Flask-Assets", "python")
    page, new_page = blocks("webassets and Flask-Assets", "jinja")
    head = "from flask import Flask\napp = Flask(__name__)\n"
    old.write({**SITE, "app.py": head + app, "templates/page.html": page}).migrate()
    (after,) = blocks("webassets and Flask-Assets", "toml")
    assert old.values == tomllib.loads(after)
    assert (old.folder / "pipeline.toml").read_text().partition("\n")[2] == after
    assert old.said("templates/page.html:1", re.findall(r'asset_tags\("[^"]*"', new_page)[0])


@pytest.mark.parametrize("title", ["django-pipeline", "django-compressor"])
def test_django(old, title):
    (settings, *_), (page, new_page) = blocks(title, "python"), blocks(title, "django")
    head = f'INSTALLED_APPS = ["shop", "{title.removeprefix("django-")}"]\nSTATIC_URL = "static/"\n'
    old.write({**SHOP, "site.py": head + settings, "templates/page.html": page}).migrate()
    (after,) = blocks(title, "toml")
    assert old.bundles == tomllib.loads(after)["bundles"]
    (tag,) = re.findall(r"\{% asset_tag .*? %\}", new_page)
    assert old.said("templates/page.html", f"write {tag}")
    assert old.said("site.py:1", "pipeline.adapters.django")
    (path,) = old.bundles
    joined = old.build().files()[old.build().manifest[path].file].read()
    assert joined.startswith(b"a{b:c}")
    assert b"d:e" in joined
