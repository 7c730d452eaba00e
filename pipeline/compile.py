"""Compile: run the steps of every bundle and loose file; the result is every asset of the site, not yet named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from posixpath import splitext

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Bundle, Config, Step
from pipeline.diagnostic import Diagnostic
from pipeline.discover import Source
from pipeline.engine import plugins
from pipeline.engine.encodings import to_utf8
from pipeline.engine.executors import Run
from pipeline.engine.fetch import Fetch
from pipeline.errors import PipelineError, TransformError, raise_all
from pipeline.references import rebase
from pipeline.selection import Plan, plan
from pipeline.transforms import Made

STYLESHEETS = {".css"}
SCRIPTS = {".js", ".mjs", ".cjs"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """Every asset by path, the sources that went into bundles, and what there is to say."""

    assets: dict[AssetPath, Asset]
    consumed: frozenset[AssetPath]
    diagnostics: list[Diagnostic]


def compile_assets(sources: Mapping[AssetPath, Source], config: Config, run: Run) -> Compiled:
    """Make every asset.

    Args:
        sources: what was discovered.
        config: bundles, steps, whether to minify.
        run: maps a function over items, results in order.

    Raises:
        ExceptionGroup: of ConfigError, SourceError and TransformError, all of them.
    """
    compiler = _Compiler(sources, plan(sources, config.bundles), config)
    bundles = compiler.plan.bundles
    loose = [path for path in sources if path not in bundles]
    made = run(partial(_attempt, compiler.loose), loose)
    for path in bundles:  # in order: a bundle may take another
        made.append(_attempt(compiler.bundle, path))
    raise_all("compile", [error for each in made if isinstance(each, list) for error in each])
    good = [each for each in made if isinstance(each, Made)]
    assets = {asset.path: asset for each in good for asset in each.assets}
    diagnostics = {diagnostic for each in good for diagnostic in each.diagnostics}
    return Compiled({path: assets[path] for path in sorted(assets)}, compiler.plan.consumed, sorted(diagnostics))


def _attempt(function: Callable[[AssetPath], Made], path: AssetPath) -> Made | list[PipelineError]:
    """What a function makes of a path, or why it cannot: one failure must not hide the others."""
    try:
        return function(path)
    except PipelineError as error:
        error.path = error.path or path
        return [error]


class _Compiler:
    """Runs steps on one asset at a time."""

    def __init__(self, sources: Mapping[AssetPath, Source], planned: Plan, config: Config) -> None:
        self.plan, self.config = planned, config
        self.files = {path: source.file for path, source in sources.items()}
        self.bundled: dict[AssetPath, Asset] = {}
        self.minify = [Step("minify", plugins.make("pipeline.transforms", "minify", {}))] if config.minify else []
        self.concat = Step("concat", plugins.make("pipeline.transforms", "concat", {}))

    def loose(self, path: AssetPath) -> Made:
        """A file that is published as itself."""
        asset = self._source(path)
        steps = self.minify if splitext(path)[1].lower() in STYLESHEETS | SCRIPTS else []
        (asset,), diagnostics = self._run(steps, [asset], path)
        return Made((asset,), diagnostics)

    def bundle(self, path: AssetPath) -> Made:
        """A declared bundle, made of its members."""
        bundle = self.plan.bundles[path]
        members = [self._member(each, bundle) for each in self.plan.members[path]]
        made, diagnostics = self._run(self._steps(bundle), members, path)
        if len(made) != 1:
            hint = "add the step 'concat', or name one source"
            raise TransformError(f"{len(made)} files are left after all steps", path=bundle.place, hint=hint)
        (asset,) = self._moved(made, path)
        self.bundled[path] = replace(asset, origin=tuple(source for part in members for source in part.sources()))
        return Made((self.bundled[path],), diagnostics)

    def _steps(self, bundle: Bundle) -> Sequence[Step]:
        if bundle.steps is not None:
            return bundle.steps
        minified = splitext(bundle.path)[1].lower() in STYLESHEETS | SCRIPTS
        return [self.concat, *(self.minify if minified else [])]

    def _member(self, path: AssetPath, bundle: Bundle) -> Asset:
        return self.bundled[path] if path in self.bundled and path != bundle.path else self._source(path)

    def _source(self, path: AssetPath) -> Asset:
        """A source; its text as UTF-8 whatever it was saved in."""
        asset = Asset(path, Blob.on_disk(self.files[path]))
        suffix = splitext(path)[1].lower()
        if suffix not in STYLESHEETS | SCRIPTS:
            return asset
        content = asset.content.read()
        try:
            text = to_utf8(content, stylesheet=suffix in STYLESHEETS)
        except TransformError as error:
            error.path = path
            raise
        return asset if text is content else replace(asset, content=Blob.of(text))

    def _run(
        self, steps: Sequence[Step], assets: list[Asset], path: AssetPath
    ) -> tuple[list[Asset], tuple[Diagnostic, ...]]:
        fetch = Fetch(
            self.files, tuple(root.folder for root in self.config.sources), self.config.output, self.config.base_url
        )
        diagnostics: list[Diagnostic] = []
        for step in steps:
            if step.plugin.joins:
                results = [self._call(step, path, self._moved(assets, path), path, fetch)]
            else:
                results = [self._call(step, asset.path, asset, fetch) for asset in assets]
            assets = [asset for made in results for asset in made.assets]
            diagnostics += [each for made in results for each in made.diagnostics]
        return assets, tuple(diagnostics)

    def _call(self, step: Step, path: AssetPath, *arguments: object) -> Made:
        """A step's result; whatever it raises says which step and which asset."""
        try:
            made: Made = step.plugin(*arguments)
        except TransformError as error:
            error.path = error.path or path
            error.message = f"{step.name}: {error.message}"
            raise
        except Exception as error:  # a plug-in is somebody else's code
            raise TransformError(f"{step.name} failed with {error!r}", path=path) from error
        return made

    def _moved(self, assets: Sequence[Asset], path: AssetPath) -> list[Asset]:
        """The assets as they must be to stand at ``path``: what they point at stays the same."""
        return [self._at(asset, path) for asset in assets]

    def _at(self, asset: Asset, path: AssetPath) -> Asset:
        content = asset.content.read()
        based = rebase(content, asset.path, path, self.config.base_url)
        blob = asset.content if based is content else Blob.of(based)
        return Asset(path, blob, asset.origin or (asset,))
