"""The functions of Jinja in a Flask app, at the base URL of each request; and a base URL at another site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask
import pytest

from pipeline.adapters.flask import Pipeline
from tests.adapters.flask.apps import built, got, manifest, shop, write

MODULES = {
    "pipeline.toml": 'modules = "importmap"\n',
    "static/js/app.js": "import './part.js'",
    "static/js/part.js": "part()",
}
BASE = {"PIPELINE_BASE_URL": "https://cdn.example.com/assets"}


def shown(app: flask.Flask, template: str, **request: Any) -> str:
    with app.test_request_context("/", **request):
        return flask.render_template_string(template)


@pytest.mark.parametrize(
    ("settings", "request_", "start"),
    [
        ({}, {}, "/static/"),
        ({}, {"base_url": "https://example.com/mounted"}, "/mounted/static/"),
        (BASE, {"base_url": "https://example.com/mounted"}, "https://cdn.example.com/assets/"),
        ({"CDN_DOMAIN": "cdn.example.com"}, {"base_url": "https://x/"}, "https://cdn.example.com/static/"),
        ({"FLASK_STATIC_DIGEST_HOST_URL": "//cdn.example.com/a"}, {}, "//cdn.example.com/a/static/"),
    ],
    ids=str,
)
def test_elements_and_the_import_map_stand_at_the_base_url_of_the_request(
    folder: Path, settings: Mapping[str, Any], request_: Mapping[str, Any], start: str
) -> None:
    app = built(write(folder, MODULES), settings)
    entries = manifest(folder)
    script, part, logo = (entries[path] for path in ("js/app.js", "js/part.js", "admin/logo.svg"))
    for _ in range(2):  # also from memory
        tag = shown(app, "{{ asset_tag('js/app.js', module=True, nonce='n') }}", **request_)
        assert f'src="{start}{script.url}"' in tag
        assert 'nonce="n"' in tag
        assert (f'integrity="{script.integrity}"' in tag) == ("//" in start)
        preloads = shown(app, "{{ preload_tags('js/app.js') }}", **request_)
        assert f'href="{start}{part.url}"' in preloads
        found = shown(app, "{{ import_map('n') }}", **request_)
        assert f'"{start}{part.url}": "{part.integrity}"' in found
        assert shown(app, "{{ 'admin/logo.svg' | asset_url }}", **request_) == start + logo.url
        # Some other request in between.
        assert shown(app, "{{ asset_url('admin/logo.svg') }}", base_url="http://localhost/y/").endswith(logo.url)


def test_a_new_build_shows_in_them_without_a_restart(folder: Path) -> None:
    app = built(folder)
    app.add_url_rule("/shown", "shown", lambda: flask.render_template_string("{{ asset_url('css/site.css') }}"))
    before = got(app, "/shown")[2].decode()
    write(folder, {"static/css/site.css": "a{color:blue}"})
    built(folder)
    after = got(app, "/shown")[2].decode()
    assert after != before
    assert after == "/static/" + manifest(folder)["css/site.css"].url


def test_python_has_all_that_the_runtime_has_at_the_same_place(folder: Path) -> None:
    built(write(folder, MODULES))
    extension = Pipeline()
    app = shop(folder, extend=extension.init_app)
    url = manifest(folder)["js/part.js"].url
    with app.test_request_context("/", base_url="http://localhost/mounted"):
        assert f"</mounted/static/{url}>; rel=" in "".join(extension.assets.link_headers("js/app.js"))
        assert extension.assets is flask.current_app.extensions["pipeline"]


def test_a_base_url_at_another_site_stands_before_all_that_was_built(folder: Path) -> None:
    app = built(folder, BASE)
    url = "https://cdn.example.com/assets/" + manifest(folder)["admin/admin.css"].url
    with app.test_request_context("/", base_url="http://localhost/mounted"):
        assert flask.url_for("admin.static", filename="admin.css") == url
        assert flask.url_for("admin.static", filename="admin.css", _external=True, v="1") == f"{url}?v=1"
        assert flask.url_for("admin.static", filename="admin.css", _scheme="http").startswith("http://cdn.example")
        write(folder, {"admin/static/upload.png": b"x"})
        assert flask.url_for("admin.static", filename="upload.png") == "/mounted/admin/static/upload.png"
        assert flask.url_for("page") == "/mounted/page"
    assert app.url_for("admin.static", filename="admin.css") == url


def test_no_more_places_are_remembered_than_there_may_be(folder: Path) -> None:
    app = built(folder)
    here = app.extensions["pipeline"]
    for number in range(40):
        request = {"base_url": f"http://h{number}.example.com/m{number}"}
        assert shown(app, "{{ asset_url('css/site.css') }}", **request).startswith(f"/m{number}/static/")
    assert len(here._lookups) <= 16


@pytest.mark.parametrize("debug", [True, False])
def test_pages_load_the_script_of_the_watch_in_debug_mode_only(folder: Path, *, debug: bool) -> None:
    built(folder)
    (folder / "build/.pipeline/reload").write_text("http://127.0.0.1:4000/abc/reload.js")
    app = shop(folder, {"DEBUG": debug})
    element = '<script type="module" src="http://127.0.0.1:4000/abc/reload.js" nonce="n"></script>'
    assert shown(app, "{{ live_reload('n') }}") == (element if debug else "")
