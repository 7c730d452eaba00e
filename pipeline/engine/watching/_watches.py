"""Which folders an inotify instance watches, through watchdog's binding of the three calls.

https://man7.org/linux/man-pages/man7/inotify.7.html; links to folders are not followed, but for the topmost ones.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from watchdog.observers.inotify_c import InotifyConstants as IN  # noqa: N814  (as the manual writes them: IN.CREATE)
from watchdog.observers.inotify_c import inotify_add_watch, inotify_init, inotify_rm_watch

from pipeline.engine.watching import Ignored, seen

CAME = IN.IN_CREATE | IN.IN_MOVED_TO
WENT = IN.IN_DELETE | IN.IN_MOVED_FROM
INSIDE = CAME | WENT | IN.IN_MODIFY | IN.IN_ATTRIB | IN.IN_CLOSE_WRITE | IN.IN_EXCL_UNLINK
ITSELF = IN.IN_MOVE_SELF | IN.IN_DELETE_SELF
APPEARS = CAME | IN.IN_ATTRIB
ADD = IN.IN_ONLYDIR | IN.IN_MASK_ADD
"""A folder may be watched for several reasons: its masks add up."""

OUT_OF_REACH = {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG}


class Watches:
    """An instance and its watches.

    Attributes:
        descriptor: to read events from.

    Raises:
        OSError: EMFILE: no more instances; ENOSPC: no more watches.
    """

    def __init__(self, folders: Sequence[str], ignored: Ignored) -> None:
        self._ignored = ignored
        self._folders: dict[int, set[str]] = {}
        self._watches: dict[str, Any] = {}  # int, a type of its own in some versions of watchdog
        self._below: dict[str, set[str]] = {}
        self._awaited: dict[int, set[str]] = {}
        self.descriptor = inotify_init()
        if self.descriptor < 0:
            raise _last_error("inotify_init")
        try:
            os.set_inheritable(self.descriptor, False)
            for folder in folders:
                self._top(folder)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the instance, and all watches with it."""
        os.close(self.descriptor)

    def __contains__(self, folder: str) -> bool:
        return folder in self._watches

    def folders(self, watch: int) -> Sequence[str]:
        """The names by which a watched folder is known: several, if one of the topmost ones is a link to another."""
        return tuple(self._folders.get(watch, ()))

    def awaited(self, watch: int, name: str) -> bool:
        """Whether ``name`` leads to a topmost folder that could not be watched, or is a link that was one."""
        return name in self._awaited.get(watch, ())

    def _top(self, folder: str) -> None:
        """Watch a folder, what is below, and that it stays where it is; if there is none, that it appears."""
        line = _line(folder)
        for above in line[:-1]:
            self._add(above, ITSELF)
        while not self.tree(folder, ITSELF):
            for above, missing in reversed(list(pairwise(line))):
                if self._await(above, missing):
                    break
            if not (os.path.isdir(missing) and os.access(missing, os.R_OK)):  # else: it appeared meanwhile
                return
        if os.path.islink(folder):
            self._await(line[-2], folder)

    def _await(self, above: str, folder: str) -> bool:
        """Hear of it when another ``folder`` takes its place in the one above it; whether that can be watched."""
        watch = self._add(above, ITSELF | APPEARS)
        if watch is not None:
            self._awaited.setdefault(watch, set()).add(os.path.basename(folder))
        return watch is not None

    def tree(self, top: str, more: int = 0) -> bool:
        """Watch a folder and all below: each first, then list it, so that nothing new in it is missed.

        Args:
            top: the folder.
            more: what to hear of ``top`` besides what happens in it.

        Returns:
            Whether ``top`` is watched; not if it is gone, or may not be listed.
        """
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            watch = self._add(folder, INSIDE | (more if folder == top else 0))
            if watch is None:
                continue
            self._watches[folder] = watch
            self._folders.setdefault(watch, set()).add(folder)
            self._below.setdefault(os.path.dirname(folder), set()).add(folder)
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError), os.scandir(folder) as entries:
                waiting += [
                    entry.path
                    for entry in entries
                    if entry.is_dir(follow_symlinks=False) and seen(entry.path, self._ignored)
                ]
        return top in self._watches

    def forget(self, top: str) -> None:
        """Stop watching a folder that has another place now, and all below."""
        self._below.get(os.path.dirname(top), set()).discard(top)
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            waiting += self._below.pop(folder, ())
            watch = self._watches.pop(folder, None)
            if watch is None:
                continue
            known = self._folders.get(watch, set())
            known.discard(folder)
            if not known:
                self._folders.pop(watch, None)
                inotify_rm_watch(self.descriptor, watch)  # fails if the folder was deleted: then it has ended anyway

    def _add(self, folder: str, mask: int) -> int | None:
        watch = inotify_add_watch(self.descriptor, os.fsencode(folder), mask | ADD)
        if watch >= 0:
            return watch
        error = _last_error(folder)
        if error.errno in OUT_OF_REACH:
            return None
        raise error


def _line(folder: str) -> list[str]:
    """A folder with all above it, the topmost first."""
    line = [folder]
    while (above := os.path.dirname(line[-1])) != line[-1]:
        line.append(above)
    return line[::-1]


def _last_error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), what)
