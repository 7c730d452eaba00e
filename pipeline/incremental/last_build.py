"""The last build of a site as it left it: manifest, state and cache, of which each part is read when it is asked for.

So that a build with little to do costs what has to be done, and not what is there: `pipeline.build.rebuild` takes it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.asset import AssetPath, Blob
from pipeline.build import Built
from pipeline.compile.compiled import Compiled
from pipeline.compile.making import Maker
from pipeline.compile.pieces import Piece, loaded
from pipeline.compile.selection import plan
from pipeline.compile.work import Known
from pipeline.config import Config
from pipeline.derived import Asked
from pipeline.discover import Discovered
from pipeline.engine.cache import Cache
from pipeline.engine.globs import Globs
from pipeline.errors import CacheLost
from pipeline.incremental.state import State, file_of
from pipeline.link import Linked
from pipeline.link.resolution import Link, Resolver
from pipeline.link.rewriting import Named
from pipeline.manifest import Entry, Manifest, digest_of
from pipeline.references import version_of
from pipeline.release import Output, Outputs, Places, Release, Totals, put
from pipeline.source import Files, Source


def last_build(config: Config, cache: Cache, state: State, manifest: Manifest) -> Built:
    """What that build gave.

    Args:
        config: the same as then.
        cache: with what was made.
        state: that it left.
        manifest: that it published.

    Raises:
        CacheLost: when something is asked for: the cache has it no longer.
    """
    sources = Asked(state.rows, lambda path: _source(path, config, state))
    compiled = _compiled(sources, config, cache, state)
    mutable = _mutable(manifest, config)
    linked = _linked(compiled, config, state, manifest, mutable)
    contents = contents_of(manifest, config)
    release = Release(manifest, contents, mutable, (), {}, Totals(*state.totals))
    return Built(Discovered(sources, [*state.found], {}, 0, ()), compiled, linked, release)


def _source(path: AssetPath, config: Config, state: State) -> Source:
    return Source(path, file_of(path, config, state), state.rows[path][1])


def _compiled(sources: Mapping[AssetPath, Source], config: Config, cache: Cache, state: State) -> Compiled:
    planned = plan([*sources] if config.bundles or config.compile.declared else (), config.bundles, config.compile)
    known = Asked(state.rows, lambda path: Known(state.rows[path][2], state.rows[path][1][0], state.rows[path][3]))
    maker = Maker(Files(sources), planned, config, cache, known)
    keys = dict.fromkeys((*state.rows, *planned.bundles))

    def piece(path: AssetPath) -> Piece:
        for part in planned.parts(path):
            if part in planned.bundles and part != path:
                (maker.bundled[part],) = pieces[part].assets
        members = maker.members(path)
        if path not in planned.bundles and known[path].plain and not version_of(path, config.json):
            return Piece(members, members)
        key = maker.recipes.key(path, members)
        row = cache.get(key)
        if row is None:
            raise CacheLost("no longer has what the last build made", path=str(cache.file), hint="build again")
        return loaded(row, members, cache, key)

    pieces = Asked(keys, piece)
    assets = Asked(keys, lambda path: pieces[path].assets[0])
    found = Asked(keys, lambda path: pieces[path].found[0])
    return Compiled(pieces, assets, found, planned, frozenset(state.looking), state.made, ())


class _Silent(Resolver):
    """What was wrong was said then; and the sources in which it would be shown may be others by now."""

    def _complain(self, *_: object) -> None: ...


def _linked(
    compiled: Compiled, config: Config, state: State, manifest: Manifest, mutable: frozenset[AssetPath]
) -> Linked:
    entries = manifest.entries
    resolver = _Silent(compiled.assets, compiled.found, compiled.consumed, config)

    def links(path: AssetPath) -> list[Link]:
        return [kept for each in resolver.links_of(compiled.assets[path]) if (kept := each.among(entries))]

    def named(path: AssetPath) -> Named:
        entry = entries[path]
        content = digest_of(entry.integrity)
        return Named(entry.file, entry.url, state.joint.get(path) or content, path not in mutable, content)

    def output(path: AssetPath) -> Output:
        entry, content = entries[path], contents[path]
        return Output(path, entry.file, entry.url, content[entry.file], entry.references, path not in mutable)

    contents = contents_of(manifest, config)
    places: Places = {}
    holders: dict[AssetPath, set[AssetPath]] = {}
    for path in entries:
        file, references = manifest.glance(path)
        put(places, file, path)
        for target in references:
            holders.setdefault(target, set()).add(path)
    return Linked(
        Outputs(Asked(entries, output), places),
        manifest.imports,
        Asked(entries, links),
        {path: frozenset(paths) for path, paths in holders.items()},
        Asked(entries, named),
        state.linked,
        (),
    )


def contents_of(manifest: Manifest, config: Config) -> Mapping[AssetPath, Mapping[str, Blob]]:
    """The files of each asset, as they stand in the output."""

    def of_one(path: AssetPath) -> dict[str, Blob]:
        entry: Entry = manifest.entries[path]
        pairs = [(entry.file, entry.size, entry.integrity)]
        pairs += [(each.file, each.size, each.integrity) for each in entry.variants.values()]
        return {file: Blob(digest_of(integrity), size, str(config.output / file)) for file, size, integrity in pairs}

    return Asked(manifest.entries, of_one)


def _mutable(manifest: Manifest, config: Config) -> frozenset[AssetPath]:
    if config.naming.style != "fingerprint":
        return frozenset(manifest.entries)
    keep = Globs(config.naming.keep)
    return frozenset(path for path in manifest.entries if keep.match(path)) if keep.patterns else frozenset()
