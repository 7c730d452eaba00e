"""The line, top to bottom: from a configuration to a release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.compile import Compiled, compile_assets
from pipeline.compress import compress
from pipeline.config import Config
from pipeline.discover import Discovered, discover
from pipeline.engine.cache import Cache
from pipeline.engine.executors import executor, threads
from pipeline.link import Linked, link
from pipeline.recall import known
from pipeline.release import Release
from pipeline.state import State

Progress = Callable[[str, int], Callable[[int], None]]


def silent(_phase: str, _total: int) -> Callable[[int], None]:
    """No progress."""
    return lambda _: None


@dataclass(frozen=True, slots=True)
class Built:
    """What each phase gave: the release, and all that the next build may take over."""

    found: Discovered
    compiled: Compiled
    linked: Linked
    release: Release


def build(config: Config, cache: Cache, progress: Progress = silent, last: State | None = None) -> Built:
    """Build a site; nothing is written but what the cache keeps.

    Args:
        config: what to build.
        cache: what was made before; some files of the release lie in it until it is closed.
        progress: called at the start of a phase with its name and number of items; what it returns is called with
            the number of items done since.
        last: what the last build left.

    Raises:
        ExceptionGroup: of PipelineError: everything that is wrong in the first phase that fails.
    """
    found = discover(config)
    with executor(config.executor, config.jobs, progress("compile", len(found.sources))) as run:
        compiled = compile_assets(found.sources, config, run, cache, known(last, found.sources, config))
    linked = link(compiled.assets, compiled.found, compiled.consumed, config)
    with threads(config.jobs, progress("compress", len(linked.outputs))) as run:
        said = [*found.diagnostics, *compiled.diagnostics, *linked.diagnostics]
        release = compress(linked.outputs, linked.imports, said, config, run, cache)
    return Built(found, compiled, linked, release)
