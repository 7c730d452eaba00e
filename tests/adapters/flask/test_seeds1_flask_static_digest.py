"""Each row of what Flask-Static-Digest 0.4.1 does, and each of its faults gone: SEEDS 1."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask
import pytest

from pipeline.adapters.flask import Pipeline
from tests.adapters.flask.apps import bare, blueprints, command, got, manifest, shop, write

HOST = "FLASK_STATIC_DIGEST_HOST_URL"
COMPRESSION = "FLASK_STATIC_DIGEST_COMPRESSION"
BLACKLIST = "FLASK_STATIC_DIGEST_BLACKLIST_FILTER"
RULES = ".abc{color:#123456}\n" * 400


def shown(app: flask.Flask, template: str, where: str = "/page", **options: Any) -> str:
    """What a page says for a template that is given to it."""
    status, _, body = got(app, where, query_string={"template": template}, **options)
    assert status == 200
    return body.decode()


def digested(folder: Path, settings: Mapping[str, Any] | None = None) -> flask.Flask:
    """The app after ``flask digest compile``, as it starts in production."""
    done = command(shop(folder, {**(settings or {}), "DEBUG": True}), "digest", "compile")
    assert done.exit_code == 0, done.output
    return shop(folder, settings)


def test_SEEDS1_digest_compile_and_clean_work_for_the_app_and_every_blueprint_with_a_static_folder(
    folder: Path,
) -> None:
    app = digested(folder)
    assert {"css/site.css", "admin/logo.svg", "admin.reports/chart.js"} <= {*manifest(folder).entries}
    files = [folder / "build" / entry.file for entry in manifest(folder).entries.values()]
    assert all(file.is_file() for file in files)
    assert command(app, "digest", "clean").exit_code == 0
    assert not any(file.exists() for file in files)
    assert (folder / "static/css/site.css").is_file()


def test_SEEDS1_digest_has_no_other_commands_and_no_options(folder: Path) -> None:
    app = shop(folder, {"DEBUG": True})
    said = command(app, "digest", "--help").stdout.partition("Commands:")[2]
    assert [line.split()[0] for line in said.strip().splitlines()] == ["compile", "clean"]
    assert command(app, "digest", "build").exit_code == 2


def test_SEEDS1_names_are_the_stem_and_a_digest_and_the_manifest_has_slashes(folder: Path) -> None:
    digested(folder)
    assert re.fullmatch(r"css/site-[0-9a-f]{16}\.css", manifest(folder)["css/site.css"].file)
    assert re.fullmatch(r"admin\.reports/chart-[0-9a-f]{16}\.js", manifest(folder)["admin.reports/chart.js"].file)


def test_SEEDS1_blacklist_filter_files_are_not_digested_compressed_or_listed(folder: Path) -> None:
    write(folder, {"static/notes.txt": RULES, "static/notes.text": RULES, "admin/static/x.txt": RULES})
    app = digested(folder, {BLACKLIST: [".txt", ".[a]"]})
    assert [path for path in manifest(folder).entries if path.endswith(".txt")] == []
    assert "notes.text" in manifest(folder).entries
    assert not [*(folder / "build").rglob("*.txt*")]
    assert shown(app, "{{ static_url_for('static', filename='notes.txt') }}") == "/static/notes.txt"
    assert shown(app, "{{ static_url_for('admin.static', filename='x.txt') }}") == "/admin/static/x.txt"
    assert got(app, "/static/notes.txt")[2].decode() == RULES


@pytest.mark.parametrize(
    ("settings", "suffixes"),
    [
        ({}, {".gz"}),
        ({COMPRESSION: ["gzip"]}, {".gz"}),
        ({COMPRESSION: ["brotli"]}, {".br"}),
        ({COMPRESSION: {"gzip", "brotli"}}, {".gz", ".br"}),
        ({COMPRESSION: []}, set()),
    ],
    ids=["by default", "gzip", "brotli", "both", "none"],
)
def test_SEEDS1_compression_says_which_copies_there_are(
    folder: Path, settings: Mapping[str, Any], suffixes: set[str]
) -> None:
    write(folder, {"static/big.css": RULES})
    digested(folder, settings)
    file = folder / "build" / manifest(folder)["big.css"].file
    assert {each.name.removeprefix(file.name) for each in file.parent.glob(f"{file.name}?*")} == suffixes


def test_SEEDS1_compression_of_an_unknown_kind_is_a_message_and_exit_78(folder: Path) -> None:
    done = command(shop(folder, {"DEBUG": True, COMPRESSION: ["gzip", "lzma"]}), "digest", "compile")
    assert done.exit_code == 78
    assert "lzma is not a supported compression value, it must be 'gzip' or 'brotli'" in done.stdout
    assert not (folder / "build").exists()


def test_SEEDS1_compression_without_its_package_is_a_message_and_exit_78(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)  # as Python does for a package that cannot be imported
    done = command(shop(folder, {"DEBUG": True, COMPRESSION: ["brotli"]}), "digest", "compile")
    assert done.exit_code == 78
    assert "pip install 'pipeline-assets[brotli]'" in done.stdout


@pytest.mark.parametrize(
    ("host", "start"),
    [
        (None, "/static/"),
        ("", "/static/"),
        ("https://cdn.example.com", "https://cdn.example.com/static/"),
        ("https://cdn.example.com/", "https://cdn.example.com/static/"),
        ("https://cdn.example.com/some/path/", "https://cdn.example.com/some/path/static/"),
        ("//cdn.example.com:8080", "//cdn.example.com:8080/static/"),
    ],
)
def test_SEEDS1_host_url_stands_before_the_path(folder: Path, host: str | None, start: str) -> None:
    app = digested(folder, {HOST: host})
    url = start + manifest(folder)["css/site.css"].url
    assert shown(app, "{{ static_url_for('static', filename='css/site.css') }}") == url
    assert shown(app, "{{ url_for('static', filename='css/site.css') }}") == url
    assert shown(app, "{{ static_url_for('static', filename='') }}") == start


@pytest.mark.parametrize(
    ("where", "name", "path"),
    [
        ("/page", "css/site.css", "css/site.css"),
        ("/admin/", "admin.css", "admin/admin.css"),
        ("/admin/reports/", "chart.js", "admin.reports/chart.js"),
    ],
    ids=["outside one", "blueprint", "nested"],
)
@pytest.mark.parametrize("function", ["static_url_for", "url_for"])
def test_SEEDS1_static_url_for_with_a_leading_dot_means_the_current_blueprint_or_the_app(
    folder: Path, function: str, where: str, name: str, path: str
) -> None:
    app = digested(folder)
    url = f"/static/{manifest(folder)[path].url}"
    assert shown(app, f"{{{{ {function}('.static', filename='{name}') }}}}", where) == url


def test_SEEDS1_static_url_for_keeps_a_name_that_is_not_in_the_manifest(folder: Path) -> None:
    assert shown(digested(folder), "{{ static_url_for('static', filename='x.png') }}") == "/static/x.png"


def test_SEEDS1_static_url_for_gives_the_rest_to_url_for(folder: Path) -> None:
    app = digested(folder)
    found = shown(app, "{{ static_url_for('static', filename='css/site.css', v=1, _anchor='x', _external=True) }}")
    assert found == f"http://localhost/static/{manifest(folder)['css/site.css'].url}?v=1#x"


def test_SEEDS1_static_url_for_is_a_method_of_the_extension_too(folder: Path) -> None:
    digested(folder)
    extension = Pipeline()
    app = shop(folder, extend=extension.init_app)
    with app.test_request_context("/admin/"):
        url = f"/static/{manifest(folder)['admin/admin.css'].url}"
        assert extension.static_url_for(".static", filename="admin.css") == url


@pytest.mark.parametrize("settings", [{"DEBUG": True}, {"TESTING": True}])
def test_SEEDS1_no_manifest_means_plain_names_so_the_same_template_works_in_development(
    folder: Path, settings: Mapping[str, Any]
) -> None:
    app = shop(folder, settings)
    assert shown(app, "{{ static_url_for('static', filename='css/site.css') }}") == "/static/css/site.css"
    url = shown(app, "{{ static_url_for('.static', filename='admin.css') }}", "/admin/")
    assert url.endswith("/admin.css")
    assert got(app, url)[2] == b"b{color:red}"


def test_SEEDS1_reading_finds_the_files_of_the_app_and_of_blueprints(folder: Path) -> None:
    app = digested(folder)
    for endpoint, name in (
        ("static", "css/site.css"),
        ("admin.static", "logo.svg"),
        ("admin.reports.static", "chart.js"),
    ):
        url = shown(app, f"{{{{ static_url_for('{endpoint}', filename='{name}') }}}}")
        assert re.search(r"-[0-9a-f]{16}\.", url)
        assert got(app, url)[0] == 200


def test_SEEDS1_must_not_copy_folders_beside_the_static_one_are_not_digested(folder: Path) -> None:
    write(folder, {"static_src/raw.css": "a{}", "static-old/old.css": "b{}"})
    before = sorted((folder / "static_src").rglob("*")) + sorted((folder / "static-old").rglob("*"))
    app = digested(folder)
    assert not [path for path in manifest(folder).entries if "raw" in path or "old" in path]
    command(app, "digest", "clean")
    assert sorted((folder / "static_src").rglob("*")) + sorted((folder / "static-old").rglob("*")) == before


def test_SEEDS1_must_not_copy_clean_leaves_what_it_did_not_make(folder: Path) -> None:
    own = {
        "static/archive.tar.gz": b"\x1f\x8b mine",
        "static/photo-0123456789abcdef0123456789abcdef.jpg": b"mine",
        "build/notes.gz": b"mine",
        "build/site-0123456789abcdef.css": b"mine",
    }
    write(folder, own)
    assert command(digested(folder), "digest", "clean").exit_code == 0
    for name, content in own.items():
        assert (folder / name).read_bytes() == content


def test_SEEDS1_must_not_copy_old_digests_do_not_pile_up(folder: Path) -> None:
    sources = sorted((folder / "static").rglob("*"))
    for number in range(5):
        write(folder, {"static/css/site.css": f"a{{z-index:{number}}}"})
        app = digested(folder)
    assert sorted((folder / "static").rglob("*")) == sources
    assert command(app, "pipeline", "prune", "--keep", "1", "--age", "0s").exit_code == 0
    assert len([*(folder / "build/css").glob("site-*.css")]) == 2


def test_SEEDS1_must_not_copy_gzip_gives_the_same_bytes_at_every_run(folder: Path) -> None:
    write(folder, {"static/big.css": RULES})
    copies = []
    for _ in range(2):
        digested(folder)
        copies.append((folder / "build" / manifest(folder)["big.css"].variants["gzip"].file).read_bytes())
        shutil.rmtree(folder / "build")
        shutil.rmtree(folder / ".pipeline-cache")
    assert copies[0] == copies[1]


def test_SEEDS1_must_not_copy_pictures_have_no_larger_copies(folder: Path) -> None:
    icon = Path(__file__).parents[3] / "example_site/public/icon-192.png"
    write(folder, {"static/icon.png": icon.read_bytes()})
    digested(folder, {COMPRESSION: ["gzip", "brotli"]})
    assert manifest(folder)["icon.png"].variants == {}
    for entry in manifest(folder).entries.values():
        assert all(variant.size < entry.size for variant in entry.variants.values())


def test_SEEDS1_must_not_copy_urls_in_stylesheets_are_rewritten(folder: Path) -> None:
    app = digested(folder)
    with app.test_request_context("/"):
        stylesheet = got(app, flask.url_for("static", filename="css/site.css"))[2].decode()
    assert f"url(../{manifest(folder)['img/dot.svg'].url})" in stylesheet


def test_SEEDS1_must_not_copy_init_app_before_register_blueprint_loads_blueprints_too(folder: Path) -> None:
    digested(folder)
    app = bare(folder)
    Pipeline(app)
    app.register_blueprint(blueprints(folder))
    assert shown(app, "{{ static_url_for('.static', filename='admin.css') }}", "/admin/") == (
        f"/static/{manifest(folder)['admin/admin.css'].url}"
    )


@pytest.mark.parametrize("endpoint", ["static", ".static"])
def test_SEEDS1_must_not_copy_it_works_outside_a_request(folder: Path, endpoint: str) -> None:
    digested(folder)
    extension = Pipeline()
    app = shop(folder, extend=extension.init_app)
    url = f"/static/{manifest(folder)['css/site.css'].url}"
    assert extension.static_url_for(endpoint, filename="css/site.css") == url
    with app.app_context():
        assert extension.static_url_for(endpoint, filename="css/site.css") == url
    app.config["SERVER_NAME"] = "shop.example.com"
    with app.app_context():
        assert extension.static_url_for(endpoint, filename="css/site.css") == f"http://shop.example.com{url}"


@pytest.mark.parametrize("asked", ["_external=True", "_external=False", "_external=True, _scheme='https'"])
def test_SEEDS1_must_not_copy_host_url_with_external_is_one_url(folder: Path, asked: str) -> None:
    app = digested(folder, {HOST: "https://cdn.example.com"})
    found = shown(app, f"{{{{ static_url_for('static', filename='css/site.css', {asked}) }}}}")
    assert found == f"https://cdn.example.com/static/{manifest(folder)['css/site.css'].url}"


def test_SEEDS1_must_not_copy_host_url_stands_only_before_static_endpoints(folder: Path) -> None:
    app = digested(folder, {HOST: "https://cdn.example.com"})
    assert shown(app, "{{ static_url_for('page') }} {{ static_url_for('admin.page', x=1) }}") == "/page /admin/?x=1"


def test_SEEDS1_must_not_copy_no_restart_is_needed_after_compiling(folder: Path) -> None:
    app = digested(folder)
    template = "{{ static_url_for('static', filename='css/site.css') }}"
    before = shown(app, template)
    write(folder, {"static/css/site.css": "a{color:blue}"})
    digested(folder)
    after = shown(app, template)
    assert after != before
    assert got(app, after)[2] == b"a{color:blue}"
    assert b"dot" in got(app, before)[2]  # pages that are open still find it
