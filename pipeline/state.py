"""What the last build of a project left behind, so that the next one sees what changed, or that nothing did.

It lies in the cache, one file a project and output: a line of JSON that is enough to see that nothing changed, then a
line for each source. Imported before anything is built, so it loads nothing of the build.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.config.settings import Settings
from pipeline.engine.listing import Status, look, status_at

FORMAT = 1
MANY = 5_000
"""Files for which a second process pays: a fork and its end take 2 ms, a stat 2 µs."""
FOLDER = f"state-{FORMAT}"
Row = tuple[str, Status, str, bool]
"""Of a source: its path, its status when it was read, the digest of what was read, whether that is all there is."""


@dataclass(frozen=True, slots=True)
class State:
    """What held when the last build was published.

    Attributes:
        key: of the configuration.
        sources: every folder of sources that was listed, and its digest; ``""`` is never right.
        output: the folders of the output and their digests.
        files: other files and folders that counted, and the status of each; ``None``: there was none.
        manifest: its file, of which nothing is said among the sources.
        many: how many files the folders hold.
        summary: what the build had to say, in terms of JSON.
        recipe: what decides what becomes of loose files.
        variables: of the environment, that steps read.
        rows: of the sources.
    """

    key: str
    sources: Mapping[str, str]
    output: Mapping[str, str]
    files: Mapping[str, Sequence[int] | None]
    manifest: str
    many: int
    summary: Mapping[str, Any]
    recipe: str = ""
    variables: Mapping[str, str | None] = field(default_factory=dict)
    rows: Iterable[Row] = ()

    def holds(self, key: str) -> bool:
        """Whether nothing changed since, with a configuration of that key: one stat a file."""
        if key != self.key or not all(_same(file, status) for file, status in self.files.items()):
            return False
        if any(os.environ.get(name) != value for name, value in self.variables.items()):
            return False
        if self.many < MANY or sys.platform != "linux" or threading.active_count() > 1:
            return _hold(self.output) and _hold(self.sources, self.manifest)
        child = os.fork()  # the other core looks at the output meanwhile
        if not child:
            os._exit(not _hold(self.output))
        held = _hold(self.sources, self.manifest)
        return not os.waitpid(child, 0)[1] and held


def key_of(settings: Settings) -> str:
    """All that a configuration says, whoever said it, and what reads it."""
    said = FORMAT, __version__, sys.version, sys.path, str(settings.project), settings.name, settings.values
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def place_of(settings: Settings) -> Path | None:
    """The file of the state of a project with this output; ``None`` without a cache."""
    cache, output = settings.values.get("cache"), settings.values.get("output")
    if not isinstance(cache, str) or not cache or not isinstance(output, str):
        return None
    project = os.path.realpath(settings.project)
    name = hashlib.sha256(f"{project}\0{os.path.join(project, output)}".encode("utf-8", "surrogateescape")).hexdigest()
    return Path(os.path.join(project, cache), FOLDER, f"{name[:16]}.json")


def read(place: Path, *, rows: bool = False) -> State | None:
    """The state that `write` left, or ``None`` if there is none, or not a whole one.

    Args:
        place: its file.
        rows: whether the rows are wanted too.
    """
    try:
        with open(place, "rb") as stream:
            head = stream.readline()
            rest = stream.read() if rows else b""
        check, *said = json.loads(head)
        key, sources, output, files, manifest, many, summary, recipe, variables, digest = said
        if check != _check(said):
            return None
        if rows and hashlib.sha256(rest).hexdigest() != digest:
            return None
        table = json.loads(b"[" + rest.rstrip(b",\n") + b"]") if rows else []
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return State(key, sources, output, files, manifest, many, summary, recipe, variables, table)


def write(place: Path, state: State) -> None:
    """Leave a state for the next build, in one rename; without room there is none."""
    rest = b"".join(json.dumps(row, separators=(",", ":")).encode() + b",\n" for row in state.rows)
    said = [state.key, state.sources, state.output, state.files, state.manifest, state.many, state.summary]
    said += [state.recipe, dict(state.variables), hashlib.sha256(rest).hexdigest()]
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, exist_ok=True)
        beside = place.with_suffix(f".{os.getpid()}")
        beside.write_bytes(json.dumps([_check(said), *said]).encode() + b"\n" + rest)
        os.replace(beside, place)


def _check(said: Any) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _hold(folders: Mapping[str, str], besides: str = "") -> bool:
    try:
        return all(look(folder, besides)[0] == digest for folder, digest in folders.items())
    except OSError:
        return False


def _same(file: str, status: Sequence[int] | None) -> bool:
    """Whether a file has the status that was written down; JSON has no tuples."""
    found = status_at(file)
    return (found is None) == (status is None) and [*(found or ())] == [*(status or ())]
