"""What `publish` does not write over: files of others, and bytes that pages of an earlier release may still load."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.config import Config
from pipeline.destinations.directory import Directory
from pipeline.engine.files import bytes_of
from pipeline.errors import PublishError, raise_all
from pipeline.manifest import VERSION
from pipeline.publish.history import History, current_files, standing
from pipeline.release import Release

MARKS = b'{\n  "version": %d,\n  "assets": {' % VERSION, b'"integrity": "sha256-'
"""What a manifest still has one of when a bit of it was flipped, and no other file."""


def refuse(  # noqa: PLR0913, PLR0917  (what is there, and what would come)
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
    if any(map(os.path.lexists, map(f"{config.output}{os.sep}".__add__, fixed))):
        mutable = {file for path in release.mutable for file in release.contents[path]}
        for file in standing(directory, history.others_under(release.manifest, mutable)):
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
