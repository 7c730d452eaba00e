"""Reads a manifest again when it has changed, while an app runs."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from threading import Lock

from pipeline.errors import PipelineError
from pipeline.runtime.lookup import Lookup, read
from pipeline.statuses import status_at

LOG = logging.getLogger("pipeline")


class Reload:
    """Looks whether a file has changed, and puts what it says in place; any thread may ask at any time.

    Args:
        file: the manifest. When it cannot be read that is logged once, and what is in place stays.
        base_url: what stands before URLs.
    """

    def __init__(self, file: str, base_url: str) -> None:
        self.file, self._base_url = os.path.abspath(file), base_url
        self._status = status_at(self.file)
        self._reading = Lock()

    def look(self, put: Callable[[Lookup], None]) -> None:
        """Costs one stat if nothing changed. While one thread reads, the others go on with what there is."""
        status = status_at(self.file)
        if status == self._status or not self._reading.acquire(blocking=False):
            return
        try:
            self._status = status  # of the file before it is read: what comes after that has another
            put(read(self.file, self._base_url))
        except PipelineError as error:
            LOG.warning("%s; the last good manifest stays in use", error)
        finally:
            self._reading.release()
