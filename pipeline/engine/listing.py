"""What a folder holds, by names, sizes and times: one stat a file, and a digest that says whether it is still so.

A time decides nothing by itself: it only tells which files must be read again. Two writes within one tick of a file
system's clock can have the same time, so what was written just before it was looked at is not trusted (`settled`), as
in git (https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

import hashlib
import os
import time
from array import array
from collections.abc import Collection

Status = tuple[int, int, int, int]
"""Size in bytes, when it was written and when anything about it changed in nanoseconds, and its number on the disk."""

TICK, COARSE_TICK, SECOND = 20_000_000, 2_000_000_000, 1_000_000_000
"""In nanoseconds: what Linux's clock for files takes, and what those file systems take that count whole seconds."""
_WHOLE = (1 << 63) - 1


def status_of(found: os.stat_result) -> Status:
    """What is compared of a file."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _WHOLE


def status_at(file: str) -> Status | None:
    """The status of what stands there, links followed; ``None`` for nothing."""
    try:
        return status_of(os.stat(file))
    except OSError:
        return None


def look(folder: str, besides: str = "") -> tuple[str, list[tuple[os.DirEntry[str], Status | None]]]:
    """List a folder.

    Args:
        folder: absolute.
        besides: a path of which nothing is said.

    Returns:
        A digest of all names, and of the statuses of those that are no folders, in the system's order; and the
        entries, each with its status: ``None`` for folders and for links that lead nowhere. Links are followed.

    Raises:
        OSError: it cannot be listed.
    """
    names: list[str] = []
    numbers = array("q")
    found: list[tuple[os.DirEntry[str], Status | None]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                names.append(entry.name + "/")
                found.append((entry, None))
                continue
            if entry.path == besides:
                continue
            try:
                status = status_of(entry.stat())
            except OSError:
                names.append(entry.name + "//")
                found.append((entry, None))
                continue
            names.append(f"{entry.name}//{os.path.realpath(entry.path)}" if entry.is_symlink() else entry.name)
            numbers.extend(status)
            found.append((entry, status))
    text = "\0".join(names).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text + b"\0" + numbers.tobytes()).hexdigest(), found


def settled(status: Status, now: int) -> bool:
    """Whether a file that was looked at at ``now`` (nanoseconds) would have another status had it changed since."""
    newest = max(status[1], status[2])
    coarse = status[1] % SECOND == 0 and status[2] % SECOND == 0
    return newest < now - (COARSE_TICK if coarse else TICK)


def folders_below(folder: str, besides: Collection[str] = ()) -> tuple[dict[str, str], int, bool]:
    """Every folder at and below one and its digest, how many entries they have, and whether all of it is `settled`.

    Links are not followed.

    Args:
        folder: absolute.
        besides: folders that are left out.

    Raises:
        OSError: one of them cannot be listed.
    """
    digests: dict[str, str] = {}
    many, waiting, now, newest = 0, [folder], time.time_ns(), 0
    while waiting:
        here = waiting.pop()
        digests[here], entries = look(here)
        many += len(entries)
        newest = max(newest, *(max(status[1], status[2]) for _, status in entries if status), 0)
        inner = (entry for entry, status in entries if status is None and entry.is_dir(follow_symlinks=False))
        waiting += [entry.path for entry in inner if entry.path not in besides]
    return digests, many, settled((0, newest, newest, 0), now)
