"""``flask pipeline``: the command line for the project of an app, which knows its own static folders."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask
import pytest

from pipeline.adapters.flask import Pipeline
from pipeline.cli import COMMANDS
from tests.adapters.flask.apps import bare, built, command, manifest, shop, write
from tests.cli.watching import Watch
from tests.sites import Site

DEBUG = {"DEBUG": True}
SOURCES = """\
sources = [
  "static",
  { path = "admin/static", prefix = "admin" },
  { path = "admin/reports/static", prefix = "admin.reports" },
]
"""


def test_all_commands_of_the_command_line_are_there(folder: Path) -> None:
    said = command(shop(folder, DEBUG), "pipeline", "--help").stdout.partition("Commands:")[2]
    assert {*COMMANDS} <= {line.split()[0] for line in said.splitlines() if re.match(r"  \S", line)}


def test_an_app_without_a_file_is_built_from_its_static_folders(folder: Path) -> None:
    done = command(shop(folder, DEBUG), "pipeline", "build", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["output"] == str(folder / "build")
    assert {*manifest(folder).entries} == {
        *("css/site.css", "img/dot.svg", "img/grün & blau.png"),
        *("admin/admin.css", "admin/logo.svg", "admin.reports/chart.js"),
    }


def test_the_printed_sources_build_the_same_without_the_app(folder: Path) -> None:
    app = built(folder)
    before = (folder / "build/manifest.json").read_bytes()
    done = command(app, "pipeline", "sources")
    assert (done.exit_code, done.stdout) == (0, SOURCES)
    write(folder, {"pipeline.toml": done.stdout})
    assert command(app, "pipeline", "clean").exit_code == 0
    subprocess.run([sys.executable, "-m", "pipeline", "build"], cwd=folder, check=True, capture_output=True)
    assert (folder / "build/manifest.json").read_bytes() == before


def test_what_the_file_says_holds_and_what_it_leaves_out_the_app_says(folder: Path) -> None:
    write(folder, {"pipeline.toml": "minify = false\nnaming.style = 'plain'\n"})
    done = command(shop(folder, {**DEBUG, "FLASK_STATIC_DIGEST_COMPRESSION": []}), "pipeline", "config")
    assert done.exit_code == 0
    assert re.search(r"(?m)^minify += false +# pipeline\.toml:1$", done.stdout)
    assert re.search(r"(?m)^compress += \[\] +# FLASK_STATIC_DIGEST_COMPRESSION$", done.stdout)
    assert re.search(r"(?m)^sources = .*# Flask app 'shop'$", done.stdout)
    assert re.search(r'(?m)^base_url += "/static/" +# Flask app', done.stdout)


@pytest.mark.parametrize(
    ("options", "settings", "base_url"),
    [
        ({"static_url_path": "/assets"}, {}, "/assets/"),
        ({"static_url_path": ""}, {}, "/"),
        ({"static_folder": None}, {}, "/static/"),
        ({}, {"APPLICATION_ROOT": "/shop/"}, "/shop/static/"),
    ],
)
def test_absolute_urls_in_stylesheets_are_those_of_the_app(
    folder: Path, options: Mapping[str, Any], settings: Mapping[str, Any], base_url: str
) -> None:
    write(folder, {"admin/static/admin.css": f"a{{background:url({base_url}admin/logo.svg)}}"})
    built(folder, settings, **options)
    assert manifest(folder)["admin/admin.css"].references == ("admin/logo.svg",)


def test_a_project_may_lie_above_the_app(folder: Path) -> None:
    project = folder.parent
    write(project, {"pyproject.toml": '[tool.pipeline]\nnaming.style = "plain"\n'})
    built(folder)
    assert (project / "build/admin.reports/chart.js").is_file()
    write(project, {"pipeline.toml": 'sources = ["shop/static"]\n'})
    done = command(shop(folder), "pipeline", "build")
    assert 'add { path = "shop/admin/static", prefix = "admin" } to `sources`' in done.stderr


def test_a_folder_that_the_file_leaves_out_is_a_warning_with_the_line_to_add(folder: Path) -> None:
    write(folder, {"pipeline.toml": SOURCES.replace("admin.reports", "reports")})
    done = command(shop(folder, DEBUG), "pipeline", "check")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[0] == (
        "warning: pipeline.toml: the folder of 'admin.reports.static' is no source: its files keep their names; "
        'add { path = "admin/reports/static", prefix = "admin.reports" } to `sources`'
    )
    write(folder, {"pipeline.toml": SOURCES})
    assert "warning:" not in command(shop(folder, DEBUG), "pipeline", "check").stderr


@pytest.mark.parametrize(
    ("text", "place", "written"),
    [
        ('output = "public"', "1:1", "public/manifest.json"),
        ('\nmanifest = "var/assets.json"', "2:1", "var/assets.json"),
    ],
)
def test_a_manifest_that_the_app_does_not_read_is_an_error_with_the_setting(
    folder: Path, text: str, place: str, written: str
) -> None:
    write(folder, {"pipeline.toml": text})
    done = command(shop(folder, DEBUG), "pipeline", "build")
    message = f"the manifest is written to '{written}', but the app reads 'build/manifest.json'"
    hint = f"set PIPELINE_MANIFEST = '{written}' in the app"
    assert (done.exit_code, done.stderr) == (2, f"error: pipeline.toml:{place}: {message}; {hint}\n")


def test_mistakes_have_the_statuses_and_places_of_the_command_line(folder: Path) -> None:
    app = shop(folder, DEBUG)
    write(folder, {"pipeline.toml": "minfy = true"})
    done = command(app, "pipeline", "build")
    assert (done.exit_code, done.stderr) == (
        2,
        "error: pipeline.toml:1:1: unknown key 'minfy'; did you mean 'minify'?\n",
    )
    write(folder, {"pipeline.toml": "", "admin/static/admin.css": "a{background:url(no.png)}"})
    done = command(app, "pipeline", "build")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: admin/admin.css:1:18: 'no.png' does not exist")
    assert command(app, "pipeline", "nonsense").exit_code == 2
    assert command(app, "pipeline", "build", "--nonsense").exit_code == 2
    assert command(app, "pipeline", "verify").exit_code == 1


def test_a_value_of_a_setting_is_complained_about_by_its_name(folder: Path) -> None:
    done = command(shop(folder, {**DEBUG, "FLASK_STATIC_DIGEST_COMPRESSION": ["lzma"]}), "pipeline", "build")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: FLASK_STATIC_DIGEST_COMPRESSION: ")
    done = command(shop(folder, {**DEBUG, "FLASK_STATIC_DIGEST_BLACKLIST_FILTER": ".txt"}), "pipeline", "build")
    assert done.exit_code == 2
    assert "must be a list such as ['.txt'], not '.txt'" in done.stderr


def test_two_folders_with_a_file_of_one_path_are_an_error_until_one_has_another_prefix(folder: Path) -> None:
    write(folder, {"static/admin/logo.svg": "<svg/>"})
    done = command(shop(folder, DEBUG), "pipeline", "build")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: admin/logo.svg: is both 'logo.svg' in '{folder}/admin/static' and ")
    assert done.stderr.endswith("; rename one, or set PIPELINE_PREFIXES = {'admin': 'another'}\n")
    app = built(folder, {"PIPELINE_PREFIXES": {"admin": "backstage"}})
    with app.test_request_context("/"):
        assert flask.url_for("admin.static", filename="logo.svg").startswith("/static/backstage/logo-")
        assert flask.url_for("static", filename="admin/logo.svg").startswith("/static/admin/logo-")


def test_folders_beside_each_other_are_no_mistake(folder: Path) -> None:
    write(folder, {"static/admin/other.svg": "<svg/>"})
    built(folder)
    assert {"admin/other.svg", "admin/logo.svg"} <= {*manifest(folder).entries}


def test_what_is_broken_in_an_installed_package_is_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = write(folder.parent / "site-packages", {"toolbar/static/bar.css": "a{background:url(no.png)}"})
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(packages))
    app = bare(folder, DEBUG)
    Pipeline(app)
    app.register_blueprint(flask.Blueprint("bar", "bar", root_path=str(packages / "toolbar"), static_folder="static"))
    done = command(app, "pipeline", "build")
    assert done.exit_code == 0
    assert "warning: bar/bar.css:1:18: 'no.png' does not exist" in done.stderr
    write(folder, {"static/css/site.css": "a{background:url(no.png)}"})
    assert command(app, "pipeline", "build").exit_code == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"PIPELINE_BASE_URL": "/static/"}, "'PIPELINE_BASE_URL' must be a URL with its host, such as https://"),
        ({"FLASK_STATIC_DIGEST_HOST_URL": "cdn.example.com"}, "'FLASK_STATIC_DIGEST_HOST_URL' must be a URL with its"),
        ({"PIPELINE_VERSION": 3}, "'PIPELINE_VERSION' must be a string, not 3"),
        ({"PIPELINE_PREFIXES": ["admin"]}, "'PIPELINE_PREFIXES' must be a dict"),
        ({"CDN_DOMAIN": "x", "CDN_ENDPOINTS": "static"}, "'CDN_ENDPOINTS' must be a list of endpoints"),
        (
            {"CDN_DOMAIN": "x", "FLASK_STATIC_DIGEST_HOST_URL": "//x"},
            "FLASK_STATIC_DIGEST_HOST_URL and CDN_DOMAIN both say where static files are served; keep one",
        ),
    ],
)
def test_a_setting_that_cannot_be_stops_the_app(folder: Path, settings: Mapping[str, Any], message: str) -> None:
    from pipeline.errors import ConfigError

    with pytest.raises(ConfigError) as caught:
        shop(folder, {**settings, **DEBUG})
    assert str(caught.value).startswith(f"app.config: {message}")


class FlaskWatch(Watch):
    program = ("flask", "pipeline", "watch")


def test_watch_builds_on_every_save_until_it_is_interrupted(tmp_path: Path) -> None:
    site = Site(tmp_path / "shop")
    (site.folder / "pipeline.toml").unlink()
    app = "import flask\nfrom pipeline.adapters.flask import Pipeline\napp = flask.Flask(__name__)\nPipeline(app)\n"
    write(site.folder, {"app.py": app, "static/site.css": "a{}"})
    with FlaskWatch(site) as watch:
        watch.hears("1 asset made")
        write(site.folder, {"static/site.css": "a{color:red}"})
        watch.hears("site.css changed")
        entry = manifest(site.folder)["site.css"]
        assert (site.folder / "build" / entry.file).read_text() == "a{color:red}"
        assert watch.end(signal.SIGINT)[::2] == (130, "interrupted")
