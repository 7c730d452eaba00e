"""What of the last build still holds for this one, and what this one leaves for the next; all of it in the cache."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pipeline import statuses, unchanged
from pipeline.asset import AssetPath
from pipeline.compiled import Compiled
from pipeline.config import Config
from pipeline.discover import Discovered
from pipeline.engine.cache_folder import prepare
from pipeline.engine.fetch import EVERYTHING
from pipeline.engine.listing import TICK, Status, folders_below, settled
from pipeline.making import recipe_of
from pipeline.walking import Source
from pipeline.work import Known

KEPT = 8
"""Command lines of which is known what they would give."""

Row = tuple[AssetPath, Status, str, bool]
"""Of a source: its path, its status when it was read, the digest of what was read, whether that is all there is."""


def known(config: Config, sources: Mapping[AssetPath, Source]) -> dict[AssetPath, Known]:
    """The sources that need not be read, since they have the status that they had when they were.

    Args:
        config: where the cache is, and what decides what becomes of loose files.
        sources: as they are now.
    """
    try:
        check, recipe, rows = json.loads(_place(config).read_bytes())
        if check != _check(recipe, rows):
            return {}
    except (OSError, ValueError, TypeError, RecursionError):  # none, or not a whole one: all is read
        return {}
    same = recipe == recipe_of(config)
    found: dict[AssetPath, Known] = {}
    for path, status, digest, plain in rows:
        source = sources.get(path)
        if source and source.status == tuple(status):
            found[source.path] = Known(digest, source.size, plain and same)
    return found


def known_after(found: Discovered, compiled: Compiled, sources: Mapping[AssetPath, Source]) -> dict[AssetPath, Known]:
    """The same after a build in the same process and with the same configuration.

    Args:
        found: its sources.
        compiled: what they became.
        sources: as they are now.
    """
    return {
        path: Known(digest, status[0], plain)
        for path, status, digest, plain in _rows(found, compiled)
        if path in sources and sources[path].status == status and sources[path].file == found.sources[path].file
    }


def remember(found: Discovered, compiled: Compiled, config: Config) -> None:
    """Leave what `known` reads; without room there is none.

    Args:
        found: the sources.
        compiled: what they became.
        config: where the cache is.
    """
    rows = [*_rows(found, compiled)]
    recipe = recipe_of(config)
    with suppress(OSError):
        prepare(config.cache)
        _write(_place(config), json.dumps([_check(recipe, rows), recipe, rows], separators=(",", ":")).encode())


def remember_all(key: bytes, found: Discovered, compiled: Compiled, config: Config, said: Sequence[str]) -> None:
    """Leave what `pipeline.unchanged` reads, once the release is published.

    Args:
        key: of the command.
        found: the sources.
        compiled: what they became.
        config: where the output, the manifest and the cache are.
        said: what the command has to say when nothing changed, see `pipeline.unchanged.unchanged`.
    """
    if not all(settled(source.status, found.started) for source in found.sources.values()):
        return  # one of them could change without a trace
    plugins = [step.plugin for bundle in config.bundles for step in bundle.steps or ()]
    folders = dict(found.folders)
    time.sleep(TICK / 1e9)  # and so could what was written just now
    manifest = str(config.manifest)
    programs = [file for plugin in plugins for file in getattr(plugin, "programs", ())]
    variables = [f"${name}" for plugin in plugins for name in getattr(plugin, "variables", ())]
    own = [manifest, *programs, *variables, *_own_modules(config)]
    with suppress(OSError):
        files = [*own, *_packages(config), *filter(os.path.isdir, sys.path)]
        output = folders_below(str(config.output))
        if any(EVERYTHING in piece.inputs for piece in compiled.pieces.values()):  # also what is excluded
            tools_own = {str(config.output), str(config.cache)}
            every = [each for root in config.sources for each in folders_below(str(root.folder), tools_own)]
            folders = {each: statuses.listing(each, manifest) for each in every} | folders
        parts = [
            key,
            _joined(files),
            statuses.statuses(files),
            os.fsencode(manifest),
            _joined(folders),
            b"".join(folders.values()),
            _joined(output),
            b"".join(statuses.listing(folder, "") for folder in output),
            *(each.encode() for each in said),
        ]
        place = unchanged.place_of(str(config.cache), key)
        os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
        unchanged.put_down(place, parts)
        _forget_the_oldest(os.path.dirname(place))


def _rows(found: Discovered, compiled: Compiled) -> Iterator[Row]:
    digests = {
        member.path: (member.content.digest, path == member.path and piece.is_plain())
        for path, piece in compiled.pieces.items()
        for member in piece.members
        if not member.origin
    }
    for path, source in found.sources.items():
        if path in digests and settled(source.status, found.started):
            yield path, source.status, *digests[path]


def _place(config: Config) -> Path:
    """One file a project and output."""
    name = f"{config.project}\0{config.output}".encode("utf-8", "surrogateescape")
    return config.cache / unchanged.FOLDER / f"{hashlib.sha256(name).hexdigest()[:16]}.json"


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(mode=0o700, exist_ok=True)
    beside = place.with_suffix(f".{os.getpid()}")
    beside.write_bytes(data)
    os.replace(beside, place)


def _check(recipe: object, rows: object) -> str:
    return hashlib.sha256(json.dumps([recipe, rows]).encode()).hexdigest()


def _own_modules(config: Config) -> Iterator[str]:
    """The files of modules that lie in the project: plug-ins, or a configuration in Python."""
    for module in [*sys.modules.values()]:
        file = getattr(module, "__file__", None)
        if file and file.startswith(f"{config.project}{os.sep}"):
            yield file


def _packages(config: Config) -> Iterator[str]:
    """The folders in which bare names of modules are looked for, and what each package in them says of itself."""
    for folder in map(str, config.modules.node_modules):
        scopes = [folder, *(os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("@"))]
        for scope in scopes:
            yield scope
            yield from (os.path.join(scope, name, "package.json") for name in os.listdir(scope))


def _joined(names: Iterable[str]) -> bytes:
    return os.fsencode("\0".join(names))


def _forget_the_oldest(folder: str) -> None:
    with os.scandir(folder) as entries:
        seen = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(".seen"))
    for _, file in seen[:-KEPT]:
        os.unlink(file)
