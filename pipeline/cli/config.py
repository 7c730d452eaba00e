"""``pipeline config``: print every value and where it came from."""

from __future__ import annotations

import json

import click

from pipeline.cli import session
from pipeline.compile.recipes import minify_of
from pipeline.config import describe, validate
from pipeline.diagnostic import visible

WIDEST = 60


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Print every value of the configuration and its origin."""
    settings = session.settings(ctx)
    config = validate(settings)
    described = describe(settings, config)
    rows = [(visible(key), json.dumps(value, ensure_ascii=False), origin) for key, value, origin in described]
    width = max(len(f"{key} = {value}") for key, value, _ in rows)
    for key, value, origin in rows:
        click.echo(f"{f'{key} = {value}':{min(width, WIDEST)}}  # {visible(origin)}")
    for step in minify_of(config):
        versions = [getattr(step.plugin, "version", ""), *map(config.tools.version, getattr(step.plugin, "tools", ()))]
        click.echo(f"# minify runs {', '.join(filter(None, versions)) or step.name}")
