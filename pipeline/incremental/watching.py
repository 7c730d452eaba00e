"""A site that is kept built: the last build stays in memory, and the next is made of it and of what changed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.asset import AssetPath
from pipeline.build import Built, build, rebuild
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.discover import Discovered, again, discover
from pipeline.engine.cache import Cache
from pipeline.engine.cache_use import persistent
from pipeline.engine.executors import inline
from pipeline.engine.listing import settled
from pipeline.incremental.recall import known_after
from pipeline.publish import Standing, publish
from pipeline.publish.retention import forget
from pipeline.release import Release
from pipeline.statuses import Status, status_at

KEPT = 10
"""Releases before the last whose files stay: pages that are open may still ask for them."""


_Next = tuple[Built, Collection[AssetPath] | None]
"""What was built, and the sources that were looked at again; ``None`` for all."""


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
        ways = iter((self._next, lambda _: (build(self.config, self.cache), None)))

        def attempt() -> _Next:
            built, edited = next(ways)(before)
            self._publish(built, before)
            return built, edited

        built, edited = persistent(self.cache, attempt)
        self.built = built
        self._waiting, self._everything = set(), False
        if edited is None:
            built.release.manifest.lines()  # the next manifest takes them over
            self._files = {source.file: path for path, source in built.found.sources.items()}
        return _update(before, built, edited, time.perf_counter() - start)

    def diagnostics(self) -> Sequence[Diagnostic]:
        """What the last good build has to say."""
        return self.built.release.diagnostics if self.built else ()

    def _next(self, before: Built | None) -> _Next:
        if before is None:
            return build(self.config, self.cache), None
        if not self._everything and self._files.keys() >= self._waiting:
            found = again(before.found, self._files, self._waiting)
            if found:
                edited = [self._files[each] for each in self._waiting]
                return rebuild(self.config, self.cache, before, found, edited), edited
        found = discover(self.config)
        changed = self._edited(before.found, found)
        if changed is None:
            recall = partial(known_after, before.found, before.compiled)
            return build(self.config, self.cache, recall=recall), None
        return rebuild(self.config, self.cache, before, found, changed), changed

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
        status = status_at(manifest)
        ours = before and self._published == status
        if before and ours and _same(before.release, built.release):
            return
        standing = Standing(before.release.contents, self._digest, status) if before and ours else None
        with inline() as run:
            published = publish(built.release, self.config, run, before=standing, durable=False)
        self._published = status_at(manifest)
        if before and published.digest != self._digest:
            self._retire(before, built)
        self._digest = published.digest

    def _retire(self, before: Built, built: Built) -> None:
        """Keep the files of the last few releases, and no more."""
        new = built.release
        here = {file for path in new.fresh for file in new.contents[path]}
        for _, gone in self._dropped:  # what came back since
            for file in gone.keys() & here:
                del gone[file]
        self._dropped.append((self._digest, _dropped(before.release, built)))
        if len(self._dropped) > KEPT:
            digest, gone = self._dropped.popleft()
            if any(digest == each for each, _ in self._dropped):
                return  # it came back since, and went again
            later = {file for _, files in self._dropped for file in files}
            forget(self.config, digest, {file: was for file, was in gone.items() if file not in later})


def _dropped(old: Release, built: Built) -> dict[str, str]:
    """The files of the old release that are not in the new one, and the digest of each."""
    new = built.release
    if len(new.fresh) == len(new.contents):
        files = new.files()
        return {file: blob.digest for file, blob in old.files().items() if file not in files}
    found: dict[str, str] = {}
    for path in new.fresh:
        here = {file for each in built.linked.outputs.at(old.manifest[path].file) for file in new.contents[each.path]}
        found.update({file: blob.digest for file, blob in old.contents[path].items() if file not in here})
    return found


def _same(old: Release, new: Release) -> bool:
    """Whether there is nothing to publish."""
    if len(old.contents) != len(new.contents) or old.manifest.imports != new.manifest.imports:
        return False
    return all(old.contents.get(path) == new.contents[path] for path in new.fresh)


def _update(before: Built | None, built: Built, edited: Collection[AssetPath] | None, seconds: float) -> Update:
    was = before.release.manifest.entries if before else {}
    now = built.release.manifest.entries
    made = [path for path in built.linked.fresh if now[path] != was.get(path)]
    urls = {was[path].url: now[path].url for path in made if path in was}
    return Update(_changed(before, built, edited), tuple(made), urls, seconds, before is None)


def _changed(before: Built | None, built: Built, edited: Collection[AssetPath] | None) -> tuple[AssetPath, ...]:
    now = built.found.sources
    was = before.found.sources if before else {}
    if edited is not None:
        return tuple(sorted(path for path in {*edited} if path in now and now[path] != was.get(path)))
    changed = {path for path, source in now.items() if source is not was.get(path) and source != was.get(path)}
    return tuple(sorted(changed | (was.keys() - now.keys())))
