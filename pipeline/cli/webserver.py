"""``pipeline webserver``: print a configuration with which nginx, Caddy or Apache serve the release."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from email.utils import formatdate
from urllib.parse import unquote

import click

from pipeline.cli import session
from pipeline.config import Config
from pipeline.engine import plugins
from pipeline.engine.files import bytes_of
from pipeline.errors import ManifestError
from pipeline.manifest import Entry, Manifest
from pipeline.serving.loading import allowed_origin, base_path
from pipeline.urls import url_of
from pipeline.webservers import Printed, Site, name_pattern

PACKAGE = "pipeline.webservers"


@click.command()
@click.argument("server", metavar="[nginx|caddy|apache]")
@click.option("--base-url", metavar="URL", help="Instead of the configured `base_url`.")
@click.option("--root", metavar="DIR", help="Where the output lies on the server, if it is not where it lies here.")
@click.option("--allow-origin", metavar="ORIGIN", help="Whose pages may use fonts; all if `base_url` has a host.")
@click.option("--port", type=click.IntRange(1, 65535), default=80, help="Where to listen; 80 by default.")
@click.option("--part", type=click.Choice(["all", "outside", "inside"]), default="all", help="Of a host of your own.")
@click.pass_context
def command(  # noqa: PLR0913  (the options)
    ctx: click.Context,
    /,
    *,
    server: str,
    base_url: str | None,
    root: str | None,
    allow_origin: str | None,
    port: int,
    part: str,
) -> None:
    """Print a configuration with which a web server serves the release in the output folder."""
    made = plugins.load(PACKAGE, server)
    config = session.configure(ctx, base_url=base_url)
    base = base_path(config.base_url)
    naming = config.naming
    site = Site(
        root=os.path.abspath(root) if root else str(config.output),
        base=base,
        style=naming.style,
        pattern=naming.pattern,
        length=naming.length,
        suffixes={step.plugin.encoding: step.plugin.suffix for step in config.compress},
        manifest=_below(config),
        allow_origin=allowed_origin(config.base_url, allow_origin),
        port=port,
    )
    site = _with_names(site, config)
    printed: Printed = made(site)
    click.echo(f"# Printed by `pipeline webserver {server}`.")
    if site.current:
        click.echo("# Print it again for every release, and keep the times of the files where you copy them:")
        click.echo("# what it does not know is sent with `no-cache`, which is right, but not fast.")
    click.echo({"all": printed.whole, "outside": printed.outside, "inside": printed.inside}[part])


def _below(config: Config) -> str:
    """The manifest below the output folder, or ``""``."""
    inside = config.manifest.is_relative_to(config.output)
    return config.manifest.relative_to(config.output).as_posix() if inside else ""


def _with_names(site: Site, config: Config) -> Site:
    """The same with those names of the release whose form does not tell how long they may be kept.

    Raises:
        ManifestError: there is no release, and the style needs one.
    """
    data = bytes_of(config.manifest)
    if data is None:
        if site.style in {"query", "rewrite"}:
            hint = "run `pipeline build` first: which URLs may be kept for long depends on the release"
            raise ManifestError("does not exist", path=str(config.manifest), hint=hint)
        return site
    base = url_of(site.base)
    looks = re.compile(f"(?:.*/)?{name_pattern(site)}")
    current: dict[str, list[str]] = {}
    kept = []
    for path, entry in Manifest.from_json(data, str(config.manifest)).entries.items():
        if unquote(entry.url) != entry.file:
            current[base + entry.url] = _dates(config, entry)
        elif entry.file == path and looks.fullmatch(entry.url):
            kept.append(base + entry.url)
    return replace(site, current=current, kept=kept)


def _dates(config: Config, entry: Entry) -> list[str]:
    """The values of ``Last-Modified`` that a server gives the files of an entry.

    Raises:
        ManifestError: one is missing.
    """
    found = set()
    for file in entry.files():
        try:
            found.add(int(os.stat(config.output / file).st_mtime))
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror}", path=file, hint="build again") from error
    return [formatdate(time, usegmt=True) for time in sorted(found)]
