"""What each reference leads to, and what is wrong with those that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from posixpath import dirname, join, normpath
from typing import NamedTuple

from pipeline.asset import Asset, AssetPath, asset_path
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic, excerpt, positions
from pipeline.engine.globs import Globs, glob
from pipeline.errors import BrokenReference, PipelineError, SourceError, TransformError, did_you_mean
from pipeline.link.bare_names import UNMAPPED, UNMAPPED_HINT, BareNames
from pipeline.nearest import Known
from pipeline.references import Reference, found_in, is_bare
from pipeline.urls import Target, resolve, split

OPTIONAL = {"file", "integrity", "mention", "source"}
"""Kinds that may lead nowhere."""

TOLERATED = {"sourcemap", "late-import"}
"""Kinds that never stop a build."""

Found = Mapping[AssetPath, Sequence[Reference]]

_Key = tuple[str, Target | str]
"""A reference's kind, and where it leads or else what it says: all alike are one mistake."""

_Written = dict[_Key, list[Reference]]
_Place = tuple[str, int, int, str, str]
"""Path, line, column, what stands there, and the line of source."""


class Link(NamedTuple):
    """A reference and where it leads.

    Attributes:
        reference: as it was found.
        target: the asset; ``None`` for one that is taken out, and for a list.
        suffix: query and fragment.
        listed: the assets of a list that takes its place.
        below: the folder that they were listed in, with a slash at its end, or ``""``.
    """

    reference: Reference
    target: AssetPath | None
    suffix: str
    listed: tuple[AssetPath, ...] = ()
    below: str = ""

    def targets(self) -> tuple[AssetPath, ...]:
        """Every asset whose name it needs."""
        return (*self.listed, self.target) if self.target else self.listed

    def among(self, published: Container[AssetPath]) -> Link | None:
        """What is left of it if only those assets are published."""
        if self.target and self.target not in published:
            return None
        return self._replace(listed=tuple(filter(published.__contains__, self.listed))) if self.listed else self


class Resolver:
    """Resolves the references of one asset after another, and keeps what is wrong with them.

    Attributes:
        errors: what stops the build.
        diagnostics: what does not.
        said: these by the path of the asset that they were said of.
    """

    def __init__(
        self, assets: Mapping[AssetPath, Asset], found: Found, consumed: frozenset[AssetPath], config: Config
    ) -> None:
        self.assets, self.found, self.consumed, self.config = assets, found, consumed, config
        self.bare_names = BareNames(assets, config)
        self.known = Known(assets)
        self.errors: list[PipelineError] = []
        self.diagnostics: list[Diagnostic] = []
        self.said: dict[AssetPath, tuple[Diagnostic, ...]] = {}
        self.tolerated = Globs(config.strict) if isinstance(config.strict, tuple) else None
        self._written: dict[AssetPath, _Written] = {}
        # By digest, while one asset is looked at: where each line begins takes more room than the text.
        self._texts: dict[str, tuple[bytes, Callable[[int], tuple[int, int]]]] = {}

    def links_of(self, asset: Asset) -> list[Link]:
        """The references of an asset that will be rewritten or taken out, in order."""
        links: list[Link] = []
        said = len(self.diagnostics)
        broken: dict[_Key, tuple[Reference, Target | None, str]] = {}
        for reference in self.found.get(asset.path, ()):
            if reference.kind == "manifest":
                links.append(Link(reference, None, "", self._listed(reference, asset.path)))
                continue
            target, problem = self._resolve(reference, asset.path)
            prefix = target.path if target and reference.kind == "prefix" else None
            if prefix is not None and any(each.startswith(prefix) for each in self.assets):
                below = tuple(each for each in sorted(self.assets) if each.startswith(prefix) and each != asset.path)
                links.append(Link(reference, None, "", below, prefix))
            elif target and target.path in self.assets and reference.kind != "late-import":
                links.append(Link(reference, AssetPath(target.path), target.suffix))
            elif reference.kind in OPTIONAL or (not problem and not target):
                continue
            else:
                broken.setdefault(_key(reference, target, problem, asset.path), (reference, target, problem))
                if reference.kind == "sourcemap":
                    links.append(Link(reference, None, ""))
        if broken and not asset.origin:  # it is its own source: nothing to read again
            self._written[asset.path] = self._by_key(self.found.get(asset.path, ()), asset.path)
        for key, each in broken.items():
            self._complain(asset, key, *each)
        self._texts.clear()
        if len(self.diagnostics) > said:
            self.said[asset.path] = tuple(self.diagnostics[said:])
        return links

    def _listed(self, reference: Reference, path: AssetPath) -> tuple[AssetPath, ...]:
        """What the globs of a list match among what is published anyway, but the file it stands in."""
        wanted = [glob(pattern) for pattern in reference.specifier.split("\n")]
        candidates = [each for each in sorted(self.assets) if each != path and each not in self.consumed]
        return tuple(each for each in candidates if any(pattern.fullmatch(each) for pattern in wanted))

    def _resolve(self, reference: Reference, path: str) -> tuple[Target | None, str]:
        if is_bare(reference):
            return self.bare_names.resolve(reference.specifier)
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
        hint = UNMAPPED_HINT if problem == UNMAPPED else ""
        if reference.kind == "late-import":
            problem, hint = "is an @import that browsers ignore here", "move it before all rules, outside of any block"
        elif target:
            problem, hint = "does not exist", did_you_mean(target.path, self.known)
        if reference.kind == "sourcemap":
            problem += ", so its comment is left out"
        places = self._places(asset, key, reference)
        if problem == UNMAPPED:  # said once a file
            places = [*{place[0]: place for place in reversed(places)}.values()]
        for path, line, column, specifier, shown in places:
            message = f"{specifier!r} {problem}"
            error = BrokenReference(message, path=path, line=line, column=column, hint=hint, excerpt=shown)
            if severity := self._tolerated(asset, reference, target, problem):
                self.diagnostics.append(error.diagnostic(severity))
            else:
                self.errors.append(error)

    def _tolerated(self, asset: Asset, reference: Reference, target: Target | None, problem: str) -> str:
        """How severe it is that a reference leads nowhere; nothing if it stops the build."""
        if problem == UNMAPPED:
            return "note"
        tolerated = self.tolerated and (
            self.tolerated.match(asset.path) or (target and self.tolerated.match(target.path))
        )
        return "warning" if reference.kind in TOLERATED or self.config.strict is False or tolerated else ""

    def _places(self, asset: Asset, key: _Key, reference: Reference) -> list[_Place]:
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
            try:
                found = found_in(source.content.read(), source.path, self.config.json)
            except (SourceError, TransformError):  # by itself it is no text of its language
                found = []
            self._written[source.path] = self._by_key(found, source.path)
        return self._written[source.path]

    def _by_key(self, found: Iterable[Reference], path: str) -> _Written:
        written: _Written = {}
        for each in found:
            written.setdefault(_key(each, *self._resolve(each, path), path), []).append(each)
        return written


def _key(reference: Reference, target: Target | None, problem: str, path: str) -> _Key:
    if problem and not is_bare(reference):  # out of the site: the same place, also when the reference was moved
        return reference.kind, normpath(join(dirname(path), reference.specifier))
    return reference.kind, target or reference.specifier
