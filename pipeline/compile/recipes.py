"""Recipes: which steps make what, and the keys under which the cache has what they gave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from pipeline import __version__
from pipeline.asset import Asset, AssetPath
from pipeline.compile.selection import Plan
from pipeline.config import Config, Step
from pipeline.engine import plugins
from pipeline.engine.globs import Globs
from pipeline.engine.tools import Tools
from pipeline.path import suffix_of
from pipeline.references import language_of, version_of

STYLESHEETS = {".css"}
SCRIPTS = {".js", ".mjs", ".cjs"}


class Recipes:
    """Those of one build."""

    def __init__(self, planned: Plan, config: Config) -> None:
        self._plan, self._config = planned, config
        self._minify = minify_of(config)
        self._concat = [_plain("concat")] if planned.bundles else []  # it takes time to import
        self._common: dict[str, bytes] = {}  # what decides of loose files by their suffix alone
        self._identities: dict[int, str] = {}

    def steps(self, path: AssetPath) -> Sequence[Step]:
        """What the members of a bundle go through together, or a loose file by itself."""
        bundle = self._plan.bundles.get(path)
        if bundle:
            return bundle.steps if bundle.steps is not None else [*self._concat, *self._minified(path)]
        if path in self._plan.compiled:
            own, made = self._config.compile.steps_of(path)
            return [*own, *self._minified(made)]
        return self._minified(path)

    def first(self, path: AssetPath) -> dict[AssetPath, tuple[Step, ...]]:
        """The steps that single members of a bundle go through before it joins them."""
        bundle = self._plan.bundles.get(path)
        if bundle is None or bundle.steps is not None:
            return {}
        own = [each for each in self._plan.members[path] if each == path or each not in self._plan.bundles]
        found = {each: self._config.compile.steps_of(each)[0] for each in own}
        return {each: steps for each, steps in found.items() if steps}

    def all_steps(self, path: AssetPath) -> list[Step]:
        """All that are called for a bundle or loose file."""
        first = [step for steps in self.first(path).values() for step in steps]
        return [*first, *self.steps(path)]

    def key(self, path: AssetPath, members: Sequence[Asset]) -> str:
        """All that decides what a job gives, but for what its steps look at besides."""
        if path in self._plan.bundles:
            given = [(each.path, each.content.digest, each.source_map and each.source_map.digest) for each in members]
            return "piece:" + hashlib.sha256(self._decides(path) + json.dumps([path, *given]).encode()).hexdigest()
        part = f"{members[0].content.digest} {path}"
        if path in self._plan.compiled:  # more than the suffix decides
            part += " or as it is" * self.may_stay(path)
            return "piece:" + hashlib.sha256(self._decides(path) + part.encode()).hexdigest()
        suffix = suffix_of(path)
        if suffix not in self._common:
            self._common[suffix] = self._decides(path)
        return "piece:" + hashlib.sha256(self._common[suffix] + part.encode()).hexdigest()

    def _decides(self, path: AssetPath) -> bytes:
        config = self._config
        steps = [self._identity(step) for step in self.all_steps(path)]
        versions = __version__, version_of(path, config.json), config.source_maps
        return json.dumps([versions, config.base_url, config.json, path in self._plan.bundles, steps]).encode()

    def leave(self, path: AssetPath) -> bool:
        """Whether something is published with the bytes that it has."""
        plan = self._plan
        return path not in plan.bundles and path not in plan.compiled and suffix_of(path) not in STYLESHEETS | SCRIPTS

    def may_stay(self, path: AssetPath) -> bool:
        """Whether something is published as it is where no program compiles it: a file of which nobody said what to do.

        Packages come with sources in languages that a site has no use for.
        """
        strict = self._config.strict
        tolerated = not strict if isinstance(strict, bool) else Globs(strict).match(path)
        return bool(tolerated) and path in self._plan.compiled and not self._config.compile.is_declared(path)

    def make_plain(self, path: AssetPath) -> bool:
        """Whether a source becomes `pipeline.compile.pieces.PLAIN` whatever its bytes are."""
        return not self.steps(path) and language_of(path, self._config.json) is None

    def _minified(self, path: str) -> list[Step]:
        return self._minify if suffix_of(path) in STYLESHEETS | SCRIPTS else []

    def _identity(self, step: Step) -> str:
        """Asked once: programs are looked for, and may have to be asked for their versions."""
        if id(step) not in self._identities:
            self._identities[id(step)] = step.identity_with(self._config.tools)
        return self._identities[id(step)]


def minify_of(config: Config) -> list[Step]:
    """What loose scripts and stylesheets go through."""
    if isinstance(config.minify, tuple):
        return [*config.minify]
    options = {"keep_licenses": True} if config.keep_licenses else {}
    return [Step("minify", plugins.make("pipeline.transforms", "minify", options))] if config.minify else []


def recipe_of(config: Config) -> str:
    """All that decides what becomes of loose files that go through no steps of their own, but for the files."""
    steps = [step.identity_with(config.tools) for step in minify_of(config)]
    loose = [config.compile.by_suffix, config.compile.packages, [glob for glob, _ in config.compile.declared]]
    return json.dumps([__version__, config.base_url, config.json, config.source_maps, steps, loose])


def programs_of(steps: Iterable[Step], tools: Tools) -> list[str]:
    """The files of the programs that steps run, as far as they say so, and where those would be that are not there."""
    own = [file for step in steps for file in getattr(step.plugin, "programs", ())]
    asked = {tool.name: tool for step in steps for tool in getattr(step.plugin, "tools", ())}.values()
    lacking = ["$PATH"] if any(tools.find(tool) is None for tool in asked) else []
    return [*own, *lacking, *(file for tool in asked for file in tools.files(tool))]


def variables_of(steps: Iterable[Step]) -> list[str]:
    """What they take from the environment."""
    return [name for step in steps for name in plugins.variables_of(step.plugin)]


def _plain(name: str) -> Step:
    return Step(name, plugins.make("pipeline.transforms", name, {}))
