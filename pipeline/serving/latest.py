"""The table that is served now: the one made at start, or while developing always that of the last build."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path
from threading import Lock

from pipeline.errors import PipelineError
from pipeline.runtime import Assets
from pipeline.serving.loading import base_path, load
from pipeline.serving.table import Table
from pipeline.statuses import status_at

LOG = logging.getLogger("pipeline")


class Latest:
    """A table, made again when the manifest was written again; any thread may ask at any time.

    Args:
        manifest: whose change is looked for, by one stat each time.
        make: reads it and makes the table. When it cannot that is logged once, and the last table stays.
    """

    def __init__(self, manifest: Path, make: Callable[[], Table]) -> None:
        self._manifest, self._make = str(manifest), make
        self._status = status_at(self._manifest)
        self._making = Lock()
        self._table = make()

    def __call__(self) -> Table:
        """The table. While one thread makes another, the others go on with what there is."""
        status = status_at(self._manifest)
        if status != self._status and self._making.acquire(blocking=False):
            try:
                self._status = status  # of the file before it is read: what comes after that has another
                self._table = self._make()
            except PipelineError as error:
                LOG.warning("%s; the last good release is served", error)
            finally:
                self._making.release()
        return self._table


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
    if Assets.stand_in is not None:  # tests that need no build
        table = Table(base_path(base_url), {})
    elif reload:
        return Latest(file, make)
    else:
        table = make()
    return lambda: table
