"""The table that is served now: the one made at start, or while developing always that of the last build."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path
from threading import Lock

from pipeline.errors import PipelineError
from pipeline.serving.loading import load
from pipeline.serving.representation import Stamp, stamp_of
from pipeline.serving.table import Table


class Latest:
    """A table, made again when the manifest was written again; asked for by any number of threads.

    Args:
        manifest: whose change is looked for, by one stat each time.
        make: reads it and makes the table.
    """

    def __init__(self, manifest: Path, make: Callable[[], Table]) -> None:
        self._manifest, self._make = manifest, make
        self._lock = Lock()
        self._stamp = self._seen()
        self._table = make()

    def __call__(self) -> Table:
        """The table; while a manifest cannot be read, that of the last one that could."""
        if self._seen() != self._stamp:
            with self._lock:
                now = self._seen()
                if now != self._stamp:
                    try:
                        self._table = self._make()
                    except PipelineError:
                        return self._table  # asked again at the next request
                    self._stamp = now
        return self._table

    def _seen(self) -> Stamp | None:
        try:
            return stamp_of(os.stat(self._manifest))
        except OSError:
            return None


def tables(
    manifest: str | PathLike[str],
    base_url: str,
    root: str | PathLike[str] | None,
    allow_origin: str | None,
    *,
    reload: bool,
) -> Callable[[], Table]:
    """What gives the table to serve, see `pipeline.serving.loading.load`.

    Args:
        reload: look each time whether there was another build.
    """
    file = Path(manifest).absolute()
    make = partial(load, file, base_url, Path(root).absolute() if root is not None else None, allow_origin)
    if reload:
        return Latest(file, make)
    table = make()
    return lambda: table
