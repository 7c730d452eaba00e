"""Cache busting with ``url_for(..., v=…)``, by hand and by itself: SEEDS 2."""

from __future__ import annotations

import re
from pathlib import Path

import flask
import pytest

from tests.adapters.flask.apps import ENDPOINTS, NAMES, built, got, manifest, shop, write

QUERY = "[naming]\nstyle = 'query'\n"
FINGERPRINT = r"[0-9a-f]{16}"


@pytest.fixture
def queried(folder: Path) -> flask.Flask:
    write(folder, {"pipeline.toml": QUERY, "static/js/app.js": "import './part.js'", "static/js/part.js": "part()"})
    return built(folder)


def test_SEEDS2_a_version_that_is_given_becomes_the_query(queried: flask.Flask) -> None:
    with queried.test_request_context("/"):
        assert flask.url_for("static", filename="css/site.css", v="abc") == "/static/css/site.css?v=abc"
        assert flask.url_for("static", filename="css/site.css", x=1, v=2).endswith("/css/site.css?v=2&x=1")


def test_SEEDS2_none_drops_the_version(queried: flask.Flask) -> None:
    with queried.test_request_context("/"):
        assert flask.url_for("static", filename="css/site.css", v=None) == "/static/css/site.css"


def test_SEEDS2_anchor_and_external_are_honoured(queried: flask.Flask) -> None:
    with queried.test_request_context("/"):
        found = flask.url_for("static", filename="css/site.css", _anchor="top", _external=True)
        assert re.fullmatch(rf"http://localhost/static/css/site\.css\?v={FINGERPRINT}#top", found)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_SEEDS2_plain_url_for_gets_the_version_from_the_manifest_in_templates_and_in_python(
    queried: flask.Flask, endpoint: str
) -> None:
    with queried.test_request_context("/"):
        found = flask.url_for(endpoint, filename=NAMES[endpoint])
        template = f"{{{{ url_for('{endpoint}', filename='{NAMES[endpoint]}') }}}}"
        assert flask.render_template_string(template) == found
    assert re.fullmatch(rf"/static/{ENDPOINTS[endpoint]}{NAMES[endpoint]}\?v={FINGERPRINT}", found)
    assert got(queried, found)[0] == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("style", ["query", "fingerprint"])
def test_SEEDS2_a_fixed_version_comes_from_the_settings(folder: Path, style: str, endpoint: str) -> None:
    write(folder, {"pipeline.toml": f"[naming]\nstyle = '{style}'\n"})
    app = built(folder, {"PIPELINE_VERSION": "2026.1"})
    location = manifest(folder)[ENDPOINTS[endpoint] + NAMES[endpoint]].url.partition("?")[0]
    with app.test_request_context("/"):
        for _ in range(2):
            assert flask.url_for(endpoint, filename=NAMES[endpoint]) == f"/static/{location}?v=2026.1"
            assert flask.url_for(endpoint, filename=NAMES[endpoint], v=None) == f"/static/{location}"
            assert flask.url_for(endpoint, filename=NAMES[endpoint], v="x", a=1) == f"/static/{location}?v=x&a=1"


def test_SEEDS2_a_fixed_version_is_that_of_files_that_are_no_assets_too(folder: Path) -> None:
    app = built(folder, {"PIPELINE_VERSION": "2"})
    write(folder, {"static/upload.png": b"x"})
    with app.test_request_context("/"):
        assert flask.url_for("static", filename="upload.png") == "/static/upload.png?v=2"
        assert flask.url_for("static", filename="upload.png", v=None) == "/static/upload.png"
        assert flask.url_for("page") == "/page"


def test_SEEDS2_references_in_stylesheets_and_scripts_carry_their_version(folder: Path, queried: flask.Flask) -> None:
    with queried.test_request_context("/"):
        stylesheet, script = (flask.url_for("static", filename=name) for name in ("css/site.css", "js/app.js"))
    assert f"url(../{manifest(folder)['img/dot.svg'].url})" in got(queried, stylesheet)[2].decode()
    assert re.search(rf"\./part\.js\?v={FINGERPRINT}", got(queried, script)[2].decode())


def test_SEEDS2_a_url_with_its_version_may_be_kept_for_ever_and_another_not(queried: flask.Flask) -> None:
    with queried.test_request_context("/"):
        url = flask.url_for("static", filename="css/site.css")
    assert "immutable" in got(queried, url)[1]["Cache-Control"]
    assert got(queried, url.partition("?")[0])[1]["Cache-Control"] == "public, max-age=60"
    assert got(queried, f"{url}0")[1]["Cache-Control"] == "no-cache"


def test_SEEDS2_url_defaults_that_add_a_version_still_win(folder: Path, queried: flask.Flask) -> None:
    app = shop(folder)

    @app.url_defaults
    def busted(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" or endpoint.endswith(".static"):
            values["v"] = "mine"

    with app.test_request_context("/"):
        assert flask.url_for("static", filename="css/site.css") == "/static/css/site.css?v=mine"
        assert flask.url_for("page") == "/page"
    assert queried.url_for("static", filename="css/site.css") != "/static/css/site.css?v=mine"
