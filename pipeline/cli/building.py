"""What ``pipeline build`` does when something changed: build, publish, print the table, and leave a state behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline import state
from pipeline.build import Built, build
from pipeline.cli.report import complain, plain, progress, say, table
from pipeline.config import Config, validate
from pipeline.config.settings import Settings
from pipeline.engine.cache import opened, persistent
from pipeline.engine.executors import threads
from pipeline.manifest import Manifest
from pipeline.publish import Published, publish
from pipeline.recall import known, state_of
from pipeline.release import Release


def publish_build(settings: Settings, place: Path | None, key: str, *, table_wanted: bool) -> dict[str, Any]:
    """Build and publish.

    Args:
        settings: not yet validated.
        place: of the state; ``None``: nothing is kept between builds.
        key: of the configuration.
        table_wanted: whether to print the sizes.

    Returns:
        What there is to say, in terms of JSON.

    Raises:
        ExceptionGroup: of PipelineError.
    """
    config = validate(settings)
    last = state.read(place, rows=True) if place else None
    with progress() as phase, opened(config.cache if place else None, config.cache_limit) as cache:

        def attempt() -> tuple[Built, Published]:
            made = build(config, cache, phase, lambda sources: known(last, sources, config))
            with threads(config.jobs, phase("publish", len(made.release.files))) as run:
                waiting = "waiting for another build of this output to end"
                return made, publish(made.release, config, run, lambda: say(waiting))

        made, published = persistent(cache, attempt)
    summary = _summary(made.release, published, config)
    if place:
        kept = {**summary, "written": 0, "unchanged": len(made.release.files), "renewed": False}
        state.write(place, state_of(key, made.found, made.compiled, config, kept))
    complain(each for each in made.release.diagnostics if each.severity != "note")
    for problem in cache.problems:
        say(problem)
    if table_wanted:
        table(made.release.manifest, [bundle.path for bundle in config.bundles])
    return summary


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


def _variants(manifest: Manifest) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for entry in manifest.entries.values():
        for encoding, variant in entry.variants.items():
            sizes[encoding] = sizes.get(encoding, 0) + variant.size
    return sizes
