"""``url_for`` of static endpoints in a Flask app, beside Flask's own."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import flask

from tests.benchmarks.race import Table

CALLS = 20_000
ASKED: Mapping[str, Mapping[str, Any]] = {
    "by itself": {},
    "with a version": {"v": "2026.1"},
    "with its host": {"_external": True},
    "with an anchor": {"_anchor": "top"},
}
Raced = Callable[[str, Mapping[str, Callable[[], float]], str, int], Table]


def tables(raced: Raced, folder: Path, rounds: int) -> Iterator[Table]:
    """One for the app's own static folder and one for a blueprint's, and for each way to ask.

    Args:
        raced: makes a table of what is timed in turn: its title, what to time, the reference and the rounds.
        folder: where the app is put.
        rounds: how often.
    """
    from pipeline.adapters.flask import Pipeline

    for name in ("static/css/site.css", "admin/static/site.css"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("a{}")
    making = _app(folder, debug=True)
    Pipeline(making)
    assert making.test_cli_runner().invoke(args=["pipeline", "build"]).exit_code == 0
    ours, flasks = _app(folder), _app(folder)
    Pipeline(ours)
    for endpoint, filename in (("static", "css/site.css"), ("admin.static", "site.css")):
        for title, asked in ASKED.items():
            values = {"filename": filename, **asked}
            for how, by_proxy in (("app.url_for", False), ("flask.url_for", True)):
                timed = {
                    "Flask": lambda: _calls(flasks, endpoint, values, by_proxy),  # noqa: B023  (called at once)
                    "pipeline": lambda: _calls(ours, endpoint, values, by_proxy),  # noqa: B023
                }
                yield raced(f"{CALLS:,} times {how}({endpoint!r}) {title}", timed, "Flask", rounds)


def _app(folder: Path, *, debug: bool = False) -> flask.Flask:
    app = flask.Flask("shop", root_path=str(folder))
    app.debug = debug
    admin = flask.Blueprint("admin", "admin", root_path=str(folder / "admin"), static_folder="static", url_prefix="/a")
    app.register_blueprint(admin)
    return app


def _calls(app: flask.Flask, endpoint: str, values: Mapping[str, Any], by_proxy: bool) -> float:
    """Seconds; templates call ``app.url_for``, ``flask.url_for`` finds the app first."""
    with app.test_request_context("/"):
        function = flask.url_for if by_proxy else app.url_for
        function(endpoint, **values)
        return timeit.timeit(lambda: function(endpoint, **values), number=CALLS)
