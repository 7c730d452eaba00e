"""Assets that nothing leads to from the pages of a site, its bundles, what keeps its name, or the app's templates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.asset import AssetPath
from pipeline.config import Bundle, Config
from pipeline.engine.globs import Globs, glob
from pipeline.manifest import Manifest


def unused(manifest: Manifest, config: Config, named: Iterable[str] = ()) -> list[AssetPath]:
    """The paths of all assets that are published but cannot be reached, sorted.

    Args:
        manifest: of the release.
        config: the bundles, and with ``keep`` their sources, and ``naming.keep``.
        named: names in templates; unknown ones do not matter.
    """
    kept = Globs(config.naming.keep)
    waiting = [path for path, entry in manifest.entries.items() if _is_page(entry.type) or kept.match(path)]
    waiting += [bundle.path for bundle in config.bundles]
    waiting += [path for bundle in config.bundles if bundle.keep for path in _sources(bundle, [*manifest.entries])]
    waiting += [AssetPath(unicodedata.normalize("NFC", name)) for name in named]
    reached: set[AssetPath] = set()
    while waiting:
        path = waiting.pop()
        if path not in reached and path in manifest.entries:
            reached.add(path)
            waiting += manifest.entries[path].references
    return sorted(manifest.entries.keys() - reached)


def _is_page(media_type: str) -> bool:
    return media_type.partition(";")[0] in {"text/html", "application/xhtml+xml"}


def _sources(bundle: Bundle, known: Sequence[AssetPath]) -> set[AssetPath]:
    """Those of its sources that are published."""
    chosen: set[AssetPath] = set()
    for written in bundle.sources:
        pattern = unicodedata.normalize("NFC", written)
        if pattern.startswith("!") and pattern not in known:
            chosen = {path for path in chosen if not glob(pattern[1:]).fullmatch(path)}
        else:
            chosen |= {path for path in known if path == pattern or glob(pattern).fullmatch(path)}
    return chosen
