"""Compile: make every bundle and loose file, or take it as it was made before; the result is every asset, unnamed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipeline.asset import AssetPath
from pipeline.compile.compiled import Compiled, clashes
from pipeline.compile.making import Maker
from pipeline.compile.mapping import taken_apart
from pipeline.compile.pieces import PLAIN, Piece, loaded
from pipeline.compile.reading import known_by_reading
from pipeline.compile.selection import plan, waves
from pipeline.compile.work import Known, Work, told_once
from pipeline.config import Config
from pipeline.engine.cache import Cache
from pipeline.engine.executors import WORTH_A_PROCESS, Run, is_far
from pipeline.errors import PipelineError, raise_all
from pipeline.references import languages, version_of
from pipeline.source import Files, Source

CHEAP = 16 << 10
"""Bytes; to find nothing in a file of this size takes less time than to ask the cache."""
AT_ONCE = 2_000
"""Pieces that the cache is asked for together; their contents are in memory until they were looked at."""


def compile_assets(  # noqa: PLR0913, PLR0917  (each is a value that the line hands on)
    sources: Mapping[AssetPath, Source],
    config: Config,
    run: Run,
    cache: Cache,
    known: Mapping[AssetPath, Known] | None = None,
    before: Compiled | None = None,
    edited: Collection[AssetPath] = (),
) -> Compiled:
    """Make every asset.

    Args:
        sources: what was discovered.
        config: bundles, steps, whether to minify, and compressors for what no names are written into.
        run: maps a function over items, results in order.
        cache: what was made before, and where what is made now lies.
        known: of those sources that are as they were when they were last read.
        before: what came of the same sources, but for some that were edited since.
        edited: those.

    Raises:
        ExceptionGroup: of ConfigError, SourceError and TransformError, all of them.
    """
    planned = before.plan if before else plan(sources, config.bundles, config.compile)
    files = Files(sources)
    far = before is None and (cache.shared is not None or is_far(config.executor))  # then only this process asks it
    maker = Maker(files, planned, config, cache, known or {}, asks=not (far or cache.is_empty()))
    maker.known = {**known_by_reading(maker), **maker.known} if far else maker.known
    compiler = _Compiler(maker, cache, run, sources)
    wanted = (
        planned.touched({*edited}, before.looking_at(edited))
        if before
        else {*sources, *planned.bundles} - planned.inner
    )
    if before:
        maker.bundled.update(
            {
                path: taken_apart(before.pieces[path].assets, config.source_maps)
                for path in planned.nested()
                if path not in wanted
            }
        )
    for wave in waves(wanted, planned):
        compiler.make(wave)
    raise_all("compile", told_once(compiler.errors))
    compiled = before.followed_by(compiler.pieces) if before else Compiled.of(compiler.pieces, planned)
    raise_all("compile", [*clashes(compiled)])
    return compiled


DONE = Work(AssetPath(""))
"""What is kept of all work that is done."""


class _Compiler:
    """What was made so far, and what went wrong."""

    def __init__(self, maker: Maker, cache: Cache, run: Run, sources: Mapping[AssetPath, Source]) -> None:
        self.maker, self.cache, self.run, self.sources = maker, cache, run, sources
        self.pieces: dict[AssetPath, Piece] = {}
        self.nested = maker.plan.nested()
        self.errors: list[PipelineError] = []

    def make(self, paths: list[AssetPath]) -> None:
        """Make pieces of which all members are there, or could not be made."""
        bundles, members = self.maker.plan.bundles, self.maker.plan.members
        good = [path for path in paths if path not in bundles or self._can_be(path, members[path])]
        if self.maker.known:
            for start in range(0, len(good), AT_ONCE):
                self._remember(good[start : start + AT_ONCE])
        rest = [path for path in good if path not in self.pieces]
        weights = {path: self._weigh(path) for path in rest}
        self.maker.squeezes = sum(weights.values()) >= WORTH_A_PROCESS  # less of it is left to threads
        if self.maker.squeezes:
            languages()  # once, and not in each process
        for work in self.run(self.maker, rest, weights.__getitem__, self._taken):
            self.errors += work.errors
        for path in self.nested.intersection(paths):
            if path in self.pieces:
                self.maker.bundled[path] = taken_apart(self.pieces[path].assets, self.maker.config.source_maps)

    def _can_be(self, path: AssetPath, parts: list[AssetPath]) -> bool:
        """Whether no bundle in it failed, which was complained of already."""
        return all(each in self.maker.bundled or each not in self.maker.plan.bundles or each == path for each in parts)

    def _remember(self, paths: list[AssetPath]) -> None:
        """Take what the cache has of those whose members need not be read."""
        keys = {}
        for path in paths:
            parts = self.maker.plan.parts(path)
            if all(each in self.maker.known or (each in self.maker.bundled and each != path) for each in parts):
                members = self.maker.members(path)
                plain = path not in self.maker.plan.bundles and self.maker.known[path].plain
                if plain and not version_of(path, self.maker.config.json):
                    self.pieces[path] = Piece(members, members)
                else:
                    keys[path] = self.maker.recipes.key(path, members)
        rows = self.cache.bring(keys.values()).get_all(keys.values())
        for path, key in keys.items():
            if key in rows and self.maker.holds(rows[key]):
                self.pieces[path] = loaded(rows[key], self.maker.members(path), self.cache, key)

    def _weigh(self, path: AssetPath) -> int:
        return sum(self.sources[each].size for each in self.maker.plan.parts(path) if each in self.sources)

    def _taken(self, work: Work) -> Work:
        """Keep the row of a piece in the cache, and no longer in memory."""
        if work.errors:
            return work
        source = self.sources.get(work.path)
        path = source.path if source else work.path  # not each a text of its own that came from a worker
        if not work.cached and (work.row != PLAIN or self.cache.shared or work.members[0][1] > CHEAP):
            self.cache.put(work.key, work.row)
        copies = {rows[0]: tuple(self.maker.squeeze.put(self.cache, rows)) for rows in work.copies}
        members = self.maker.members_of(path, work.members, copies)
        self.pieces[path] = loaded(work.row, members, self.cache, work.key, copies)
        return DONE
