"""What bare module names, such as ``lit`` in ``import "lit"``, mean: a configured one, or an installed package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property

from pipeline.asset import Asset, AssetPath
from pipeline.config import Config
from pipeline.urls import SCHEME, Target, split

UNMAPPED = "is a bare name that the configuration does not map, so it is left as it is"
"""Not wrong: a page may have an import map of its own, and most pages are no assets."""
UNMAPPED_HINT = "map it in [modules.imports], set modules.node_modules, or give it in the page's own import map"


class BareNames:
    """Resolves bare names in one site."""

    def __init__(self, assets: Mapping[AssetPath, Asset], config: Config) -> None:
        self.assets, self.config = assets, config
        self.imports = dict(config.modules.imports)

    def resolve(self, specifier: str) -> tuple[Target | None, str]:
        """Where a name leads, or what there is to say about it; neither: to another site."""
        if location := self._configured(specifier):
            return (None, "") if SCHEME.match(location) else (Target(*split(location)), "")
        return self._installed(specifier) if self.config.modules.node_modules else (None, UNMAPPED)

    def _configured(self, specifier: str) -> str:
        prefixes = [key for key in self.imports if key.endswith("/") and specifier.startswith(key)]
        key = specifier if specifier in self.imports else max(prefixes, key=len, default="")
        return self.imports[key] + specifier.removeprefix(key) if key else ""

    def _installed(self, specifier: str) -> tuple[Target | None, str]:
        from pipeline.link.node_modules import resolve_package  # reads scripts, and few sites have installed packages
        from pipeline.npm import PackageError

        name, suffix = split(specifier)
        try:
            file = resolve_package(name, self.config.modules.node_modules)
        except PackageError as error:
            return None, f"{error.message}; {error.hint}" if error.hint else error.message
        path = self._published.get(os.path.realpath(file))
        shown = os.path.relpath(file, self.config.project)
        return (Target(path, suffix), "") if path else (None, f"is {shown!r}, which is below no folder of `sources`")

    @cached_property
    def _published(self) -> dict[str, AssetPath]:
        """Every source file that is an asset of its own, and its path."""
        held = ((path, asset.sources()[0].content.held) for path, asset in self.assets.items())
        return {os.path.realpath(file): path for path, file in held if isinstance(file, str)}
