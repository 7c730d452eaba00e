"""Makes one bundle or loose file: reads its members, runs its steps, finds its references; in any process."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.compile.mapping import carried, with_maps, with_own_maps
from pipeline.compile.pieces import Copies, Piece, dumped, holds
from pipeline.compile.recipes import Recipes
from pipeline.compile.selection import Plan
from pipeline.compile.work import Known, Work, called, fetching, text_of
from pipeline.config import Config, Step
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache import Cache
from pipeline.engine.fetch import Fetch
from pipeline.engine.listing import folders_below, state_of
from pipeline.errors import PipelineError, SourceError, ToolNotFound, TransformError
from pipeline.media_types import compressible
from pipeline.references import Reference, language_of, rebasing, splice
from pipeline.source import Files
from pipeline.source_map import OFF
from pipeline.squeezing import Rows, Squeeze


class Maker:
    """Runs steps on one asset at a time.

    Attributes:
        bundled: the bundles that are made already.
        known: those sources that need not be read to know them.
        cache: what was made before, if it is asked.
        squeeze: makes compressed copies, and has large values lie in files of the cache.
        squeezes: whether it makes copies, too, of what is final.
    """

    def __init__(  # noqa: PLR0913  (each is its own)
        self,
        files: Files,
        planned: Plan,
        config: Config,
        cache: Cache,
        known: Mapping[AssetPath, Known],
        *,
        asks: bool = True,
    ) -> None:
        self.plan, self.config, self.files, self.known = planned, config, files, known
        self.cache = cache if asks else None
        self.bundled: dict[AssetPath, Asset] = {}
        self.recipes, self.squeeze = Recipes(planned, config), Squeeze.of(config, cache)
        self._looked, self.squeezes = "", False
        self._fetch = fetching(config, files, self._state)

    def __call__(self, path: AssetPath) -> Work:
        """Do a job, unless the cache has what it would give; one failure must not hide the others."""
        copies: tuple[Rows, ...] = ()
        try:
            members = self.members(path)
            key = self.recipes.key(path, members)
            row = self.cache.get(key) if self.cache else None
            cached = row is not None and self.holds(row)
            if row is None or not cached:
                piece = self._piece(path, members)
                row, copies = dumped(piece, self.squeeze.lay), self._copies(path, piece)
        except PipelineError as error:
            error.path = error.path or path
            return Work(path, errors=(error,))
        sizes = tuple((each.content.digest, each.content.size) for each in members)
        return Work(path, sizes, key, row, cached, copies)

    def members(self, path: AssetPath) -> tuple[Asset, ...]:
        """The sources and bundles that go into a bundle; of a loose file the file itself."""
        bundle = self.plan.bundles.get(path)
        if bundle is None:
            return (self._source(path),)
        parts = self.plan.members[path]
        return tuple(
            self.bundled[each] if each in self.bundled and each != path else self._source(each) for each in parts
        )

    def members_of(self, path: AssetPath, found: Sequence[tuple[str, int]], copies: Copies) -> tuple[Asset, ...]:
        """What went into what was made elsewhere, by digests and sizes; sources with their compressed copies."""
        if path not in self.plan.bundles:  # a site may have very many of these
            ((digest, size),) = found
            return (Asset(path, Blob(digest, size, self.files.name(path), copies.get(digest, ()))),)
        return tuple(
            self.bundled[each]
            if each in self.bundled and each != path
            else Asset(each, Blob(digest, size, self.files.name(each), copies.get(digest, ())))
            for each, (digest, size) in zip(self.plan.parts(path), found, strict=True)
        )

    def holds(self, row: bytes) -> bool:
        """Whether a row of the cache may serve, see `pipeline.compile.pieces.holds`."""
        fetch = self._fetch()
        return holds(row, self.squeeze.files, fetch.again)

    def _piece(self, path: AssetPath, members: tuple[Asset, ...]) -> Piece:
        bundle = self.plan.bundles.get(path)
        fetch = self._fetch()
        made, diagnostics = [*members], list[Diagnostic]()
        if not self.recipes.leave(path):
            texts, said = self._texts(path, members, fetch)
            try:
                made, diagnostics = self._run(self.recipes.steps(path), texts, path, fetch)
            except ToolNotFound as error:
                if not self.recipes.may_stay(path):
                    raise
                diagnostics = [error.diagnostic("warning")]
            diagnostics = said + diagnostics
        if bundle:
            if len(made) != 1 and not (made and len(members) == 1):
                hint = "add the step 'concat', or name one source"
                raise TransformError(f"{len(made)} files are left after all steps", path=bundle.place, hint=hint)
            made = [*self._moved(made[:1], path), *made[1:]]  # of one file there may come several
        made, maps = with_maps(made, self.config.source_maps)
        found = []
        for asset in made:
            try:
                found.append(() if asset.path in maps else _references(asset, self.config))
            except (SourceError, TransformError) as error:
                error.path = asset.path
                found.append(())
                diagnostics.append(error.diagnostic("warning"))
        return Piece(members, tuple(made), tuple(found), tuple(diagnostics), fetch.inputs)

    def _texts(self, path: AssetPath, members: Sequence[Asset], fetch: Fetch) -> tuple[list[Asset], list[Diagnostic]]:
        """The members as they go through the steps of a bundle; for a loose file itself."""
        if path not in self.plan.bundles:
            return [text_of(each) for each in members], []
        first = self.recipes.first(path)
        texts, said = list[Asset](), list[Diagnostic]()
        for member in members:
            made, diagnostics = self._run(first.get(member.path, ()), [text_of(member)], member.path, fetch)
            texts, said = texts + made, said + diagnostics
        texts, notes = with_own_maps(texts, fetch)
        return texts, said + notes

    def _copies(self, path: AssetPath, piece: Piece) -> tuple[Rows, ...]:
        """Compressed copies of what is published for sure, and into which no names are written any more."""
        if path in self.plan.consumed or not self.squeezes:
            return ()
        return tuple(
            self.squeeze((asset.content, wanted))
            for asset, found in zip(piece.assets, piece.found, strict=True)
            if not found and (wanted := self.squeeze.wanted(asset.path, asset.content, self.cache))
        )

    def _state(self) -> str:
        """What all that lies below the roots is like; looked at once a build."""
        if not self._looked:
            own = {str(self.config.output), str(self.config.cache)}
            folders = [each for root in self.config.sources for each in folders_below(str(root.folder), own)]
            linked = {os.path.dirname(self.files.name(path)) for path in self.files}.difference(folders)
            folders += sorted(linked)
            self._looked = state_of(folders, [each for each in sys.path if each != str(self.config.project)])
        return self._looked

    def _source(self, path: AssetPath) -> Asset:
        file = self.files.name(path)
        if known := self.known.get(path):
            return Asset(path, Blob(known.digest, known.size, file))
        return Asset(path, Blob.on_disk(file, hold=compressible(path)))

    def _run(
        self, steps: Sequence[Step], assets: Sequence[Asset], path: AssetPath, fetch: Fetch
    ) -> tuple[list[Asset], list[Diagnostic]]:
        diagnostics: list[Diagnostic] = []
        for step in steps:
            if step.plugin.joins:
                results = [called(step, path, self._moved(assets, path, originals=True), path, fetch)]
            else:
                results = [called(step, asset.path, asset, fetch) for asset in assets]
            assets = [asset for made in results for asset in made.assets]
            diagnostics += [each for made in results for each in made.diagnostics]
        return [*assets], diagnostics

    def _moved(self, assets: Sequence[Asset], path: AssetPath, *, originals: bool = False) -> list[Asset]:
        """The assets as they must be to stand at ``path``: what they point at stays the same.

        Their maps move along; where there is none the asset counts as written by people if they are ``originals``.
        """
        return [self._at(asset, path, originals=originals) for asset in assets]

    def _at(self, asset: Asset, path: AssetPath, *, originals: bool) -> Asset:
        content = asset.content.read()
        changes = rebasing(content, asset.path, path, self.config.base_url, self.config.json)
        blob = Blob.of(splice(content, changes)) if changes else asset.content
        mapped = self.config.source_maps != OFF and (originals or asset.source_map)
        return Asset(path, blob, asset.origin or (asset,), carried(asset, changes) if mapped else None)


def _references(asset: Asset, config: Config) -> tuple[Reference, ...]:
    known = language_of(asset.path, config.json)  # the others need not be read
    return tuple(known.find(asset.content.read())) if known else ()
