"""What a folder holds, by names, sizes and times: one stat a file.

A time decides nothing by itself: it only tells which files must be read again. Two writes within one tick of a file
system's clock can have the same time, so what was written just before it was looked at is not trusted (`settled`), as
in git (https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

import hashlib
import os
import time
from array import array
from collections.abc import Collection, Sequence

from pipeline.statuses import Status, packed, status_at, status_of, statuses

TICK, COARSE_TICK, SECOND = 20_000_000, 2_000_000_000, 1_000_000_000
"""In nanoseconds: what Linux's clock for files takes, and what those file systems take that count whole seconds."""


def look(folder: str, besides: str = "") -> tuple[bytes, list[tuple[os.DirEntry[str], Status | None]]]:
    """List a folder.

    Args:
        folder: absolute.
        besides: a path that is left out.

    Returns:
        What `pipeline.statuses.listing` gives; and the entries in the system's order, each with its status: ``None``
        for folders and for links that lead nowhere. Links are followed.

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
            elif entry.path != besides:
                status = status_at(entry.path) if entry.is_symlink() else status_of(entry.stat(follow_symlinks=False))
                names.append(f"{entry.name}//{os.path.realpath(entry.path)}" if entry.is_symlink() else entry.name)
                numbers.extend(status)
                found.append((entry, status if any(status) else None))
    return packed(names, numbers), found


def folders_below(folder: str, besides: Collection[str] = ()) -> list[str]:
    """Every folder at and below one; links are not followed.

    Args:
        folder: absolute.
        besides: folders that are left out.

    Raises:
        OSError: one of them cannot be listed.
    """
    found: list[str] = []
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        found.append(here)
        with os.scandir(here) as entries:
            inner = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        waiting += [each for each in inner if each not in besides]
    return found


def settled(status: Status, now: int) -> bool:
    """Whether a file that was looked at at ``now`` (nanoseconds) would have another status had it changed since."""
    newest = max(status[1], status[2])
    coarse = status[1] % SECOND == 0 and status[2] % SECOND == 0
    return newest < now - (COARSE_TICK if coarse else TICK)


def state_of(folders: Sequence[str], installed: Sequence[str]) -> str:
    """A digest of what is listed in some folders, and of what is installed.

    What changed just now may change once more without a trace: then it is never the same again.

    Args:
        folders: absolute.
        installed: folders of packages, whose own status changes with each that comes or goes.

    Raises:
        OSError: a folder cannot be listed.
    """
    now, looked = time.time_ns(), [look(folder) for folder in folders]
    calm = all(settled(status, now) for _, entries in looked for _, status in entries if status)
    found = [os.fsencode("\0".join((*folders, "", *installed))), statuses(installed), *(text for text, _ in looked)]
    return hashlib.sha256(b"\0".join([*found, b"" if calm else os.urandom(16)])).hexdigest()
