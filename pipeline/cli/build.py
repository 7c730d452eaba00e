"""``pipeline build``: make a release and publish it; see `pipeline.incremental.unchanged` for what happens before."""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from typing import Any

import click

from pipeline.cli import SEEN, session
from pipeline.cli.report import complain, counted, plain, printed, progress, say
from pipeline.cli.table import table
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache_use import opened
from pipeline.incremental import unchanged
from pipeline.incremental.renewal import Renewal
from pipeline.publish import Published
from pipeline.release import Release


@click.command()
@session.build_options
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool, no_cache: bool, **overrides: Any) -> None:
    """Build all bundles and files, and publish them into the output folder."""
    start = time.perf_counter()
    declared = session.declared_in(ctx)
    key = unchanged.key_of(sys.argv[1:], declared) if declared and not no_cache else b""
    config = session.configure(ctx, **overrides)
    waiting = partial(say, "waiting for another build of this output to end")
    with (
        progress() as phase,
        opened(None if no_cache else config.cache, config.cache_limit, config.shared_cache) as cache,
    ):
        renewal = Renewal(config, cache, key, ctx.meta.get(SEEN), phase, waiting, memory=not no_cache)
        renewed = renewal.renew()
    release, published = renewed.built.release, renewed.published
    said = [each for each in release.diagnostics if each.severity != "note"]
    said += [Diagnostic("warning", problem) for problem in cache.problems]
    nothing = Published((), release.totals.files, renewed=False, digest=published.digest)
    complain(said)
    if not as_json:
        table(release.fresh, [bundle.path for bundle in config.bundles], whole=not renewed.before)
    renewal.leave(renewed, lambda: _said(release, nothing, config, said))
    seconds = time.perf_counter() - start
    if as_json:
        click.echo(json.dumps(_summary(release, published, config) | {"seconds": round(seconds, 3)}))
        return
    written = f"{counted(len(published.written), 'file')} written, {published.unchanged:,} unchanged"
    click.echo(_closing(release, f"{seconds:.2f}", written, config), err=True)


def _said(release: Release, nothing: Published, config: Config, said: list[Diagnostic]) -> tuple[str, str, str, str]:
    """What there is to say when nothing changed, see `pipeline.incremental.seen.Seen`."""
    summary = json.dumps(_summary(release, nothing, config)).removesuffix("}") + ', "seconds": \0}\n'
    terminal = "".join(map(printed, said))
    return summary, terminal, click.unstyle(terminal), _closing(release, "\0", "nothing changed", config) + "\n"


def _closing(release: Release, seconds: str, written: str, config: Config) -> str:
    notes = sum(each.severity == "note" for each in release.diagnostics)
    hint = f"{counted(notes, 'note')}: `pipeline check` prints them\n" if notes else ""
    return (
        f"{hint}{counted(len(release.manifest.entries), 'asset')} in {seconds} s; {written} in {str(config.output)!r}"
    )


def _summary(release: Release, published: Published, config: Config) -> dict[str, Any]:
    return {
        "output": str(config.output),
        "manifest": str(config.manifest),
        "assets": len(release.manifest.entries),
        "size": release.totals.size,
        "variants": release.totals.variants,
        "written": len(published.written),
        "unchanged": published.unchanged,
        "renewed": published.renewed,
        "diagnostics": [plain(each) for each in release.diagnostics],
    }
