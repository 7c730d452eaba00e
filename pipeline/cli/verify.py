"""``pipeline verify``: read a published release back."""

from __future__ import annotations

from typing import Any

import click

from pipeline.cli import session
from pipeline.cli.report import complain, counted, progress, say
from pipeline.engine.executors import threads
from pipeline.publish.verify import verify


@click.command()
@session.output
@session.jobs
@click.pass_context
def command(ctx: click.Context, /, **overrides: Any) -> None:
    """Recompute every digest, size, integrity and variant of the output folder, and name what differs."""
    config = session.configure(ctx, **overrides)
    with progress() as phase, threads(config.jobs, phase("verify", 0)) as run:
        manifest, problems = verify(config, run)
    complain(problems)
    if problems:
        say(f"{counted(len(problems), 'difference')}; `pipeline build` repairs the current release")
        ctx.exit(1)
    say(f"{counted(len(manifest.entries), 'asset')} and {counted(len(manifest.files()), 'file')} are as published")
