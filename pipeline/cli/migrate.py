"""``pipeline migrate``: write a configuration for a project that uses another tool, and list what is left to do."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipeline.cli.report import complain, counted, say
from pipeline.config.declaration import FILE, find
from pipeline.diagnostic import visible
from pipeline.errors import ConfigError, PublishError
from pipeline.migration import Migrated, migrate

STANDARD = "-"
THERE = "is there already, and nothing is ever written over"


@click.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--output", metavar="FILE", help=f"Write the configuration there; {STANDARD} prints it.")
@click.option("--list", "listed", metavar="FILE", help="Write there what is left to change by hand.")
@click.pass_context
def command(ctx: click.Context, /, *, folder: str, output: str | None, listed: str | None) -> None:
    """Read a project that uses Flask-Static-Digest, Flask-CDN, webassets, Flask-Assets, django-pipeline or
    django-compressor; write a pipeline.toml, and list what is left to change by hand. Nothing of it is run.
    """
    start = ctx.obj.folder
    project = Path(os.path.abspath(start / folder))
    file = project / FILE if output in {None, STANDARD} else Path(os.path.abspath(start / str(output)))
    there = find(project)
    printed = output == STANDARD or (output is None and there is not None and there.parent == project)
    for each in [*([] if printed else [file]), *([start / listed] if listed else [])]:
        if os.path.lexists(each):
            raise ConfigError(THERE, path=str(each), hint="name another file, or move it away")
    found = migrate(project, file)
    if listed:
        _write(start / listed, "".join(f"{each.severity}: {each}\n" for each in found.left))
    else:
        complain(found.left)
    if not found.text:
        hint = "say where it is: write a pipeline.toml with `sources`"
        raise ConfigError("no folder of static files was found", path=str(project), hint=hint)
    if printed:
        click.echo(found.text, nl=False)
    else:
        _write(file, found.text)
    say(_summary(found, "printed" if printed else f"written to {str(file)!r}", listed))
    if printed and there and output is None:
        say(f"{str(there)!r} {THERE}; --output FILE writes elsewhere")
    ctx.exit(1 if any(each.severity == "error" for each in found.left) else 0)


def _summary(found: Migrated, where: str, listed: str | None) -> str:
    left = f"{counted(len(found.left), 'line')} of what is left to do by hand"
    listing = f"in {listed!r}" if listed else "above"
    return f"{', '.join(found.tools)}: {counted(found.bundles, 'bundle')} {where}; {left} {listing}"


def _write(file: Path, text: str) -> None:
    """Write a new file.

    Raises:
        PublishError: it is there by now, or cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise PublishError(f"cannot be written: {error.strerror}", path=visible(str(file))) from error
