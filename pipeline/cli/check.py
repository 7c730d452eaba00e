"""``pipeline check``: do all that a build does but writing, and look for names that lead nowhere and unused assets."""

from __future__ import annotations

import json
from typing import Any

import click

from pipeline.asset import AssetPath
from pipeline.build import build
from pipeline.cli import session
from pipeline.cli.report import complain, counted, plain, progress, say
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache_use import opened, persistent
from pipeline.errors import PipelineError
from pipeline.inspection.templates import files_of, missing
from pipeline.inspection.unused import unused


@click.command()
@click.option("--unused", "list_unused", is_flag=True, help="List the assets that nothing leads to.")
@click.option("--templates", metavar="GLOB", multiple=True, help="Find names in templates that are no assets.")
@session.jobs
@session.as_json
@click.pass_context
def command(
    ctx: click.Context, /, *, list_unused: bool, templates: tuple[str, ...], as_json: bool, **overrides: Any
) -> None:
    """Build without writing; print every error, warning and note, shadowed sources among them."""
    config = session.configure(ctx, **overrides)
    try:
        with progress() as phase, opened(config.cache, config.cache_limit, config.shared_cache) as cache:
            release = persistent(cache, lambda: build(config, cache, phase)).release
    except (PipelineError, ExceptionGroup) as failure:
        if as_json:
            errors = failure.exceptions if isinstance(failure, ExceptionGroup) else [failure]
            wrong = [error.diagnostic() for error in errors if isinstance(error, PipelineError)]
            click.echo(json.dumps(_summary(0, [], wrong), ensure_ascii=False))
        raise
    names, lacking = _in_templates(templates, [*release.manifest.entries], config)
    idle = unused(release.manifest, config, names) if list_unused else []
    said = [*release.diagnostics, *lacking, *(Diagnostic("note", "nothing leads to it", path) for path in idle)]
    complain(said)
    if as_json:
        click.echo(json.dumps(_summary(len(release.manifest.entries), idle, said), ensure_ascii=False))
    wrong = [each for each in said if each.severity == "error"]
    kinds = ["error"] * bool(wrong) + ["warning", "note"]
    counts = [counted(sum(each.severity == kind for each in said), kind) for kind in kinds]
    say(f"{counted(len(release.manifest.entries), 'asset')} would be published; {', '.join(counts)}")
    if list_unused:
        say(f"{counted(len(idle), 'asset')} unused" + ("" if templates else "; --templates counts names in templates"))
    ctx.exit(1 if wrong else 0)


def _in_templates(
    patterns: tuple[str, ...], known: list[AssetPath], config: Config
) -> tuple[list[str], list[Diagnostic]]:
    """All names in templates, and what is wrong with them."""
    names: list[str] = []
    wrong: list[Diagnostic] = []
    for file in files_of(patterns, config):
        found, problems = missing(file, known, config)
        names += found
        wrong += problems
    return names, sorted(wrong)


def _summary(assets: int, idle: list[AssetPath], said: list[Diagnostic]) -> dict[str, Any]:
    return {"assets": assets, "unused": idle, "diagnostics": [plain(each) for each in said]}
