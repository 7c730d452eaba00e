"""The import map of a release (https://html.spec.whatwg.org/#import-maps): what module specifiers mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipeline.asset import AssetPath
from pipeline.config import Modules
from pipeline.urls import SCHEME, url_of


def import_map(
    modules: Modules, urls: Mapping[AssetPath, str], imported: Collection[AssetPath | None]
) -> dict[str, str]:
    """What names mean that no file tells: bare ones, and in the style ``importmap`` those of all imported modules.

    Args:
        modules: the configured names and style.
        urls: of every published asset, relative to the base URL.
        imported: the assets that some module imports.

    Returns:
        URLs by specifier, sorted. What begins with ``./`` on either side is relative to the base URL; the rest are bare
        names and URLs of other sites. A prefix is spelt out: each file below it has a name of its own.
    """
    found: dict[str, str] = {}
    for name, location in modules.imports:
        if SCHEME.match(location):
            found[name] = location
        elif name.endswith("/"):
            below = (path for path in urls if path.startswith(location))
            found.update({name + path.removeprefix(location): f"./{urls[path]}" for path in below})
        elif AssetPath(location) in urls:
            found[name] = f"./{urls[AssetPath(location)]}"
    if modules.style == "importmap":
        found.update({f"./{url_of(path)}": f"./{urls[path]}" for path in imported if path})
    return dict(sorted(found.items()))
