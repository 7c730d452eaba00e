"""What a build leaves for the next one: its state, and the record of what it saw."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from pipeline import statuses
from pipeline.build import Built
from pipeline.compile.recipes import Recipes, minify_of, programs_of, recipe_of, variables_of
from pipeline.config import Config
from pipeline.destinations.directory import OWN, RELEASES
from pipeline.engine.executors import is_far
from pipeline.engine.fetch import EVERYTHING
from pipeline.engine.listing import TICK, folders_below, settled
from pipeline.engine.looking import places_of
from pipeline.incremental import seen
from pipeline.incremental.recall import rows_of
from pipeline.incremental.seen import Seen
from pipeline.incremental.state import State, told
from pipeline.publish import Published

KEPT = 8
"""Command lines of which is known what they would give."""


def state_after(built: Built, config: Config, key: str, manifest: str, before: State | None = None) -> State:
    """What is known now that a build is done.

    Args:
        built: what it gave.
        config: of it.
        key: a digest of the command.
        manifest: the digest of the manifest.
        before: what was known, if this build went on from there.
    """
    found, compiled, linked, totals = built.found, built.compiled, built.linked, built.release.totals
    edited = found.edited if before else found.sources
    rows = {path: row for path, row in before.rows.items() if path not in edited} if before else {}
    rows |= {row[0]: row for row in rows_of(found, compiled, edited)}
    rows = {path: rows[path] for path in sorted(rows)}
    if len(rows) < len(found.sources) or not (before or _can_go_on(built, config)):
        return State(recipe_of(config), rows)
    elsewhere = {**before.elsewhere} if before else {}
    elsewhere |= {path: found.sources[path].file for path in edited}
    joint = {path: digest for path, digest in before.joint.items() if path not in linked.fresh} if before else {}
    joint |= {path: linked.names[path].digest for path in linked.fresh}
    return State(
        recipe_of(config),
        rows,
        key,
        manifest,
        {path: file for path, file in elsewhere.items() if told(path, config) != file},
        sorted(compiled.looking),
        found.diagnostics,
        compiled.said,
        {path: said for path, said in linked.said.items() if said},
        {path: digest for path, digest in joint.items() if digest != linked.outputs[path].content.digest},
        (totals.files, totals.size, totals.variants),
    )


def _can_go_on(built: Built, config: Config) -> bool:
    """Whether the manifest, the cache and a few words tell all that a build gave."""
    plain = config.modules.style == "rewrite" and not config.modules.imports and not built.compiled.looked_at()
    local = not config.shared_cache and not is_far(config.executor)
    pieces = built.compiled.pieces.items()
    return plain and local and all(len(piece.assets) == 1 and piece.assets[0].path == path for path, piece in pieces)


def put_down(key: bytes, built: Built, config: Config, said: Sequence[str], written: int) -> None:
    """Leave what `pipeline.incremental.seen` compares, once the release is published; without room there is none.

    Args:
        key: of the command.
        built: what was published.
        config: where the output, the manifest and the cache are.
        said: what the command has to say when nothing changed, see `Seen.said`.
        written: when the last file was, by the monotonic clock in nanoseconds.
    """
    found = built.found
    if not all(settled(source.status, found.started) for source in found.sources.values()):
        return  # one of them could change without a trace
    folders = dict(found.folders)
    _tick(written)  # and so could what was written just now
    manifest = str(config.manifest)
    with suppress(OSError):
        files = [manifest, *_besides(built, config)]
        output = folders_below(str(config.output))
        if any(EVERYTHING in built.compiled.pieces[path].inputs for path in built.compiled.looking):
            tools_own = {str(config.output), str(config.cache)}  # then also what is excluded counts
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
        ]
        _put_down(config, parts, said)


def put_down_again(  # noqa: PLR0913, PLR0917  (each is its own)
    last: Seen, built: Built, published: Published, config: Config, said: Sequence[str], written: int
) -> None:
    """The same after a build that went on from what was seen.

    Args:
        last: what was seen.
        built: what was published.
        published: the files that were written.
        config: where the output and the cache are.
        said: what the command has to say when nothing changed.
        written: when the last of them was, as above.
    """
    if not all(settled(built.found.sources[path].status, built.found.started) for path in built.found.edited):
        return
    if built.compiled.looked_at():  # the record does not have that
        return
    _tick(written)
    key, files, _, manifest, folders, listings, folders_written, output, *_ = last.parts
    with suppress(OSError):
        names = {os.path.dirname(str(config.output / file)) for file in published.written}
        names |= {str(each) for each in (config.output, config.output / OWN, config.output / OWN / RELEASES)}
        now = {name: statuses.listing(name, "") for name in names}
        numbers = statuses.statuses(seen.names_of(files))
        listings = seen.relisted(folders, listings, last.listings)
        output = seen.relisted(folders_written, output, now)
        _put_down(config, [key, files, numbers, manifest, folders, listings, folders_written, output], said)


def _tick(since: int) -> None:
    """Wait until the clock of the files has gone on."""
    time.sleep(min(TICK, max(0, since + TICK - time.monotonic_ns())) / 1e9)


def _put_down(config: Config, parts: Sequence[bytes], said: Sequence[str]) -> None:
    place = seen.place_of(str(config.cache), parts[0])
    os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
    seen.put_down(place, [*parts, *(each.encode() for each in said)])
    _forget_the_oldest(os.path.dirname(place))


def _besides(built: Built, config: Config) -> Iterator[str]:
    """What decides what a build gives besides sources and configuration: programs, variables, modules, packages.

    And what steps looked at that is no source.
    """
    plan = built.compiled.plan
    recipes = Recipes(plan, config)
    made = [*plan.bundles, *sorted(plan.compiled)]
    every = [*minify_of(config), *(step for path in made for step in recipes.all_steps(path))]
    steps = {id(step): step for step in every}.values()
    yield from programs_of(steps, config.tools)
    yield from (f"${name}" for name in variables_of(steps))
    own = (str(config.output), str(config.cache))
    for name in sorted(built.compiled.looked_at()):
        yield from places_of(name, config.project, own)
    yield from _own_modules(config)
    yield from _packages(config)
    yield from filter(os.path.isdir, sys.path)


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
