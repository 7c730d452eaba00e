"""``pipeline check``: do all that a build does but writing."""

from __future__ import annotations

from typing import Any

import click

from pipeline.build import build
from pipeline.cli import session
from pipeline.cli.report import complain, counted, progress, say


@click.command()
@session.jobs
@click.pass_context
def command(ctx: click.Context, /, **overrides: Any) -> None:
    """Build without writing; print every error, warning and note, shadowed sources among them."""
    config = session.configure(ctx, **overrides)
    with progress() as phase:
        release = build(config, phase)
    complain(release.diagnostics)
    counts = [counted(sum(each.severity == kind for each in release.diagnostics), kind) for kind in ("warning", "note")]
    say(f"{counted(len(release.manifest.entries), 'asset')} would be published; {', '.join(counts)}")
