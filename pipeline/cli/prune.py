"""``pipeline prune``: delete what no kept release needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from pipeline.cli import session
from pipeline.cli.report import counted, say
from pipeline.expressions import expression
from pipeline.publish.retention import prune

AGE = expression(r"(\d{1,9}(?:\.\d{1,9})?)\s*([smhdw]?)")
LONGEST = 1000 * 365 * 86400
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Age(click.ParamType[timedelta]):
    """A time such as ``7d``, ``12h``, ``90m`` or plain seconds."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Raises UsageError."""
        match = AGE.fullmatch(str(value).strip())
        if not match:
            self.fail(f"{value!r} is not a time; write 3600, 90m, 12h, 7d or 2w", param, ctx)
        return timedelta(seconds=min(float(match[1]) * UNITS[match[2]], LONGEST))


@click.command()
@click.option("--keep", type=click.IntRange(0), default=2, show_default=True, help="Releases before the current one.")
@click.option("--age", type=Age(), default="7d", show_default=True, help="Time since another release took its place.")
@session.output
@click.pass_context
def command(ctx: click.Context, /, keep: int, age: timedelta, **overrides: Any) -> None:
    """Delete files that neither the current release nor the last few before it need, once they are old enough."""
    config = session.configure(ctx, **overrides)
    removed = prune(config, keep, age)
    for file in removed.left:
        say(f"{file}: was changed since it was published, so it is left")
    say(f"{counted(len(removed.files), 'file')} deleted from {str(config.output)!r}")
