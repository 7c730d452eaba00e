"""Discover: list the sources below every root, the first root to have a path wins."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

from pipeline.asset import AssetPath
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.discover.walking import Lister
from pipeline.edited import Edited
from pipeline.errors import SourceError, raise_all
from pipeline.source import Source
from pipeline.statuses import status_of


class Discovered(NamedTuple):
    """Sources by path, in the order of their paths.

    Attributes:
        diagnostics: what there is to say about them.
        folders: those that were listed, and what was in each, see `pipeline.statuses.listing`.
        started: when the first was listed, in nanoseconds since the epoch.
        edited: those that were looked at again; all of them, if it was not `again` that looked.
    """

    sources: Mapping[AssetPath, Source]
    diagnostics: list[Diagnostic]
    folders: Mapping[str, bytes]
    started: int
    edited: Collection[AssetPath]


def discover(config: Config) -> Discovered:
    """List all sources; reads folders, no files.

    Raises:
        ExceptionGroup: of SourceError: names that cannot be paths, that clash, or links that leave their root.
    """
    started = time.time_ns()
    lister = Lister(config)
    found: dict[AssetPath, Source] = {}
    for root in config.sources:
        for path, source in lister.sources_of(root).items():
            if path in found:
                shadowed = f"{lister.shown(source.file)!r} is not used: {lister.shown(found[path].file)!r} comes first"
                lister.diagnostics.append(Diagnostic("note", shadowed, path))
            else:
                found[path] = source
    if lister.hidden:
        shown = f"such as {lister.hidden[0]!r}"
        message = f"{len(lister.hidden)} with a dot before their names are left out, {shown}"
        lister.diagnostics.append(
            Diagnostic("note", message, hint="`exclude` brings them back with a pattern like '!.x'")
        )
    lister.errors += _differing_in_case(found)
    raise_all("discover", sorted(lister.errors, key=lambda error: error.diagnostic()))
    sources = {path: found[path] for path in sorted(found)}
    return Discovered(sources, sorted(lister.diagnostics), lister.folders, started, sources)


def again(before: Discovered, files: Mapping[str, AssetPath], paths: Collection[str]) -> Discovered | None:
    """Look at some sources again and at nothing else.

    Args:
        before: what was found.
        files: the paths of the sources by their files.
        paths: of files that may have changed; all of them are files of sources.

    Returns:
        The same sources with their statuses now, as if all were looked at when the first were; ``None`` if one of
        them is no regular file any more.
    """
    edits = {}
    for file in paths:
        try:
            found = os.lstat(file)
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        edits[files[file]] = before.sources[files[file]]._replace(status=status_of(found))
    return before._replace(sources=Edited(before.sources, edits), edited=edits)


def _differing_in_case(found: dict[AssetPath, Source]) -> list[SourceError]:
    errors, folded = [], dict[str, AssetPath]()
    for path in sorted(found):
        other = folded.setdefault(path.casefold(), path)
        if other != path:
            hint = "rename one: on Windows and macOS they are one file"
            errors.append(SourceError(f"differs from {other!r} only in case", path=path, hint=hint))
    return errors
