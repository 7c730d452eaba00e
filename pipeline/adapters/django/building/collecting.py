"""What ``collectstatic`` does after collecting: build a release of what was collected, and publish it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from pipeline.adapters.django.building.configuration import configuration
from pipeline.adapters.django.building.roots import folders
from pipeline.adapters.django.building.staticfiles_json import write
from pipeline.adapters.django.options import options
from pipeline.build import build
from pipeline.cli.report import complain, failures, progress, say
from pipeline.config import Config
from pipeline.destinations.directory import Directory
from pipeline.engine.cache_use import opened
from pipeline.errors import PipelineError
from pipeline.incremental.renewal import Renewal
from pipeline.publish.history import History, current_files
from pipeline.publish.retention import prune
from pipeline.release import Release


def release(
    folder: Path, paths: Mapping[str, tuple[Any, str]], deleted: AbstractSet[str], *, dry_run: bool
) -> Iterator[tuple[str, str, bool]]:
    """Build and publish.

    Args:
        folder: where everything was collected, and is published.
        paths: storages and names in them by path.
        deleted: what was deleted there before, with ``--clear``.
        dry_run: write nothing.

    Yields:
        The path of an asset, its file, and whether that was written.

    Raises:
        CommandError: with all that is wrong.
    """
    try:
        config = configuration([*folders(), *paths.values()])
        if deleted and not dry_run:
            _forget(config, deleted)
        collected = {path.replace(os.sep, "/") for path in paths}
        made, written = _checked(config) if dry_run else _published(config, collected)
        if not dry_run and options().staticfiles_json:
            write(made.manifest, folder)
    except (PipelineError, ExceptionGroup) as error:
        wrong = failures(error)
        if not wrong:
            raise
        raise CommandError("\n".join([*map(str, wrong), _closing(wrong, dry_run=dry_run)])) from error
    complain(each for each in made.diagnostics if each.severity != "note")
    for path, entry in made.manifest.entries.items():
        yield path, entry.file, entry.file in written


def _forget(config: Config, deleted: AbstractSet[str]) -> None:
    """Drop old releases of which files were deleted: the current one was spared, see `storage`."""
    if History.read(Directory(config.output)).recorded().keys() & deleted:
        prune(config, 0, timedelta())


def _checked(config: Config) -> tuple[Release, AbstractSet[str]]:
    with progress() as phase, opened(None, config.cache_limit) as cache:
        return build(config, cache, phase).release, frozenset()


def _published(config: Config, collected: AbstractSet[str]) -> tuple[Release, AbstractSet[str]]:
    """The release, and the files that were written."""
    waiting = partial(say, "waiting for another build of this output to end")
    room = partial(_make_room, config, collected)
    with progress() as phase, opened(config.cache, config.cache_limit, config.shared_cache) as cache:
        renewal = Renewal(config, cache, b"", None, phase, waiting, ready=room)
        renewed = renewal.renew()
    renewal.leave(renewed, tuple)
    return renewed.built.release, {*renewed.published.written}


def _make_room(config: Config, collected: AbstractSet[str], release: Release) -> None:
    """Delete the copies that were collected under names that the release takes for itself.

    It takes them only where names do not change with what is in the files.
    """
    current = current_files(config.manifest)
    taken = {file for path in release.mutable for file in release.contents[path]}
    for file in taken & collected - current.keys():
        with contextlib.suppress(FileNotFoundError):
            os.unlink(config.output / file)


def _closing(wrong: list[Any], *, dry_run: bool) -> str:
    count = f"{len(wrong)} problem{'s' * (len(wrong) > 1)}"
    return f"{count}: nothing {'would be' if dry_run else 'was'} published, the last release stays as it was"
