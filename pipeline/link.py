"""Link: resolve every reference, name every asset by its content, and write the names into the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.globs import Globs
from pipeline.engine.graph import components
from pipeline.errors import SourceError, raise_all
from pipeline.naming import joint_digests, name
from pipeline.references import language_of, splice
from pipeline.release import Output
from pipeline.resolution import Link, Resolver
from pipeline.urls import relative, url_of


@dataclass(frozen=True, slots=True)
class Linked:
    """Outputs in the order of their paths, and what there is to say about them."""

    outputs: list[Output]
    diagnostics: list[Diagnostic]


def link(assets: Mapping[AssetPath, Asset], consumed: frozenset[AssetPath], config: Config) -> Linked:
    """Turn assets into outputs; pure but for reading what stands on disk.

    Args:
        assets: every file of the site.
        consumed: those that went into a bundle: published only if something that is published refers to them.
        config: naming, base URL, strictness.

    Raises:
        ExceptionGroup: of BrokenReference and SourceError, all of them.
    """
    resolver = Resolver(assets, config)
    links: dict[AssetPath, list[Link]] = {}
    waiting = [path for path in sorted(assets) if path not in consumed]
    while waiting:
        path = waiting.pop()
        if path not in links:
            links[path] = resolver.links_of(assets[path])
            waiting += [each.target for each in links[path] if each.target]
    raise_all("link", sorted(resolver.errors, key=lambda error: error.diagnostic()))
    outputs = _name_all(assets, links, config)
    raise_all("link", _clashes(outputs, config))
    return Linked(sorted(outputs, key=lambda output: output.path), sorted(set(resolver.diagnostics)))


def _name_all(assets: Mapping[AssetPath, Asset], links: Mapping[AssetPath, list[Link]], config: Config) -> list[Output]:
    edges = {path: sorted({each.target for each in links[path] if each.target}) for path in sorted(links)}
    keep = Globs(config.naming.keep)
    names: dict[AssetPath, tuple[str, str]] = {}
    outputs = []

    def write(paths: list[AssetPath]) -> dict[AssetPath, Blob]:
        return {path: _rewrite(assets[path], links[path], names) for path in paths}

    for members in components(edges):
        cyclic = len(members) > 1 or members[0] in edges[members[0]]
        if cyclic:
            names.update({path: (path, url_of(path)) for path in members})
        blobs = write(members)
        kept = {path: keep.match(path) for path in members}
        digests = {path: blob.digest for path, blob in blobs.items()}
        if cyclic:  # whether one keeps its name changes the bytes of the others
            digests = joint_digests({path: f"{digests[path]} {kept[path]}" for path in members})
        names.update({path: name(path, digests[path], config.naming, keep=kept[path]) for path in members})
        for path, blob in (write(members) if cyclic else blobs).items():
            immutable = config.naming.style == "fingerprint" and not kept[path]
            outputs.append(Output(path, *names[path], blob, tuple(edges[path]), immutable))
    return outputs


def _rewrite(asset: Asset, links: list[Link], names: Mapping[AssetPath, tuple[str, str]]) -> Blob:
    language = language_of(asset.path)
    if not links or not language:
        return asset.content
    content = asset.content.read()
    changes = []
    for each in links:
        reference = each.reference
        if each.target is None:
            start, stop = reference.whole or (reference.start, reference.stop)
            changes.append((start, stop, b""))
        else:
            url = _with_suffix(relative(names[each.target][1], asset.path), each.suffix)
            changes.append((reference.start, reference.stop, language.embed(url, content, reference)))
    return Blob.of(splice(content, changes))


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
