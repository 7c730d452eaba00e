"""Tailwind that stays up, by its own ``--watch``, from the second time on that one process makes a stylesheet.

It works in a folder of its own. A change of the stylesheet there has it read everything anew, so it makes what a new
one would, but need not start. A rule at the end of the stylesheet, which is taken out again, shows which of its answers
is that to what it was given last; an answer is whole when its source map is, which stands at the end of it.
"""

from __future__ import annotations

import atexit
import base64
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pipeline.engine.fetch import Fetch
from pipeline.engine.resident import Resident
from pipeline.engine.running import Ran, terminating
from pipeline.engine.tools import Tool
from pipeline.errors import ToolNotFound
from pipeline.expressions import expression
from pipeline.source_map import SourceMap, from_json
from pipeline.transforms._tailwind_files import PACKAGES, Files, write

FEW = 4
"""Stylesheets for each of which one stays up at most."""
PATIENCE = 10.0
"""Seconds after which one that was asked again will not answer any more."""
COMPLETE = (b";", b"}", b"*/")
"""What a stylesheet ends with that can be followed by a rule."""
_END = expression(rb"\n/\*# sourceMappingURL=data:[^,\n]*+,([A-Za-z0-9+/=]++) \*/\n++")

Key = tuple[int, Path, str]

_STAYING: dict[Key, Staying] = {}
_FIT: dict[Key, bool] = {}
"""Whether one could stay up for what was made before."""
_LOCK = threading.Lock()


class Staying:
    """A Tailwind that stays up for one stylesheet.

    Args:
        known: what it may have in memory.

    Attributes:
        folder: that it works in.
        late: whether it gave no answer.
    """

    def __init__(self, known: object) -> None:
        self.known, self.late = known, False
        self.folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="pipeline-")), "project")
        self._mark, self._asked = f"pipeline-{secrets.token_hex(8)}", 0
        self._written: dict[str, bytes] = {}
        self._resident: Resident | None = None

    def ask(self, tool: Tool, arguments: Sequence[str], files: Files, fetch: Fetch) -> tuple[str, str] | None:
        """The stylesheet that it makes of files as they are now, and its source map; ``None`` if it cannot."""
        self._asked += 1
        name = f"{self._mark}-{self._asked}"
        found = {**files.found}
        found[files.entry] = found.pop(files.entry) + f"\n.{name} {{ --n: 1 }}\n".encode()  # the last to be written
        write(self.folder, found, fetch.project / PACKAGES, self._written)
        self._written = found

        def by(
            command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float, _given: bytes
        ) -> Ran:
            with terminating():
                self._resident = self._resident or Resident(command, folder, environment)
                return self._resident.ask(b"", limit, lambda output: name in _last(output)[0], _is_error)

        ran = fetch.tools.attempt(tool, [*arguments, "--watch"], folder=self.folder, seconds=PATIENCE, by=by)
        self.late = ran.late
        css, source_map = _last(ran.output)
        rule = f".{name} {{\n  --n: 1;\n}}\n"
        before, found_rule, behind = css.partition(rule)
        if not found_rule:
            return None
        gap = before.endswith("\n\n")
        before = before[:-1] if gap else before
        return before + behind, _without(from_json(source_map), before.count("\n"), rule.count("\n") + gap)

    def end(self) -> None:
        """End it, and delete its folder."""
        if self._resident:
            self._resident.end()
        shutil.rmtree(self.folder.parent, ignore_errors=True)


def made(
    tool: Tool, arguments: Sequence[str], files: Files, fetch: Fetch, known: object
) -> tuple[str, str, Path] | None:
    """What one that stays up makes of files: the stylesheet, its source map, and the folder in which this names files.

    Args:
        tool, arguments: it gives a map, inline, on standard output.
        files: all that it may read.
        fetch: starts it.
        known: what it may have in memory; if that is not what it was, another one is started.

    Returns:
        ``None`` at the first time, if there is a mistake in the files, or if none can stay up: a new one can tell.
    """
    key = (os.getpid(), fetch.project, files.entry)
    with _LOCK:
        again, staying = _FIT.get(key, False), _STAYING.pop(key, None)
        _FIT.setdefault(key, os.name == "posix")
    if staying and staying.known != known:
        staying.end()
        staying = None
    if not again:
        return None
    staying, answer = staying or Staying(known), None
    try:
        if files.found[files.entry].rstrip().endswith(COMPLETE):
            with suppress(OSError, ValueError, ToolNotFound):
                answer = staying.ask(tool, arguments, files, fetch)
    finally:
        _leave(key, staying) if answer else _give_up(key, staying)
    return (*answer, staying.folder) if answer else None


def _leave(key: Key, staying: Staying) -> None:
    with _LOCK:
        _STAYING[key] = staying
        mine = [each for each in _STAYING if each[0] == key[0]]
        for each in mine[:-FEW]:
            _STAYING.pop(each).end()


def _give_up(key: Key, staying: Staying) -> None:
    staying.end()
    with _LOCK:
        _FIT[key] = not staying.late


def _last(output: bytes | bytearray) -> tuple[str, str]:
    """The last stylesheet of what was written so far and its map, both empty where that is not whole."""
    ends = [*_END.finditer(output)] if output.endswith((b" */\n", b" */\n\n")) else []
    if not ends or ends[-1].end() < len(output):
        return "", ""
    start = ends[-2].end() if len(ends) > 1 else 0
    return output[start : ends[-1].start()].decode().lstrip("\n"), base64.b64decode(ends[-1][1]).decode()


def _is_error(said: bytes) -> bool:
    return b"Error:" in said


def _without(source_map: SourceMap, line: int, lines: int) -> str:
    left = source_map.lines[:line] + source_map.lines[line + lines :]
    return SourceMap(source_map.sources, source_map.contents, left).to_json(source_map.sources).decode()


@atexit.register
def end_all() -> None:
    """End all of this process."""
    with _LOCK:
        for key in [each for each in _STAYING if each[0] == os.getpid()]:
            _STAYING.pop(key).end()
