"""Reads the sources that are not known yet, where what there is to know of them is wanted before anything is made."""

from __future__ import annotations

from pipeline.asset import AssetPath, Blob
from pipeline.compile.making import Maker
from pipeline.compile.work import Known
from pipeline.engine.executors import threads
from pipeline.errors import SourceError


def known_by_reading(maker: Maker) -> dict[AssetPath, Known]:
    """What there is to know of the sources that were not known; not of those that cannot be read."""

    def read(path: AssetPath) -> Known | None:
        try:
            blob = Blob.on_disk(maker.files.name(path))
        except SourceError:  # said by who needs it
            return None
        return Known(blob.digest, blob.size, maker.recipes.make_plain(path))

    unknown = [path for path in maker.files if path not in maker.known]
    with threads(maker.config.jobs) as run:
        return {path: known for path, known in zip(unknown, run(read, unknown), strict=True) if known}
