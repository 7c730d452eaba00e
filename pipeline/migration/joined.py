"""Bundles of the old tools as the configuration declares them: the same files, of those that are there, in order."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from posixpath import splitext
from typing import Any

from pipeline.asset import AssetPath
from pipeline.config import Compiling
from pipeline.diagnostic import Diagnostic
from pipeline.engine.globs import glob, is_glob
from pipeline.migrating import Bundle, Part, Step
from pipeline.migrating._steps import MINIFY
from pipeline.migration.rings import Members, without_rings

CONCAT: Step = {"use": "concat"}
COMPILED: dict[str, Step] = {".scss": {"use": "sass"}, ".sass": {"use": "sass"}, ".less": {"use": "less"}}
PASSES = 50
"""Bundles in one another, of which the innermost is left out."""


class Joined:
    """Declares bundles.

    Args:
        bundles: of all tools, each path once.
        sources: the paths of all sources, sorted.
        compiling: which of them go through steps by their suffix.
        named: those that pages name by themselves.
        left: where goes what was left out.

    Attributes:
        uncompiled: the sources that would be compiled by themselves, which the old tools published as they are.
    """

    def __init__(
        self,
        bundles: Sequence[Bundle],
        sources: Sequence[AssetPath],
        compiling: Compiling,
        named: Collection[str],
        left: list[Diagnostic],
    ) -> None:
        self._sources, self._there = sources, frozenset(map(str, sources))
        self._named, self._left = named, left
        self._paths = {bundle.path for bundle in bundles}
        matching = {id(part): self._matching(part, bundle) for bundle in bundles for part in bundle.parts}
        taken = {path for paths in matching.values() for path in paths}
        loose = (path for path in compiling.concerned(sources) if not compiling.is_partial(path))
        self.uncompiled = sorted(path for path in loose if path not in taken)
        self._partial: Callable[[str], bool] = (lambda _: False) if self.uncompiled else compiling.is_partial
        members = {bundle.path: (bundle, [*self._members(bundle, matching)]) for bundle in bundles}
        self._bundles = self._without_empty(without_rings(members, left))

    def tables(self) -> dict[str, Any]:
        """The table ``bundles``."""
        found: dict[str, Any] = {}
        for path, (bundle, members) in self._bundles.items():
            found |= self._declared(path, bundle, members)
        return found

    def taken(self) -> Mapping[str, frozenset[str]]:
        """The sources that each bundle takes."""
        return {
            path: frozenset(self._taken([source for source, _ in members]))
            for path, (_, members) in self._bundles.items()
        }

    def replaced(self) -> list[str]:
        """The sources that have the path of a bundle and are not part of it: what the old tool made of it."""
        return [
            path
            for path, (_, members) in self._bundles.items()
            if path in self._there and all(source != path for source, _ in members)
        ]

    def _matching(self, part: Part, bundle: Bundle) -> list[str]:
        """The sources that the old tool takes, in its order; its own output is not among that."""
        if part.source in self._there or not is_glob(part.source):
            return [part.source] if part.source in self._there else []
        wanted = _old_glob(part.source, bundle.recursive)
        return [path for path in self._sources if wanted.fullmatch(path) and path != bundle.path]

    def _members(self, bundle: Bundle, matching: Mapping[int, list[str]]) -> Iterator[tuple[str, tuple[Step, ...]]]:
        for part in bundle.parts:
            place, before = part.place or bundle.place, matching[id(part)]
            if part.source in self._there or (part.source in self._paths and part.source != bundle.path):
                yield part.source, part.steps
            elif not before:
                what = "matches no file" if is_glob(part.source) else "is in no source folder"
                message = f"{part.source!r} of {bundle.path!r} {what}, so it was left out"
                self._left.append(place.warning(message, "add it when it is there"))
            elif before == [*self._globbed(part.source)]:
                yield part.source, part.steps
            else:
                message = f"{part.source!r} of {bundle.path!r} was written out: it would match other files here"
                self._left.append(place.note(message, "in `[bundles]` `**` stands for any number of folders"))
                yield from ((path, part.steps) for path in before)

    def _globbed(self, pattern: str) -> Iterator[str]:
        """What a glob matches in the new configuration."""
        wanted = glob(pattern)
        return (path for path in self._sources if wanted.fullmatch(path) and not self._partial(path))

    def _without_empty(self, found: dict[str, tuple[Bundle, Members]]) -> dict[str, tuple[Bundle, Members]]:
        for _ in range(PASSES):
            empty = {path for path, (_, members) in found.items() if not members}
            for path in empty:
                self._left.append(found[path][0].place.warning(f"no file of {path!r} is there, so it was left out"))
            if not empty:
                break
            found = {
                path: (bundle, [each for each in members if each[0] not in empty or each[0] in self._there])
                for path, (bundle, members) in found.items()
                if path not in empty
            }
        return found

    def _declared(self, path: str, bundle: Bundle, members: Members) -> dict[str, Any]:
        """The declaration of a bundle, behind those of runs of files that have steps of their own."""
        kinds = {str(steps) for _, steps in members}
        inner: dict[str, Any] = {}
        before: tuple[Step, ...] = members[0][1] if len(kinds) == 1 else ()
        by_default = bundle.steps == (MINIFY,) and all(self._by_suffix(source, steps) for source, steps in members)
        sources = [source for source, _ in members]
        if len(kinds) > 1 and not by_default:
            sources = []
            for run in _runs(members):
                names, steps = [source for source, _ in run], run[0][1]
                if steps:
                    name = self._free(path)
                    inner[name] = {"sources": names, "steps": [_written(step) for step in (*steps, CONCAT)]}
                    names = [name]
                sources += names
            before, by_default = (), bundle.steps == (MINIFY,)
        table: dict[str, Any] = {"sources": sources}
        if not by_default:
            table["steps"] = [_written(step) for step in (*before, CONCAT, *bundle.steps)]
        if alone := sorted(each for each in self._taken(sources) if each in self._named):
            table["keep"] = True
            message = f"pages name {', '.join(map(repr, alone[:3]))} of {path!r} too, so it keeps its files beside it"
            self._left.append(bundle.place.note(message))
        return {**inner, path: table if table.keys() > {"sources"} else sources}

    def _by_suffix(self, source: str, steps: tuple[Step, ...]) -> bool:
        """Whether a file goes through its steps anyway."""
        return not steps or (not self.uncompiled and steps == (COMPILED.get(splitext(source)[1].lower()),))

    def _taken(self, sources: Sequence[str]) -> Iterator[str]:
        for source in sources:
            if is_glob(source) and source not in self._there:
                yield from self._globbed(source)
            else:
                yield source

    def _free(self, path: str) -> str:
        stem, suffix = splitext(path)
        number = 2
        while f"{stem}.{number}{suffix}" in self._paths:
            number += 1
        self._paths.add(found := f"{stem}.{number}{suffix}")
        return found


def _runs(members: Members) -> Iterator[Members]:
    """Neighbours with the same steps."""
    run: Members = []
    for each in members:
        if run and run[0][1] != each[1]:
            yield run
            run = []
        run.append(each)
    yield run


def _written(step: Step) -> Any:
    return step["use"] if len(step) == 1 else dict(step)


@lru_cache(maxsize=256)
def _old_glob(pattern: str, recursive: bool) -> re.Pattern[str]:
    """A glob of Python: ``*`` leaves out names with a dot before, ``**`` is no more than that unless ``recursive``."""
    parts = []
    for segment in pattern.split("/"):
        if recursive and segment == "**":
            parts.append("(?:[^/.][^/]*/)*")
        else:
            inner = fnmatch.translate(re.sub(r"\*+", "*", segment)).removesuffix("\\Z").replace(".*", "[^/]*")
            parts.append(f"{'' if segment.startswith('.') else '(?![.])'}{inner}/")
    return re.compile("".join(parts).removesuffix("/"))
