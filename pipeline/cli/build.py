"""``pipeline build``: make a release and publish it."""

from __future__ import annotations

import json
import time
from typing import Any

import click

from pipeline.build import build
from pipeline.cli import session
from pipeline.cli.report import complain, counted, plain, progress, say, table
from pipeline.engine.executors import threads
from pipeline.publish import Published, publish
from pipeline.release import Release


@click.command()
@session.build_options
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool, **overrides: Any) -> None:
    """Build all bundles and files, and publish them into the output folder."""
    start = time.perf_counter()
    config = session.configure(ctx, **overrides)
    with progress() as phase:
        release = build(config, phase)
        with threads(config.jobs, phase("publish", len(release.files))) as run:
            published = publish(release, config, run, lambda: say("waiting for another build of this output to end"))
    seconds = time.perf_counter() - start
    complain(each for each in release.diagnostics if each.severity != "note")
    if as_json:
        click.echo(json.dumps(_summary(release, published, str(config.output), str(config.manifest), seconds)))
        return
    table(release.manifest, [bundle.path for bundle in config.bundles])
    notes = sum(each.severity == "note" for each in release.diagnostics)
    if notes:
        say(f"{counted(notes, 'note')}: `pipeline check` prints them")
    written = f"{counted(len(published.written), 'file')} written, {published.unchanged:,} unchanged"
    say(f"{counted(len(release.manifest.entries), 'asset')} in {seconds:.2f} s; {written} in {str(config.output)!r}")


def _summary(release: Release, published: Published, output: str, manifest: str, seconds: float) -> dict[str, Any]:
    entries = release.manifest.entries.values()
    variants: dict[str, int] = {}
    for entry in entries:
        for encoding, variant in entry.variants.items():
            variants[encoding] = variants.get(encoding, 0) + variant.size
    return {
        "output": output,
        "manifest": manifest,
        "assets": len(entries),
        "size": sum(entry.size for entry in entries),
        "variants": variants,
        "written": len(published.written),
        "unchanged": published.unchanged,
        "renewed": published.renewed,
        "seconds": round(seconds, 3),
        "diagnostics": [plain(each) for each in release.diagnostics],
    }
