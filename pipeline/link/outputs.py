"""Names assets leaves first, writes the names into what points at them, and sees that no two get one file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.engine.globs import Globs
from pipeline.engine.graph import components
from pipeline.errors import SourceError
from pipeline.link.integrity import in_order
from pipeline.link.moved_maps import moved_file, moved_inline, owners
from pipeline.link.resolution import Link
from pipeline.link.rewriting import Named, Names, rewrite
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
    references = {path: _targets(links[path]) for path in sorted(among)}
    if config.modules.style == "importmap":  # modules name each other as they were written
        links = {path: [each for each in links[path] if each.reference.kind != "module"] for path in references}
    namer = _Namer(assets, links, references, config, known)
    holding = {path: _targets(links[path]) for path in references if links[path]}
    for path in references.keys() - holding.keys():
        namer.name(path, namer.left(path))
    edges = {path: [each for each in targets if each in holding] for path, targets in holding.items()}
    for members in components(edges):
        if len(members) > 1 or members[0] in edges[members[0]]:
            namer.name_cycle(members)
        else:
            namer.name(members[0], namer.written(members[0]))
    return namer.names, namer.outputs


class _Namer:
    """The names and outputs so far."""

    def __init__(
        self,
        assets: Mapping[AssetPath, Asset],
        links: Mapping[AssetPath, list[Link]],
        references: Mapping[AssetPath, list[AssetPath]],
        config: Config,
        known: Names,
    ) -> None:
        self.assets, self.links, self.references, self.config, self.known = assets, links, references, config, known
        self.keep = Globs(config.naming.keep)
        self.mapped = owners(references, assets, links, config)
        self.names: dict[AssetPath, Named] = {}
        self.outputs: dict[AssetPath, Output] = {}

    def left(self, path: AssetPath) -> Blob:
        """An asset that points at nothing."""
        asset = self.assets[path]
        if owner := self.mapped.get(path):
            asset = moved_file(asset, self.assets[owner], self.links[owner], self.config)
        return asset.content

    def written(self, path: AssetPath) -> Blob:
        """An asset with the names of what it points at."""
        needed = (target for each in self.links[path] for target in each.targets())
        called = {target: self.names.get(target) or self.known[target] for target in needed}
        asset = moved_inline(self.assets[path], self.links[path], self.config)
        return rewrite(asset, self.links[path], called, self.config)

    def name(self, path: AssetPath, blob: Blob, digest: str = "") -> None:
        """Name an asset by its bytes, or by another digest."""
        keep = self.keep.match(path)
        immutable = self.config.naming.style == "fingerprint" and not keep
        file, url = name(path, digest or blob.digest, self.config.naming, keep=keep)
        self.names[path] = Named(file, url, digest or blob.digest, immutable, blob.digest)
        self.outputs[path] = Output(path, file, url, blob, tuple(self.references[path]), immutable)

    def name_cycle(self, members: Sequence[AssetPath]) -> None:
        """Name assets that hold each other's names; whether one keeps its own changes the bytes of the others."""
        self.names.update({path: Named(path, url_of(path)) for path in members})
        drafts = {path: self.written(path) for path in members}
        digests = joint_digests({path: f"{drafts[path].digest} {self.keep.match(path)}" for path in members})
        for path in members:
            self.name(path, drafts[path], digests[path])
        for path in in_order(members, self.links):
            self.name(path, self.written(path), digests[path])


def _targets(links: Sequence[Link]) -> list[AssetPath]:
    return sorted({target for each in links for target in each.targets()}) if links else []


def clashes(fresh: Iterable[Output], every: Outputs, config: Config) -> Iterator[SourceError]:
    """Two assets in one file, also where only case tells them apart, and files in the tool's own places.

    Args:
        fresh: the outputs to look at.
        every: these and all others.
        config: the tool's own places.
    """
    folder, manifest = f"{config.output}{os.sep}".casefold(), str(config.manifest).casefold()
    for folded in sorted({output.file.casefold() for output in fresh}):
        own = folder + folded.replace("/", os.sep) == manifest or folded.startswith(".pipeline/")
        if not (own or every.is_shared(folded)):
            continue
        first, *others = every.at(folded)
        for other in others:
            if other.content != first.content or other.file != first.file:
                message = f"{other.path!r} and {first.path!r} would both be published as {other.file!r}"
                yield SourceError(message)
        if own:
            hint = "exclude it, or set `manifest` to another place"
            yield SourceError(f"{first.path!r} would be published over the tool's own files", hint=hint)
