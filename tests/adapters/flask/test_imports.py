"""What an app in production imports with the extension."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.adapters.flask.apps import built

USED = """
import sys
before = {*sys.modules}
import flask, pipeline.adapters.flask as adapter
app = flask.Flask("shop", root_path=sys.argv[1])
adapter.Pipeline(app)
app.add_url_rule("/", "page", lambda: flask.render_template_string(
    "{{ asset_tag('css/site.css') }}{{ url_for('static', filename='img/dot.svg') }}"))
client = app.test_client()
page = client.get("/").text
assert client.get(page.rpartition(">")[2]).status_code == 200
print(*{*sys.modules} - before)
"""
BUILD = {
    "build",
    "cli",
    "compile",
    "compress",
    "config",
    "discover",
    "engine",
    "link",
    "publish",
    "unbuilt",
    "watching",
}
LIBRARIES = {
    "webassets",
    "rcssmin",
    "rjsmin",
    "watchdog",
    "rich",
    "pathspec",
    "deflate",
    "brotli",
    "tomllib",
    "sqlite3",
}


def test_an_app_in_production_loads_nothing_of_the_build(folder: Path) -> None:
    built(folder)
    done = subprocess.run([sys.executable, "-c", USED, folder], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert not {name.split(".")[1] for name in loaded if name.startswith("pipeline.")} & BUILD
    assert not {name.split(".")[0] for name in loaded} & LIBRARIES
    assert not {"pipeline.adapters.flask.declaration", "pipeline.adapters.flask.sources"} & {*loaded}


def test_importing_the_adapter_loads_what_an_app_needs_only_when_there_is_one() -> None:
    program = (
        "import flask, sys; before = {*sys.modules}; import pipeline.adapters.flask; print(*{*sys.modules} - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {*done.stdout.split()} == {"pipeline", "pipeline.adapters", "pipeline.adapters.flask"}
