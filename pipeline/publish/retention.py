"""Retention: delete what no kept release needs, or all that was ever written, and nothing that somebody else wrote."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.config import Config
from pipeline.destinations.directory import PARTIAL, Directory
from pipeline.engine.files import bytes_of, explained, staged
from pipeline.engine.lock import locked
from pipeline.publish.history import HISTORY, History, Past, current_files, standing, up_to_date
from pipeline.publish.records import RELEASES, record_of, records


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted, and what was left since its bytes are not those that were published."""

    files: tuple[str, ...]
    left: tuple[str, ...]


def prune(config: Config, keep: int, age: timedelta) -> Removed:
    """Delete the files of old releases; killed at any moment, what is left is consistent and the next one goes on.

    Args:
        config: the output folder and the manifest's place.
        keep: how many releases before the current one stay, however old.
        age: a release stays until another took its place this long ago.

    Raises:
        PublishError: no permission.
    """
    directory = Directory(config.output)
    if not directory.is_ours():
        return Removed((), ())
    with explained(directory.own), locked(directory.own / "lock", directory.prepare):
        directory.clear()
        history = up_to_date(directory, config.manifest)
        kept = _kept(config, history, keep, age)
        needed = {file for digest in kept for file in history.manifests[digest].files()}
        needed |= current_files(config.manifest).keys()
        # The list first: what is not on it any more may be missing.
        listed = History(tuple(past for past in history.releases if past.digest in kept), history.manifests)
        if directory.read(HISTORY) != listed.dump().held:
            directory.write(HISTORY, listed.dump())
        removed = _remove(directory, history.recorded(), needed)
        for record in sorted({*records(directory)} - {record_of(digest) for digest in kept}):
            (directory.folder / record).unlink()
    return removed


def _kept(config: Config, history: History, keep: int, age: timedelta) -> set[str]:
    """The digests of the releases that stay; without a manifest on record, the last of the list is the current one."""
    last = history.releases[-1].digest if history.releases else ""
    digest = hashlib.sha256(bytes_of(config.manifest) or b"").hexdigest()
    current = digest if digest in history.manifests else last
    before = [past for past in history.releases if past.digest != current]
    recent = before[max(0, len(before) - keep) :]
    now = datetime.now(UTC)
    young = [past for past in before if past.retired is None or (age and now - past.retired < age)]
    return {past.digest for past in (*recent, *young)} | ({current} & history.manifests.keys())


def forget(config: Config, digest: str, dropped: Mapping[str, str]) -> None:
    """Delete the record of one old release, and files that no later release has.

    Args:
        config: the output folder.
        digest: of its manifest.
        dropped: those files, and the digest that each was published with.

    Raises:
        PublishError: no permission.
    """
    directory = Directory(config.output)
    with explained(directory.own), locked(directory.own / "lock", directory.prepare):
        history = History.listed(directory)
        if history.releases[-1:] == (Past(digest),):
            return  # it came back
        kept = History(tuple(past for past in history.releases if past.digest != digest), history.manifests)
        directory.write(HISTORY, kept.dump())
        directory.remove(standing(directory, {file: {was} for file, was in dropped.items()}))
        directory.remove([record_of(digest)])


def clean(config: Config) -> Removed:
    """Delete every file that a manifest recorded, the manifests, and the folders that this leaves empty.

    Raises:
        PublishError: no permission.
    """
    directory = Directory(config.output)
    with explained(directory.folder):
        if not directory.is_ours():
            return _clean(directory, config)
        with locked(directory.own / "lock", directory.prepare):
            removed = _clean(directory, config)
            _forget(directory)
    return removed


def _clean(directory: Directory, config: Config) -> Removed:
    history = History.read(directory)
    recorded = history.recorded()
    data = bytes_of(config.manifest)
    named = {file: {digest} for file, digest in current_files(config.manifest).items()}
    left: tuple[str, ...] = ()
    if hashlib.sha256(data or b"").hexdigest() in history.manifests or standing(directory, named):
        config.manifest.unlink()  # first: nothing may name what is missing
        for file, digests in named.items():
            recorded[file] = recorded.get(file, set()) | digests
    elif data is not None and recorded:
        left = (config.manifest.name,)
    staged(config.manifest, str(config.output)).unlink(missing_ok=True)
    removed = _remove(directory, recorded, set())
    return Removed(removed.files, (*left, *removed.left))


def _remove(directory: Directory, recorded: dict[str, set[str]], needed: Iterable[str]) -> Removed:
    """Delete recorded files that are not needed and still have bytes that were published under their name."""
    unwanted = sorted(recorded.keys() - set(needed))
    found = {file: directory.digest(file) for file in unwanted}
    ours = [file for file in unwanted if found[file] in recorded[file]]
    left = [file for file in unwanted if found[file] is not None and found[file] not in recorded[file]]
    return Removed(tuple(directory.remove(ours)), tuple(left))


def _forget(directory: Directory) -> None:
    """Delete the tool's own files and folders, and the output folder too if that leaves it empty; under the lock."""
    directory.clear()
    for file in (*records(directory), HISTORY):
        (directory.folder / file).unlink(missing_ok=True)
    with suppress(OSError):  # Windows keeps a file that is open
        (directory.own / "lock").unlink()
    for folder in (directory.own / PARTIAL, directory.folder / RELEASES, directory.own, directory.folder):
        with suppress(OSError):  # not empty: something else is in it
            os.rmdir(folder)
