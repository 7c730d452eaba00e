"""What each reference leads to, and what is wrong with those that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from pipeline.asset import Asset, AssetPath
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic, position, positions
from pipeline.engine.globs import Globs
from pipeline.errors import BrokenReference, PipelineError, did_you_mean
from pipeline.references import Reference, language_of
from pipeline.urls import Target, resolve

TOLERATED = {"sourcemap", "late-import"}
"""Kinds that never stop a build."""

_Key = tuple[str, Target | str]
"""A reference's kind, and where it leads or else what it says: all alike are one mistake."""

_Written = dict[_Key, list[Reference]]
_Place = tuple[str, int, int, str]
"""Path, line, column and what stands there."""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference and the asset that it leads to; ``None``: it leads nowhere and is taken out."""

    reference: Reference
    target: AssetPath | None
    suffix: str


class Resolver:
    """Resolves the references of one asset after another, and keeps what is wrong with them.

    Attributes:
        errors: what stops the build.
        diagnostics: what does not.
    """

    def __init__(self, assets: Mapping[AssetPath, Asset], config: Config) -> None:
        self.assets, self.config = assets, config
        self.errors: list[PipelineError] = []
        self.diagnostics: list[Diagnostic] = []
        self.tolerated = Globs(config.strict) if isinstance(config.strict, tuple) else None
        self._written: dict[AssetPath, _Written] = {}

    def links_of(self, asset: Asset) -> list[Link]:
        """The references of an asset that will be rewritten or taken out, in order."""
        language = language_of(asset.path)
        if language is None:
            return []
        links: list[Link] = []
        broken: dict[_Key, tuple[Reference, Target | None, str]] = {}
        for reference in language.find(asset.content.read()):
            target, problem = self._resolve(reference, asset.path)
            if target and target.path in self.assets and reference.kind != "late-import":
                links.append(Link(reference, AssetPath(target.path), target.suffix))
            elif reference.kind == "file" or (not problem and not target):
                continue
            else:
                broken.setdefault(_key(reference, target, problem, asset.path), (reference, target, problem))
                if reference.kind == "sourcemap":
                    links.append(Link(reference, None, ""))
        for key, each in broken.items():
            self._complain(asset, key, *each)
        return links

    def _resolve(self, reference: Reference, path: str) -> tuple[Target | None, str]:
        try:
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
        for path, line, column, specifier in self._places(asset, key, reference):
            error = BrokenReference(f"{specifier!r} {problem}", path=path, line=line, column=column, hint=hint)
            if tolerated:
                self.diagnostics.append(error.diagnostic("warning"))
            else:
                self.errors.append(error)

    def _places(self, asset: Asset, key: _Key, reference: Reference) -> Iterable[_Place]:
        """Where people wrote what leads there, and how; the reference in the asset itself if a step made it."""
        found: list[_Place] = []
        for source in asset.sources():
            if written := self._written_in(source).get(key):
                at = positions(source.content.read())
                found += [(source.path, *at(each.start), each.specifier) for each in written]
        return found or [(asset.path, *position(asset.content.read(), reference.start), reference.specifier)]

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
    if problem:  # out of the site: the same place, also when the reference was moved
        return reference.kind, normpath(join(dirname(path), reference.specifier))
    return reference.kind, target or reference.specifier
