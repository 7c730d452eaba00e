"""What every command starts with: the options that change the configuration, and the configuration itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from pipeline.config.declaration import check_shadowing

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.config.settings import Layer, Settings


class Project(NamedTuple):
    """Where a command works, which it finds in ``ctx.obj``; see `pipeline.config.settings.read`."""

    folder: Path
    config: str | None = None
    beneath: Sequence[Layer] = ()
    above: Sequence[Layer] = ()


Command = TypeVar("Command", bound=Callable[..., Any])

output = click.option("--output", metavar="DIR", help="Write there instead of the configured `output`.")
jobs = click.option("--jobs", type=click.IntRange(1), metavar="N", help="Threads; as many as cores by default.")
cache = click.option("--cache", metavar="DIR", help="Folder for what is kept between builds; never a source.")
no_cache = click.option("--no-cache", is_flag=True, help="Take nothing from earlier builds, and keep nothing.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one summary for programs to standard output.")


def build_options(command: Command) -> Command:
    """The options of a command that builds."""
    return output(jobs(cache(no_cache(as_json(command)))))


def settings(ctx: click.Context, **overrides: Any) -> Settings:
    """Read the configuration; ``overrides`` are flags, ``None`` where they were not given."""
    from pipeline.cli.report import complain
    from pipeline.config.settings import read

    folder, config, beneath, above = ctx.obj
    check_shadowing(folder)
    changed = given(folder, overrides)
    found = read(folder=folder, config=config, overrides=changed, environ=os.environ, beneath=beneath, above=above)
    complain(found.warnings)
    return found


def given(folder: Path, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that were given, their paths absolute."""
    found = {key: value for key, value in overrides.items() if value is not None}
    for key in found.keys() & {"output", "cache"}:
        if key == "output" or "://" not in found[key]:
            found[key] = str(Path(os.path.abspath(folder / found[key])))
    return found


def declared_in(ctx: click.Context) -> str:
    """The file that the configuration comes from; of a module in the project its file, else ``""``."""
    found = settings(ctx)
    file = found.project / found.name
    if ":" in found.name:
        file = found.project.joinpath(*found.name.partition(":")[0].split(".")).with_suffix(".py")
    return str(file) if file.is_file() else ""


def configure(ctx: click.Context, **overrides: Any) -> Config:
    """The validated configuration.

    Raises:
        ConfigError: or a group of them.
    """
    from pipeline.config import validate

    return validate(settings(ctx, **overrides))
