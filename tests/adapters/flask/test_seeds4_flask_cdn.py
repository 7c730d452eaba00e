"""Each setting of Flask-CDN 1.5.3, and each of its faults gone: SEEDS 4."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask
import pytest

from tests.adapters.flask.apps import ENDPOINTS, NAMES, bare, built, manifest, shop, write

DOMAIN = {"CDN_DOMAIN": "mycdn.example.net"}


def url(app: flask.Flask, endpoint: str = "static", base: str = "http://localhost/", **values: Any) -> str:
    """What a template and Python get in a request."""
    values.setdefault("filename", NAMES.get(endpoint, "css/site.css"))
    with app.test_request_context("/", base_url=base):
        found = flask.url_for(endpoint, **values)
        template = "{% autoescape false %}{{ url_for(endpoint, **values) }}{% endautoescape %}"
        assert flask.render_template_string(template, endpoint=endpoint, values=values) == found
    return found


def name(folder: Path, endpoint: str = "static") -> str:
    """What the manifest calls the file of an endpoint."""
    return manifest(folder)[ENDPOINTS[endpoint] + NAMES[endpoint]].url


def test_SEEDS4_static_endpoints_get_the_url_of_the_cdn_and_everything_else_passes_through(folder: Path) -> None:
    app = built(folder, {**DOMAIN, "CDN_HTTPS": True})
    for endpoint in ENDPOINTS:
        assert url(app, endpoint) == f"https://mycdn.example.net/static/{name(folder, endpoint)}"
    assert url(app, "page") == "/page?filename=css/site.css"


@pytest.mark.parametrize(
    ("domain", "start"),
    [
        (None, ""),
        ("", ""),
        ("mycdn.example.net", "http://mycdn.example.net"),
        ("mycdn.example.net:8080", "http://mycdn.example.net:8080"),
        ("mycdn.example.net/a/b", "http://mycdn.example.net/a/b"),
        ("mycdn.example.net/a/", "http://mycdn.example.net/a"),
    ],
)
def test_SEEDS4_CDN_DOMAIN_is_a_host_with_port_and_path_and_nothing_happens_without_it(
    folder: Path, domain: str | None, start: str
) -> None:
    app = built(folder, {"CDN_DOMAIN": domain, "CDN_VERSION": "1" if not domain else None})
    assert url(app) == f"{start}/static/{name(folder)}"


@pytest.mark.parametrize(
    ("settings", "at_cdn"),
    [
        ({}, True),
        ({"DEBUG": True}, False),
        ({"DEBUG": True, "CDN_DEBUG": False}, True),
        ({"CDN_DEBUG": True}, False),
    ],
    ids=str,
)
def test_SEEDS4_CDN_DEBUG_is_plain_flask_and_by_default_that_of_the_app(
    folder: Path, settings: Mapping[str, Any], at_cdn: bool
) -> None:
    built(folder)
    app = shop(folder, {**DOMAIN, **settings})
    assert url(app) == ("http://mycdn.example.net" if at_cdn else "") + f"/static/{name(folder)}"


@pytest.mark.parametrize(
    ("https", "asked", "base", "scheme"),
    [
        (None, {}, "http://localhost/", "http"),
        (None, {}, "https://localhost/", "https"),
        (True, {}, "http://localhost/", "https"),
        (False, {}, "https://localhost/", "http"),
        (True, {"_scheme": "http"}, "https://localhost/", "http"),
        (None, {"_scheme": "https"}, "http://localhost/", "https"),
    ],
)
def test_SEEDS4_CDN_HTTPS_is_the_scheme_or_that_of_the_request_and_scheme_wins(
    folder: Path, https: bool | None, asked: Mapping[str, Any], base: str, scheme: str
) -> None:
    app = built(folder, {**DOMAIN, "CDN_HTTPS": https})
    assert url(app, base=base, **asked) == f"{scheme}://mycdn.example.net/static/{name(folder)}"


@pytest.mark.parametrize(("settings", "stamped"), [({}, True), ({"CDN_TIMESTAMP": False}, False)])
def test_SEEDS4_CDN_TIMESTAMP_is_the_time_of_files_that_have_no_fingerprint(
    folder: Path, settings: Mapping[str, Any], stamped: bool
) -> None:
    app = built(folder, {**DOMAIN, **settings})
    assert url(app) == f"http://mycdn.example.net/static/{name(folder)}"
    write(folder, {"static/upload.png": b"x"})
    os.utime(folder / "static/upload.png", (1_700_000_000.5, 1_700_000_000.5))
    expected = "http://mycdn.example.net/static/upload.png" + ("?t=1700000000" if stamped else "")
    assert url(app, filename="upload.png") == expected


def test_SEEDS4_CDN_VERSION_is_a_fixed_version_in_the_query(folder: Path) -> None:
    app = built(folder, {**DOMAIN, "CDN_VERSION": 7, "CDN_TIMESTAMP": False})
    write(folder, {"static/upload.png": b"x"})
    for _ in range(2):
        assert url(app) == f"http://mycdn.example.net/static/{name(folder)}?v=7"
        assert url(app, filename="upload.png") == "http://mycdn.example.net/static/upload.png?v=7"


def test_SEEDS4_CDN_ENDPOINTS_are_those_in_the_list_and_those_that_end_with_a_dot_and_one(folder: Path) -> None:
    settings = {**DOMAIN, "CDN_ENDPOINTS": ["admin.static", "media"]}
    built(folder)
    app = shop(folder, settings)
    app.add_url_rule("/media/<path:filename>", "media", lambda filename: filename)
    app.add_url_rule("/more/<path:filename>", "more.media", lambda filename: filename)
    assert url(app, "media", filename="a b.mp4") == "http://mycdn.example.net/media/a%20b.mp4"
    assert url(app, "more.media", filename="a.mp4") == "http://mycdn.example.net/more/a.mp4"
    assert url(app, "admin.static") == f"http://mycdn.example.net/static/{name(folder, 'admin.static')}"
    assert url(app, "static") == f"/static/{name(folder)}"


def test_SEEDS4_an_app_without_blueprints_has_the_url_that_it_had_but_for_the_name(folder: Path) -> None:
    write(folder, {"static/foo/style.css": "a{}", "pipeline.toml": "[naming]\nstyle = 'plain'"})
    built(folder)
    app = bare(folder, {**DOMAIN, "CDN_HTTPS": True})
    from pipeline.adapters.flask import Pipeline

    Pipeline(app)
    assert url(app, filename="foo/style.css") == "https://mycdn.example.net/static/foo/style.css"


def test_SEEDS4_must_not_copy_external_and_anchor_do_not_leak_into_the_query(folder: Path) -> None:
    app = built(folder, DOMAIN)
    for _ in range(2):
        found = url(app, _external=True, _anchor="x", _method="GET")
        assert found == f"http://mycdn.example.net/static/{name(folder)}#x"


def test_SEEDS4_must_not_copy_relative_static_is_that_of_the_blueprint(folder: Path) -> None:
    app = built(folder, DOMAIN)
    with app.test_request_context("/admin/reports/"):
        found = flask.url_for(".static", filename="chart.js")
    assert found == f"http://mycdn.example.net/static/{name(folder, 'admin.reports.static')}"


def test_SEEDS4_must_not_copy_a_missing_file_does_not_raise_when_timestamps_are_on(folder: Path) -> None:
    assert url(built(folder, DOMAIN), filename="no.png") == "http://mycdn.example.net/static/no.png"


def test_SEEDS4_must_not_copy_the_timestamp_is_that_of_the_endpoints_folder(folder: Path) -> None:
    app = built(folder, DOMAIN)
    write(folder, {"static/up.png": b"x", "admin/static/up.png": b"x"})
    os.utime(folder / "static/up.png", (1_700_000_000, 1_700_000_000))
    os.utime(folder / "admin/static/up.png", (1_600_000_000, 1_600_000_000))
    with app.test_request_context("/admin/"):
        assert flask.url_for("static", filename="up.png").endswith("/static/up.png?t=1700000000")
        assert flask.url_for("admin.static", filename="up.png").endswith("/admin/static/up.png?t=1600000000")


@pytest.mark.parametrize(("https", "scheme"), [(None, "http"), (True, "https")])
def test_SEEDS4_must_not_copy_no_request_is_needed(folder: Path, https: bool | None, scheme: str) -> None:
    app = built(folder, {**DOMAIN, "CDN_HTTPS": https})
    expected = f"{scheme}://mycdn.example.net/static/{name(folder)}"
    assert app.url_for("static", filename="css/site.css") == expected
    with app.app_context():
        assert flask.url_for("static", filename="css/site.css") == expected
        assert flask.url_for("static", filename="css/site.css", _external=True) == expected
    app.config.update(SERVER_NAME="shop.example.com", PREFERRED_URL_SCHEME="https")
    with app.app_context():
        assert flask.url_for("static", filename="css/site.css").endswith(f"://mycdn.example.net/static/{name(folder)}")


def test_SEEDS4_must_not_copy_script_name_is_kept(folder: Path) -> None:
    app = built(folder, DOMAIN)
    found = url(app, base="http://localhost/mounted")
    assert found == f"http://mycdn.example.net/mounted/static/{name(folder)}"


@pytest.mark.parametrize(
    ("domain", "https", "start"),
    [
        ("https://mycdn.example.net", None, "https://mycdn.example.net"),
        ("https://mycdn.example.net/", None, "https://mycdn.example.net"),
        ("http://mycdn.example.net", True, "https://mycdn.example.net"),
    ],
)
def test_SEEDS4_must_not_copy_a_scheme_in_the_domain_is_one_scheme(
    folder: Path, domain: str, https: bool | None, start: str
) -> None:
    app = built(folder, {"CDN_DOMAIN": domain, "CDN_HTTPS": https})
    assert url(app) == f"{start}/static/{name(folder)}"
