"""``pipeline explain``: say of one asset what it is made of, what it points at, and why it has its name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from pipeline.cli import session
from pipeline.cli.report import complain, plain, progress, size
from pipeline.diagnostic import visible
from pipeline.engine.cache_use import opened, persistent
from pipeline.inspection.explain import Explanation, explain, site_of
from pipeline.inspection.lookup import lookup

LABELS = 14


@click.command()
@click.argument("path")
@session.jobs
@session.as_json
@click.pass_context
def command(ctx: click.Context, /, *, path: str, as_json: bool, **overrides: Any) -> None:
    """Explain an asset; PATH is its logical path, a published file or URL, or a source file. Nothing is written."""
    config = session.configure(ctx, **overrides)
    with progress() as phase, opened(config.cache, config.cache_limit, config.shared_cache) as cache:
        site = persistent(cache, lambda: site_of(config, cache, phase))
        explanation = explain(site, lookup(path, site, ctx.obj[0]))
    if as_json:
        click.echo(json.dumps(_summary(explanation), ensure_ascii=False))
        return
    for label, values in _rows(explanation):
        for index, value in enumerate(values):
            click.echo(f"{'' if index else label:{LABELS}}{visible(value)}")
    complain(explanation.diagnostics)


def _rows(explanation: Explanation) -> Iterator[tuple[str, Sequence[str]]]:
    """What is printed: a label and its values, a line each; without values nothing."""
    yield "asset", [explanation.path]
    yield "bundle", [f"declared at {explanation.bundle}"] if explanation.bundle else []
    yield "sources", explanation.sources
    yield "steps", [", ".join(explanation.steps) or "none"]
    yield "inputs", explanation.inputs
    yield "part of", explanation.bundles
    yield "references", explanation.references or ["nothing"]
    yield "referenced by", explanation.referenced_by or ["nothing"]
    if not explanation.entry or not explanation.named:
        yield "published", ["not by itself: it went into a bundle, and nothing that is published refers to it"]
        return
    entry, named = explanation.entry, explanation.named
    yield "file", [entry.file]
    yield "url", [entry.url]
    yield "why", [named.why]
    yield "cycle", [f"with {', '.join(map(repr, named.cycle))}"] if named.cycle else []
    yield "SHA-256", [named.digest]
    yield "type", [entry.type]
    yield "size", [f"{size(entry.size)} ({entry.size:,} bytes)"]
    widest = max(map(len, entry.variants), default=0)
    yield (
        "variants",
        [
            f"{encoding:{widest}}  {size(variant.size)}, {variant.size / entry.size:.0%}  {variant.file}"
            for encoding, variant in sorted(entry.variants.items())
        ]
        or ["none"],
    )


def _summary(explanation: Explanation) -> dict[str, Any]:
    return {**asdict(explanation), "diagnostics": [plain(each) for each in explanation.diagnostics]}
