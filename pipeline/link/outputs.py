"""Names assets leaves first, writes the names into what points at them, and sees that no two get one file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.engine.globs import Globs
from pipeline.engine.graph import components
from pipeline.errors import SourceError
from pipeline.link.integrity import in_order
from pipeline.link.resolution import Link
from pipeline.link.rewriting import Named, Names, rewrite
from pipeline.manifest import integrity_of
from pipeline.naming import joint_digests, name
from pipeline.release import Output, Outputs
from pipeline.urls import url_of


def name_all(
    assets: Mapping[AssetPath, Asset],
    links: Mapping[AssetPath, list[Link]],
    among: Collection[AssetPath],
    config: Config,
    known: Names,
) -> tuple[Names, dict[AssetPath, Output]]:
    """Name some assets by their content.

    Args:
        assets: all that is published.
        links: of each, where its references lead.
        among: those to name; what points at one of them is one of them.
        config: the naming, and how modules name each other.
        known: the names of the others.

    Returns:
        The names and the outputs of those that were named.
    """
    names, outputs = dict[AssetPath, Named](), dict[AssetPath, Output]()
    references = {path: _targets(links[path]) for path in sorted(among)}
    if config.modules.style == "importmap":  # modules name each other as they were written
        links = {path: [each for each in links[path] if each.reference.kind != "module"] for path in references}
    edges = {path: [each for each in _targets(links[path]) if each in references] for path in references}
    keep = Globs(config.naming.keep)

    def write(path: AssetPath) -> Blob:
        needed = (target for each in links[path] for target in each.targets())
        called = {target: names.get(target) or known[target] for target in needed}
        return rewrite(assets[path], links[path], called, config)

    for members in components(edges):
        cyclic = len(members) > 1 or members[0] in edges[members[0]]
        if cyclic:
            names.update({path: Named(path, url_of(path)) for path in members})
        blobs = {path: write(path) for path in members}
        kept = {path: keep.match(path) for path in members}
        digests = {path: blob.digest for path, blob in blobs.items()}
        if cyclic:  # whether one keeps its name changes the bytes of the others
            digests = joint_digests({path: f"{digests[path]} {kept[path]}" for path in members})
        for path in members:
            immutable = config.naming.style == "fingerprint" and not kept[path]
            called = name(path, digests[path], config.naming, keep=kept[path])
            names[path] = Named(*called, digests[path], immutable)
        for path in in_order(members, links) if cyclic else members:
            blob = write(path) if cyclic else blobs[path]
            named = names[path] = replace(names[path], integrity=integrity_of(blob.digest))
            outputs[path] = Output(path, named.file, named.url, blob, tuple(references[path]), named.immutable)
    return names, outputs


def _targets(links: Iterable[Link]) -> list[AssetPath]:
    return sorted({target for each in links for target in each.targets()})


def clashes(fresh: Iterable[Output], every: Outputs, config: Config) -> Iterator[SourceError]:
    """Two assets in one file, also where only case tells them apart, and files in the tool's own places.

    Args:
        fresh: the outputs to look at.
        every: these and all others.
        config: the tool's own places.
    """
    folder, manifest = f"{config.output}{os.sep}".casefold(), str(config.manifest).casefold()
    for folded in sorted({output.file.casefold() for output in fresh}):
        first, *others = every.at(folded)
        for other in others:
            if other.content != first.content or other.file != first.file:
                message = f"{other.path!r} and {first.path!r} would both be published as {other.file!r}"
                yield SourceError(message)
        if folder + folded.replace("/", os.sep) == manifest or folded.startswith(".pipeline/"):
            hint = "exclude it, or set `manifest` to another place"
            yield SourceError(f"{first.path!r} would be published over the tool's own files", hint=hint)
