"""Explain: what the pipeline knows of one asset, and why it has the name it has; nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.asset import AssetPath
from pipeline.build import Progress, silent
from pipeline.compile import compile_assets
from pipeline.compile.compiled import Compiled
from pipeline.compile.pieces import Piece
from pipeline.compile.recipes import Recipes
from pipeline.compress import compress
from pipeline.config import Bundle, Config
from pipeline.diagnostic import Diagnostic
from pipeline.discover import Discovered, discover
from pipeline.engine.cache import Cache
from pipeline.engine.executors import executor, inline
from pipeline.engine.looking import shown
from pipeline.inspection.naming import Named, named
from pipeline.link import link
from pipeline.manifest import Entry
from pipeline.release import Output, Outputs


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to know of an asset.

    Attributes:
        path: logical.
        bundle: where it is declared if it is a bundle, such as ``pipeline.toml:12``, or ``""``.
        sources: the files it was made from, in order, relative to the project.
        steps: what they went through, in order.
        inputs: the paths of what its steps read, sorted: what makes it anew when it changes; of what is no source,
            files and globs, relative to the project.
        bundles: those that it went into.
        references: the assets that it points at, sorted.
        referenced_by: those that point at it, sorted.
        entry: what the manifest says of it; ``None``: it went into bundles only and is not published by itself.
        named: why it has its name; ``None`` likewise.
        diagnostics: what the build says about it or its sources.
    """

    path: AssetPath
    bundle: str
    sources: tuple[str, ...]
    steps: tuple[str, ...]
    inputs: tuple[str, ...]
    bundles: tuple[AssetPath, ...]
    references: tuple[AssetPath, ...]
    referenced_by: tuple[AssetPath, ...]
    entry: Entry | None
    named: Named | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A site between the phases: all that was found, made, and linked, not yet compressed."""

    config: Config
    cache: Cache
    found: Discovered
    compiled: Compiled
    outputs: Mapping[AssetPath, Output]
    diagnostics: tuple[Diagnostic, ...]


def site_of(config: Config, cache: Cache, progress: Progress = silent) -> Site:
    """Run all phases before `compress`; a broken reference stops nothing, it is among the diagnostics.

    Raises:
        ExceptionGroup: of PipelineError: everything else that is wrong in the first phase that fails.
    """
    config = config._replace(strict=False)
    found = discover(config)
    with executor(config.executor, config.jobs, progress("compile", len(found.sources))) as run:
        compiled = compile_assets(found.sources, config._replace(compress=()), run, cache)
    linked = link(compiled.assets, compiled.found, compiled.consumed, config)
    said = sorted([*found.diagnostics, *compiled.diagnostics, *linked.diagnostics])
    return Site(config, cache, found, compiled, linked.outputs, tuple(said))


def explain(site: Site, path: AssetPath) -> Explanation:
    """Put together what is known of the asset at ``path``, which must be one of the site's.

    Raises:
        ExceptionGroup: of SourceError: its compressed copies have no place.
    """
    asset = site.compiled.assets[path]
    sources = [source.path for source in asset.sources()]
    bundle = next((each for each in site.config.bundles if each.path == path), None)
    output = site.outputs.get(path)
    return Explanation(
        path=path,
        bundle=bundle.place if bundle else "",
        sources=tuple(_shown(each, site) for each in sources if each in site.found.sources),
        steps=_steps(path, site),
        inputs=tuple(sorted({*sources, *map(shown, _inputs(path, site))})),
        bundles=_bundles_with(path, site),
        references=output.references if output else _references(path, site),
        referenced_by=tuple(other.path for other in site.outputs.values() if path in other.references),
        entry=_entry(output, site) if output else None,
        named=named(output, site.outputs, site.config.naming) if output else None,
        diagnostics=tuple(each for each in site.diagnostics if each.path in {path, *sources}),
    )


def _references(path: AssetPath, site: Site) -> tuple[AssetPath, ...]:
    """What an asset that is not published would point at if it were."""
    compiled = site.compiled
    linked = link(compiled.assets, compiled.found, compiled.consumed - {path}, site.config)
    return linked.outputs[path].references


def _shown(path: AssetPath, site: Site) -> str:
    return os.path.relpath(site.found.sources[path].file, site.config.project).replace(os.sep, "/")


def _steps(path: AssetPath, site: Site) -> tuple[str, ...]:
    """The names of the steps, declared or by type, as `compile` runs them."""
    pieces = site.compiled.pieces
    made = [path] if path in pieces else [each for each, piece in pieces.items() if _made(path, piece)]
    recipes = Recipes(site.compiled.plan, site.config)
    return tuple(dict.fromkeys(step.name for each in made for step in recipes.all_steps(each)))


def _bundles_with(path: AssetPath, site: Site) -> tuple[AssetPath, ...]:
    def takes(bundle: Bundle) -> bool:
        parts = {part.path for part in site.compiled.assets[bundle.path].sources()}
        return path in bundle.sources or path in parts

    return tuple(sorted(each.path for each in site.config.bundles if each.path != path and takes(each)))


def _inputs(path: AssetPath, site: Site) -> Iterable[AssetPath]:
    """What the steps of an asset read besides its sources."""
    return (each for piece in site.compiled.pieces.values() if _made(path, piece) for each in piece.inputs)


def _made(path: AssetPath, piece: Piece) -> bool:
    return any(asset.path == path for asset in piece.assets)


def _entry(output: Output, site: Site) -> Entry:
    with inline() as run:
        return compress(Outputs.of([output]), {}, [], site.config, run, site.cache).manifest[output.path]
