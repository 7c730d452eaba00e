"""Recipes: which steps make what, and the keys under which the cache has what they gave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from pipeline import __version__
from pipeline.asset import Asset, AssetPath
from pipeline.compile.selection import Plan
from pipeline.config import Config, Step
from pipeline.engine import plugins
from pipeline.path import suffix_of
from pipeline.references import language_of, version_of

STYLESHEETS = {".css"}
SCRIPTS = {".js", ".mjs", ".cjs"}


class Recipes:
    """Those of one build."""

    def __init__(self, planned: Plan, config: Config) -> None:
        self._bundles, self._config = planned.bundles, config
        self._minify = minify_of(config)
        self._concat = Step("concat", plugins.make("pipeline.transforms", "concat", {}))
        self._common: dict[str, bytes] = {}  # what decides of loose files by their suffix alone

    def steps(self, path: AssetPath) -> Sequence[Step]:
        """The steps of a bundle or loose file."""
        bundle = self._bundles.get(path)
        if bundle and bundle.steps is not None:
            return bundle.steps
        minify = self._minify if suffix_of(path) in STYLESHEETS | SCRIPTS else []
        return [self._concat, *minify] if bundle else minify

    def key(self, path: AssetPath, members: Sequence[Asset]) -> str:
        """All that decides what a job gives, but for what its steps look at besides."""
        if path in self._bundles:
            parts = json.dumps([path, *((each.path, each.content.digest) for each in members)])
            return "piece:" + hashlib.sha256(self._decides(path) + parts.encode()).hexdigest()
        suffix = suffix_of(path)
        if suffix not in self._common:
            self._common[suffix] = self._decides(path)
        part = f"{members[0].content.digest} {path}"
        return "piece:" + hashlib.sha256(self._common[suffix] + part.encode()).hexdigest()

    def _decides(self, path: AssetPath) -> bytes:
        steps = [step.identity for step in self.steps(path)]
        versions = __version__, version_of(path, self._config.json)
        recipe = versions, self._config.base_url, self._config.json, path in self._bundles, steps
        return json.dumps(recipe).encode()

    def leave(self, path: AssetPath) -> bool:
        """Whether something is published with the bytes that it has."""
        return path not in self._bundles and suffix_of(path) not in STYLESHEETS | SCRIPTS

    def make_plain(self, path: AssetPath) -> bool:
        """Whether a source becomes `pipeline.compile.pieces.PLAIN` whatever its bytes are."""
        return not self.steps(path) and language_of(path, self._config.json) is None


def minify_of(config: Config) -> list[Step]:
    """What loose scripts and stylesheets go through."""
    return [Step("minify", plugins.make("pipeline.transforms", "minify", {}))] if config.minify else []
