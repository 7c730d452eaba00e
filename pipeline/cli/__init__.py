"""The shell: one command a file, imported when it is called."""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline import __version__
from pipeline.cli.report import complain, failures, is_misuse
from pipeline.cli.session import Project
from pipeline.errors import PipelineError
from pipeline.incremental.seen import Seen

COMMANDS = (
    *("build", "watch", "check", "verify", "explain", "clean", "prune", "cache", "webserver", "config", "doctor"),
    "migrate",
)
FAILED, MISUSED, INTERRUPTED = 1, 2, 130
SEEN = "pipeline.incremental.seen"
"""Where a command finds what the last build left."""


class Commands(click.Group):
    """The modules beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """All names, in the order in which one meets them."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        """Import one."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"pipeline.cli.{cmd_name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "folder", metavar="DIR", default=".", help="Work in DIR, as if started there.")
@click.option("--config", metavar="FILE", help="A TOML file, or package.module:name, in place of the nearest one.")
@click.version_option(__version__, prog_name="pipeline")
@click.pass_context
def cli(ctx: click.Context, folder: str, config: str | None) -> None:
    """Static assets for Python web apps: built once, served for ever."""
    where = Path(folder)
    if not where.is_dir():
        raise click.UsageError(f"there is no folder {folder!r}")
    ctx.meta[SEEN] = ctx.obj
    ctx.obj = Project(where.resolve(), config)


def main(arguments: list[str] | None = None, seen: Seen | None = None) -> None:
    """Run a command and leave with its status: 0 done, 1 it failed, 2 configuration or usage, 130 interrupted.

    Args:
        arguments: those of the process, unless they are given.
        seen: what the last build with these arguments left, and how it compares with now.
    """
    sys.exit(status_of(lambda: cli.main(arguments, prog_name="pipeline", standalone_mode=False, obj=seen)))


def status_of(run: Callable[[], Any]) -> Any:
    """What ``run`` returns or, once it is printed, the status for what went wrong."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # its workers and temporary folders go with it
    try:
        return run()
    except click.ClickException as error:
        error.show()
        return MISUSED
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except (PipelineError, ExceptionGroup) as error:
        wrong = failures(error)
        if not wrong:
            raise
        complain(wrong)
        return MISUSED if is_misuse(error) else FAILED
