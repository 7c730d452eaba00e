"""The static route of an app serves the release, as `pipeline.serving` says."""

from __future__ import annotations

import gzip
from pathlib import Path

import flask
import pytest

from tests.adapters.flask.apps import built, got, manifest, shop, write

RULES = b".abc{color:#123456}\n" * 30_000
BIG = {"static/big.css": RULES, "static/big.bin": bytes(range(256)) * 4_000, "static/robots.txt": b"User-agent: *\n"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> flask.Flask:
    folder = write(write(tmp_path_factory.mktemp("served") / "shop"), BIG)
    write(folder, {"pipeline.toml": 'naming.keep = ["robots.txt"]\nminify = false\n'})
    return built(folder)


def url(app: flask.Flask, path: str) -> str:
    return f"/static/{manifest(Path(app.root_path))[path].url}"


@pytest.mark.parametrize("path", ["css/site.css", "admin/logo.svg", "admin.reports/chart.js", "big.css", "big.bin"])
def test_a_file_has_its_bytes_and_type_and_may_be_kept_for_ever(app: flask.Flask, path: str) -> None:
    entry = manifest(Path(app.root_path))[path]
    status, headers, body = got(app, url(app, path))
    assert (status, body) == (200, (Path(app.root_path) / "build" / entry.file).read_bytes())
    assert headers["Content-Type"] == entry.type
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_compressed_copy_is_sent_to_whom_takes_it(app: flask.Flask) -> None:
    _, headers, body = got(app, url(app, "big.css"), headers={"Accept-Encoding": "gzip"})
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(body) == RULES


@pytest.mark.parametrize("path", ["css/site.css", "big.bin"])
def test_conditions_ranges_and_head(app: flask.Flask, path: str) -> None:
    _, headers, body = got(app, url(app, path))
    assert got(app, url(app, path), headers={"If-None-Match": headers["ETag"]})[::2] == (304, b"")
    assert got(app, url(app, path), headers={"Range": "bytes=3-9"})[::2] == (206, body[3:10])
    with app.test_client().head(url(app, path)) as response:
        assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(body)))


def test_a_name_that_is_kept_is_not_kept_long(app: flask.Flask) -> None:
    status, headers, _ = got(app, "/static/robots.txt")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=60")


@pytest.mark.parametrize(
    "path",
    ["nothing.css", "manifest.json", ".pipeline/history.json", "../shop/pipeline.toml", "%2e%2e/pipeline.toml", "css/"],
)
def test_what_is_no_file_is_not_found_and_no_cache_keeps_that(app: flask.Flask, path: str) -> None:
    status, headers, _ = got(app, f"/static/{path}")
    assert (status, headers["Cache-Control"]) == (404, "no-store")


def test_what_the_app_does_with_every_response_it_does_with_these(folder: Path) -> None:
    built(folder)
    app = shop(folder)
    app.after_request(lambda response: response.headers.set("Content-Security-Policy", "x") or response)
    app.register_error_handler(404, lambda _error: ("ours", 404))
    assert got(app, "/static/" + manifest(folder)["css/site.css"].url)[1]["Content-Security-Policy"] == "x"
    assert got(app, "/static/nothing.css")[::2] == (404, b"ours")


def test_a_file_of_a_release_that_was_pruned_from_the_disk_is_not_found(folder: Path) -> None:
    app = built(folder)
    old = "/static/" + manifest(folder)["css/site.css"].url
    write(folder, {"static/css/site.css": "a{}"})
    built(folder)
    assert got(app, old)[0] == 200
    (folder / "build" / old.removeprefix("/static/")).unlink()
    assert got(app, old)[0] == 404


def test_the_output_may_be_elsewhere_and_the_manifest_out_of_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop")
    settings = {"PIPELINE_OUTPUT": "../public", "PIPELINE_MANIFEST": "assets.json"}
    write(folder, {"pipeline.toml": "output = '../public'\nmanifest = 'assets.json'"})
    app = built(folder, settings)
    assert (folder / "assets.json").is_file()
    with app.test_request_context("/"):
        assert got(app, flask.url_for("admin.static", filename="admin.css"))[2] == b"b{color:red}"
