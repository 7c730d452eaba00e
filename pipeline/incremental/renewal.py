"""A build and its publication that take over from the last one whatever still holds."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pipeline.build import Built, Progress, build, nothing_known, rebuild
from pipeline.config import Config
from pipeline.discover import again
from pipeline.engine.cache import Cache
from pipeline.engine.cache_use import persistent
from pipeline.engine.executors import forks
from pipeline.engine.files import bytes_of
from pipeline.errors import ManifestError, PipelineError
from pipeline.incremental.last_build import contents_of, last_build
from pipeline.incremental.leaving import put_down, put_down_again, state_after
from pipeline.incremental.recall import known
from pipeline.incremental.seen import Seen
from pipeline.incremental.state import State, read, source_at, write
from pipeline.manifest import Manifest
from pipeline.publish import Published, Standing, publish
from pipeline.release import Release
from pipeline.statuses import status_at


class Renewed(NamedTuple):
    """What was built and published.

    Attributes:
        built: what each phase gave.
        published: what had to be written.
        before: what the last build left, if this one went on from there.
        when: all was published, by the monotonic clock in nanoseconds.
    """

    built: Built
    published: Published
    before: State | None
    when: int


class Renewal:
    """One build of a site.

    Args:
        config: what to build.
        cache: what was made before.
        key: of the command; ``b""`` if nobody can tell when it would mean something else.
        seen: how what the last build left compares with now.
        memory: whether anything is taken over from the last build, and left for the next.
        progress: see `pipeline.build.build`.
        waiting: see `pipeline.publish.publish`.
        ready: called with the release before it is published.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (each is its own)
        self,
        config: Config,
        cache: Cache,
        key: bytes,
        seen: Seen | None,
        progress: Progress,
        waiting: Callable[[], None] = lambda: None,
        *,
        memory: bool = True,
        ready: Callable[[Release], None] = lambda _: None,
    ) -> None:
        self.config, self.cache, self.key, self.progress, self.waiting = config, cache, key, progress, waiting
        self.seen = seen if seen and seen.stands else None
        self.memory, self.ready = memory, ready
        self.state = read(config) if memory else None

    def renew(self) -> Renewed:
        """Build and publish.

        Raises:
            ExceptionGroup: as `pipeline.build.build` and `pipeline.publish.publish`.
            PublishError: no room, no permission.
        """
        manifest = self._manifest()
        try:
            if manifest and (gone_on := self._gone_on(*manifest)):
                return gone_on
        except (PipelineError, ExceptionGroup):
            manifest = None  # something is wrong, and a whole build says what
        return persistent(self.cache, lambda: self._whole(manifest))

    def leave(self, renewed: Renewed, said: Callable[[], Sequence[str]]) -> None:
        """Leave what the next build takes over.

        Args:
            renewed: what this one gave.
            said: what the command has to say when nothing changed, see `Seen.said`; nothing is asked if it is not kept.
        """
        if not self.memory:
            return
        built, published = renewed.built, renewed.published
        write(state_after(built, self.config, _digest(self.key), published.digest, renewed.before), self.config)
        if self.cache.problems or not self.key:
            return
        if renewed.before and self.seen:
            put_down_again(self.seen, built, published, self.config, said(), renewed.when)
        else:
            put_down(self.key, built, self.config, said(), renewed.when)

    def _manifest(self) -> tuple[Manifest, Standing] | None:
        """What stands in the output, if that is what the last build left there."""
        if not self.seen:
            return None
        status = status_at(str(self.config.manifest))
        data = bytes_of(self.config.manifest) or b""
        try:
            manifest = Manifest.from_json(data)
        except ManifestError:
            return None
        return manifest, Standing(contents_of(manifest, self.config), hashlib.sha256(data).hexdigest(), status)

    def _gone_on(self, manifest: Manifest, standing: Standing) -> Renewed | None:
        """A build that looks at what was edited and at nothing else, if that is enough."""
        config, state, seen = self.config, self.state, self.seen
        if not seen or not seen.edited or not state:
            return None
        if (state.key, state.manifest) != (_digest(self.key), standing.digest):
            return None
        paths = {file: path for file in seen.edited if (path := source_at(file, config, state))}
        if len(paths) < len(seen.edited):
            return None
        before = last_build(config, self.cache, state, manifest)
        started = time.time_ns()
        found = again(before.found._replace(started=started), paths, paths)
        if found is None:
            return None
        self.progress("compile", len(paths))
        built = rebuild(config, self.cache, before, found, [*paths.values()])
        return Renewed(built, self._published(built, standing), state, time.monotonic_ns())

    def _whole(self, manifest: tuple[Manifest, Standing] | None) -> Renewed:
        recall = partial(known, self.state, self.config) if self.state else nothing_known
        built = build(self.config, self.cache, self.progress, recall)
        return Renewed(built, self._published(built, manifest[1] if manifest else None), None, time.monotonic_ns())

    def _published(self, built: Built, standing: Standing | None) -> Published:
        self.ready(built.release)
        with forks(self.config.jobs, self.progress("publish", built.release.totals.files)) as run:
            return publish(built.release, self.config, run, self.waiting, before=standing)


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()
