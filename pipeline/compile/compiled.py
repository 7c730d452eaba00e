"""What `compile` returns: every bundle and loose file as it became, not yet named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.asset import Asset, AssetPath
from pipeline.compile.pieces import Piece
from pipeline.compile.selection import Plan
from pipeline.diagnostic import Diagnostic
from pipeline.edited import Edited
from pipeline.engine.fetch import EVERYTHING
from pipeline.engine.looking import beside, folders_of, is_looked_at
from pipeline.errors import SourceError
from pipeline.references import Reference


class Compiled(NamedTuple):
    """What every bundle and loose file became.

    Attributes:
        pieces: by the path of the bundle or file, sorted.
        assets: by their paths, sorted.
        found: the references of those assets that have some; others may have an empty list.
        plan: which sources went where.
        looking: the pieces whose steps looked at more than their sources.
        said: what the steps said of those pieces of which they said something.
        fresh: the paths of the assets that were made last.
    """

    pieces: Mapping[AssetPath, Piece]
    assets: Mapping[AssetPath, Asset]
    found: Mapping[AssetPath, tuple[Reference, ...]]
    plan: Plan
    looking: frozenset[AssetPath]
    said: Mapping[AssetPath, tuple[Diagnostic, ...]]
    fresh: Collection[AssetPath]

    @classmethod
    def of(cls, pieces: Mapping[AssetPath, Piece], planned: Plan) -> Compiled:
        """All of it from the pieces."""
        made = {asset.path: asset for piece in pieces.values() for asset in piece.assets}
        pairs = ((piece.assets, piece.found) for piece in pieces.values())
        found = {asset.path: found for pair in pairs for asset, found in zip(*pair, strict=True) if found}
        looking = frozenset(path for path, piece in pieces.items() if piece.inputs)
        said = {path: piece.diagnostics for path, piece in pieces.items() if piece.diagnostics}
        assets = {path: made[path] for path in sorted(made)}
        return cls({path: pieces[path] for path in sorted(pieces)}, assets, found, planned, looking, said, assets)

    def followed_by(self, pieces: Mapping[AssetPath, Piece]) -> Compiled:
        """The same with some pieces made anew."""
        for path, piece in pieces.items():
            if [asset.path for asset in piece.assets] != [asset.path for asset in self.pieces[path].assets]:
                return Compiled.of({**self.pieces, **pieces}, self.plan)
        fresh = Compiled.of(pieces, self.plan)
        return Compiled(
            Edited(self.pieces, pieces),
            Edited(self.assets, fresh.assets),
            Edited(self.found, {path: fresh.found.get(path, ()) for path in fresh.assets}),
            self.plan,
            self.looking.difference(pieces) | fresh.looking,
            {path: said for path, said in self.said.items() if path not in pieces} | {**fresh.said},
            fresh.assets,
        )

    def differs_from(self, later: Compiled) -> list[AssetPath]:
        """The assets that have other bytes or references later."""
        return [
            path
            for path in later.fresh
            if path not in self.assets
            or later.assets[path].content != self.assets[path].content
            or self.found.get(path, ()) != later.found.get(path, ())
        ]

    def looking_at(self, paths: Collection[AssetPath]) -> set[AssetPath]:
        """The pieces whose steps looked at some sources, or did not say at which."""
        wanted = {*paths, EVERYTHING}
        return {path for path in self.looking if self._looks_at(self.pieces[path].inputs, wanted)}

    def looked_into(self, project: Path, own: Collection[str]) -> set[Path]:
        """The folders in which steps found what they read and what is no source; but not the whole project."""
        names = [name for name, digest in self.looked_at().items() if digest]
        return {folder for name in names for folder in folders_of(name, project, own)} - {project}

    def looked_beside(self, project: Path, own: Collection[str]) -> list[str]:
        """The files in the project's own folder that steps read or looked for."""
        return sorted({file for name in self.looked_at() for file in beside(name, project, own)})

    def looked_at(self) -> dict[AssetPath, str | None]:
        """What steps looked at that is no source, and the digest of each."""
        inputs = (pair for path in self.looking for pair in self.pieces[path].inputs.items())
        return {name: digest for name, digest in inputs if is_looked_at(name)}

    @staticmethod
    def _looks_at(inputs: Collection[AssetPath], wanted: Collection[AssetPath]) -> bool:
        """Whether any of them is wanted, or is no source: of those nobody says which changed."""
        return any(each in wanted or is_looked_at(each) for each in inputs)

    @property
    def consumed(self) -> frozenset[AssetPath]:
        """What is part of something else and not kept beside it, and the maps that were made for such sources."""
        maps = (AssetPath(f"{path}.map") for path in self.plan.consumed)
        consumed = self.plan.consumed | {path for path in maps if path in self.assets and path not in self.pieces}
        return consumed.union(self._taken_in()) if self.plan.taking else consumed

    def _taken_in(self) -> Iterator[AssetPath]:
        """What sources would be by themselves that a step took in when it read them."""
        for path in self.plan.taking & self.pieces.keys():
            for name, digest in self.pieces[path].inputs.items():
                if digest and name in self.pieces and name not in self.plan.taking and name not in self.plan.bundles:
                    yield from (asset.path for asset in self.pieces[name].assets)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What the steps said, each thing once."""
        return sorted({each for said in self.said.values() for each in said})


def clashes(compiled: Compiled) -> Iterator[SourceError]:
    """Sources of which one would take the place of the other, since they become assets of one path."""
    if compiled.fresh is not compiled.assets:
        return  # the same paths as before
    if len(compiled.assets) == sum(len(piece.assets) for piece in compiled.pieces.values()):
        return
    taken: dict[AssetPath, AssetPath] = {}
    for path, piece in compiled.pieces.items():
        for asset in piece.assets:
            other = taken.setdefault(asset.path, path)
            if other != path:
                hint = "rename one, or have one of them left out"
                yield SourceError(f"becomes {asset.path!r}, as {other!r} does", path=path, hint=hint)
