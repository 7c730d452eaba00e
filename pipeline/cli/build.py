"""``pipeline build``: make a release and publish it, unless the last one is still right."""

from __future__ import annotations

import json
import time
from typing import Any

import click

from pipeline import state
from pipeline.cli import session
from pipeline.cli.report import complain, counted, revived, say


@click.command()
@session.build_options
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool, no_cache: bool, **overrides: Any) -> None:
    """Build all bundles and files, and publish them into the output folder."""
    start = time.perf_counter()
    settings = session.settings(ctx, **overrides)
    place, key = None if no_cache else state.place_of(settings), state.key_of(settings)
    last = state.read(place) if place else None
    unchanged = last is not None and last.holds(key)
    if last is not None and unchanged:
        summary = {**last.summary}
        complain(each for each in map(revived, summary["diagnostics"]) if each.severity != "note")
    else:
        from pipeline.cli.building import publish_build  # loads all that builds

        summary = publish_build(settings, place, key, table_wanted=not as_json)
    summary["seconds"] = round(time.perf_counter() - start, 3)
    if as_json:
        click.echo(json.dumps(summary))
        return
    notes = sum(each["severity"] == "note" for each in summary["diagnostics"])
    if notes:
        say(f"{counted(notes, 'note')}: `pipeline check` prints them")
    written = f"{counted(summary['written'], 'file')} written, {summary['unchanged']:,} unchanged"
    assets = f"{counted(summary['assets'], 'asset')} in {summary['seconds']:.2f} s"
    say(f"{assets}; {'nothing changed' if unchanged else written} in {summary['output']!r}")
