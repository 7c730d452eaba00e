"""Languages whose files point at other files; each module here finds the references of one.

A member has one public name, a `Language`. Languages only *find* spans and know how to write a URL into one;
resolving, renaming and moving are done once, here and in `pipeline.urls`, for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from posixpath import dirname
from typing import NamedTuple

from pipeline.engine import plugins
from pipeline.engine.globs import Globs
from pipeline.errors import SourceError
from pipeline.path import suffix_of
from pipeline.urls import SCHEME, moved

FROM_THE_ROOT = frozenset(("asset", "manifest", "worker"))
"""Kinds that are not relative to the file: a path of the site, globs of such, and a URL relative to the page."""

ABSOLUTE = frozenset(("place", "mention"))
"""Kinds that stay absolute if they are: who reads them is not known, and may resolve them against a page."""

INCIDENTAL = frozenset(("source", "mention", "prefix"))
"""Kinds that count only if their target is published anyway."""

LISTS = frozenset(("manifest", "prefix"))
"""Kinds that stand for any number of assets."""

Place = tuple[str | None, ...]
"""The keys and indexes that lead to strings in a JSON file, ``None`` for any; see also `EVERYWHERE`."""

EVERYWHERE: Place = ()
"""The place of every string; one that names nothing is none."""

Declared = tuple[tuple[str, tuple[Place, ...]], ...]
"""Globs of paths as in ``.gitignore``, and the places of references in the JSON files that each matches."""


class Reference(NamedTuple):
    """A place in an asset that points at another.

    Attributes:
        start: byte offset of the specifier, without quotes.
        stop: byte offset behind it; ``content[start:stop]`` is what gets replaced.
        specifier: what it says, escapes resolved, not yet percent-decoded.
        kind: ``url``, ``string``, ``import``, ``module``, ``sourcemap``, ``file`` …: what the language calls it;
            ``file`` is one that may lead nowhere, ``integrity`` stands for that of its target; see also
            `FROM_THE_ROOT`, `ABSOLUTE`, `INCIDENTAL` and `LISTS`.
        whole: the span to remove if the reference may be dropped (a source map comment), else ``None``.
        context: what else its language needs to know to write it.
    """

    start: int
    stop: int
    specifier: str
    kind: str
    whole: tuple[int, int] | None = None
    context: tuple[str, ...] = ()


class Language(NamedTuple):
    """How references are found and written in one kind of file.

    Attributes:
        suffixes: of the files it is for, with their dot, lower case.
        find: content to references, in order, not overlapping; linear in time; content is UTF-8, with or without
            a BOM; never raises on broken input, but may raise ToolNotFound, TransformError for what it cannot read at
            all, and SourceError if the configuration says that it is of this language and it is not.
        embed: a URL (any text), the content and a reference to the bytes that stand for this URL at its place; for
            the kinds in `LISTS` JSON, for ``prefix`` an object of URLs by what follows the prefix.
        version: of the package that finds them, if it is another's: what is found is found again with another.
    """

    suffixes: tuple[str, ...]
    find: Callable[[bytes], list[Reference]]
    embed: Callable[[str, bytes, Reference], bytes]
    version: Callable[[], str] = str


def is_bare(reference: Reference) -> bool:
    """Whether it names a module that only an import map knows (https://html.spec.whatwg.org/#import-maps)."""
    specifier = reference.specifier
    return reference.kind == "module" and not specifier.startswith(("/", "./", "../")) and not SCHEME.match(specifier)


@cache
def languages() -> dict[str, Language]:
    """Every language by the suffix of its files."""
    found: dict[str, Language] = {}
    for name in plugins.members(__name__):
        language = plugins.load(__name__, name)
        found.update(dict.fromkeys(language.suffixes, language))
    return found


def language_of(path: str, declared: Declared = ()) -> Language | None:
    """The language of a file, by its suffix; JSON if it has none by that and some places in it are declared."""
    language = languages().get(suffix_of(path))
    if language or not declared:
        return language
    from pipeline.references._json import json_at

    places = dict.fromkeys(place for globs, there in _globs(declared) if globs.match(path) for place in there)
    return json_at(tuple(places)) if places else None


def version_of(path: str, declared: Declared = ()) -> str:
    """The version of the package that finds the references of a file, ``""`` if it is this one."""
    language = language_of(path, declared)
    return language.version() if language else ""


def found_in(content: bytes, path: str, declared: Declared = ()) -> list[Reference]:
    """The references of a file, by the language of its suffix.

    Raises:
        SourceError: it is declared to be JSON and is none.
        ToolNotFound: its language needs a package that is not installed.
    """
    language = language_of(path, declared)
    return language.find(content) if language else []


@lru_cache(8)
def _globs(declared: Declared) -> list[tuple[Globs, tuple[Place, ...]]]:
    return [(Globs([glob]), places) for glob, places in declared]


def splice(content: bytes, replacements: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``content`` with each span ``start, stop`` replaced; spans are in order and do not overlap."""
    return b"".join(spliced(content, replacements))


def spliced(content: bytes, replacements: Iterable[tuple[int, int, bytes]]) -> Iterator[bytes | memoryview]:
    """The parts of `splice`; nothing of ``content`` is copied."""
    view, position = memoryview(content), 0
    for start, stop, new in replacements:
        yield view[position:start]
        yield new
        position = stop
    yield view[position:]


def rebase(content: bytes, old: str, new: str, base_url: str, declared: Declared = ()) -> bytes:
    """A file's content as it must be to stand at ``new`` instead of ``old`` and point at the same places.

    ``content`` itself if nothing changes, or if it is declared to be JSON and is none.
    """
    changes = rebasing(content, old, new, base_url, declared)
    return splice(content, changes) if changes else content


def rebasing(
    content: bytes, old: str, new: str, base_url: str, declared: Declared = ()
) -> list[tuple[int, int, bytes]]:
    """What `rebase` replaces, as `splice` takes it."""
    language = language_of(old, declared)
    if language is None or dirname(old) == dirname(new):
        return []
    try:
        found = language.find(content)
    except SourceError:  # said when it is linked
        return []
    changes = []
    for reference in found:
        if reference.kind in FROM_THE_ROOT or reference.kind == "integrity" or is_bare(reference):
            continue
        specifier = moved(reference.specifier, old, new, base_url)
        if specifier != reference.specifier:
            specifier = json.dumps({"": specifier}) if reference.kind == "prefix" else specifier
            changes.append((reference.start, reference.stop, language.embed(specifier, content, reference)))
    return changes
