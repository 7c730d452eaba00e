"""``pipeline build``: make a release and publish it; see `pipeline.unchanged` for what happens before."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import click

from pipeline import unchanged
from pipeline.build import Built, build, nothing_known
from pipeline.cli import session
from pipeline.cli.report import complain, counted, plain, printed, progress, say, table
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache_use import opened, persistent
from pipeline.engine.executors import threads
from pipeline.manifest import Manifest
from pipeline.publish import Published, publish
from pipeline.recall import known, remember, remember_all
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
    with (
        progress() as phase,
        opened(None if no_cache else config.cache, config.cache_limit, config.shared_cache) as cache,
    ):

        def attempt() -> tuple[Built, Published]:
            made = build(config, cache, phase, nothing_known if no_cache else partial(known, config))
            with threads(config.jobs, phase("publish", made.release.number)) as run:
                waiting = "waiting for another build of this output to end"
                return made, publish(made.release, config, run, lambda: say(waiting))

        made, published = persistent(cache, attempt)
    said = [each for each in made.release.diagnostics if each.severity != "note"]
    said += [Diagnostic("warning", problem) for problem in cache.problems]
    if not no_cache:
        remember(made.found, made.compiled, config)
    if key and not cache.problems:
        nothing = Published((), made.release.number, renewed=False, digest=published.digest)
        remember_all(key, made.found, made.compiled, config, _said(made.release, nothing, config, said))
    complain(said)
    seconds = time.perf_counter() - start
    if as_json:
        click.echo(json.dumps(_summary(made.release, published, config) | {"seconds": round(seconds, 3)}))
        return
    table(made.release.manifest, [bundle.path for bundle in config.bundles])
    written = f"{counted(len(published.written), 'file')} written, {published.unchanged:,} unchanged"
    click.echo(_closing(made.release, f"{seconds:.2f}", written, config), err=True)


def _said(release: Release, nothing: Published, config: Config, said: list[Diagnostic]) -> tuple[str, str, str, str]:
    """What there is to say when nothing changed, see `pipeline.unchanged.unchanged`."""
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
    entries = release.manifest.entries.values()
    return {
        "output": str(config.output),
        "manifest": str(config.manifest),
        "assets": len(entries),
        "size": sum(entry.size for entry in entries),
        "variants": _variants(release.manifest),
        "written": len(published.written),
        "unchanged": published.unchanged,
        "renewed": published.renewed,
        "diagnostics": [plain(each) for each in release.diagnostics],
    }


def _variants(manifest: Manifest) -> Mapping[str, int]:
    sizes: dict[str, int] = {}
    for entry in manifest.entries.values():
        for encoding, variant in entry.variants.items():
            sizes[encoding] = sizes.get(encoding, 0) + variant.size
    return sizes
