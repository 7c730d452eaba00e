"""Verify: read a published release back and name whatever is not as the manifest says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import partial

from pipeline.asset import AssetPath
from pipeline.compressors import Compressor
from pipeline.config import Config
from pipeline.destinations.directory import Directory
from pipeline.diagnostic import Diagnostic
from pipeline.engine import plugins
from pipeline.engine.executors import Run
from pipeline.errors import ManifestError
from pipeline.manifest import Entry, Manifest, digest_of
from pipeline.media_types import media_type
from pipeline.publish.history import History


def verify(config: Config, run: Run) -> tuple[Manifest, list[Diagnostic]]:
    """Recompute every digest, size, integrity and variant, and compare; older releases that are kept as well.

    Args:
        config: the output folder and the manifest's place.
        run: maps a function over items; results in order.

    Returns:
        The current manifest, and an error for each thing that differs, in order of file names.

    Raises:
        ManifestError: there is no manifest, or it cannot be read.
        ConfigError: the package that reads a variant is missing.
    """
    directory = Directory(config.output)
    try:
        data = config.manifest.read_bytes()
    except OSError as error:
        hint = "run `pipeline build` first"
        raise ManifestError(f"cannot be read: {error.strerror}", path=str(config.manifest), hint=hint) from error
    manifest = Manifest.from_json(data, config.manifest.name)
    history = History.read(directory)
    found = [_error(file, "is missing or damaged") for file in history.damaged]
    if data != manifest.to_json() or hashlib.sha256(data).hexdigest() not in history.manifests:
        found.append(_error(config.manifest.name, "is not the manifest that was published"))
    known = partial(_entry_problems, directory, _compressors(manifest), manifest)
    found += [problem for problems in run(known, sorted(manifest.entries.items())) for problem in problems]
    found += _older_problems(directory, history, manifest)
    return manifest, sorted(found, key=lambda diagnostic: (diagnostic.path, diagnostic))


def _error(file: str, message: str) -> Diagnostic:
    return Diagnostic("error", message, file)


def _compressors(manifest: Manifest) -> dict[str, Compressor]:
    """Those that the release needs: the package of another may be missing."""
    used = {encoding for entry in manifest.entries.values() for encoding in entry.variants}
    known = [plugins.load("pipeline.compressors", name) for name in plugins.members("pipeline.compressors")]
    return {kind.encoding: kind() for kind in known if kind.encoding in used}


def _entry_problems(
    directory: Directory,
    compressors: Mapping[str, Compressor],
    manifest: Manifest,
    item: tuple[AssetPath, Entry],
) -> list[Diagnostic]:
    path, entry = item
    return [*_content_problems(directory, compressors, entry), *_word_problems(manifest, path, entry)]


def _content_problems(
    directory: Directory, compressors: Mapping[str, Compressor], entry: Entry
) -> Iterator[Diagnostic]:
    data = directory.read(entry.file)
    yield from _differences(entry.file, data, entry.size, entry.integrity)
    for encoding, variant in sorted(entry.variants.items()):
        packed = directory.read(variant.file)
        yield from _differences(variant.file, packed, variant.size, variant.integrity)
        if packed is not None and data is not None and encoding in compressors:
            try:
                if compressors[encoding].restore(packed, len(data)) != data:
                    yield _error(variant.file, f"is not a compressed copy of {entry.file!r}")
            except ValueError as error:
                yield _error(variant.file, f"cannot be uncompressed: {error}")


def _differences(file: str, data: bytes | None, size: int, integrity: str) -> Iterator[Diagnostic]:
    if data is None:
        yield _error(file, "is missing, or is not a regular file")
    elif len(data) != size:
        yield _error(file, f"has {len(data)} bytes, not {size}")
    elif hashlib.sha256(data).hexdigest() != digest_of(integrity):
        yield _error(file, "has other bytes than were published")


def _word_problems(manifest: Manifest, path: AssetPath, entry: Entry) -> Iterator[Diagnostic]:
    """What the entry says beside its bytes."""
    if entry.type != media_type(path):
        yield _error(path, f"has the type {entry.type!r} in the manifest, not {media_type(path)!r}")
    for target in entry.references:
        if target not in manifest.entries:
            yield _error(path, f"points at {target!r}, which is not in the manifest")


def _older_problems(directory: Directory, history: History, manifest: Manifest) -> Iterator[Diagnostic]:
    """Files of earlier releases that are still kept; a name that a later release has is judged by that one.

    The variants of a file that has had other bytes as well may be missing: publishing takes them away when they are
    no copies of it any more.
    """
    judged, recorded = {*manifest.files()}, history.recorded()
    for past in reversed(history.releases):
        for entry in history.manifests[past.digest].entries.values():
            renewed = len(recorded[entry.file]) > 1
            for file, digest in entry.files().items():
                if file not in judged and directory.digest(file) != digest:
                    gone = renewed and file != entry.file and not os.path.lexists(directory.folder / file)
                    if not gone:
                        yield _error(file, "is missing or has other bytes than an earlier release gave it")
        judged |= history.manifests[past.digest].files().keys()
