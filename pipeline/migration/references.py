"""References of a migrated project that lead nowhere: the old tools let them pass, a build by itself would not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from posixpath import splitext

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.globs import literal
from pipeline.errors import PipelineError
from pipeline.link.resolution import Resolver
from pipeline.migrating import Place
from pipeline.references import Reference, found_in, language_of
from pipeline.source import Source

MOST = 20
"""Files that are named one by one."""
COMPILED = {".scss": ".css", ".sass": ".css", ".less": ".css"}


def tolerated(
    config: Config, sources: Mapping[AssetPath, Source], members: Mapping[str, frozenset[str]], left: list[Diagnostic]
) -> bool | list[str] | None:
    """What ``strict`` must be for a build to pass, and a note for every file that has such references.

    Args:
        config: of the migrated project.
        sources: those that it finds.
        members: of each bundle the sources that it takes.
        left: where the notes go.

    Returns:
        ``None`` if there are none, globs of the files, or ``False`` if there are many.
    """
    broken: dict[str, list[PipelineError]] = {}
    for error in _errors(config, sources):
        broken.setdefault(error.path, []).append(error)
    for path, errors in sorted(broken.items()):
        message = f"{len(errors)} of the references in {path!r} lead nowhere, such as {errors[0].message}"
        hint = "mend them and take the file out of `strict`, which makes them warnings"
        left.append(Place("").note(message, hint))
    if not broken:
        return None
    bundles = [path for path, parts in members.items() if not parts.isdisjoint(broken)]
    globs = [f"/{literal(path)}" for path in dict.fromkeys([*sorted(broken), *bundles])]
    return globs if len(globs) <= MOST else False


def _errors(config: Config, sources: Mapping[AssetPath, Source]) -> list[PipelineError]:
    """What a build would say of the sources as they are."""
    assets = {AssetPath(path): Asset(path, Blob("", 0, source.file)) for path, source in sources.items()}
    assets |= {
        bundle.path: Asset(bundle.path, Blob("", 0, b"")) for bundle in config.bundles if bundle.path not in assets
    }
    for path in sources:
        stem, suffix = splitext(path)
        if made := COMPILED.get(suffix.lower()):
            assets.setdefault(AssetPath(stem + made), Asset(AssetPath(stem + made), Blob("", 0, b"")))
    found: dict[AssetPath, list[Reference]] = {}
    for path, source in sources.items():
        if language_of(path, config.json):
            try:
                content = Path(source.file).read_bytes()
                found[path] = found_in(content, path, config.json)
            except (PipelineError, OSError):
                continue  # the build says so
            assets[path] = Asset(path, Blob.of(content))
    resolver = Resolver(assets, found, frozenset(), config)
    for path in found:
        resolver.links_of(assets[path])
    return resolver.errors
