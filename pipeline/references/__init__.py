"""Languages whose files point at other files; each module here finds the references of one.

A member has one public name, a `Language`. Languages only *find* spans and know how to write a URL into one;
resolving, renaming and moving are done once, here and in `pipeline.urls`, for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from posixpath import dirname, splitext

from pipeline.engine import plugins
from pipeline.urls import SCHEME, moved

FROM_THE_ROOT = frozenset(("asset", "manifest", "worker"))
"""Kinds that are not relative to the file: a path of the site, globs of such, and a URL relative to the page."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in an asset that points at another.

    Attributes:
        start: byte offset of the specifier, without quotes.
        stop: byte offset behind it; ``content[start:stop]`` is what gets replaced.
        specifier: what it says, escapes resolved, not yet percent-decoded.
        kind: ``url``, ``string``, ``import``, ``module``, ``sourcemap``, ``file`` …: what the language calls it;
            ``file`` is one that may lead nowhere, ``source`` one that counts only if its target is published anyway;
            see also `FROM_THE_ROOT`.
        whole: the span to remove if the reference may be dropped (a source map comment), else ``None``.
    """

    start: int
    stop: int
    specifier: str
    kind: str
    whole: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """How references are found and written in one kind of file.

    Attributes:
        suffixes: of the files it is for, with their dot, lower case.
        find: content to references, in order, not overlapping; linear in time; content is UTF-8, with or without
            a BOM; never raises on broken input, but a TransformError for what it cannot read at all.
        embed: a URL (any text), the content and a reference to the bytes that stand for this URL at its place.
    """

    suffixes: tuple[str, ...]
    find: Callable[[bytes], list[Reference]]
    embed: Callable[[str, bytes, Reference], bytes]


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


def language_of(path: str) -> Language | None:
    """The language of a file, by its suffix."""
    return languages().get(splitext(path)[1].lower())


def splice(content: bytes, replacements: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``content`` with each span ``start, stop`` replaced; spans are in order and do not overlap."""
    parts, position = [], 0
    for start, stop, new in replacements:
        parts += [content[position:start], new]
        position = stop
    parts.append(content[position:])
    return b"".join(parts)


def rebase(content: bytes, old: str, new: str, base_url: str) -> bytes:
    """A file's content as it must be to stand at ``new`` instead of ``old`` and point at the same places.

    ``content`` itself if nothing changes.
    """
    language = language_of(old)
    if language is None or dirname(old) == dirname(new):
        return content
    changes = []
    for reference in language.find(content):
        if reference.kind in FROM_THE_ROOT or is_bare(reference):
            continue
        specifier = moved(reference.specifier, old, new, base_url)
        if specifier != reference.specifier:
            changes.append((reference.start, reference.stop, language.embed(specifier, content, reference)))
    return splice(content, changes) if changes else content
