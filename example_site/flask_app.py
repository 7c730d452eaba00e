"""Serves the example site by Flask, after a build: ``flask --app example_site/flask_app.py run``."""  # noqa: INP001  # a script, in no package

from __future__ import annotations

from flask import Flask, abort, render_template, request
from jinja2 import TemplateNotFound

from pipeline.adapters.flask import Pipeline

app = Flask(__name__, static_folder=None)
Pipeline(app)


@app.get("/", defaults={"name": "index"})
@app.get("/<path:name>")
def page(name: str) -> str:
    """A page, or what a page fetches."""
    if name.startswith("_"):
        abort(404)
    try:
        return render_template(f"{name}.html", page=request.path)
    except TemplateNotFound:
        abort(404)
