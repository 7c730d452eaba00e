"""What of the last build still holds for this one, and what this one leaves for the next."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.asset import AssetPath
from pipeline.compile import Compiled
from pipeline.config import Config
from pipeline.discover import Discovered, Source
from pipeline.engine.fetch import EVERYTHING
from pipeline.engine.listing import TICK, folders_below, settled, status_at
from pipeline.making import Known, recipe_of
from pipeline.state import Row, State


def known(state: State | None, sources: Mapping[AssetPath, Source], config: Config) -> dict[AssetPath, Known]:
    """The sources that need not be read, since they have the status that they had when they were.

    Args:
        state: of the last build, with its rows.
        sources: as they are now.
        config: decides what becomes of loose files now.
    """
    same = state is not None and state.recipe == recipe_of(config)
    found: dict[AssetPath, Known] = {}
    for path, status, digest, plain in state.rows if state else ():
        source = sources.get(AssetPath(path))
        if source and source.status == tuple(status):
            found[source.path] = Known(digest, source.size, plain and same)
    return found


def known_after(found: Discovered, compiled: Compiled, sources: Mapping[AssetPath, Source]) -> dict[AssetPath, Known]:
    """The same after a build in the same process and with the same configuration.

    Args:
        found: its sources.
        compiled: what they became.
        sources: as they are now.
    """
    rows = ((AssetPath(path), status, digest, plain) for path, status, digest, plain in _rows(found, compiled))
    return {
        path: Known(digest, status[0], plain)
        for path, status, digest, plain in rows
        if path in sources and sources[path].status == status and sources[path].file == found.sources[path].file
    }


def state_of(key: str, found: Discovered, compiled: Compiled, config: Config, summary: Mapping[str, Any]) -> State:
    """What the next build will want to know, once this one is published.

    Args:
        key: of the configuration.
        found: the sources.
        compiled: what they became.
        config: where the output and the manifest are.
        summary: what the build had to say, in terms of JSON.
    """
    time.sleep(TICK / 1e9)  # what was written just now could change once more without a trace
    changing = {
        os.path.dirname(each.file) for each in found.sources.values() if not settled(each.status, found.started)
    }
    sources = {folder: "" if folder in changing else digest for folder, digest in found.folders.items()}
    if any(EVERYTHING in piece.inputs for piece in compiled.pieces.values()):  # also what is excluded
        own = {str(config.output), str(config.cache)}
        for root in config.sources:
            sources = folders_below(str(root.folder), own)[0] | sources
    output, many, _ = folders_below(str(config.output))
    plugins = [step.plugin for bundle in config.bundles for step in bundle.steps or ()]
    variables = {name: os.environ.get(name) for plugin in plugins for name in getattr(plugin, "variables", ())}
    files = {folder: status_at(folder) for folder in sys.path if folder and os.path.isdir(folder)}
    manifest = str(config.manifest)
    files |= {file: status_at(file) for plugin in plugins for file in getattr(plugin, "programs", ())}
    files |= {file: status_at(file) for file in [*_own_modules(config), manifest]}
    many += len(found.sources)
    return State(
        key, sources, output, files, manifest, many, summary, recipe_of(config), variables, _rows(found, compiled)
    )


def _rows(found: Discovered, compiled: Compiled) -> Iterator[Row]:
    digests = {
        member.path: (member.content.digest, path == member.path and piece.is_plain())
        for path, piece in compiled.pieces.items()
        for member in piece.members
        if not member.origin
    }
    for path, source in found.sources.items():
        if path in digests and settled(source.status, found.started):
            yield path, source.status, *digests[path]


def _own_modules(config: Config) -> Iterator[str]:
    """The files of modules that lie in the project: plug-ins, or a configuration in Python."""
    for module in [*sys.modules.values()]:
        file = getattr(module, "__file__", None)
        if file and file.startswith(f"{config.project}{os.sep}"):
            yield file
