"""The line, top to bottom: from a configuration to a release."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.compile import compile_assets
from pipeline.compress import compress
from pipeline.config import Config
from pipeline.discover import discover
from pipeline.engine.executors import threads
from pipeline.link import link
from pipeline.release import Release

Progress = Callable[[str, int], Callable[[int], None]]


def silent(_phase: str, _total: int) -> Callable[[int], None]:
    """No progress."""
    return lambda _: None


def build(config: Config, progress: Progress = silent) -> Release:
    """Build a site; nothing is written.

    Args:
        config: what to build.
        progress: called at the start of a phase with its name and number of items; what it returns is called with
            the number of items done since.

    Raises:
        ExceptionGroup: of PipelineError: everything that is wrong in the first phase that fails.
    """
    found = discover(config)
    with threads(config.jobs, progress("compile", len(found.sources))) as run:
        compiled = compile_assets(found.sources, config, run)
    linked = link(compiled.assets, compiled.consumed, config)
    with threads(config.jobs, progress("compress", len(linked.outputs))) as run:
        said = [*found.diagnostics, *compiled.diagnostics, *linked.diagnostics]
        return compress(linked.outputs, linked.imports, said, config, run)
