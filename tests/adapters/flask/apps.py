"""A Flask app with nested blueprints that have static folders of their own, built by its own command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import flask
from click.testing import Result
from werkzeug.datastructures import Headers

from pipeline.adapters.flask import Pipeline
from pipeline.manifest import Manifest

FILES: Mapping[str, str | bytes] = {
    "static/css/site.css": "a{background:url(../img/dot.svg)}",
    "static/img/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "static/img/grün & blau.png": b"png",
    "admin/static/admin.css": "b{color:red}",
    "admin/static/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="2"/>',
    "admin/reports/static/chart.js": "chart(1);",
}
ENDPOINTS = {"static": "", "admin.static": "admin/", "admin.reports.static": "admin.reports/"}
"""The prefix of each."""
NAMES = {"static": "css/site.css", "admin.static": "admin.css", "admin.reports.static": "chart.js"}
"""A file of each."""


def write(folder: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """Put files below a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def bare(folder: Path, settings: Mapping[str, Any] | None = None, **options: Any) -> flask.Flask:
    """A Flask app whose folder is this one."""
    app = flask.Flask("shop", root_path=str(folder), instance_path=str(folder / "instance"), **options)
    app.config.update(settings or {})
    return app


def blueprints(folder: Path, **options: Any) -> flask.Blueprint:
    """``admin`` and in it ``reports``, each with a static folder and a page that shows what ``shown`` gives."""
    admin = flask.Blueprint(
        "admin", "admin", root_path=str(folder / "admin"), static_folder="static", url_prefix="/admin", **options
    )
    reports = flask.Blueprint(
        "reports", "reports", root_path=str(folder / "admin/reports"), static_folder="static", url_prefix="/reports"
    )
    for blueprint in (admin, reports):
        blueprint.add_url_rule("/", "page", lambda: flask.render_template_string(flask.request.args["template"]))
    admin.register_blueprint(reports)
    return admin


def shop(
    folder: Path,
    settings: Mapping[str, Any] | None = None,
    extend: Callable[[flask.Flask], Any] = Pipeline,
    **options: Any,
) -> flask.Flask:
    """The app with its blueprints; by default with the extension, which comes before them."""
    app = bare(folder, settings, **options)
    extend(app)
    app.register_blueprint(blueprints(folder))
    app.add_url_rule("/page", "page", lambda: flask.render_template_string(flask.request.args["template"]))
    return app


def command(app: flask.Flask, *arguments: str) -> Result:
    """What ``flask`` does with these arguments."""
    return app.test_cli_runner().invoke(args=[*arguments])


def built(folder: Path, settings: Mapping[str, Any] | None = None, **options: Any) -> flask.Flask:
    """The app after ``flask pipeline build``, as it starts in production."""
    done = command(shop(folder, {**(settings or {}), "DEBUG": True}, **options), "pipeline", "build")
    assert done.exit_code == 0, done.output
    return shop(folder, settings, **options)


def got(app: flask.Flask, url: str, **options: Any) -> tuple[int, Headers, bytes]:
    """Status, header fields and body of a response, whose file is closed."""
    with app.test_client().get(url, **options) as response:
        return response.status_code, response.headers, response.get_data()


def manifest(folder: Path) -> Manifest:
    """That of the release in the default place."""
    return Manifest.from_json((folder / "build/manifest.json").read_bytes())


def unhooked(_app: flask.Flask) -> None:
    """No extension."""
