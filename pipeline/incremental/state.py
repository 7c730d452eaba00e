"""What a build leaves for the next one about its sources, as a file in the cache: with a check, and no code in it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field, fields
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.asset import AssetPath
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache_folder import prepare
from pipeline.incremental.seen import FOLDER
from pipeline.statuses import Status

Row = tuple[AssetPath, Status, str, bool]
"""Of a source: its path, its status when it was read, the digest of what was read, whether that is all there is."""
TOGETHER = 500
"""Rows in a part."""
Said = Mapping[AssetPath, tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a build when it is done.

    Attributes:
        recipe: all that decides what becomes of loose files, but for the files.
        rows: of the sources that need not be read again while they have that status, by path.
        key: of the command; ``""`` if the next build cannot go on from this one, and the rest tells nothing.
        manifest: its digest.
        elsewhere: where those sources lie whose paths do not tell.
        looking: the pieces whose steps looked at more than their sources.
        found: what there was to say when sources were listed.
        made: what the steps said of some pieces.
        linked: what there was to say of the references of some assets.
        joint: the digests that the names of the members of cycles are cut from.
        totals: files, size and the size of all variants of each encoding.
    """

    recipe: str
    rows: Mapping[AssetPath, Row]
    key: str = ""
    manifest: str = ""
    elsewhere: Mapping[AssetPath, str] = field(default_factory=dict)
    looking: Sequence[AssetPath] = ()
    found: Sequence[Diagnostic] = ()
    made: Said = field(default_factory=dict)
    linked: Said = field(default_factory=dict)
    joint: Mapping[AssetPath, str] = field(default_factory=dict)
    totals: tuple[int, int, Mapping[str, int]] = field(default_factory=lambda: (0, 0, {}))


def read(config: Config) -> State | None:
    """What the last build of a project into an output left; ``None`` if there is nothing, or not all of it."""
    try:
        check, _, data = _place(config).read_bytes().partition(b"\n")
        if check.decode() != hashlib.sha256(data).hexdigest():
            return None
        recipe, rows, key, manifest, elsewhere, looking, found, made, linked, joint, totals = json.loads(data)
        return State(
            recipe,
            {row[0]: (row[0], tuple(row[1]), row[2], row[3]) for row in rows},
            key,
            manifest,
            elsewhere,
            looking,
            [Diagnostic(*each) for each in found],
            _said(made),
            _said(linked),
            joint,
            (totals[0], totals[1], totals[2]),
        )
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def write(state: State, config: Config) -> None:
    """Leave what `read` reads; without room there is none."""
    values = {each.name: getattr(state, each.name) for each in fields(state)}
    values["found"] = [astuple(each) for each in state.found]
    for name in ("made", "linked"):
        values[name] = {path: [astuple(each) for each in said] for path, said in values[name].items()}
    place = _place(config)
    beside = place.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        prepare(config.cache)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with beside.open("wb") as stream:
            digest = hashlib.sha256()
            stream.write(digest.hexdigest().encode() + b"\n")  # what it is going to be takes as much room
            for part in _parts(values):
                digest.update(part)
                stream.write(part)
            stream.seek(0)
            stream.write(digest.hexdigest().encode())
        os.replace(beside, place)


def _parts(values: Mapping[str, Any]) -> Iterator[bytes]:
    """JSON of a list of some values, that of the rows a part at a time."""
    lead = "["
    for name, value in values.items():
        if name == "rows":
            rows = iter(value.values())
            lead += "["
            while some := [*islice(rows, TOGETHER)]:
                yield (lead + _json(some)[1:-1]).encode()
                lead = ","
            yield (lead * (not value) + "]").encode()
        else:
            yield (lead + _json(value)).encode()
        lead = ","
    yield b"]"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def source_at(file: str, config: Config, state: State) -> AssetPath | None:
    """The path of the source that lies in a file, if there is one."""
    for path, place in state.elsewhere.items():
        if place == file:
            return path
    for root in config.sources:
        if file.startswith(f"{root.folder}{os.sep}"):
            relative = file[len(f"{root.folder}{os.sep}") :].replace(os.sep, "/")
            path = AssetPath(f"{root.prefix}/{relative}" if root.prefix else relative)
            if path in state.rows and file_of(path, config, state) == file:
                return path
    return None


def file_of(path: AssetPath, config: Config, state: State) -> str:
    """Where a source lies: in the first root that has its path, unless the state knows better."""
    return state.elsewhere.get(path) or told(path, config)


def told(path: AssetPath, config: Config) -> str:
    """Where the path of a source says that it lies, if only one root can have it; ``""`` otherwise."""
    (first, *others) = (root for root in config.sources if path.startswith(f"{root.prefix}/" if root.prefix else ""))
    relative = path.removeprefix(f"{first.prefix}/") if first.prefix else path
    return "" if others else f"{first.folder}{os.sep}{relative.replace('/', os.sep)}"


def _said(said: Mapping[AssetPath, Sequence[Sequence[object]]]) -> dict[AssetPath, tuple[Diagnostic, ...]]:
    return {path: tuple(Diagnostic(*each) for each in of_one) for path, of_one in said.items()}  # type: ignore[arg-type]


def _place(config: Config) -> Path:
    """One file a project and output."""
    name = f"{config.project}\0{config.output}".encode("utf-8", "surrogateescape")
    return config.cache / FOLDER / f"{hashlib.sha256(name).hexdigest()[:16]}.json"
