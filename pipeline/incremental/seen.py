"""What a build saw when it was done, as bytes that are compared with what is there now; imported before anything else.

It names files by their sizes, times and numbers on the disk: the sources, the output, and whatever else decides what a
build gives. Nothing is read but that and the record itself.
"""

from __future__ import annotations

import os
import sys
import time
import zlib

from pipeline.statuses import listing, recorded, statuses, told_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAGIC = b"pipeline state 3"
FOLDER = "state-3"
PARTS = 13
MANY, ENTRY = 5_000, 50
"""Entries for which a second process pays (a fork and its end take 2 ms, an entry 3 µs), and the bytes of one."""


class Seen:
    """What a record says of now.

    Attributes:
        parts: of the record, see `put_down`.
        said: what the last build had to say: the summary for programs; diagnostics for a terminal, and for standard
            error that is none; the closing line. A NUL stands for the seconds.
        edited: the files of sources that may have other bytes since; ``None`` if anything else may be another too.
        listings: of the folders that these lie in, as they are now.
        started: when the comparison began, in nanoseconds since the epoch.
        stands: whether the output is as it was left, the manifest too.
    """

    __slots__ = "edited", "listings", "parts", "said", "stands", "started"

    def __init__(
        self, parts: list[bytes], edited: list[str] | None, listings: dict[str, bytes], started: int, *, stands: bool
    ) -> None:
        self.parts, self.edited, self.listings, self.started, self.stands = parts, edited, listings, started, stands
        self.said = [each.decode() for each in parts[8:12]]


def place_of(cache: str, key: bytes) -> str:
    """Where the record of a command lies."""
    return os.path.join(cache, FOLDER, f"{zlib.crc32(key):08x}.seen")


def compared(place: str, key: bytes) -> Seen | None:
    """What the record of a command says of now; ``None`` if there is none, or not a whole one.

    Args:
        place: see `place_of`.
        key: all that decides what the command means, but for files.
    """
    started = time.time_ns()
    parts = _taken_apart(bytes_of(place))
    if parts is None or parts[0] != key or parts[-1] != _check(parts):
        return None
    _, files, numbers, besides, folders, listings, written, output, *_ = parts
    manifest = os.fsdecode(besides)
    if len(listings) + len(output) < MANY * ENTRY or sys.platform != "linux":
        stands = _compared(names_of(written), output, "") == {}
        changed = _compared(names_of(folders), listings, manifest)
    else:
        child = os.fork()  # the other core looks at the output meanwhile
        if not child:
            os._exit(_compared(names_of(written), output, "") != {})
        changed = _compared(names_of(folders), listings, manifest)
        stands = not os.waitpid(child, 0)[1]
    stands = stands and numbers.startswith(statuses([manifest]))
    edited = None
    if stands and changed is not None and statuses(names_of(files)) == numbers:
        edited = [os.path.join(folder, name) for folder, (_, names) in changed.items() for name in names]
    now = {folder: found for folder, (found, _) in (changed or {}).items()}
    return Seen(parts, edited, now, started, stands=stands)


def put_down(place: str, parts: Sequence[bytes]) -> None:
    """Leave for the next time what `compared` reads, in one rename.

    Args:
        place: see `place_of`; its folder is there.
        parts: the key; names of files, the manifest first, and their `statuses`; the manifest once more, of which the
            listings of sources say nothing; names of folders of sources and their listings; the same of the output;
            four texts, see `Seen.said`. Names are joined by NULs.

    Raises:
        OSError: no room, no permission.
    """
    whole = [*parts, _check(parts)]
    beside = f"{place}.{os.getpid()}"
    with open(beside, "wb") as stream:
        stream.write(b" ".join([MAGIC, *(b"%d" % len(part) for part in whole)]) + b"\n")
        stream.writelines(whole)
    os.replace(beside, place)


def relisted(folders: bytes, listings: bytes, now: Mapping[str, bytes]) -> bytes:
    """The listings of some folders, of which some are others now.

    Args:
        folders: their names, joined by NULs.
        listings: of all of them.
        now: those of the others.
    """
    position, parts = 0, []
    for folder in names_of(folders):
        was = recorded(listings, position)
        position += len(was)
        parts.append(now.get(folder, was))
    return b"".join(parts)


def names_of(joined: bytes) -> list[str]:
    """Names that were joined by NULs."""
    return os.fsdecode(joined).split("\0") if joined else []


def _check(parts: Sequence[bytes]) -> bytes:
    """Of all but the listings, which are compared with what is there."""
    return b"%d" % zlib.crc32(b"\0".join([*parts[:5], parts[6], *parts[8:12]]))


def _compared(folders: Sequence[str], listings: bytes, besides: str) -> dict[str, tuple[bytes, list[str]]] | None:
    """The folders with files that are others than they were listed, as they are now; ``None`` if any came or went."""
    position = 0
    changed: dict[str, tuple[bytes, list[str]]] = {}
    view = memoryview(listings)
    for folder in folders:
        try:
            found = listing(folder, besides)
        except OSError:
            return None
        if view[position : position + len(found)] != found:
            before = recorded(listings, position)
            try:
                was, now = told_by(before), told_by(found)
            except ValueError:  # damaged
                return None
            if was.keys() != now.keys():
                return None
            changed[folder] = found, [name.partition("//")[0] for name in was if was[name] != now[name]]
            found = before
        position += len(found)
    return changed if position == len(listings) else None


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


def bytes_of(file: str) -> bytes:
    """All bytes of a file; none where there is none that can be read."""
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError:
        return b""
