"""Publish: put a release into the output folder, files first, the manifest last, in one rename."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.asset import AssetPath, Blob
from pipeline.config import Config
from pipeline.destinations.directory import Directory
from pipeline.engine.executors import Run, inline
from pipeline.engine.files import bytes_of, explained, stage, staged
from pipeline.engine.lock import locked
from pipeline.errors import PublishError, raise_all
from pipeline.publish.history import HISTORY, History, standing
from pipeline.publish.records import record, written
from pipeline.publish.refusal import refuse
from pipeline.release import Release
from pipeline.statuses import Status, status_at


class Published(NamedTuple):
    """What had to be written.

    Attributes:
        written: files that were not there or not right.
        unchanged: how many were.
        renewed: whether the manifest is another than before.
        digest: of the manifest.
    """

    written: tuple[str, ...]
    unchanged: int
    renewed: bool
    digest: str


class Standing(NamedTuple):
    """A release that is known to stand in the output.

    Attributes:
        contents: the files of each asset, see `Release`.
        digest: of its manifest.
        status: of the manifest's file; with another one nothing is known.
    """

    contents: Mapping[AssetPath, Mapping[str, Blob]]
    digest: str
    status: Status


def publish(  # noqa: PLR0913  (what is there, and how sure it must be)
    release: Release,
    config: Config,
    run: Run,
    waiting: Callable[[], None] = lambda: None,
    *,
    before: Standing | None = None,
    durable: bool = True,
) -> Published:
    """Make a release the current one; killed at any moment, the last one still stands and the next build repairs.

    Args:
        release: what was built.
        config: the output folder and the manifest's place.
        run: maps a function over items; results in order.
        waiting: called once if another build is publishing into the same folder.
        before: what need not be looked at again.
        durable: whether all of it must outlast a power cut from the moment that anything names it.

    Raises:
        PublishError: no room, no permission.
        ExceptionGroup: of PublishError: files that somebody else wrote stand in the way, or cannot be written, or
            come from a source that changed since it was read.
    """
    directory = Directory(config.output)
    with explained(config.output), locked(directory.own / "lock", directory.prepare, waiting):
        _clear(config, directory)
        if before and before.status != status_at(str(config.manifest)):
            before = None
        try:
            return _publish(release, config, run, directory, before, durable=durable)
        except BaseException:
            with suppress(OSError, PublishError):  # the next build tries again
                _clear(config, directory)  # gives back the room, if that is what was missing
            raise


def _clear(config: Config, directory: Directory) -> None:
    """Drop what a build left half-written."""
    directory.clear()
    staged(config.manifest, str(config.output)).unlink(missing_ok=True)


def _publish(  # noqa: PLR0913  (as above)
    release: Release, config: Config, run: Run, directory: Directory, before: Standing | None, *, durable: bool
) -> Published:
    """Everything that needs room comes first, then nothing but renames, those of files that keep their names last.

    Until the manifest follows, pages get new bytes under such names; no order of steps can help that.
    """
    data = written(release.manifest, directory)
    last = before.digest if before else hashlib.sha256(bytes_of(config.manifest) or b"").hexdigest()
    history = History.listed(directory).ending_with(last)
    files, mutable = _doubtful(release, before)
    lacking = sorted(files)
    if not (bare := directory.is_bare()):
        lacking = _where(run, lambda file: not directory.has(file, files[file]), lacking, files)
    fixed = [file for file in lacking if file not in mutable]
    named = [file for file in lacking if file in mutable]
    refuse(release, config, directory, history, [] if bare else fixed, [] if bare else named)
    data = record(data, directory)
    _where(run, lambda file: directory.write(file, files[file]), fixed, files)
    with inline() as here:  # where it is staged is known to this process alone
        _where(here, lambda file: directory.stage(file, files[file]), named, files)
    copies = standing(directory, history.outdated_copies(release.manifest)) if named else []
    renewed = last != data.digest
    new_manifest = stage(config.manifest, data, str(config.output), durable=durable) if renewed else None
    listed = history.followed_by(data.digest, datetime.now(UTC)).dump()
    relisted = not directory.has(HISTORY, listed)
    if relisted:
        directory.stage(HISTORY, listed)
    if durable and (lacking or renewed):
        directory.sync()
    directory.remove(copies)
    for file in named:
        directory.commit(file)
    if new_manifest:
        os.replace(new_manifest, config.manifest)
    if relisted:
        directory.commit(HISTORY)
    if durable and (lacking or renewed):
        directory.sync()
    return Published((*fixed, *named), release.totals.files - len(lacking), renewed, data.digest)


def _doubtful(release: Release, before: Standing | None) -> tuple[dict[str, Blob], set[str]]:
    """The files that may not stand there yet; and those of them whose names do not change with their bytes."""
    files: dict[str, Blob] = {}
    mutable: set[str] = set()
    known = before.contents if before else {}
    for path in release.fresh if before else release.contents:
        there, doubtful = known.get(path), release.contents[path]
        if there:
            doubtful = {file: blob for file, blob in doubtful.items() if there.get(file) != blob}
        files |= doubtful
        if path in release.mutable:
            mutable |= doubtful.keys()
    return files, mutable


def _where(run: Run, function: Callable[[str], object], files: list[str], blobs: Mapping[str, Blob]) -> list[str]:
    """The files of which ``function`` is true; after a failure, those that were not begun are left.

    So nobody is still writing when the lock is given back.
    """
    failed: list[PublishError] = []

    def attempt(file: str) -> object:
        try:
            return not failed and bool(function(file))
        except PublishError as error:
            failed.append(error)  # in this process; another one may still be at its next file
            return error

    found = [*zip(files, run(attempt, files, lambda file: blobs[file].size), strict=True)]
    errors = [error for _, error in found if isinstance(error, PublishError)]
    raise_all("publish", sorted(errors, key=PublishError.diagnostic))
    return [file for file, true in found if true]
