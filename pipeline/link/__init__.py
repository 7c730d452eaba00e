"""Link: resolve every reference, name every asset by its content, and write the names into the files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from pipeline.asset import Asset, AssetPath
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.edited import Edited
from pipeline.errors import raise_all
from pipeline.link.import_map import import_map
from pipeline.link.integrity import circular
from pipeline.link.outputs import clashes, name_all
from pipeline.link.resolution import Found, Link, Resolver
from pipeline.link.rewriting import Names
from pipeline.references import INCIDENTAL
from pipeline.release import Outputs

Links = Mapping[AssetPath, list[Link]]


class Linked(NamedTuple):
    """What is published, and what points at what.

    Attributes:
        outputs: by their paths, sorted.
        imports: the import map.
        links: the references of every output that were followed.
        holders: for each output, those whose bytes hold its name.
        names: what every output is called.
        said: what there is to say about each.
        fresh: the paths of the outputs that are others than before.
    """

    outputs: Outputs
    imports: Mapping[str, str]
    links: Links
    holders: Mapping[AssetPath, frozenset[AssetPath]]
    names: Names
    said: Mapping[AssetPath, tuple[Diagnostic, ...]]
    fresh: Collection[AssetPath]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What there is to say, each thing once."""
        return sorted({each for said in self.said.values() for each in said})


def link(  # noqa: PLR0913, PLR0917  (each is a value that the line hands on)
    assets: Mapping[AssetPath, Asset],
    found: Found,
    consumed: frozenset[AssetPath],
    config: Config,
    before: Linked | None = None,
    changed: Collection[AssetPath] = (),
) -> Linked:
    """Turn assets into outputs; pure but for reading what stands on disk.

    Args:
        assets: every file of the site.
        found: the references of those that have some.
        consumed: those that went into a bundle: published only if something that is published refers to them.
        config: naming, base URL, strictness.
        before: what came of the same assets, but for some that have other bytes or references since.
        changed: those.

    Raises:
        ExceptionGroup: of BrokenReference and SourceError, all of them.
    """
    resolver = Resolver(assets, found, consumed, config)
    if before is None:
        links = _follow(resolver, [path for path in sorted(assets) if path not in consumed], {})
        fresh = {
            path: of_one and [kept for each in of_one if (kept := each.among(links))] for path, of_one in links.items()
        }
        said: Mapping[AssetPath, tuple[Diagnostic, ...]] = resolver.said
    else:
        again = [path for path in changed if path in before.links]
        links = _follow(resolver, again, before.links)
        if links.keys() - {*again} or _targets_lost(before.links, links, again) & consumed:
            return link(assets, found, consumed, config)  # something else is published now
        fresh = {path: [kept for each in links[path] if (kept := each.among(before.links))] for path in again}
        said = {path: each for path, each in before.said.items() if path not in fresh} | resolver.said
    raise_all("link", sorted(resolver.errors, key=lambda error: error.diagnostic()))
    return _named(assets, fresh, said, config, before)


def _follow(
    resolver: Resolver, start: Iterable[AssetPath], known: Collection[AssetPath]
) -> dict[AssetPath, list[Link]]:
    """The links of some assets, and of all that these lead to whose links are not known."""
    links: dict[AssetPath, list[Link]] = {}
    nothing: list[Link] = []  # most files point at nothing, and an empty list for each takes room
    waiting = [*start]
    while waiting:
        path = waiting.pop()
        if path not in links:
            found = resolver.links_of(resolver.assets[path]) if resolver.found.get(path) else nothing
            links[path] = found or nothing
            waiting += [each for each in _wanted(found) if each not in known]
    return links


def _wanted(links: Iterable[Link]) -> list[AssetPath]:
    """What is published because of some links."""
    return [target for each in links if each.reference.kind not in INCIDENTAL for target in each.targets()]


def _targets_lost(before: Links, now: Links, paths: Iterable[AssetPath]) -> set[AssetPath]:
    return {each for path in paths for each in _wanted(before[path])} - {
        each for path in paths for each in _wanted(now[path])
    }


def _named(
    assets: Mapping[AssetPath, Asset],
    fresh: Links,
    said: Mapping[AssetPath, tuple[Diagnostic, ...]],
    config: Config,
    before: Linked | None,
) -> Linked:
    """Name what has new links, and all that reaches it."""
    links: Links = Edited(before.links, fresh) if before else {path: fresh[path] for path in sorted(fresh)}
    raise_all("link", circular(links) if any(_is_integrity(each) for found in fresh.values() for each in found) else [])
    importmap = config.modules.style == "importmap"
    holders = _holders(fresh, before, importmap=importmap)
    among = _reaching(fresh, holders) if before else links.keys()
    named, outputs = name_all(assets, links, among, config, before.names if before else {})
    names: Names = Edited(before.names, named) if before else named
    every = before.outputs.followed_by(outputs) if before else Outputs.of(outputs[path] for path in links)
    raise_all("link", [*clashes(outputs.values(), every, config)])
    imported = {each.target for of_one in links.values() for each in of_one if _is_module(each)} if importmap else set()
    mapped = importmap or config.modules.imports
    imports = import_map(config.modules, {path: each.url for path, each in names.items()} if mapped else {}, imported)
    return Linked(every, imports, links, holders, names, said, outputs.keys())


def _held(links: Iterable[Link], *, importmap: bool) -> set[AssetPath]:
    """Whose names an asset holds: in the style ``importmap`` not those of the modules that it imports."""
    return {target for each in links if not (importmap and _is_module(each)) for target in each.targets()}


def _holders(fresh: Links, before: Linked | None, *, importmap: bool) -> Mapping[AssetPath, frozenset[AssetPath]]:
    """Who holds the name of each asset."""
    found: dict[AssetPath, set[AssetPath]] = {}
    for path, of_one in fresh.items():
        for target in _held(of_one, importmap=importmap) if of_one else ():
            found.setdefault(target, set()).add(path)
    if before is None:
        return {target: frozenset(paths) for target, paths in found.items()}
    held = {target for path in fresh for target in _held(before.links[path], importmap=importmap)}
    edits = {
        target: frozenset(before.holders.get(target, frozenset()).difference(fresh) | found.get(target, set()))
        for target in held | found.keys()
    }
    return Edited(before.holders, edits)


def _reaching(paths: Iterable[AssetPath], holders: Mapping[AssetPath, frozenset[AssetPath]]) -> set[AssetPath]:
    """Some assets and all whose bytes hold the name of one of them, or of one of these, and so on."""
    found, waiting = {*paths}, [*paths]
    while waiting:
        for holder in holders.get(waiting.pop(), ()):
            if holder not in found:
                found.add(holder)
                waiting.append(holder)
    return found


def _is_integrity(link: Link) -> bool:
    return link.reference.kind == "integrity"


def _is_module(link: Link) -> bool:
    return link.reference.kind == "module"
