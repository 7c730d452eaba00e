"""The line, top to bottom: from a configuration to a release."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from pipeline.asset import AssetPath
from pipeline.compile import compile_assets
from pipeline.compile.compiled import Compiled
from pipeline.compile.work import Known
from pipeline.compress import compress
from pipeline.config import Config
from pipeline.config.declaration import importing_from
from pipeline.discover import Discovered, discover
from pipeline.engine.cache import Cache
from pipeline.engine.executors import executor, is_far
from pipeline.link import Linked, link
from pipeline.release import Release
from pipeline.source import Source

Progress = Callable[[str, int], Callable[[int], None]]
Recall = Callable[[Mapping[AssetPath, Source]], Mapping[AssetPath, Known]]


def silent(_phase: str, _total: int) -> Callable[[int], None]:
    """No progress."""
    return lambda _: None


def nothing_known(_sources: Mapping[AssetPath, Source]) -> dict[AssetPath, Known]:
    """No memory of an earlier build."""
    return {}


class Built(NamedTuple):
    """What each phase gave: the release, and all that the next build may take over."""

    found: Discovered
    compiled: Compiled
    linked: Linked
    release: Release


def build(
    config: Config,
    cache: Cache,
    progress: Progress = silent,
    recall: Recall = nothing_known,
) -> Built:
    """Build a site; nothing is written but what the cache keeps.

    Args:
        config: what to build.
        cache: what was made before; some files of the release lie in it until it is closed.
        progress: called at the start of a phase with its name and number of items; what it returns is called with
            the number of items done since.
        recall: what is known of the sources that were found, from the last build.

    Raises:
        ExceptionGroup: of PipelineError: everything that is wrong in the first phase that fails.
    """
    found = discover(config)
    workers = executor(config.executor, config.jobs, progress("compile", len(found.sources)), config.project)
    with importing_from(config.project), workers as run:  # a step may lie there, and import more while it runs
        compiled = compile_assets(found.sources, config, run, cache, recall(found.sources))
    linked = link(compiled.assets, compiled.found, compiled.consumed, config)
    name = config.executor if is_far(config.executor) else "threads"  # compressors let other threads work
    with executor(name, config.jobs, progress("compress", len(linked.outputs)), config.project) as run:
        said = [*found.diagnostics, *compiled.diagnostics, *linked.diagnostics]
        release = compress(linked.outputs, linked.imports, said, config, run, cache)
    return Built(found, compiled, linked, release)


def rebuild(config: Config, cache: Cache, before: Built, found: Discovered, edited: Collection[AssetPath]) -> Built:
    """The same line for what was edited since a build of the same sources; the rest of each phase stays as it was.

    Args:
        config: the same.
        cache: the same.
        before: what that build gave.
        found: the sources as they are now: the same paths and files.
        edited: those that may have other bytes, and paths of no source for what else changed below the roots.

    Raises:
        ExceptionGroup: as `build`.
    """
    with importing_from(config.project), executor("inline", 1) as run:
        compiled = compile_assets(found.sources, config, run, cache, None, before.compiled, edited)
        changed = before.compiled.differs_from(compiled)
        consumed = compiled.consumed
        known = before.linked if consumed == before.compiled.consumed else None
        linked = link(compiled.assets, compiled.found, consumed, config, known, changed)
        said = [*found.diagnostics, *compiled.diagnostics, *linked.diagnostics]
        last = before.linked.outputs
        same = len(linked.outputs) == len(last) and all(path in last for path in linked.fresh)
        standing = before.release if same else None
        release = compress(linked.outputs, linked.imports, said, config, run, cache, standing, linked.fresh)
    return Built(found, compiled, linked, release)
