"""What each reference leads to, and what is wrong with those that lead nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

from pipeline.asset import Asset, AssetPath, asset_path
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic, excerpt, positions
from pipeline.engine.globs import Globs, glob
from pipeline.errors import BrokenReference, PipelineError, TransformError, did_you_mean
from pipeline.node_modules import resolve_package
from pipeline.npm import PackageError
from pipeline.references import Reference, is_bare, language_of
from pipeline.urls import SCHEME, Target, resolve, split

OPTIONAL = {"file", "source"}
"""Kinds that may lead nowhere."""

TOLERATED = {"sourcemap", "late-import"}
"""Kinds that never stop a build."""

_Key = tuple[str, Target | str]
"""A reference's kind, and where it leads or else what it says: all alike are one mistake."""

_Written = dict[_Key, list[Reference]]
_Place = tuple[str, int, int, str, str]
"""Path, line, column, what stands there, and the line of source."""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference and where it leads.

    Attributes:
        reference: as it was found.
        target: the asset; ``None`` for one that is taken out, and for a list.
        suffix: query and fragment.
        listed: the assets of a list that takes its place.
    """

    reference: Reference
    target: AssetPath | None
    suffix: str
    listed: tuple[AssetPath, ...] = ()

    def targets(self) -> tuple[AssetPath, ...]:
        """Every asset whose name it needs."""
        return (*self.listed, self.target) if self.target else self.listed


class Resolver:
    """Resolves the references of one asset after another, and keeps what is wrong with them.

    Attributes:
        errors: what stops the build.
        diagnostics: what does not.
    """

    def __init__(self, assets: Mapping[AssetPath, Asset], consumed: frozenset[AssetPath], config: Config) -> None:
        self.assets, self.consumed, self.config = assets, consumed, config
        self.imports = dict(config.modules.imports)
        self._files: dict[str, AssetPath] = {}
        self.errors: list[PipelineError] = []
        self.diagnostics: list[Diagnostic] = []
        self.tolerated = Globs(config.strict) if isinstance(config.strict, tuple) else None
        self._written: dict[AssetPath, _Written] = {}
        self._texts: dict[str, tuple[bytes, Callable[[int], tuple[int, int]]]] = {}  # by digest

    def links_of(self, asset: Asset) -> list[Link]:
        """The references of an asset that will be rewritten or taken out, in order."""
        language = language_of(asset.path)
        if language is None:
            return []
        links: list[Link] = []
        try:
            found = language.find(asset.content.read())
        except TransformError as error:  # the file is published as it is
            error.path = asset.path
            self.diagnostics.append(error.diagnostic("warning"))
            return []
        broken: dict[_Key, tuple[Reference, Target | None, str]] = {}
        for reference in found:
            if reference.kind == "manifest":
                links.append(Link(reference, None, "", self._listed(reference, asset.path)))
                continue
            target, problem = self._resolve(reference, asset.path)
            if target and target.path in self.assets and reference.kind != "late-import":
                links.append(Link(reference, AssetPath(target.path), target.suffix))
            elif reference.kind in OPTIONAL or (not problem and not target):
                continue
            else:
                broken.setdefault(_key(reference, target, problem, asset.path), (reference, target, problem))
                if reference.kind == "sourcemap":
                    links.append(Link(reference, None, ""))
        for key, each in broken.items():
            self._complain(asset, key, *each)
        return links

    def _listed(self, reference: Reference, path: AssetPath) -> tuple[AssetPath, ...]:
        """What the globs of a list match among what is published anyway, but the file it stands in."""
        wanted = [glob(pattern) for pattern in reference.specifier.split("\n")]
        candidates = [each for each in sorted(self.assets) if each != path and each not in self.consumed]
        return tuple(each for each in candidates if any(pattern.fullmatch(each) for pattern in wanted))

    def _bare(self, specifier: str) -> tuple[Target | None, str]:
        """What the configured import map or an installed package says of a bare name; neither: it is left alone."""
        prefixes = [key for key in self.imports if key.endswith("/") and specifier.startswith(key)]
        key = specifier if specifier in self.imports else max(prefixes, key=len, default="")
        location = self.imports[key] + specifier.removeprefix(key) if key else ""
        if location:
            return (None, "") if SCHEME.match(location) else (Target(*split(location)), "")
        return self._installed(specifier) if self.config.modules.node_modules else (None, "")

    def _installed(self, specifier: str) -> tuple[Target | None, str]:
        name, suffix = split(specifier)
        try:
            file = resolve_package(name, self.config.modules.node_modules)
        except PackageError as error:
            return None, f"{error.message}; {error.hint}" if error.hint else error.message
        path = self._published().get(os.path.realpath(file))
        shown = os.path.relpath(file, self.config.project)
        return (Target(path, suffix), "") if path else (None, f"is {shown!r}, which is below no folder of `sources`")

    def _published(self) -> dict[str, AssetPath]:
        """Every source file that is an asset of its own, and its path."""
        if not self._files:
            held = ((path, asset.sources()[0].content.held) for path, asset in self.assets.items())
            self._files = {os.path.realpath(file): path for path, file in held if isinstance(file, Path)}
        return self._files

    def _resolve(self, reference: Reference, path: str) -> tuple[Target | None, str]:
        if is_bare(reference):
            return self._bare(reference.specifier)
        if reference.kind == "worker" and not reference.specifier.startswith("/"):
            return None, ""  # relative to a page that nobody knows
        try:
            if reference.kind == "asset":
                location, suffix = split(reference.specifier)
                return Target(asset_path(location.removeprefix("/")), suffix), ""
            return resolve(reference.specifier, path, self.config.base_url), ""
        except ValueError as error:
            return None, str(error)

    def _complain(self, asset: Asset, key: _Key, reference: Reference, target: Target | None, problem: str) -> None:
        hint = ""
        if reference.kind == "late-import":
            problem, hint = "is an @import that browsers ignore here", "move it before all rules, outside of any block"
        elif target:
            problem, hint = "does not exist", did_you_mean(target.path, [*self.assets])
        if reference.kind == "sourcemap":
            problem += ", so its comment is left out"
        tolerated = (
            reference.kind in TOLERATED
            or self.config.strict is False
            or (self.tolerated and (self.tolerated.match(asset.path) or (target and self.tolerated.match(target.path))))
        )
        for path, line, column, specifier, shown in self._places(asset, key, reference):
            message = f"{specifier!r} {problem}"
            error = BrokenReference(message, path=path, line=line, column=column, hint=hint, excerpt=shown)
            if tolerated:
                self.diagnostics.append(error.diagnostic("warning"))
            else:
                self.errors.append(error)

    def _places(self, asset: Asset, key: _Key, reference: Reference) -> Iterable[_Place]:
        """Where people wrote what leads there, and how; the reference in the asset itself if a step made it."""
        found: list[_Place] = []
        for source in asset.sources():
            if written := self._written_in(source).get(key):
                found += self._shown(source, written)
        return found or self._shown(asset, [reference])

    def _shown(self, source: Asset, written: Iterable[Reference]) -> list[_Place]:
        digest = source.content.digest
        if digest not in self._texts:
            self._texts[digest] = (content := source.content.read()), positions(content)
        content, at = self._texts[digest]
        return [(source.path, *at(one.start), one.specifier, excerpt(content, one.start, one.stop)) for one in written]

    def _written_in(self, source: Asset) -> _Written:
        """The references of a source; looked for once, however many of them are broken."""
        if source.path not in self._written:
            language = language_of(source.path)
            written: _Written = {}
            for each in language.find(source.content.read()) if language else ():
                key = _key(each, *self._resolve(each, source.path), source.path)
                written.setdefault(key, []).append(each)
            self._written[source.path] = written
        return self._written[source.path]


def _key(reference: Reference, target: Target | None, problem: str, path: str) -> _Key:
    if problem and not is_bare(reference):  # out of the site: the same place, also when the reference was moved
        return reference.kind, normpath(join(dirname(path), reference.specifier))
    return reference.kind, target or reference.specifier
