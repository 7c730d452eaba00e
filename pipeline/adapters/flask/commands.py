"""``flask pipeline build`` and all other commands of the command line, and ``flask digest`` as it was known."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click
import flask

from pipeline.adapters.flask.folders import Folders
from pipeline.adapters.flask.settings import Settings

EX_CONFIG = 78
"""Of sysexits.h."""
COMPRESSORS = ("gzip", "brotli")
DIGEST = {"compile": "build", "clean": "clean"}


class Commands(click.Group):
    """The commands of ``pipeline``, for the project of an app; nothing of them is imported before one is called.

    Args:
        name: of the group.
        site: the app, its settings and folders.
    """

    def __init__(self, name: str, site: tuple[flask.Flask, Settings, Folders]) -> None:
        super().__init__(name, help="Build and look after the static files of this app.")
        self._site = site

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those of the command line, and ``sources``."""
        from pipeline.cli import cli

        return [*cli.list_commands(ctx), "sources"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one."""
        from pipeline.cli import cli

        if cmd_name == "sources":
            return click.Command("sources", callback=self._print_sources, help="Print the static folders as TOML.")
        return cli.get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command as the command line does; see `pipeline.cli.main` for the status that it leaves with."""
        from pipeline.cli import status_of

        if status := status_of(lambda: self._invoke(ctx)):
            sys.exit(status)

    def _invoke(self, ctx: click.Context) -> Any:
        from pipeline.adapters.flask.declaration import disagreements, layers
        from pipeline.cli.report import complain
        from pipeline.cli.session import Project
        from pipeline.config.settings import read

        app, settings, folders = self._site
        ctx.obj = Project(settings.project, None, layers(app, settings, folders))
        declared = read(folder=settings.project, config=None, overrides={}, environ=os.environ, beneath=ctx.obj.beneath)
        complain(disagreements(declared, settings, folders))
        super().invoke(ctx)

    def _print_sources(self) -> None:
        from pipeline.adapters.flask.declaration import toml

        _, settings, folders = self._site
        click.echo("sources = [")
        for folder in folders.all().values():
            click.echo(f"  {toml(folder, settings.project)},")
        click.echo("]")


class Digest(Commands):
    """``flask digest compile`` and ``flask digest clean``, which Flask-Static-Digest had."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Both."""
        return [*DIGEST]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """What they mean now."""
        return super().get_command(ctx, DIGEST[cmd_name]) if cmd_name in DIGEST else None

    def invoke(self, ctx: click.Context) -> Any:
        """As Flask-Static-Digest: with compression that cannot be it says so and leaves with status 78."""
        for name in self._site[0].config.get("FLASK_STATIC_DIGEST_COMPRESSION") or ():
            if name not in COMPRESSORS:
                click.echo(f"{name} is not a supported compression value, it must be 'gzip' or 'brotli'")
                sys.exit(EX_CONFIG)
            if name == "brotli" and not _is_there("brotli"):
                click.echo("Error: Python package 'brotli' not installed: pip install 'pipeline-assets[brotli]'")
                sys.exit(EX_CONFIG)
        return super().invoke(ctx)


def _is_there(package: str) -> bool:
    try:
        importlib.import_module(package)
    except ImportError:
        return False
    return True


def add_commands(app: flask.Flask, settings: Settings, folders: Folders) -> None:
    """Have ``flask`` know the groups ``pipeline`` and ``digest``."""
    site = app, settings, folders
    app.cli.add_command(Commands("pipeline", site))
    app.cli.add_command(Digest("digest", site))
