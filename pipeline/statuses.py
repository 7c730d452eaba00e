"""What a folder holds by names, sizes and times, as bytes that can be compared; imported before anything else is."""

from __future__ import annotations

import os
import zlib
from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

Status = tuple[int, int, int, int]
"""Size in bytes, when it was written and when anything about it changed in nanoseconds, and its number on the disk."""
_WHOLE = (1 << 63) - 1
STATUS = 32
"""Bytes that a status takes in a listing."""


def listing(folder: str, besides: str) -> bytes:
    """All names in a folder, and sizes, times and numbers on the disk of what is no folder; links are followed.

    Args:
        folder: absolute.
        besides: a path of which nothing is said.

    Raises:
        OSError: it cannot be listed.
    """
    names: list[str] = []
    numbers = array("q")
    name, number = names.append, numbers.extend
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                name(entry.name + "/")
            elif entry.path != besides:
                if entry.is_symlink():
                    name(f"{entry.name}//{os.path.realpath(entry.path)}")
                    number(status_at(entry.path))
                    continue
                name(entry.name)
                number(status_of(entry.stat(follow_symlinks=False)))
    return packed(names, numbers)


def packed(names: Sequence[str], numbers: array[int]) -> bytes:
    """A listing as it is put down."""
    text = "\0".join(names).encode("utf-8", "surrogateescape")
    return b"%d %d\0" % (len(names), len(text)) + text + numbers.tobytes()


def recorded(listings: bytes, position: int) -> bytes:
    """The listing of a folder that begins somewhere among several."""
    end = listings.find(b"\0", position)
    head = listings[position:end].split(b" ") if end >= 0 else []
    if len(head) != 2 or not all(map(bytes.isdigit, head)):  # noqa: PLR2004  (see `packed`)
        return listings[position:]
    number, length = map(int, head)
    start = end + 1 + length
    folders = listings.count(b"/\0", end, start) + listings.endswith(b"/", end, start)
    return listings[position : start + (number - folders) * STATUS]


def told_by(listed: bytes) -> dict[str, bytes]:
    """What a listing says of each name in a folder, in their order; nothing of folders."""
    head, _, rest = listed.partition(b"\0")
    length = int(head.split(b" ")[-1])
    names = rest[:length].decode("utf-8", "surrogateescape").split("\0")
    found = dict.fromkeys(names, b"")
    for at, name in enumerate(name for name in names if not name.endswith("/")):
        found[name] = rest[length + at * STATUS : length + (at + 1) * STATUS]
    return found


def status_of(found: os.stat_result) -> Status:
    """Size in bytes, when it was written and when anything of it changed in nanoseconds, its number on the disk."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _WHOLE


def status_at(file: str) -> Status:
    """The same of what stands there, links followed; zeros for nothing."""
    try:
        return status_of(os.stat(file))
    except OSError:
        return 0, 0, 0, 0


def statuses(files: Sequence[str]) -> bytes:
    """The statuses of some files; of a folder its names, of ``$NAME`` a check of that variable of the environment."""
    return array("q", [number for file in files for number in _status(file)]).tobytes()


def _status(file: str) -> tuple[int, ...]:
    if file.startswith("$"):
        return _variable(file[1:])
    return _names(file) if os.path.isdir(file) else status_at(file)


def _names(folder: str) -> tuple[int, int]:
    """How many names a folder has and a check of them: each package that comes, goes or changes has another."""
    try:
        names = sorted(name for name in os.listdir(folder) if name[0] != "." and name != "__pycache__")
    except OSError:
        return 0, 0
    return len(names), zlib.crc32("\0".join(names).encode("utf-8", "surrogateescape"))


def _variable(name: str) -> tuple[int, int]:
    value = os.environ.get(name)
    return (-1, 0) if value is None else (len(value), zlib.crc32(os.fsencode(value)))
