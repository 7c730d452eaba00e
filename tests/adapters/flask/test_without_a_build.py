"""An app that has no manifest: plain sources in debug mode and in tests, and no start in production."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import flask
import pytest

from pipeline.errors import ManifestError
from tests.adapters.flask.apps import ENDPOINTS, NAMES, bare, built, command, got, manifest, shop, write

Log = pytest.LogCaptureFixture
TOML = """\
sources = ["assets", "static", { path = "admin/static", prefix = "admin" }]
[bundles]
"css/all.css" = ["parts/*.css"]
"""
ASSETS = {"pipeline.toml": TOML, "assets/parts/a.css": "a{}", "assets/theme.css": "b{}"}
APP = """\
import flask
from pipeline.adapters.flask import Pipeline
app = flask.Flask(__name__)
Pipeline(app)
@app.route("/")
def index():
    return flask.url_for("static", filename="site.css")
"""


@pytest.fixture
def warnings(caplog: Log) -> Iterator[Log]:
    """What is logged meanwhile."""
    with caplog.at_level(logging.WARNING, "pipeline"):
        yield caplog


def flask_command(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """``flask`` as a program of its own, in the folder of an app."""
    write(folder, {"app.py": APP, "static/site.css": "a{}"})
    command = [sys.executable, "-m", "flask", *arguments]
    environ = {**os.environ, **variables}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60)


def test_in_production_the_app_fails_at_its_start_and_says_which_command_to_run(folder: Path) -> None:
    with pytest.raises(ManifestError, match=r"build/manifest\.json: cannot be read: .*; run `flask pipeline build`"):
        shop(folder)


def test_flask_run_fails_too_and_other_commands_do_not(tmp_path: Path) -> None:
    done = flask_command(tmp_path, "run", "--port", "0")
    assert done.returncode == 1
    assert "run `flask pipeline build`" in done.stderr.splitlines()[-1]
    done = flask_command(tmp_path, "routes")
    assert (done.returncode, done.stderr) == (0, "")
    done = flask_command(tmp_path, "pipeline", "build")
    assert done.returncode == 0
    assert done.stderr.startswith("asset ")  # and no warning that nothing is built
    assert (tmp_path / "build/manifest.json").is_file()


@pytest.mark.parametrize("settings", [{}, {"DEBUG": True}])
def test_a_manifest_that_cannot_be_read_stops_the_app_and_its_command_says_what_to_do(
    folder: Path, settings: Mapping[str, Any]
) -> None:
    write(folder, {"build/manifest.json": "{"})
    with pytest.raises(ManifestError, match="is not a manifest"):
        shop(folder, settings)
    done = flask_command(folder, "pipeline", "build")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is not a file of pipeline's, so it is not replaced; move it away" in done.stderr


def test_in_debug_mode_plain_files_are_named_and_served_with_one_warning(folder: Path, warnings: Log) -> None:
    app = shop(folder, {"DEBUG": True})
    assert warnings.messages == []  # as long as nobody asks: it may be made for a command
    for endpoint, name in NAMES.items():
        with app.test_request_context("/"):
            url = flask.url_for(endpoint, filename=name)
            assert url == f"/static/{ENDPOINTS[endpoint]}{name}"
            assert flask.render_template_string(f"{{{{ asset_url('{ENDPOINTS[endpoint]}{name}') }}}}") == url
        source = next(folder.rglob(name))
        status, headers, body = got(app, url)
        assert (status, body) == (200, source.read_bytes())
        assert headers["Cache-Control"] == "no-cache"
    said = "is not there: static files have their own names; run `flask pipeline watch` or `build`"
    assert warnings.messages == [f"{folder}/build/manifest.json {said}"]


def test_the_sources_are_those_of_the_build(folder: Path, warnings: Log) -> None:
    app = shop(write(folder, ASSETS), {"DEBUG": True})
    with app.test_request_context("/"):
        url = flask.url_for("static", filename="theme.css")
        assert got(app, url)[2] == b"b{}"
        with pytest.raises(ManifestError, match=r"'css/all\.css' is a bundle, and nothing is built; run `flask pip"):
            flask.url_for("static", filename="css/all.css")
    assert len(warnings.messages) == 1


@pytest.mark.parametrize("settings", [{"DEBUG": True}, {"TESTING": True}])
def test_unknown_names_fail_and_new_files_are_found(folder: Path, settings: Mapping[str, Any], warnings: Log) -> None:
    app = shop(folder, settings)
    with app.test_request_context("/"):
        with pytest.raises(ManifestError, match=r"did you mean 'admin/admin\.css'"):
            flask.url_for("admin.static", filename="adminn.css")
        with pytest.raises(ManifestError, match=r"did you mean 'admin/admin\.css'"):
            flask.render_template_string("{{ asset_url('admin/adminn.css') }}")
        write(folder, {"admin/static/adminn.css": "c{}"})
        assert flask.url_for("admin.static", filename="adminn.css") == "/static/admin/adminn.css"
    assert len(warnings.messages) == 1


def test_as_soon_as_there_is_a_manifest_it_is_used(folder: Path, warnings: Log) -> None:
    app = shop(folder, {"DEBUG": True})
    app.add_url_rule("/url", "url", lambda: flask.url_for("admin.static", filename="admin.css"))
    assert got(app, "/url")[2] == b"/static/admin/admin.css"
    assert command(app, "pipeline", "build").exit_code == 0
    url = got(app, "/url")[2].decode()
    assert url == "/static/" + manifest(folder)["admin/admin.css"].url
    assert got(app, url)[2] == b"b{color:red}"
    assert len(warnings.messages) == 1


def test_what_is_not_to_be_published_has_the_url_that_it_has_in_production(folder: Path, warnings: Log) -> None:
    write(folder, {"static/notes.txt": "x"})
    settings = {"DEBUG": True, "FLASK_STATIC_DIGEST_BLACKLIST_FILTER": [".txt"]}
    app = shop(folder, settings)
    with app.test_request_context("/"):
        assert flask.url_for("static", filename="notes.txt") == "/static/notes.txt"
    assert got(app, "/static/notes.txt")[2] == b"x"
    assert len(warnings.messages) == 1


def test_tests_need_no_build_not_even_of_bundles(folder: Path, warnings: Log) -> None:
    app = shop(write(folder, ASSETS), {"TESTING": True})
    with app.test_request_context("/"):
        assert flask.url_for("static", filename="css/all.css") == "/static/css/all.css"
        assert flask.url_for("admin.static", filename="admin.css") == "/static/admin/admin.css"
    assert len(warnings.messages) == 1


def test_with_the_fixture_an_app_in_production_needs_none_and_unknown_names_fail(
    folder: Path, pipeline_unbuilt: None, warnings: Log
) -> None:
    app = shop(write(folder, ASSETS))
    with app.test_request_context("/"):
        assert flask.url_for("static", filename="css/all.css") == "/static/css/all.css"
        assert 'href="/static/theme.css"' in flask.render_template_string("{{ asset_tag('theme.css') }}")
        with pytest.raises(ManifestError, match=r"did you mean 'theme\.css'"):
            flask.url_for("static", filename="them.css")
    assert len(warnings.messages) == 1


def test_with_the_fixture_an_old_build_does_not_matter(folder: Path, pipeline_unbuilt: None) -> None:
    built(folder)
    with shop(folder).test_request_context("/"):
        assert flask.url_for("static", filename="css/site.css") == "/static/css/site.css"


def test_an_app_without_any_static_folder_starts_in_debug_mode(tmp_path: Path, warnings: Log) -> None:
    from pipeline.adapters.flask import Pipeline

    app = bare(tmp_path, {"DEBUG": True})
    Pipeline(app)
    assert got(app, "/static/x.css")[0] == 404
    assert len(warnings.messages) == 1
