"""Publish: put a release into the output folder, files first, the manifest last, in one rename."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.asset import Blob
from pipeline.config import Config
from pipeline.destinations.directory import Directory
from pipeline.engine.executors import Run
from pipeline.engine.files import bytes_of, explained, stage, staged
from pipeline.engine.lock import locked
from pipeline.errors import PublishError, raise_all
from pipeline.history import HISTORY, History, current_files, standing
from pipeline.manifest import VERSION
from pipeline.records import record_of
from pipeline.release import Release

MARKS = b'{\n  "version": %d,\n  "assets": {' % VERSION, b'"integrity": "sha256-'
"""What a manifest still has one of when a bit of it was flipped, and no other file."""


@dataclass(frozen=True, slots=True)
class Published:
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


def publish(  # noqa: PLR0913  (what is there, and how sure it must be)
    release: Release,
    config: Config,
    run: Run,
    waiting: Callable[[], None] = lambda: None,
    *,
    right: AbstractSet[str] = frozenset(),
    durable: bool = True,
) -> Published:
    """Make a release the current one; killed at any moment, the last one still stands and the next build repairs.

    Args:
        release: what was built.
        config: the output folder and the manifest's place.
        run: maps a function over items; results in order.
        waiting: called once if another build is publishing into the same folder.
        right: files that are known to have the right bytes.
        durable: whether all of it must outlast a power cut from the moment that anything names it.

    Raises:
        PublishError: no room, no permission.
        ExceptionGroup: of PublishError: files that somebody else wrote stand in the way, or cannot be written, or
            come from a source that changed since it was read.
    """
    directory = Directory(config.output)
    with explained(config.output), locked(directory.own / "lock", directory.prepare, waiting):
        _clear(config, directory)
        try:
            return _publish(release, config, run, directory, right, durable=durable)
        except BaseException:
            with suppress(OSError, PublishError):  # the next build tries again
                _clear(config, directory)  # gives back the room, if that is what was missing
            raise


def _clear(config: Config, directory: Directory) -> None:
    """Drop what a build left half-written."""
    directory.clear()
    staged(config.manifest, str(config.output)).unlink(missing_ok=True)


def _publish(  # noqa: PLR0913  (as above)
    release: Release, config: Config, run: Run, directory: Directory, right: AbstractSet[str], *, durable: bool
) -> Published:
    """Everything that needs room comes first, then nothing but renames, those of files that keep their names last.

    Until the manifest follows, pages get new bytes under such names; no order of steps can help that.
    """
    data = Blob.of(release.manifest.to_json())
    before = bytes_of(config.manifest)
    history = History.listed(directory).ending_with(before)
    doubtful = sorted(release.files.keys() - right)
    lacking = _where(run, lambda file: not directory.has(file, release.files[file]), doubtful)
    fixed = [file for file in lacking if file not in release.mutable]
    named = [file for file in lacking if file in release.mutable]
    _refuse(release, config, directory, history, fixed, named)
    if not directory.has(record_of(data.digest), data):
        directory.write(record_of(data.digest), data)
    _where(run, lambda file: directory.write(file, release.files[file]), fixed)
    _where(run, lambda file: directory.stage(file, release.files[file]), named)
    copies = standing(directory, history.outdated_copies(release.manifest)) if named else []
    renewed = before != data.held
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
    return Published((*fixed, *named), len(release.files) - len(lacking), renewed, data.digest)


def _where(run: Run, function: Callable[[str], object], files: list[str]) -> list[str]:
    """The files of which ``function`` is true; after a failure, those that were not begun are left.

    So no thread is still writing when the lock is given back.
    """
    errors: list[PublishError] = []

    def attempt(file: str) -> object:
        try:
            return not errors and function(file)
        except PublishError as error:
            errors.append(error)
            return False

    found = [file for file, true in zip(files, run(attempt, files), strict=True) if true]
    raise_all("publish", sorted(errors, key=PublishError.diagnostic))
    return found


def _refuse(  # noqa: PLR0913, PLR0917  (what is there, and what would come)
    release: Release, config: Config, directory: Directory, history: History, fixed: list[str], named: list[str]
) -> None:
    """See that nothing is written over what somebody else wrote, or over what pages of an earlier release may load.

    Args:
        fixed: files to write whose names change with their bytes.
        named: files to write whose names do not.
    """
    strangers = _strangers(config, directory, history, named)
    if not _may_replace(config, history):
        strangers.append(str(config.manifest))
    hint = "move it away, or choose another place"
    errors = [
        PublishError("is not a file of pipeline's, so it is not replaced", path=file, hint=hint) for file in strangers
    ]
    if any(os.path.lexists(config.output / file) for file in fixed):
        for file in standing(directory, history.others_under(release.manifest, release.mutable)):
            hint = "choose a longer `naming.length`"
            errors.append(PublishError("stands for other bytes in an earlier release", path=file, hint=hint))
    raise_all("publish", errors)


def _strangers(config: Config, directory: Directory, history: History, named: list[str]) -> list[str]:
    """Those files in whose places stands what is neither of the current release nor on record."""
    taken = {file: directory.digest(file) for file in named if os.path.lexists(config.output / file)}
    if not taken:
        return []
    current = current_files(config.manifest)
    unknown = [file for file, digest in taken.items() if digest is None or digest != current.get(file)]
    recorded = history.recorded() if unknown else {}
    return [
        file
        for file in unknown
        if _is_folder(config.output / file) or (taken[file] is not None and file not in recorded)
    ]


def _is_folder(file: Path) -> bool:
    return file.is_dir() and not file.is_symlink()


def _may_replace(config: Config, history: History) -> bool:
    """Whether what stands in the manifest's place is nothing, or a manifest, or what damage left of one."""
    if _is_folder(config.manifest):
        return False
    if config.manifest == config.output / "manifest.json" and history.manifests:
        return True
    data = bytes_of(config.manifest) or b""
    return not data.strip(b"\0") or any(mark in data for mark in MARKS)
