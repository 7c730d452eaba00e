"""Sees in one stat a file that a build would give what the last one gave, and says again what that one said.

The same command in the same place, the same environment and configuration, the same files below the sources and in the
output: all that is compared as bytes that were put down when the last build was done. A program that starts, does this
and ends is mostly its imports, so this module has next to none; whatever it does not understand it leaves to the build.
"""

from __future__ import annotations

import os
import sys
import time
import zlib

from pipeline import __version__
from pipeline.statuses import listing, statuses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MAGIC = b"pipeline state 2"
FOLDER = "state-2"
CACHE = ".pipeline-cache"
JSON = "--json"
PARTS = 13
MANY, ENTRY = 5_000, 50
"""Entries for which a second process pays (a fork and its end take 2 ms, an entry 3 µs), and the bytes of one."""


def replay(arguments: Sequence[str]) -> bool:
    """Say what the last build with this command line said, if nothing changed; whether that was so."""
    start = time.perf_counter()
    if "build" not in arguments or "--no-cache" in arguments:
        return False
    folder, declared = os.getcwd(), ""
    for index, option in enumerate(arguments[:-1]):
        if option == "-C":
            folder = os.path.join(folder, arguments[index + 1])
        elif option == "--config" and arguments[index + 1].endswith(".toml"):
            declared = arguments[index + 1]
    declared = os.path.abspath(os.path.join(folder, declared)) if declared else declaration(os.path.abspath(folder))
    if not declared:
        return False
    key = key_of(arguments, declared)
    said = unchanged(place_of(os.path.join(os.path.dirname(declared), CACHE), key), key)
    if said is None:
        return False
    summary, terminal, elsewhere, closing = said
    seconds = time.perf_counter() - start
    sys.stderr.write(terminal if sys.stderr.isatty() else elsewhere)
    if JSON in arguments:
        sys.stdout.write(summary.replace("\0", f"{seconds:.3f}"))
    else:
        sys.stderr.write(closing.replace("\0", f"{seconds:.2f}"))
    return True


def declaration(folder: str) -> str:
    """The nearest file at or above a folder that may declare a project, or ``""``."""
    while True:
        if os.path.isfile(os.path.join(folder, "pipeline.toml")):
            return os.path.join(folder, "pipeline.toml")
        file = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(file) and b"pipeline" in _bytes_of(file):
            return file
        folder, last = os.path.dirname(folder), folder
        if folder == last:
            return ""


def key_of(arguments: Sequence[str], declared: str) -> bytes:
    """All that decides what a command means, but for the files of the site."""
    variables = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("PIPELINE_"))
    meant = [each for each in arguments if each != JSON]
    said = [__version__, sys.version, os.getcwd(), declared, *meant, "", *variables, "", *sys.path]
    return "\0".join(said).encode("utf-8", "surrogateescape") + b"\0" + _bytes_of(declared)


def place_of(cache: str, key: bytes) -> str:
    """Where what is known of such a command lies."""
    return os.path.join(cache, FOLDER, f"{zlib.crc32(key):08x}.seen")


def unchanged(place: str, key: bytes) -> list[str] | None:
    """What the last build had to say, if nothing changed since.

    Returns:
        The summary for programs; diagnostics for a terminal, and for standard error that is none; the closing line.
        A NUL stands for the seconds.
    """
    parts = _taken_apart(_bytes_of(place))
    if parts is None or parts[0] != key or parts[-1] != _check(parts):
        return None
    _, files, numbers, besides, folders, listing, written, output, *said, _ = parts
    if statuses(_names(files)) != numbers:
        return None
    manifest = os.fsdecode(besides)
    if len(listing) + len(output) < MANY * ENTRY or sys.platform != "linux":
        held = _holds(_names(written), output, "") and _holds(_names(folders), listing, manifest)
    else:
        child = os.fork()  # the other core looks at the output meanwhile
        if not child:
            os._exit(not _holds(_names(written), output, ""))
        held = _holds(_names(folders), listing, manifest)
        held = not os.waitpid(child, 0)[1] and held
    return [each.decode() for each in said] if held else None


def put_down(place: str, parts: Sequence[bytes]) -> None:
    """Leave for the next time what `unchanged` reads, in one rename.

    Args:
        place: see `place_of`; its folder is there.
        parts: the key; names of files and their `statuses`; the file of which the listings of sources say nothing;
            names of folders of sources and their listings; the same of the output; what `unchanged` returns. Names
            are joined by NULs.

    Raises:
        OSError: no room, no permission.
    """
    whole = [*parts, _check(parts)]
    beside = f"{place}.{os.getpid()}"
    with open(beside, "wb") as stream:
        stream.write(b" ".join([MAGIC, *(b"%d" % len(part) for part in whole)]) + b"\n" + b"".join(whole))
    os.replace(beside, place)


def _check(parts: Sequence[bytes]) -> bytes:
    """Of all but the listings, which are compared with what is there."""
    return b"%d" % zlib.crc32(b"\0".join([*parts[:5], parts[6], *parts[8:12]]))


def _holds(folders: Sequence[str], listings: bytes, besides: str) -> bool:
    """Whether folders are as they were listed."""
    position = 0
    view = memoryview(listings)
    for folder in folders:
        try:
            found = listing(folder, besides)
        except OSError:
            return False
        if view[position : position + len(found)] != found:
            return False
        position += len(found)
    return position == len(listings)


def _taken_apart(data: bytes) -> list[bytes] | None:
    head, _, rest = data.partition(b"\n")
    if not head.startswith(MAGIC + b" "):
        return None
    lengths = head[len(MAGIC) + 1 :].split(b" ")
    if len(lengths) != PARTS or not all(map(bytes.isdigit, lengths)) or sum(map(int, lengths)) != len(rest):
        return None
    parts, position = [], 0
    for length in map(int, lengths):
        parts.append(rest[position : position + length])
        position += length
    return parts


def _names(joined: bytes) -> list[str]:
    return os.fsdecode(joined).split("\0") if joined else []


def _bytes_of(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError:
        return b""
