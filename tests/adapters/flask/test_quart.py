"""The same extension in Quart apps."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import quart

from pipeline.adapters.flask import Pipeline
from pipeline.errors import ManifestError
from tests.adapters.flask.apps import ENDPOINTS, NAMES, manifest, write

BIG = {"static/big.css": b".abc{color:#123456}\n" * 30_000, "static/big.bin": bytes(range(256)) * 4_000}


def shop(folder: Path, settings: Mapping[str, Any] | None = None) -> Any:
    """The app of the other tests, by Quart."""
    app: Any = quart.Quart("shop", root_path=str(folder), instance_path=str(folder / "instance"))
    app.config.update(settings or {})
    Pipeline(app)
    admin = quart.Blueprint("admin", "admin", root_path=str(folder / "admin"), static_folder="static", url_prefix="/a")
    reports = quart.Blueprint(
        "reports", "reports", root_path=str(folder / "admin/reports"), static_folder="static", url_prefix="/r"
    )

    async def page() -> str:
        return await quart.render_template_string(quart.request.args["template"])

    for each in (app, admin, reports):
        each.add_url_rule("/page", "page", page)
    admin.register_blueprint(reports)
    app.register_blueprint(admin)
    return app


def built(folder: Path, settings: Mapping[str, Any] | None = None) -> Any:
    """The app after ``quart pipeline build``."""
    done = shop(folder, {**(settings or {}), "DEBUG": True}).test_cli_runner().invoke(args=["pipeline", "build"])
    assert done.exit_code == 0, done.output
    return shop(folder, settings)


def got(app: Any, url: str, **options: Any) -> tuple[int, Mapping[str, str], bytes]:
    """Status, header fields and body of a response."""

    async def get() -> tuple[int, Mapping[str, str], bytes]:
        response = await app.test_client().get(url, **options)
        return response.status_code, response.headers, await response.get_data()

    return asyncio.run(get())


def shown(app: Any, template: str, where: str = "/page", **options: Any) -> str:
    return got(app, where, query_string={"template": template}, **options)[2].decode()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("", "/static/", ""),
        (", _external=True", "http://localhost/static/", ""),
        (", _scheme='https', _external=True", "https://localhost/static/", ""),
        (", _anchor='x', v=1", "/static/", "?v=1#x"),
    ],
)
def test_url_for_gives_the_final_url(folder: Path, endpoint: str, asked: str, start: str, end: str) -> None:
    app = built(folder)
    name = manifest(folder)[ENDPOINTS[endpoint] + NAMES[endpoint]].url
    template = f"{{{{ url_for('{endpoint}', filename='{NAMES[endpoint]}'{asked}) }}}}"
    assert shown(app, template * 2) == f"{start}{name}{end}" * 2
    assert got(app, f"/static/{name}")[0] == 200


def test_relative_endpoints_script_name_and_functions_of_templates(folder: Path) -> None:
    app = built(folder)
    name = manifest(folder)["admin.reports/chart.js"].url
    assert shown(app, "{{ static_url_for('.static', filename='chart.js') }}", "/a/r/page") == f"/static/{name}"
    mounted = shown(app, "{{ asset_tag('admin.reports/chart.js', nonce='n') }}", "/mounted/page", root_path="/mounted")
    assert mounted == f'<script src="/mounted/static/{name}" nonce="n"></script>'


def test_in_python_in_a_websocket_and_outside_a_request(folder: Path) -> None:
    app = built(folder)
    name = manifest(folder)["admin/admin.css"].url

    async def told() -> None:
        await quart.websocket.send(quart.url_for(".static", filename="admin.css"))

    app.add_websocket("/a/ws", "admin.told", told)

    async def asked() -> list[str]:
        async with app.test_client().websocket("/a/ws") as socket:
            found = [await socket.receive()]
        async with app.app_context():
            found.append(quart.url_for("admin.static", filename="admin.css"))
        return found

    assert asyncio.run(asked()) == [f"/static/{name}", f"/static/{name}"]
    assert app.url_for("admin.static", filename="admin.css") == f"/static/{name}"


def test_files_are_served_with_variants_conditions_and_ranges(folder: Path) -> None:
    app = built(write(folder, BIG))
    for path, body in (("big.css", None), ("big.bin", BIG["static/big.bin"])):
        entry = manifest(folder)[path]
        url = f"/static/{entry.url}"
        status, headers, found = got(app, url)
        assert (status, headers["Content-Type"], len(found)) == (200, entry.type, entry.size)
        assert body in {None, found}
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert got(app, url, headers={"If-None-Match": headers["ETag"]})[::2] == (304, b"")
        assert got(app, url, headers={"Range": "bytes=3-9"})[::2] == (206, found[3:10])
    _, headers, body = got(app, f"/static/{manifest(folder)['big.css'].url}", headers={"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(body)) == manifest(folder)["big.css"].size
    status, headers, _ = got(app, "/static/nothing.css")
    assert (status, headers["Cache-Control"]) == (404, "no-store")
    write(folder, {"static/upload.png": b"x"})
    assert got(app, "/static/upload.png")[2] == b"x"


def test_a_new_build_needs_no_restart(folder: Path) -> None:
    app = built(folder)
    before = shown(app, "{{ url_for('static', filename='css/site.css') }}")
    write(folder, {"static/css/site.css": "a{color:blue}"})
    built(folder)
    after = shown(app, "{{ url_for('static', filename='css/site.css') }}")
    assert after != before
    assert got(app, after)[2] == b"a{color:blue}"


def test_without_a_manifest_debug_mode_has_plain_files_and_production_does_not_start(folder: Path) -> None:
    app = shop(folder, {"DEBUG": True})
    url = shown(app, "{{ url_for('admin.static', filename='admin.css') }}")
    assert url == "/static/admin/admin.css"
    assert got(app, url)[2] == b"b{color:red}"
    with pytest.raises(ManifestError, match="run `flask pipeline build`"):
        shop(folder)


def test_the_settings_of_a_cdn_hold(folder: Path) -> None:
    app = built(folder, {"CDN_DOMAIN": "cdn.example.com"})
    name = manifest(folder)["css/site.css"].url
    template = "{{ url_for('static', filename='css/site.css') }}"
    assert shown(app, template) == f"http://cdn.example.com/static/{name}"
    assert shown(app, template, scheme="https") == f"https://cdn.example.com/static/{name}"
    assert app.url_for("static", filename="css/site.css") == f"http://cdn.example.com/static/{name}"
