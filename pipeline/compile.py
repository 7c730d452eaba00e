"""Compile: make every bundle and loose file, or take it as it was made before; the result is every asset, unnamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.discover import Source
from pipeline.engine.cache import Cache
from pipeline.engine.executors import Run
from pipeline.errors import PipelineError, raise_all
from pipeline.making import Known, Maker, Work
from pipeline.pieces import PLAIN, Piece, loaded
from pipeline.references import Reference
from pipeline.selection import Plan, plan

CHEAP = 16 << 10
"""Bytes; to find nothing in a file of this size takes less time than to ask the cache."""
AT_ONCE = 2_000
"""Pieces that the cache is asked for together; their contents are in memory until they were looked at."""


@dataclass(frozen=True)
class Compiled:
    """What every bundle and loose file became.

    Attributes:
        pieces: by the path of the bundle or file, sorted.
        plan: which sources went where.
    """

    pieces: Mapping[AssetPath, Piece]
    plan: Plan

    @cached_property
    def assets(self) -> dict[AssetPath, Asset]:
        """Every asset by its path, sorted."""
        made = {asset.path: asset for piece in self.pieces.values() for asset in piece.assets}
        return {path: made[path] for path in sorted(made)}

    @cached_property
    def found(self) -> dict[AssetPath, tuple[Reference, ...]]:
        """The references of every asset that has some."""
        pairs = ((piece.assets, piece.found) for piece in self.pieces.values())
        return {asset.path: found for pair in pairs for asset, found in zip(*pair, strict=True) if found}

    @property
    def consumed(self) -> frozenset[AssetPath]:
        """Sources that are part of a bundle and not kept beside it."""
        return self.plan.consumed

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What the steps said, each thing once."""
        return sorted({said for piece in self.pieces.values() for said in piece.diagnostics})


def compile_assets(
    sources: Mapping[AssetPath, Source],
    config: Config,
    run: Run,
    cache: Cache,
    known: Mapping[AssetPath, Known] | None = None,
) -> Compiled:
    """Make every asset.

    Args:
        sources: what was discovered.
        config: bundles, steps, whether to minify.
        run: maps a function over items, results in order.
        cache: what was made before, and where what is made now lies.
        known: of those sources that are as they were when they were last read.

    Raises:
        ExceptionGroup: of ConfigError, SourceError and TransformError, all of them.
    """
    planned = plan(sources, config.bundles)
    files = {path: source.file for path, source in sources.items()}
    maker = Maker(files, planned, config, None if cache.is_empty() else cache, known or {})
    compiler = _Compiler(maker, cache, run, {path: source.size for path, source in sources.items()})
    for wave in _waves(sources, planned):
        compiler.make(wave)
    raise_all("compile", compiler.errors)
    return Compiled({path: compiler.pieces[path] for path in sorted(compiler.pieces)}, planned)


def _waves(sources: Mapping[AssetPath, Source], planned: Plan) -> Iterator[list[AssetPath]]:
    """What can be made side by side: loose files and bundles of sources, then bundles of these, and so on."""
    depth = {path: 0 for path in sources if path not in planned.bundles}
    for path in planned.bundles:  # each comes after those that it takes
        inner = [each for each in planned.members[path] if each in planned.bundles and each != path]
        depth[path] = max((depth[each] + 1 for each in inner), default=0)
    for wave in range(max(depth.values(), default=-1) + 1):
        yield [path for path, at in depth.items() if at == wave]


class _Compiler:
    """What was made so far, and what went wrong."""

    def __init__(self, maker: Maker, cache: Cache, run: Run, sizes: Mapping[AssetPath, int]) -> None:
        self.maker, self.cache, self.run, self.sizes = maker, cache, run, sizes
        self.pieces: dict[AssetPath, Piece] = {}
        self.errors: list[PipelineError] = []

    def make(self, paths: list[AssetPath]) -> None:
        """Make pieces of which all members are there, or could not be made."""
        bundles, members = self.maker.plan.bundles, self.maker.plan.members
        good = [path for path in paths if path not in bundles or self._can_be(path, members[path])]
        if self.maker.known:
            for start in range(0, len(good), AT_ONCE):
                self._remember(good[start : start + AT_ONCE])
        rest = [path for path in good if path not in self.pieces]
        for work in self.run(self.maker, rest, self._weigh, self._taken):
            self.errors += work.errors
        for path in paths:
            if path in bundles and path in self.pieces:
                (self.maker.bundled[path],) = self.pieces[path].assets

    def _can_be(self, path: AssetPath, parts: list[AssetPath]) -> bool:
        """Whether no bundle in it failed, which was complained of already."""
        return all(each in self.maker.bundled or each not in self.maker.plan.bundles or each == path for each in parts)

    def _remember(self, paths: list[AssetPath]) -> None:
        """Take what the cache has of those whose members need not be read."""
        keys = {}
        for path in paths:
            parts = self.maker.plan.members[path] if path in self.maker.plan.bundles else [path]
            if all(each in self.maker.known or (each in self.maker.bundled and each != path) for each in parts):
                members = self.maker.members(path)
                if path not in self.maker.plan.bundles and self.maker.known[path].plain:
                    self.pieces[path] = Piece(members, members)
                else:
                    keys[path] = self.maker.key(path, members)
        rows = self.cache.get_all(keys.values())
        for path, key in keys.items():
            if key in rows and self.maker.holds(rows[key]):
                self._take(path, self.maker.members(path), key, rows[key])

    def _weigh(self, path: AssetPath) -> int:
        bundled = self.maker.plan.members.get(path)
        return sum(self.sizes.get(each, 0) for each in bundled) if bundled else self.sizes[path]

    def _taken(self, work: Work) -> Work:
        """Keep the row of a piece in the cache, and no longer in memory."""
        if work.errors:
            return work
        if not work.cached and (work.row != PLAIN or self._weigh(work.path) > CHEAP):
            self.cache.put(work.key, work.row)
        bundled = self.maker.bundled
        parts = self.maker.plan.members[work.path] if work.path in self.maker.plan.bundles else [work.path]
        members = tuple(
            bundled[each] if each in bundled and each != work.path else Asset(each, Blob(*same, self.maker.files[each]))
            for each, same in zip(parts, work.members, strict=True)
        )
        self._take(work.path, members, work.key, work.row)
        return replace(work, row=b"")

    def _take(self, path: AssetPath, members: tuple[Asset, ...], key: str, row: bytes) -> None:
        self.pieces[path] = loaded(row, members, self.cache, key)
