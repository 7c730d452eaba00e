"""Publish: put a release into the output folder, files first, the manifest last, in one rename."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pipeline.asset import Blob
from pipeline.config import Config
from pipeline.destinations.directory import Directory
from pipeline.engine.executors import Run
from pipeline.engine.files import bytes_of, explained, stage, staged
from pipeline.engine.lock import locked
from pipeline.errors import PublishError, raise_all
from pipeline.history import HISTORY, History, current_files, record_of, standing, up_to_date
from pipeline.manifest import VERSION
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
    """

    written: tuple[str, ...]
    unchanged: int
    renewed: bool


def publish(release: Release, config: Config, run: Run, waiting: Callable[[], None] = lambda: None) -> Published:
    """Make a release the current one; killed at any moment, the last one still stands and the next build repairs.

    Args:
        release: what was built.
        config: the output folder and the manifest's place.
        run: maps a function over items; results in order.
        waiting: called once if another build is publishing into the same folder.

    Raises:
        PublishError: no room, no permission.
        ExceptionGroup: of PublishError: files that somebody else wrote stand in the way, or cannot be written, or
            come from a source that changed since it was read.
    """
    directory = Directory(config.output)
    with explained(config.output), locked(directory.own / "lock", directory.prepare, waiting):
        _clear(config, directory)
        try:
            return _publish(release, config, run, directory)
        except BaseException:
            with suppress(OSError, PublishError):  # the next build tries again
                _clear(config, directory)  # gives back the room, if that is what was missing
            raise


def _clear(config: Config, directory: Directory) -> None:
    """Drop what a build left half-written."""
    directory.clear()
    staged(config.manifest, str(config.output)).unlink(missing_ok=True)


def _publish(release: Release, config: Config, run: Run, directory: Directory) -> Published:
    """Everything that needs room comes first, then nothing but renames, those of files that keep their names last.

    Until the manifest follows, pages get new bytes under such names; no order of steps can help that.
    """
    data = Blob.of(release.manifest.to_json())
    history = up_to_date(directory, config.manifest)
    _refuse(release, config, directory, history)
    if not directory.has(record_of(data.digest), data):
        directory.write(record_of(data.digest), data)
    fixed = _where(run, partial(_write, directory, release), sorted(release.files.keys() - release.mutable))
    named = _where(run, partial(_stage, directory, release), sorted(release.mutable))
    copies = standing(directory, history.outdated_copies(release.manifest))
    renewed = bytes_of(config.manifest) != data.held
    new_manifest = stage(config.manifest, release.manifest.to_json(), str(config.output)) if renewed else None
    listed = history.followed_by(data.digest, datetime.now(UTC)).dump()
    relisted = not directory.has(HISTORY, listed)
    if relisted:
        directory.stage(HISTORY, listed)
    if fixed or named or renewed:
        directory.sync()
    directory.remove(copies)
    for file in named:
        directory.commit(file)
    if new_manifest:
        os.replace(new_manifest, config.manifest)
    if relisted:
        directory.commit(HISTORY)
    if fixed or named or renewed:
        directory.sync()
    return Published((*fixed, *named), len(release.files) - len(fixed) - len(named), renewed)


def _where(run: Run, function: Callable[[str], bool], files: list[str]) -> list[str]:
    """The files of which ``function`` is true; after a failure, those that were not begun are left.

    So no thread is still writing when the lock is given back.
    """
    errors: list[PublishError] = []

    def attempt(file: str) -> bool:
        try:
            return not errors and function(file)
        except PublishError as error:
            errors.append(error)
            return False

    found = [file for file, true in zip(files, run(attempt, files), strict=True) if true]
    raise_all("publish", sorted(errors, key=PublishError.diagnostic))
    return found


def _write(directory: Directory, release: Release, file: str) -> bool:
    if directory.has(file, release.files[file]):
        return False
    directory.write(file, release.files[file])
    return True


def _stage(directory: Directory, release: Release, file: str) -> bool:
    if directory.has(file, release.files[file]):
        return False
    directory.stage(file, release.files[file])
    return True


def _refuse(release: Release, config: Config, directory: Directory, history: History) -> None:
    """See that nothing is written over what somebody else wrote, or over what pages of an earlier release may load."""
    recorded, current = history.recorded(), current_files(config.manifest)
    strangers = []
    for file in sorted(release.mutable):
        digest = directory.digest(file)
        ours = digest in {None, release.files[file].digest, current.get(file)} or file in recorded
        if not ours or _is_folder(config.output / file):
            strangers.append(file)
    if not _may_replace(config, history):
        strangers.append(str(config.manifest))
    hint = "move it away, or choose another place"
    errors = [
        PublishError("is not a file of pipeline's, so it is not replaced", path=file, hint=hint) for file in strangers
    ]
    for file in standing(directory, history.others_under(release.manifest, release.mutable)):
        hint = "choose a longer `naming.length`"
        errors.append(PublishError("stands for other bytes in an earlier release", path=file, hint=hint))
    raise_all("publish", errors)


def _is_folder(file: Path) -> bool:
    return file.is_dir() and not file.is_symlink()


def _may_replace(config: Config, history: History) -> bool:
    """Whether what stands in the manifest's place is nothing, or a manifest, or what damage left of one."""
    data = bytes_of(config.manifest) or b""
    usual = config.manifest == config.output / "manifest.json" and history.manifests
    ours = usual or not data.strip(b"\0") or any(mark in data for mark in MARKS)
    return bool(ours) and not _is_folder(config.manifest)
