"""Compress: make the variants that are worth their bytes, and put the release together."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.asset import AssetPath
from pipeline.compress.copies import Copies
from pipeline.compress.variants import Variants
from pipeline.config import Config
from pipeline.derived import Derived
from pipeline.diagnostic import Diagnostic
from pipeline.edited import Edited
from pipeline.engine.cache import Cache
from pipeline.engine.executors import Run
from pipeline.errors import SourceError, raise_all
from pipeline.manifest import Manifest
from pipeline.release import Output, Outputs, Release, Totals, sizes_of


def compress(  # noqa: PLR0913, PLR0917  (each is a value that the line hands on)
    outputs: Outputs,
    imports: Mapping[str, str],
    diagnostics: Iterable[Diagnostic],
    config: Config,
    run: Run,
    cache: Cache,
    before: Release | None = None,
    fresh: Collection[AssetPath] = (),
) -> Release:
    """Make a release of outputs.

    Args:
        outputs: named and linked, in the order of their paths.
        imports: the import map.
        diagnostics: of the whole build.
        config: the compressors.
        run: maps a function over items; results in order.
        cache: the variants that were made before, and where those that are made now lie.
        before: the release of the same outputs, but for some that are others since.
        fresh: the paths of those.

    Raises:
        ExceptionGroup: of SourceError: a source has the name of another's compressed copy, the manifest has it, or
            a file has the name of a folder.
    """
    wanted = [outputs[path] for path in fresh] if before else [*outputs.values()]
    copies = Variants(config, cache).of(outputs, wanted, run)
    errors = [*_clashes(outputs, copies, config)]
    raise_all("compress", errors if before else [*errors, *_files_as_folders(outputs.values())])
    entries, contents = Derived(copies.made, copies.entry), Derived(copies.made, copies.files)
    sizes = Derived(copies.made, copies.sizes)
    mutable = frozenset(output.path for output in wanted if not output.immutable)
    said = tuple(sorted(diagnostics))
    if before is None:
        return Release(
            Manifest(entries, imports), contents, mutable, said, sizes, Totals().adjusted((), sizes.values())
        )
    manifest = before.manifest.followed_by(entries, imports)
    totals = before.totals.adjusted([sizes_of(before.manifest[path]) for path in sizes], sizes.values())
    mutable |= before.mutable.difference(contents)
    return Release(manifest, Edited(before.contents, contents), mutable, said, sizes, totals)


def _clashes(outputs: Outputs, copies: Copies, config: Config) -> Iterator[SourceError]:
    """Compressed copies whose place is taken, also where only case tells them apart."""
    folder, manifest = f"{config.output}{os.sep}", os.path.normcase(config.manifest)
    for output, file, blob in copies.all():
        if any(other.content != blob for other in outputs.at(file)):
            hint = "exclude the one that was made by hand: pipeline makes its own"
            yield SourceError(f"{file!r} is also the name of a compressed copy of {output.path!r}", hint=hint)
        if os.path.normcase(folder + file) == manifest:
            hint = "set `manifest` to another place"
            yield SourceError(f"a compressed copy of {output.path!r} has the manifest's name", hint=hint)


def _files_as_folders(outputs: Iterable[Output]) -> Iterator[SourceError]:
    """Files that would have to be folders as well; sources from two roots can meet like that."""
    taken: dict[str, Output] = {}
    folders: dict[str, Output] = {}
    for output in outputs:
        folded = output.file.casefold()
        taken.setdefault(folded, output)
        folder = folded.rpartition("/")[0]
        while folder and folder not in folders:
            folders[folder] = output
            folder = folder.rpartition("/")[0]
    for folder in sorted(folders.keys() & taken.keys()):
        message = f"{folders[folder].path!r} needs a folder where {taken[folder].path!r} would be published as a file"
        yield SourceError(message, hint="exclude one of them")
