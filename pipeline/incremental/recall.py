"""What of the last build still holds for this one: the sources that need not be read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.asset import AssetPath
from pipeline.compile.compiled import Compiled
from pipeline.compile.recipes import recipe_of
from pipeline.compile.work import Known
from pipeline.config import Config
from pipeline.discover import Discovered
from pipeline.engine.listing import settled
from pipeline.incremental.state import Row, State
from pipeline.source import Source


def known(state: State | None, config: Config, sources: Mapping[AssetPath, Source]) -> dict[AssetPath, Known]:
    """The sources that need not be read, since they have the status that they had when they were.

    Args:
        state: that the last build left.
        config: what decides what becomes of loose files.
        sources: as they are now.
    """
    if state is None:
        return {}
    same = state.recipe == recipe_of(config)
    found: dict[AssetPath, Known] = {}
    for path, status, digest, plain in state.rows.values():
        source = sources.get(path)
        if source and source.status == status:
            found[source.path] = Known(digest, source.size, plain and same)
    return found


def known_after(found: Discovered, compiled: Compiled, sources: Mapping[AssetPath, Source]) -> dict[AssetPath, Known]:
    """The same after a build in the same process and with the same configuration.

    Args:
        found: its sources.
        compiled: what they became.
        sources: as they are now.
    """
    return {
        path: Known(digest, status[0], plain)
        for path, status, digest, plain in rows_of(found, compiled, found.sources)
        if path in sources and sources[path].status == status and sources[path].file == found.sources[path].file
    }


def rows_of(found: Discovered, compiled: Compiled, paths: Iterable[AssetPath]) -> Iterator[Row]:
    """What is known of some sources after a build; nothing of those that could have changed without a trace."""
    for path in paths:
        source, piece = found.sources[path], compiled.pieces.get(path)
        if piece and settled(source.status, found.started):  # of those that are only parts of others there is none
            digest = next(each.content.digest for each in piece.members if each.path == path and not each.origin)
            yield path, source.status, digest, piece.is_plain()
