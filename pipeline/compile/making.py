"""Makes one bundle or loose file: reads its members, runs its steps, finds its references; in any process."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import __version__
from pipeline.asset import Asset, AssetPath, Blob
from pipeline.compile.pieces import Copies, Piece, dumped
from pipeline.compile.recipes import SCRIPTS, STYLESHEETS, Recipes, minify_of
from pipeline.compile.selection import Plan
from pipeline.compile.work import Known, Work, called
from pipeline.config import Config, Step
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache import Cache
from pipeline.engine.encodings import to_utf8
from pipeline.engine.fetch import EVERYTHING, Fetch
from pipeline.engine.listing import folders_below, state_of
from pipeline.errors import PipelineError, SourceError, TransformError
from pipeline.media_types import compressible
from pipeline.path import suffix_of
from pipeline.references import Reference, language_of, rebase
from pipeline.squeezing import Rows, Squeeze


class Maker:
    """Runs steps on one asset at a time.

    Attributes:
        bundled: the bundles that are made already.
        known: those sources that need not be read to know them.
        squeezes: whether it makes compressed copies, too, of what is final.
    """

    def __init__(
        self,
        files: Mapping[AssetPath, Path],
        planned: Plan,
        config: Config,
        cache: Cache | None,
        known: Mapping[AssetPath, Known],
    ) -> None:
        self.plan, self.config, self.files, self.cache, self.known = planned, config, files, cache, known
        self.bundled: dict[AssetPath, Asset] = {}
        self.recipes, self.squeeze = Recipes(planned, config), Squeeze.of(config)
        self._looked, self.squeezes = "", False

    def __call__(self, path: AssetPath) -> Work:
        """Do a job, unless the cache has what it would give; one failure must not hide the others."""
        copies: tuple[Rows, ...] = ()
        try:
            members = self.members(path)
            key = self.key(path, members)
            row = self.cache.get(key) if self.cache else None
            cached = row is not None and self.holds(row)
            if row is None or not cached:
                row, copies = dumped(piece := self._piece(path, members)), self._copies(path, piece)
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

    def key(self, path: AssetPath, members: Sequence[Asset]) -> str:
        """Under which the cache has what comes of a job."""
        return self.recipes.key(path, members)

    def members_of(self, work: Work, copies: Copies) -> tuple[Asset, ...]:
        """What went into what was made elsewhere; sources with their compressed copies."""
        return tuple(
            self.bundled[each]
            if each in self.bundled and each != work.path
            else Asset(each, Blob(digest, size, self.files[each], copies.get(digest, ())))
            for each, (digest, size) in zip(self.plan.parts(work.path), work.members, strict=True)
        )

    def holds(self, row: bytes) -> bool:
        """Whether all that was looked at when a row was made is still the same."""
        if not row:
            return True
        inputs = json.loads(row[: row.find(b"\n")])[3]
        fetch = self._fetch()
        for path, digest in inputs.items():
            fetch.everything() if path == EVERYTHING else fetch(path)
            if fetch.inputs[path] != digest:
                return False
        return True

    def _piece(self, path: AssetPath, members: tuple[Asset, ...]) -> Piece:
        bundle = self.plan.bundles.get(path)
        made, diagnostics, inputs = [*members], list[Diagnostic](), dict[AssetPath, str | None]()
        if not self.recipes.leave(path):
            fetch = self._fetch()
            texts = [self._text(each) for each in members]
            made, diagnostics = self._run(self.recipes.steps(path), texts, path, fetch)
            inputs = fetch.inputs
        if bundle:
            if len(made) != 1:
                hint = "add the step 'concat', or name one source"
                raise TransformError(f"{len(made)} files are left after all steps", path=bundle.place, hint=hint)
            made = self._moved(made, path)
        found = []
        for asset in made:
            try:
                found.append(_references(asset, self.config))
            except (SourceError, TransformError) as error:
                error.path = asset.path
                found.append(())
                diagnostics.append(error.diagnostic("warning"))
        return Piece(members, tuple(made), tuple(found), tuple(diagnostics), inputs)

    def _copies(self, path: AssetPath, piece: Piece) -> tuple[Rows, ...]:
        """Compressed copies of what is published for sure, and into which no names are written any more."""
        if path in self.plan.consumed or not self.squeezes:
            return ()
        return tuple(
            self.squeeze((asset.content, wanted))
            for asset, found in zip(piece.assets, piece.found, strict=True)
            if not found and (wanted := self.squeeze.wanted(asset.path, asset.content, self.cache))
        )

    def _fetch(self) -> Fetch:
        folders = tuple(root.folder for root in self.config.sources)
        return Fetch(self.files, folders, self.config.output, self.config.base_url, state=self._state)

    def _state(self) -> str:
        """What all that lies below the roots is like; looked at once a build."""
        if not self._looked:
            own = {str(self.config.output), str(self.config.cache)}
            folders = [each for root in self.config.sources for each in folders_below(str(root.folder), own)]
            folders += sorted({os.path.dirname(file) for file in self.files.values()}.difference(folders))  # by links
            self._looked = state_of(folders, [each for each in sys.path if each != str(self.config.project)])
        return self._looked

    def _source(self, path: AssetPath) -> Asset:
        file = self.files[path]
        if known := self.known.get(path):
            return Asset(path, Blob(known.digest, known.size, file))
        return Asset(path, Blob.on_disk(file, hold=compressible(path)))

    def _text(self, asset: Asset) -> Asset:
        """A source; its text as UTF-8 whatever it was saved in."""
        suffix = suffix_of(asset.path)
        if asset.origin or suffix not in STYLESHEETS | SCRIPTS:
            return asset
        content = asset.content.read()
        try:
            text = to_utf8(content, stylesheet=suffix in STYLESHEETS)
        except TransformError as error:
            error.path = asset.path
            raise
        return replace(asset, content=replace(asset.content, held=text) if text is content else Blob.of(text))

    def _run(
        self, steps: Sequence[Step], assets: Sequence[Asset], path: AssetPath, fetch: Fetch
    ) -> tuple[list[Asset], list[Diagnostic]]:
        diagnostics: list[Diagnostic] = []
        for step in steps:
            if step.plugin.joins:
                results = [called(step, path, self._moved(assets, path), path, fetch)]
            else:
                results = [called(step, asset.path, asset, fetch) for asset in assets]
            assets = [asset for made in results for asset in made.assets]
            diagnostics += [each for made in results for each in made.diagnostics]
        return [*assets], diagnostics

    def _moved(self, assets: Sequence[Asset], path: AssetPath) -> list[Asset]:
        """The assets as they must be to stand at ``path``: what they point at stays the same."""
        return [self._at(asset, path) for asset in assets]

    def _at(self, asset: Asset, path: AssetPath) -> Asset:
        content = asset.content.read()
        based = rebase(content, asset.path, path, self.config.base_url, self.config.json)
        blob = asset.content if based is content else Blob.of(based)
        return Asset(path, blob, asset.origin or (asset,))


def recipe_of(config: Config) -> str:
    """All that decides what becomes of loose files, but for the files."""
    return json.dumps([__version__, config.base_url, config.json, [step.identity for step in minify_of(config)]])


def _references(asset: Asset, config: Config) -> tuple[Reference, ...]:
    known = language_of(asset.path, config.json)  # the others need not be read
    return tuple(known.find(asset.content.read())) if known else ()
