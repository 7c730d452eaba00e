"""Which sources each bundle takes, in which order, and in which order bundles are made."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.asset import AssetPath
from pipeline.config import Bundle, Compiling, Step
from pipeline.engine.globs import glob, is_glob
from pipeline.engine.graph import components
from pipeline.errors import ConfigError, PipelineError, SourceError, did_you_mean, raise_all
from pipeline.nearest import Known


class Plan(NamedTuple):
    """What to make of what.

    Attributes:
        bundles: each bundle by its path, after those that it takes as sources.
        members: the paths each takes, in order; its own path means the source of that name.
        consumed: the sources that are part of a bundle and not kept beside it.
        compiled: the sources that go through steps of their own, see `pipeline.config.compiling`.
        inner: those of them of which nothing is made by itself: partials, and the consumed.
        taking: the bundles and compiled sources whose steps take in what they read, see `pipeline.transforms`.
    """

    bundles: dict[AssetPath, Bundle]
    members: dict[AssetPath, list[AssetPath]]
    consumed: frozenset[AssetPath]
    compiled: frozenset[AssetPath] = frozenset()
    inner: frozenset[AssetPath] = frozenset()
    taking: frozenset[AssetPath] = frozenset()

    def parts(self, path: AssetPath) -> list[AssetPath]:
        """What goes into a bundle; of a loose file the file itself."""
        return self.members[path] if path in self.bundles else [path]

    def nested(self) -> set[AssetPath]:
        """The bundles that are sources of others."""
        return {each for path, parts in self.members.items() for each in parts if each in self.bundles and each != path}

    def touched(self, sources: Collection[AssetPath], besides: Collection[AssetPath] = ()) -> set[AssetPath]:
        """The bundles and loose files that some sources go into, and others ``besides``, also by way of bundles."""
        found = {*besides} | {path for path in sources if path not in self.bundles and path not in self.inner}
        for path in self.bundles:  # each comes after those that it takes
            if any(
                (each in sources) if each == path or each not in self.bundles else each in found
                for each in self.members[path]
            ):
                found.add(path)
        return found


def plan(sources: Collection[AssetPath], bundles: Sequence[Bundle], compiling: Compiling) -> Plan:
    """Resolve the patterns of all bundles.

    Args:
        sources: the paths of all sources, sorted.
        bundles: as declared.
        compiling: which files are compiled.

    Raises:
        ExceptionGroup: of SourceError and ConfigError: a pattern that matches nothing, a bundle that would replace a
            source it does not contain, bundles that contain each other.
    """
    declared = {bundle.path: bundle for bundle in bundles}
    known = Known((*sources, *declared))
    errors: list[PipelineError] = []
    members: dict[AssetPath, list[AssetPath]] = {}
    for bundle in bundles:
        members[bundle.path] = _members(bundle, sources, declared, known, compiling, errors)
        if bundle.path in sources and bundle.path not in members[bundle.path] and not errors:
            hint = "give the bundle another path, or name the source among its sources"
            message = f"the bundle {bundle.path!r} would replace the source of that name"
            errors.append(SourceError(message, path=bundle.place, hint=hint))
    raise_all("selection", errors)
    nested = {path: [each for each in parts if each in declared and each != path] for path, parts in members.items()}
    order = components(nested)
    for ring in order:
        if len(ring) > 1:
            names = ", ".join(map(repr, sorted(ring)))
            errors.append(ConfigError(f"the bundles {names} contain each other", path=declared[ring[0]].place))
    raise_all("selection", errors)
    taken = {path: frozenset(parts) for path, parts in members.items()}
    kept = {part for path, parts in taken.items() for part in parts if declared[path].keep}
    consumed = {part for parts in taken.values() for part in parts} - kept - declared.keys()
    compiled = frozenset(path for path in compiling.concerned(sources) if not compiling.gives_way(path, sources))
    inner = frozenset(path for path in compiled if path in consumed or compiling.is_partial(path))
    bundled = {path: declared[path] for (path,) in order}
    taking = {path for path, bundle in declared.items() if _take_in(bundle.steps or ())}
    if any(_take_in(steps) for _, steps in compiling.declared):
        takes = {path for path in compiled if _take_in(compiling.steps_of(path)[0])}
        taking |= takes - inner
        taking |= {path for path, parts in taken.items() if declared[path].steps is None and parts & takes}
    return Plan(bundled, members, frozenset(consumed), compiled, inner, frozenset(taking))


def _take_in(steps: Iterable[Step]) -> bool:
    return any(getattr(step.plugin, "takes_in", False) for step in steps)


def _members(  # noqa: PLR0913, PLR0917  (what there is to choose from)
    bundle: Bundle,
    sources: Collection[AssetPath],
    declared: Mapping[AssetPath, Bundle],
    known: Known,
    compiling: Compiling,
    errors: list[PipelineError],
) -> list[AssetPath]:
    chosen: dict[AssetPath, None] = {}
    for written in bundle.sources:
        pattern = AssetPath(unicodedata.normalize("NFC", written))
        if pattern in sources or (pattern in declared and pattern != bundle.path):
            chosen[pattern] = None
        elif pattern.startswith("!"):
            unwanted = glob(pattern[1:])
            chosen = {path: None for path in chosen if not unwanted.fullmatch(path)}
        else:
            matching = [path for path in sources if glob(pattern).fullmatch(path)] if is_glob(pattern) else []
            matching = [path for path in matching if not compiling.is_partial(path)]
            chosen.update(dict.fromkeys(matching))
            if not matching:
                what = "matches no source" if is_glob(pattern) else "is not a source or a bundle"
                hint = did_you_mean(pattern, known)
                errors.append(SourceError(f"{written!r} of {bundle.path!r} {what}", path=bundle.place, hint=hint))
    return [*chosen]


def waves(wanted: Collection[AssetPath], planned: Plan) -> Iterator[list[AssetPath]]:
    """What can be made side by side: loose files and bundles of sources, then bundles of these, and so on."""
    depth = {path: 0 for path in sorted(wanted) if path not in planned.bundles}
    for path in planned.bundles:  # each comes after those that it takes
        if path not in wanted:
            continue
        inner = [each for each in planned.members[path] if each in depth and each in planned.bundles and each != path]
        depth[path] = max((depth[each] + 1 for each in inner), default=0)
    for wave in range(max(depth.values(), default=-1) + 1):
        yield [path for path, at in depth.items() if at == wave]
