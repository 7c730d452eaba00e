"""``pipeline doctor``: say of every program that the configuration needs where it is, or how to install it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain

import click

from pipeline.cli import session
from pipeline.cli.report import complain, counted, say
from pipeline.compile.recipes import SCRIPTS, STYLESHEETS, Recipes, minify_of
from pipeline.compile.selection import plan
from pipeline.config import Config, Step
from pipeline.diagnostic import Diagnostic, visible
from pipeline.discover import discover
from pipeline.engine.tools import Tool
from pipeline.path import suffix_of


@click.command()
@session.as_json
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool) -> None:
    """List the programs that the steps of this site run; exit 1 if one is missing."""
    config = session.configure(ctx)
    rows = [_row(config, tool, users) for tool, users in _needed(config).items()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            if row["command"]:
                click.echo(visible(f"{row['name']:12}{row['version']:24}{row['command']} ({row['found']})"))
        complain(_missing(rows))
        say(f"{counted(len(rows), 'program')} needed, {sum(not row['command'] for row in rows)} missing")
        for name in sorted({name for name, _ in config.tools.declared} - {row["name"] for row in rows}):
            complain([Diagnostic("note", f"tools.{name} is used by no step")])
    ctx.exit(1 if any(not row["command"] for row in rows) else 0)


def _needed(config: Config) -> dict[Tool, set[str]]:
    """Every program, and the steps that run it."""
    sources = discover(config).sources
    planned = plan(sources, config.bundles, config.compile)
    recipes = Recipes(planned, config)
    made = [*planned.bundles, *sorted(planned.compiled - planned.inner)]
    found: dict[Tool, set[str]] = {}
    loose = minify_of(config) if any(suffix_of(path) in STYLESHEETS | SCRIPTS for path in sources) else []
    for step in _unique(chain(loose, (step for path in made for step in recipes.all_steps(path)))):
        for tool in getattr(step.plugin, "tools", ()):
            found.setdefault(tool, set()).add(step.name)
    return found


def _unique(steps: Iterable[Step]) -> Iterator[Step]:
    yield from {id(step): step for step in steps}.values()


def _row(config: Config, tool: Tool, users: set[str]) -> dict[str, str]:
    found = config.tools.find(tool)
    return {
        "name": tool.name,
        "version": config.tools.version(tool).partition(" | ")[0].lstrip("≈ ") if tool.version else "",
        "command": " ".join(found[0]) if found else "",
        "found": found[1] if found else "",
        "steps": ", ".join(sorted(users)),
        "install": tool.install,
    }


def _missing(rows: list[dict[str, str]]) -> Iterator[Diagnostic]:
    for row in rows:
        if not row["command"]:
            hint = row["install"] or f"install it, or set tools.{row['name']}"
            yield Diagnostic("error", f"the program {row['name']!r} is not installed", hint=hint)
