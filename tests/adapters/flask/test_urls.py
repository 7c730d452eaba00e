"""``url_for``: for static endpoints the final URL, and otherwise what Flask says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import flask
import pytest
from werkzeug.routing import BuildError

from pipeline.adapters.flask import Pipeline
from pipeline.errors import ManifestError
from tests.adapters.flask.apps import ENDPOINTS, NAMES, bare, blueprints, built, got, manifest, shop, unhooked, write


def final(folder: Path, endpoint: str, url: str, name: str = "") -> str:
    """What is to become of Flask's URL: the static folder of the app, and the name that the manifest gives."""
    name = name or NAMES[endpoint]
    places = {"static": "/static/", "admin.static": "/admin/static/", "admin.reports.static": "/admin/reports/static/"}
    assert places[endpoint] + name in url
    return url.replace(places[endpoint] + name, "/static/" + manifest(folder)[ENDPOINTS[endpoint] + name].url)


@pytest.fixture(scope="module")
def app(shared: Path) -> flask.Flask:
    return built(shared)


@pytest.fixture(scope="module")
def plain(shared: Path) -> flask.Flask:
    """The same app without the extension."""
    return shop(shared, extend=unhooked)


ASKED: list[Mapping[str, Any]] = [
    {},
    {"_external": True},
    {"_external": False},
    {"_scheme": "https"},
    {"_scheme": "https", "_external": True},
    {"_anchor": "a b/ü#"},
    {"_anchor": ""},
    {"_method": "GET"},
    {"_method": "HEAD"},
    {"v": "abc"},
    {"v": "1", "_external": True, "_anchor": "x"},
    {"v": None},
    {"a": 1, "b": [1, "2", None], "c": "ä&=?+ /", "d": True},
    {"theme": "dark", "endpoint_": "x", "_under": "y"},
]
REQUESTS: list[Mapping[str, Any]] = [
    {"path": "/"},
    {"path": "/page"},
    {"path": "/admin/reports/"},
    {"path": "/", "base_url": "https://shop.example.com/"},
    {"path": "/", "base_url": "http://localhost:8000/mounted/here"},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize(("endpoint", "request_"), list(product(ENDPOINTS, REQUESTS)), ids=str)
def test_SEEDS_a_url_of_app_or_nested_blueprint_is_that_of_flask_with_the_name_of_the_manifest(
    app: flask.Flask, plain: flask.Flask, endpoint: str, asked: Mapping[str, Any], request_: Any
) -> None:
    shared = Path(app.root_path)
    with plain.test_request_context(**request_):
        expected = final(shared, endpoint, flask.url_for(endpoint, filename=NAMES[endpoint], **asked))
    with app.test_request_context(**request_):
        for _ in range(2):  # what is asked again is answered from memory
            assert flask.url_for(endpoint, filename=NAMES[endpoint], **asked) == expected
            assert app.url_for(endpoint, filename=NAMES[endpoint], **asked) == expected


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_templates_have_the_same_url_for(app: flask.Flask, asked: Mapping[str, Any]) -> None:
    with app.test_request_context("/"):
        template = "{{ url_for('static', filename='css/site.css', **asked) }}"
        found = flask.render_template_string(f"{{% autoescape false %}}{template}{{% endautoescape %}}", asked=asked)
        assert found == flask.url_for("static", filename="css/site.css", **asked)


def test_an_imported_template_has_it_too(app: flask.Flask) -> None:
    with app.test_request_context("/"):
        macro = app.jinja_env.from_string(
            "{% macro url(x) %}{{ url_for('static', filename=x) }}{{ asset_url(x) }}{% endmacro %}"
        )
        found = app.jinja_env.from_string("{% import macros as m %}{{ m.url('css/site.css') }}").render(macros=macro)
        assert found == 2 * flask.url_for("static", filename="css/site.css")


@pytest.mark.parametrize("name", ["img/grün & blau.png", "img/dot.svg"])
def test_a_name_is_escaped_as_in_the_manifest(shared: Path, app: flask.Flask, name: str) -> None:
    with app.test_request_context("/"):
        url = flask.url_for("static", filename=name)
    assert url == "/static/" + manifest(shared)[name].url
    assert got(app, url)[0] == 200


def test_other_endpoints_are_flasks(app: flask.Flask, plain: flask.Flask) -> None:
    for each in (app, plain):
        with each.test_request_context("/admin/"):
            assert flask.url_for("page", filename="css/site.css", _anchor="x") == "/page?filename=css/site.css#x"
            assert flask.url_for(".page") == "/admin/"
            assert flask.url_for(".reports.page", _external=True) == "http://localhost/admin/reports/"
            with pytest.raises(BuildError, match="nowhere"):
                flask.url_for("nowhere")


@pytest.mark.parametrize("values", [{}, {"filename": None}, {"filename": "css/site.css", "_method": "POST"}])
@pytest.mark.parametrize("endpoint", ["static", "nowhere.static"])
def test_what_flask_cannot_build_cannot_be_built(app: flask.Flask, endpoint: str, values: Any) -> None:
    with app.test_request_context("/"), pytest.raises(BuildError):
        flask.url_for(endpoint, **values)


def test_a_scheme_without_a_host_is_refused_as_by_flask(app: flask.Flask) -> None:
    with app.test_request_context("/"), pytest.raises(ValueError, match="'_external' must be True"):
        flask.url_for("static", filename="css/site.css", _scheme="https", _external=False)


def test_error_handlers_for_urls_still_have_their_say(folder: Path) -> None:
    app = built(folder)
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/none/{endpoint}")
    with app.test_request_context("/"):
        assert flask.url_for("nowhere.static", filename="x") == "/none/nowhere.static"


@pytest.mark.parametrize("where", ["before", "after", "init_app"])
def test_the_extension_may_come_before_or_after_blueprints_and_without_an_app(folder: Path, where: str) -> None:
    built(folder)
    app = bare(folder)
    extension = Pipeline(app) if where == "before" else Pipeline()
    app.register_blueprint(blueprints(folder))
    if where != "before":
        extension.init_app(app)
    with app.test_request_context("/"):
        for endpoint, prefix in ENDPOINTS.items():
            url = "/static/" + manifest(folder)[prefix + NAMES[endpoint]].url
            assert flask.url_for(endpoint, filename=NAMES[endpoint]) == url


def test_one_extension_serves_several_apps(tmp_path: Path) -> None:
    folders = [write(tmp_path / name, {"static/a.css": f"{name}{{}}"}) for name in ("one", "two")]
    extension = Pipeline()
    apps = [built(folder, extend=extension.init_app) for folder in folders]
    for app, folder in zip(apps, folders, strict=True):
        with app.test_request_context("/"):
            assert extension.assets.url("a.css") == "/static/" + manifest(folder)["a.css"].url
            assert extension.static_url_for("static", filename="a.css") == extension.assets.url("a.css")
    with pytest.raises(RuntimeError, match="init_app"):
        _ = Pipeline().assets


def test_outside_a_request_a_url_is_that_of_flask_with_server_name(shared: Path) -> None:
    settings = {"SERVER_NAME": "shop.example.com", "APPLICATION_ROOT": "/root", "PREFERRED_URL_SCHEME": "https"}
    app, plain = shop(shared, settings), shop(shared, settings, unhooked)
    for asked in ({}, {"_external": False}, {"_external": True, "_scheme": "http"}, {"_anchor": "x", "v": "1"}):
        for endpoint, name in NAMES.items():
            with plain.app_context():
                expected = final(shared, endpoint, flask.url_for(endpoint, filename=name, **asked))
            with app.app_context():
                assert flask.url_for(endpoint, filename=name, **asked) == expected
            assert app.url_for(endpoint, filename=name, **asked) == expected


def test_outside_a_request_without_server_name_it_is_the_path_unless_a_host_is_asked_for(shared: Path) -> None:
    app = shop(shared, {"APPLICATION_ROOT": "/root"})
    path = "/root/static/" + manifest(shared)["admin/admin.css"].url
    with app.app_context():
        assert flask.url_for("admin.static", filename="admin.css") == path
        assert flask.url_for("admin.static", filename="admin.css", _external=False, v="1") == f"{path}?v=1"
        assert flask.render_template_string("{{ asset_url('admin/admin.css') }}") == path
        with pytest.raises(RuntimeError, match="SERVER_NAME"):
            flask.url_for("admin.static", filename="admin.css", _external=True)
        with pytest.raises(RuntimeError, match="SERVER_NAME"):
            flask.url_for("page")


def test_url_defaults_are_asked_and_come_into_the_query(folder: Path) -> None:
    app = built(folder)
    app.url_defaults(lambda endpoint, values: values.setdefault("from", endpoint))
    for _ in range(2):
        with app.test_request_context("/"):
            assert flask.url_for("admin.static", filename="admin.css").endswith(".css?from=admin.static")
    with app.app_context():
        assert flask.url_for("static", filename="css/site.css").endswith(".css?from=static")
        assert flask.url_for("static", filename="").endswith("/static/?from=static")


def test_what_the_rule_of_a_blueprint_takes_is_no_query(folder: Path) -> None:
    built(folder)
    app = bare(folder)
    Pipeline(app)
    admin = blueprints(folder)
    app.register_blueprint(admin, url_prefix="/<lang>/admin")
    with app.test_request_context("/"):
        url = flask.url_for("admin.static", filename="admin.css", lang="de", v="1")
    assert url == f"/static/{manifest(folder)['admin/admin.css'].url}?v=1"


@pytest.mark.parametrize(
    ("static_url_path", "start"), [("/assets", "/assets/"), ("", "/"), ("/a/b", "/a/b/")], ids=["other", "root", "deep"]
)
def test_the_static_url_path_of_the_app_is_where_all_is_served(folder: Path, static_url_path: str, start: str) -> None:
    app = built(folder, static_url_path=static_url_path)
    with app.test_request_context("/"):
        for endpoint, name in NAMES.items():
            url = flask.url_for(endpoint, filename=name)
            assert url == start + manifest(folder)[ENDPOINTS[endpoint] + name].url
            assert got(app, url)[0] == 200


def test_a_static_host_is_named_where_it_is_another_one(folder: Path) -> None:
    options: dict[str, Any] = {"host_matching": True, "static_host": "static.example.com"}
    write(folder)
    app = bare(folder, {"DEBUG": True}, **options)
    Pipeline(app)
    assert app.test_cli_runner().invoke(args=["pipeline", "build"]).exit_code == 0
    app = bare(folder, **options)
    Pipeline(app)
    name = manifest(folder)["css/site.css"].url
    with app.test_request_context("/", base_url="https://shop.example.com/"):
        assert flask.url_for("static", filename="css/site.css") == f"https://static.example.com/static/{name}"
        tag = flask.render_template_string("{{ asset_tag('css/site.css') }}")
        assert 'crossorigin="anonymous"' in tag
        assert 'integrity="sha256-' in tag
    with app.test_request_context("/", base_url="https://static.example.com/"):
        assert flask.url_for("static", filename="css/site.css") == f"/static/{name}"
    assert got(app, f"http://static.example.com/static/{name}")[0] == 200
    assert got(app, f"http://shop.example.com/static/{name}")[0] == 404


def test_a_blueprint_on_a_subdomain_has_its_files_where_the_app_has_its_own(folder: Path) -> None:
    built(folder)
    app = bare(folder, {"SERVER_NAME": "example.com"}, subdomain_matching=True)
    Pipeline(app)
    app.register_blueprint(blueprints(folder, subdomain="admin"))
    name = manifest(folder)["admin/admin.css"].url
    with app.test_request_context("/", base_url="http://admin.example.com/"):
        assert flask.url_for("admin.static", filename="admin.css") == f"http://example.com/static/{name}"
    with app.test_request_context("/", base_url="http://example.com/"):
        assert flask.url_for("admin.static", filename="admin.css") == f"/static/{name}"


@pytest.mark.parametrize(("static_url_path", "start"), [(None, "/static/"), ("/files", "/files/")])
def test_an_app_without_a_static_folder_serves_those_of_its_blueprints(
    folder: Path, static_url_path: str | None, start: str
) -> None:
    app = built(folder, static_folder=None, static_url_path=static_url_path)
    with app.test_request_context("/"):
        url = flask.url_for("admin.static", filename="admin.css")
        assert url == start + manifest(folder)["admin/admin.css"].url
        with pytest.raises(BuildError):
            flask.url_for("static", filename="admin.css")
    assert got(app, url)[2] == b"b{color:red}"


@pytest.mark.parametrize("name", ["", "img/", "uploads/cat.png"])
def test_files_and_folders_that_are_no_assets_keep_flasks_url(folder: Path, name: str) -> None:
    app = built(folder)
    write(folder, {"static/uploads/cat.png": b"cat", "admin/static/uploads/cat.png": b"dog"})
    with app.test_request_context("/"):
        assert flask.url_for("static", filename=name) == f"/static/{name}"
        assert flask.url_for("static", filename=name, _external=True) == f"http://localhost/static/{name}"
    if name.endswith("png"):
        with app.test_request_context("/admin/"):
            assert flask.url_for(".static", filename=name) == f"/admin/static/{name}"
        assert got(app, f"/static/{name}")[2] == b"cat"
        assert got(app, f"/admin/static/{name}")[2] == b"dog"


@pytest.mark.parametrize("settings", [{"DEBUG": True}, {"TESTING": True}])
def test_a_name_that_is_no_file_fails_in_debug_mode_and_in_tests(folder: Path, settings: Mapping[str, Any]) -> None:
    built(folder)
    app = shop(folder, settings)
    with app.test_request_context("/"), pytest.raises(ManifestError, match=r"did you mean 'css/site\.css'"):
        flask.url_for("static", filename="css/sit.css")
    with app.test_request_context("/"), pytest.raises(ManifestError, match=r"did you mean 'admin/admin\.css'"):
        flask.url_for("admin.static", filename="adminn.css")


def test_in_production_it_keeps_flasks_url_and_is_logged_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = built(folder)
    with app.test_request_context("/"), caplog.at_level(logging.WARNING, "pipeline"):
        for _ in range(2):
            assert flask.url_for("static", filename="css/sit.css", v="1") == "/static/css/sit.css?v=1"
            assert flask.url_for("static", filename="../secret") == "/static/../secret"
    assert [record.message for record in caplog.records] == [
        "url_for('static', filename='css/sit.css'): there is no such file",
        "url_for('static', filename='../secret'): there is no such file",
    ]


def test_hosts_that_clients_name_are_not_remembered_for_ever(app: flask.Flask) -> None:
    urls = app.url_for.__self__  # type: ignore[attr-defined]
    for number in range(1200):
        with app.test_request_context("/", base_url=f"http://h{number}.example.com/"):
            assert flask.url_for("static", filename="css/site.css", _external=True).startswith(f"http://h{number}.")
    assert len(urls._places) <= 1000
