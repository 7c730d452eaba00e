"""Link: resolve every reference, name every asset by its content, and write the names into the files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.globs import Globs
from pipeline.engine.graph import components
from pipeline.errors import SourceError, raise_all
from pipeline.import_map import import_map
from pipeline.integrity import circular, in_order
from pipeline.manifest import integrity_of
from pipeline.naming import joint_digests, name
from pipeline.references import ABSOLUTE, FROM_THE_ROOT, INCIDENTAL, LISTS, Reference, language_of, splice
from pipeline.release import Output
from pipeline.resolution import Found, Link, Resolver
from pipeline.urls import relative, url_of


@dataclass(frozen=True, slots=True)
class Linked:
    """Outputs in the order of their paths, the import map, and what there is to say about them."""

    outputs: list[Output]
    imports: dict[str, str]
    diagnostics: list[Diagnostic]


def link(assets: Mapping[AssetPath, Asset], found: Found, consumed: frozenset[AssetPath], config: Config) -> Linked:
    """Turn assets into outputs; pure but for reading what stands on disk.

    Args:
        assets: every file of the site.
        found: the references of those that have some.
        consumed: those that went into a bundle: published only if something that is published refers to them.
        config: naming, base URL, strictness.

    Raises:
        ExceptionGroup: of BrokenReference and SourceError, all of them.
    """
    resolver = Resolver(assets, found, consumed, config)
    links: dict[AssetPath, list[Link]] = {}
    waiting = [path for path in sorted(assets) if path not in consumed]
    while waiting:
        path = waiting.pop()
        if path not in links:
            links[path] = resolver.links_of(assets[path])
            wanted = (each for each in links[path] if each.reference.kind not in INCIDENTAL)
            waiting += [target for each in wanted for target in each.targets()]
    links = {path: [kept for each in found if (kept := each.among(links))] for path, found in links.items()}
    raise_all("link", sorted([*resolver.errors, *circular(links)], key=lambda error: error.diagnostic()))
    names, outputs = _name_all(assets, links, config)
    raise_all("link", _clashes(outputs, config))
    modules = {each.target for found in links.values() for each in found if each.reference.kind == "module"}
    imports = import_map(config.modules, {path: named.url for path, named in names.items()}, modules)
    return Linked(sorted(outputs, key=lambda output: output.path), imports, sorted(set(resolver.diagnostics)))


@dataclass(frozen=True, slots=True)
class Named:
    """What an asset is called, and the digest that its fingerprint is cut from; while it is drafted, nothing yet.

    The integrity is known when it has been written.
    """

    file: str
    url: str
    digest: str = ""
    immutable: bool = False
    integrity: str = ""


Names = dict[AssetPath, Named]


def _name_all(
    assets: Mapping[AssetPath, Asset], links: Mapping[AssetPath, list[Link]], config: Config
) -> tuple[Names, list[Output]]:
    references = {path: _targets(links[path]) for path in sorted(links)}
    if config.modules.style == "importmap":  # modules name each other as they were written
        links = {path: [each for each in found if each.reference.kind != "module"] for path, found in links.items()}
    edges = {path: _targets(links[path]) for path in references}
    keep = Globs(config.naming.keep)
    names: Names = {}
    outputs = []

    def write(path: AssetPath) -> Blob:
        return _rewrite(assets[path], links[path], names, config)

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
            outputs.append(Output(path, named.file, named.url, blob, tuple(references[path]), named.immutable))
    return names, outputs


def _targets(links: list[Link]) -> list[AssetPath]:
    return sorted({target for each in links for target in each.targets()})


def _rewrite(asset: Asset, links: list[Link], names: Names, config: Config) -> Blob:
    language = language_of(asset.path, config.json)
    if not links or not language:
        return asset.content
    content = asset.content.read()
    changes = []
    for each in links:
        reference = each.reference
        if each.target is None and reference.kind not in LISTS:
            start, stop = reference.whole or (reference.start, reference.stop)
            changes.append((start, stop, b""))
        else:
            text = _written(each, asset.path, names, config.base_url)
            changes.append((reference.start, reference.stop, language.embed(text, content, reference)))
    return Blob.of(splice(content, changes))


def _written(each: Link, path: AssetPath, names: Names, base_url: str) -> str:
    """What stands for a reference: a URL relative to the file, or below the base URL if its place tells nothing.

    See `pipeline.references.LISTS` for those; an integrity is not known while its file is drafted.
    """
    if each.reference.kind == "prefix":
        urls = {listed.removeprefix(each.below): names[listed].url for listed in each.listed}
        return json.dumps({rest: relative(url, path) for rest, url in urls.items()})
    if each.target is None:
        return _precache([names[target] for target in each.listed], base_url)
    if each.reference.kind == "integrity":
        return names[each.target].integrity
    url = names[each.target].url
    return _with_suffix(base_url + url if _is_absolute(each.reference) else relative(url, path), each.suffix)


def _is_absolute(reference: Reference) -> bool:
    return reference.kind in FROM_THE_ROOT or (reference.kind in ABSOLUTE and reference.specifier.startswith("/"))


def _precache(listed: list[Named], base_url: str) -> str:
    """A list for a service worker: where a name does not change with the content, a revision does."""
    return json.dumps(
        [{"url": base_url + each.url, "revision": None if each.immutable else each.digest} for each in listed]
    )


def _with_suffix(url: str, suffix: str) -> str:
    """A URL, which may have a query already, and the query and fragment that the specifier had."""
    return url + ("&" + suffix[1:] if "?" in url and suffix.startswith("?") else suffix)


def _clashes(outputs: list[Output], config: Config) -> list[SourceError]:
    """Two assets in one file, also where only case tells them apart, and files in the tool's own places."""
    errors: list[SourceError] = []
    taken: dict[str, Output] = {}
    manifest = str(config.manifest).casefold()
    for output in sorted(outputs, key=lambda output: output.path):
        other = taken.setdefault(output.file.casefold(), output)
        if other.content != output.content or (other.file != output.file):
            errors.append(SourceError(f"{output.path!r} and {other.path!r} would both be published as {output.file!r}"))
        if str(config.output / output.file).casefold() == manifest or output.file.casefold().startswith(".pipeline/"):
            hint = "exclude it, or set `manifest` to another place"
            errors.append(SourceError(f"{output.path!r} would be published over the tool's own files", hint=hint))
    return errors
