"""Compress: make the variants that are worth their bytes, and put the release together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from pipeline.asset import Blob
from pipeline.compressors import Compressor
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.executors import Run
from pipeline.errors import SourceError, raise_all
from pipeline.manifest import Entry, Manifest, Variant, integrity_of
from pipeline.media_types import compressible, media_type
from pipeline.naming import NAME_MAX_ON_DISK
from pipeline.release import Output, Release

WORTH_IT = 0.95
"""A variant is kept if it has at most this share of the original's bytes."""

Variants = dict[str, tuple[str, Blob]]
Copy = tuple[Output, str, Blob]


def compress(
    outputs: Sequence[Output], imports: Mapping[str, str], diagnostics: Iterable[Diagnostic], config: Config, run: Run
) -> Release:
    """Make a release of outputs.

    Args:
        outputs: named and linked, in the order of their paths.
        imports: the import map.
        diagnostics: of the whole build.
        config: the compressors.
        run: maps a function over items; results in order.

    Raises:
        ExceptionGroup: of SourceError: a source has the name of another's compressed copy, the manifest has it, or
            a file has the name of a folder.
    """
    # Large files first, so that no core waits for the last one.
    order = sorted(range(len(outputs)), key=lambda index: -outputs[index].content.size)
    made = run(partial(_variants, config=config), [outputs[index] for index in order])
    variants = dict(zip(order, made, strict=True))
    copies = [(output, *copy) for index, output in enumerate(outputs) for copy in variants[index].values()]
    raise_all("compress", [*_clashes(outputs, copies, config), *_files_as_folders(outputs)])
    files = {output.file: output.content for output in outputs} | {file: blob for _, file, blob in copies}
    entries = {output.path: _entry(output, variants[index]) for index, output in enumerate(outputs)}
    mutable = {
        file for index, output in enumerate(outputs) if not output.immutable for file in _files(output, variants[index])
    }
    return Release(Manifest(entries, imports), files, frozenset(mutable), tuple(sorted(diagnostics)))


def _clashes(outputs: Sequence[Output], copies: Iterable[Copy], config: Config) -> Iterator[SourceError]:
    """Compressed copies whose place is taken, also where only case tells them apart."""
    taken = {output.file.casefold(): output.content for output in outputs}
    for output, file, blob in copies:
        if taken.setdefault(file.casefold(), blob) != blob:
            hint = "exclude the one that was made by hand: pipeline makes its own"
            yield SourceError(f"{file!r} is also the name of a compressed copy of {output.path!r}", hint=hint)
        if config.output / file == config.manifest:
            hint = "set `manifest` to another place"
            yield SourceError(f"a compressed copy of {output.path!r} has the manifest's name", hint=hint)


def _files_as_folders(outputs: Sequence[Output]) -> Iterator[SourceError]:
    """Files that would have to be folders as well; sources from two roots can meet like that."""
    taken = {output.file.casefold(): output for output in outputs}
    for output in outputs:
        for folder in (str(parent) for parent in PurePosixPath(output.file.casefold()).parents):
            if folder in taken:
                message = f"{output.path!r} needs a folder where {taken[folder].path!r} would be published as a file"
                yield SourceError(message, hint="exclude one of them")


def _variants(output: Output, config: Config) -> Variants:
    if not config.compress or not compressible(output.path) or not output.content.size:
        return {}
    data = output.content.read()
    found: Variants = {}
    for step in config.compress:
        compressor: Compressor = step.plugin
        file = output.file + compressor.suffix
        small = compressor(data)
        if len(small) <= WORTH_IT * len(data) and len(file.rpartition("/")[2].encode()) <= NAME_MAX_ON_DISK:
            found[compressor.encoding] = (file, Blob.of(small))
    return found


def _files(output: Output, variants: Variants) -> list[str]:
    return [output.file, *(file for file, _ in variants.values())]


def _entry(output: Output, variants: Variants) -> Entry:
    return Entry(
        file=output.file,
        url=output.url,
        size=output.content.size,
        type=media_type(output.path),
        integrity=integrity_of(output.content.digest),
        references=output.references,
        variants={
            encoding: Variant(file, blob.size, integrity_of(blob.digest)) for encoding, (file, blob) in variants.items()
        },
    )
