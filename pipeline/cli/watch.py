"""``pipeline watch``: build, and build again whenever something changes."""

from __future__ import annotations

import itertools
import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import click

from pipeline.cli import session
from pipeline.cli.keeper import Keeper
from pipeline.cli.report import say
from pipeline.config import Config
from pipeline.engine.watch import Watcher
from pipeline.runtime.live import place
from pipeline.statuses import Status, status_at

Tell = Callable[[Mapping[str, object]], None]

CONFIGURATION, INPUT = 1.0, 0.2
"""Seconds between two looks at the file of the configuration, which lies in no watched folder, and at the input."""
EVERYTHING = 60.0
"""Seconds after which all files are looked at, for a system may lose an event without a word."""


@click.command()
@session.output
@session.jobs
@session.cache
@session.no_cache
@click.option("--poll", type=click.FloatRange(0.05), metavar="SECONDS", help="Look so often, for disks without events.")
@click.option("--reload", "live", is_flag=True, help="Have open pages show what was made; prints what they must load.")
@click.option("--until-eof", is_flag=True, help="End when standard input does, with the program that holds it open.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of --reload; a free one by default.")
@click.pass_context
def command(  # noqa: PLR0913  (its options)
    ctx: click.Context,
    /,
    *,
    no_cache: bool,
    poll: float | None,
    live: bool,
    until_eof: bool,
    port: int,
    **overrides: Any,
) -> None:
    """Build, and build again on every change; neither minifies nor compresses unless [watch] says so."""

    def configured() -> Config:
        config = session.configure(ctx, **overrides)
        return config._replace(minify=config.watch.minify and (config.minify or True), compress=config.watch.compress)

    with ExitStack() as stack:
        declared = session.declared_in(ctx)
        status = status_at(declared)  # first: it may be saved again while this is built
        config = configured()
        tell: Tell = stack.enter_context(_server(port, place(config.manifest))) if live else _nobody
        keeper = stack.enter_context(Keeper(config, tell, keep_cache=not no_cache))
        watcher = stack.enter_context(Watcher(keeper.folders(), keeper.own, poll or config.watch.poll, say))
        folders = keeper.folders()
        keeper.update(everything=True)
        if keeper.folders() != folders:
            watcher.follow(keeper.folders())
            keeper.update(everything=True)  # what changed before somebody watched it
        rounds = iter(_goes_on, False) if until_eof else itertools.repeat(True)
        _watch(watcher, keeper, configured, (declared, status), INPUT if until_eof else CONFIGURATION, rounds)


def _watch(  # noqa: PLR0913, PLR0917  (what there is, and for how long)
    watcher: Watcher,
    keeper: Keeper,
    configured: Callable[[], Config],
    declaration: tuple[str, Status],
    interval: float,
    rounds: Iterator[bool],
) -> None:
    """Wait and update in each round; the declaration is the file of the configuration and how it was read."""
    declared, status = declaration
    looked, missed = time.monotonic(), False
    for _ in rounds:
        changes = watcher.wait(interval)
        late = time.monotonic() > looked + EVERYTHING
        looked = time.monotonic() if late else looked
        aside = keeper.aside()
        if (now := status_at(declared)) != status:
            status = now
            missed = not keeper.follow(configured)
            if not missed:
                watcher.follow(keeper.folders())
        elif changes or late or aside:
            paths, lost = (changes.paths, changes.everything) if changes else (frozenset[str](), False)
            folders = keeper.folders()
            keeper.update(paths, everything=late or lost or missed or aside)
            if keeper.folders() != folders:
                watcher.follow(keeper.folders())
                keeper.update(everything=True)
            missed = False


@contextmanager
def _server(port: int, told: str) -> Iterator[Tell]:
    """Serve, and tell the adapters where."""
    from pipeline.engine.server import ReloadServer

    with ReloadServer(port) as server:
        say(f'pages must load <script type="module" src="{server.script_url()}"></script>')
        os.makedirs(os.path.dirname(told), exist_ok=True)
        with open(told, "w", encoding="ascii", opener=_private) as stream:
            stream.write(server.script_url())
        try:
            yield server.tell
        finally:
            with suppress(FileNotFoundError):  # somebody removed the output
                os.unlink(told)


def _private(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)  # whoever reads it may talk to open pages


def _goes_on() -> bool:
    """Whether standard input goes on; where the system cannot tell, it does."""
    try:
        return not select.select([sys.stdin], [], [], 0)[0] or bool(os.read(sys.stdin.fileno(), 1 << 16))
    except OSError:
        return sys.platform == "win32"


def _nobody(_message: Mapping[str, object]) -> None:
    """Without --reload no page is told."""
