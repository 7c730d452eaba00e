"""A site that is kept built: the last build stays in memory, and the next is made of it and of what changed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pipeline.asset import AssetPath
from pipeline.build import Built, build, rebuild
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.discover import Discovered, again, discover
from pipeline.engine.cache import Cache
from pipeline.engine.cache_use import persistent
from pipeline.engine.executors import inline
from pipeline.engine.listing import Status, settled
from pipeline.publish import publish
from pipeline.recall import known_after
from pipeline.release import Release
from pipeline.retention import forget
from pipeline.statuses import status_at

KEPT = 10
"""Releases before the last whose files stay: pages that are open may still ask for them."""


@dataclass(frozen=True, slots=True)
class Update:
    """What came of a change.

    Attributes:
        changed: sources that have other bytes, are new or gone.
        made: assets that are published with other bytes.
        urls: of those that were there before, the old URL and the new, relative to the base URL.
        seconds: that it took.
        first: whether nothing was built before.
    """

    changed: tuple[AssetPath, ...]
    made: tuple[AssetPath, ...]
    urls: Mapping[str, str]
    seconds: float
    first: bool


class KeptSite:
    """Builds and publishes a site again and again; what one build found out serves the next.

    A build that fails leaves everything as it was, and what had changed counts again the next time.
    """

    def __init__(self, config: Config, cache: Cache) -> None:
        self.config, self.cache = config, cache
        self.built: Built | None = None
        self._files: dict[str, AssetPath] = {}
        self._waiting: set[str] = set()
        self._everything = True
        self._published: Status | None = None
        self._digest = ""
        self._dropped: deque[tuple[str, dict[str, str]]] = deque()

    def update(self, paths: Collection[str] = (), *, everything: bool = False) -> Update:
        """Take over changes.

        Args:
            paths: absolute; what may have changed.
            everything: whether anything else may have changed too.

        Raises:
            ExceptionGroup: of PipelineError: what is wrong.
            PublishError: no room, no permission.
        """
        start = time.perf_counter()
        self._waiting |= {*paths}
        self._everything |= everything
        before = self.built
        ways = iter((self._next, lambda _: build(self.config, self.cache)))

        def attempt() -> Built:
            built = next(ways)(before)
            self._publish(built, before)
            return built

        built = persistent(self.cache, attempt)
        self.built = built
        self._waiting, self._everything = set(), False
        if before is None or before.found.sources.keys() != built.found.sources.keys():
            self._files = {str(source.file): path for path, source in built.found.sources.items()}
        return _update(before, built, time.perf_counter() - start)

    def diagnostics(self) -> Sequence[Diagnostic]:
        """What the last good build has to say."""
        return self.built.release.diagnostics if self.built else ()

    def _next(self, before: Built | None) -> Built:
        if before is None:
            return build(self.config, self.cache)
        if not self._everything and self._files.keys() >= self._waiting:
            found = again(before.found, self._files, self._waiting)
            if found:
                return rebuild(self.config, self.cache, before, found, [self._files[each] for each in self._waiting])
        found = discover(self.config)
        edited = self._edited(before.found, found)
        if edited is None:
            return build(self.config, self.cache, recall=lambda now: known_after(before.found, before.compiled, now))
        return rebuild(self.config, self.cache, before, found, edited)

    def _edited(self, before: Discovered, now: Discovered) -> list[AssetPath] | None:
        """The sources that may have other bytes than before; ``None`` if they are not the same ones."""
        if now.sources.keys() != before.sources.keys() or now.diagnostics != before.diagnostics:
            return None
        pairs = [(before.sources[path], source) for path, source in now.sources.items()]
        if any(old.file != new.file for old, new in pairs if old is not new):
            return None
        said = {self._files[file] for file in self._waiting if file in self._files}
        return [
            new.path
            for old, new in pairs
            if new.path in said or old.status != new.status or not settled(old.status, before.started)
        ]

    def _publish(self, built: Built, before: Built | None) -> None:
        manifest = str(self.config.manifest)
        ours = self._published == status_at(manifest)
        if before and ours and _same(before.release, built.release):
            return
        right = _right(before.release, built.release) if before and ours else frozenset[str]()
        with inline() as run:
            published = publish(built.release, self.config, run, right=right, durable=False)
        self._published = status_at(manifest)
        if before and published.digest != self._digest:
            self._retire(before.release, built.release)
        self._digest = published.digest

    def _retire(self, old: Release, new: Release) -> None:
        """Keep the files of the last few releases, and no more."""
        dropped = {file: old.files[file].digest for file in old.files.keys() - new.files.keys()}
        self._dropped.append((self._digest, dropped))
        if len(self._dropped) > KEPT:
            digest, gone = self._dropped.popleft()
            if any(digest == each for each, _ in self._dropped):
                return  # it came back since, and went again
            later = {file for _, files in self._dropped for file in files}
            doomed = {file: was for file, was in gone.items() if file not in later and file not in new.files}
            forget(self.config, digest, doomed)


def _right(old: Release, new: Release) -> AbstractSet[str]:
    """The files of the old release that have the right bytes for the new one; names tell, but for those that stay."""
    return old.files.keys() - {file for file in new.mutable if old.files.get(file) != new.files[file]}


def _same(old: Release, new: Release) -> bool:
    """Whether there is nothing to publish."""
    return old.files == new.files and old.manifest.imports == new.manifest.imports


def _update(before: Built | None, built: Built, seconds: float) -> Update:
    was = before.release.manifest.entries if before else {}
    now = built.release.manifest.entries
    made = [path for path in built.linked.fresh if now[path] != was.get(path)]
    urls = {was[path].url: now[path].url for path in made if path in was}
    return Update(_changed(before, built), tuple(made), urls, seconds, before is None)


def _changed(before: Built | None, built: Built) -> tuple[AssetPath, ...]:
    now = built.found.sources
    was = before.found.sources if before else {}
    edited = {path for path, source in now.items() if source is not was.get(path) and source != was.get(path)}
    return tuple(sorted(edited | (was.keys() - now.keys())))
