"""What the configuration says of ``pipeline watch``: what is done otherwise while one works on the site."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.config.bundles import Step, read_compressors
from pipeline.config.checks import Checks

WATCH_KEYS = ("minify", "compress", "poll")


class Watch(NamedTuple):
    """What takes the place of the settings of the same names in ``pipeline watch``.

    Attributes:
        minify, compress: as in `Config`.
        poll: seconds between two looks at all files; ``None``: the system tells what changes.
    """

    minify: bool
    compress: tuple[Step, ...]
    poll: float | None


def read_watch(check: Checks, value: object) -> Watch:
    """The table ``watch``."""
    key = ("watch",)
    table = check.table(key, value)
    check.known(key, table, WATCH_KEYS, " in [watch]")
    poll = table.get("poll")
    if poll is not None and (isinstance(poll, bool) or not isinstance(poll, int | float) or poll <= 0):
        check.error(
            (*key, "poll"), "'watch.poll' must be a number of seconds above 0", "leave it out to be told by events"
        )
        poll = None
    compress = read_compressors(check, table.get("compress", []), (*key, "compress"))
    return Watch(check.flag((*key, "minify"), table.get("minify", False)), compress, poll)
