"""Sees in one stat a file that a build would give what the last one gave, and says again what that one said.

The same command in the same place, the same environment and configuration, the same files below the sources and in the
output: all that is compared as bytes that were put down when the last build was done. A program that starts, does this
and ends is mostly its imports, so this module has next to none; whatever it does not understand it leaves to the build.
"""

from __future__ import annotations

import os
import sys
import time

from pipeline import __version__
from pipeline.incremental.seen import Seen, bytes_of, compared, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE = ".pipeline-cache"
JSON = "--json"


def look(arguments: Sequence[str]) -> Seen | None:
    """What the record of the last build with this command line says of now; ``None`` if there is none."""
    if "build" not in arguments or "--no-cache" in arguments:
        return None
    folder, declared = os.getcwd(), ""
    for index, option in enumerate(arguments[:-1]):
        if option == "-C":
            folder = os.path.join(folder, arguments[index + 1])
        elif option == "--config" and arguments[index + 1].endswith(".toml"):
            declared = arguments[index + 1]
    declared = os.path.abspath(os.path.join(folder, declared)) if declared else declaration(os.path.abspath(folder))
    if not declared:
        return None
    key = key_of(arguments, declared)
    return compared(place_of(os.path.join(os.path.dirname(declared), CACHE), key), key)


def replay(seen: Seen, arguments: Sequence[str]) -> None:
    """Say what the last build said, since nothing changed."""
    summary, terminal, elsewhere, closing = seen.said
    seconds = (time.time_ns() - seen.started) / 1e9
    sys.stderr.write(terminal if sys.stderr.isatty() else elsewhere)
    if JSON in arguments:
        sys.stdout.write(summary.replace("\0", f"{seconds:.3f}"))
    else:
        sys.stderr.write(closing.replace("\0", f"{seconds:.2f}"))


def declaration(folder: str) -> str:
    """The nearest file at or above a folder that may declare a project, or ``""``."""
    while True:
        if os.path.isfile(os.path.join(folder, "pipeline.toml")):
            return os.path.join(folder, "pipeline.toml")
        file = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(file) and b"pipeline" in bytes_of(file):
            return file
        folder, last = os.path.dirname(folder), folder
        if folder == last:
            return ""


def key_of(arguments: Sequence[str], declared: str) -> bytes:
    """All that decides what a command means, but for the files of the site."""
    variables = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("PIPELINE_"))
    meant = [each for each in arguments if each != JSON]
    said = [__version__, sys.version, os.getcwd(), declared, *meant, "", *variables, "", *sys.path]
    return "\0".join(said).encode("utf-8", "surrogateescape") + b"\0" + bytes_of(declared)
