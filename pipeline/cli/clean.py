"""``pipeline clean``: delete all that was published."""

from __future__ import annotations

from typing import Any

import click

from pipeline.cli import session
from pipeline.cli.report import counted, say
from pipeline.publish.retention import clean


@click.command()
@session.output
@click.pass_context
def command(ctx: click.Context, /, **overrides: Any) -> None:
    """Delete every file that a manifest recorded, and nothing else."""
    config = session.configure(ctx, **overrides)
    removed = clean(config)
    for file in removed.left:
        say(f"{file}: was changed since it was published, so it is left")
    say(f"{counted(len(removed.files), 'file')} deleted from {str(config.output)!r}")
