"""``pipeline cache``: what the cache on this machine takes, and how it is cleared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from pipeline.cli import session
from pipeline.cli.report import say, size
from pipeline.engine import cache_folder
from pipeline.engine.cache import FORMAT, Cache
from pipeline.errors import PublishError
from pipeline.incremental.seen import FOLDER

T = TypeVar("T")
CURRENT = (str(FORMAT), FOLDER)


@click.group()
def command() -> None:
    """Measure or clear what is kept between builds on this machine."""


@command.command("size")
@session.cache
@session.as_json
@click.pass_context
def size_command(ctx: click.Context, /, *, as_json: bool, **overrides: Any) -> None:
    """Say what the cache takes, and which formats of it there are."""
    config = session.configure(ctx, **overrides)
    sizes = _guarded(cache_folder.sizes, config.cache)
    cache = Cache(config.cache, config.cache_limit)
    entries = cache.count()
    cache.close()
    if as_json:
        said = {"cache": str(config.cache), "size": sum(sizes.values()), "entries": entries, "formats": sizes}
        click.echo(json.dumps(said))
        return
    for problem in cache.problems:
        say(problem)
    what = {str(FORMAT): f"entries: {entries:,}", FOLDER: "states of past builds"}
    for name, taken in sizes.items():
        say(f"{size(taken):>10}  {what.get(name, f'{name}: kept by another version')}")
    say(f"{size(sum(sizes.values())):>10}  in {str(config.cache)!r}")


@command.command("clear")
@session.cache
@click.option("--all", "every", is_flag=True, help="What other versions keep there too.")
@click.pass_context
def clear_command(ctx: click.Context, /, *, every: bool, **overrides: Any) -> None:
    """Delete what this version keeps in the cache, and nothing else."""
    config = session.configure(ctx, **overrides)
    freed = _guarded(cache_folder.clear, config.cache, None if every else CURRENT)
    say(f"{size(freed)} deleted from {str(config.cache)!r}")


def _guarded(work: Callable[..., T], *arguments: Any) -> T:
    """What a function gives that looks at the disk."""
    try:
        return work(*arguments)
    except OSError as error:
        raise PublishError(f"the cache is out of reach: {error.strerror}", path=str(error.filename)) from error
