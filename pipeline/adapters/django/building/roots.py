"""The static folders of a project as roots of the build: what the staticfiles finders list, no more and no less."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder, get_finders
from django.contrib.staticfiles.utils import get_files

from pipeline.expressions import expression

MAGIC = expression(r"([*?\[\\]| (?=$))")
INSTALLED = {"site-packages", "dist-packages"}

Found = Iterable[tuple[Any, str]]
"""Storages of finders, and names in them; ``""`` stands for a folder to which files may come."""


def found() -> Iterator[tuple[Any, str]]:
    """What the finders list, as ``collectstatic`` would ask them; also files that others hide."""
    yield from folders()
    for finder in get_finders():
        for path, storage in finder.list(ignored()):
            yield storage, path


def folders() -> Iterator[tuple[Any, str]]:
    """The static folders that there are, in the order of the finders."""
    for finder in get_finders():
        if isinstance(finder, FileSystemFinder | AppDirectoriesFinder):
            yield from ((storage, "") for storage in finder.storages.values() if os.path.isdir(storage.location))


def ignored() -> list[str]:
    """What the finders leave out, patterns of `fnmatch`."""
    return [*apps.get_app_config("staticfiles").ignore_patterns]


def roots(files: Found) -> list[dict[str, object]]:
    """The items of ``sources`` in a configuration.

    A storage of which all files were listed is a folder to which files may come; otherwise its files are written out.

    Args:
        files: storages, which must be local, and names in them, in the order in which they are looked at.
    """
    made = [_root(storage, names) for storage, names in _by_storage(files)]
    # A site has a source at least; one without static files, whose release is empty, has none in this folder.
    return made or [{"path": os.path.dirname(__file__), "exclude": ["*"]}]


def _root(storage: Any, names: set[str]) -> dict[str, object]:
    everywhere = [pattern for pattern in ignored() if os.sep not in pattern]
    given: dict[str, object] = {"path": storage.path(""), "prefix": _slashed(getattr(storage, "prefix", None) or "")}
    if set(get_files(storage, everywhere)) == names:
        return given | {"exclude": [pattern for pattern in everywhere if not pattern.startswith(".")]}
    return given | ({"include": sorted(f"/{_literal(name)}" for name in names)} if names else {"exclude": ["*"]})


def not_ours(files: Found) -> list[str]:
    """Globs of what installed packages brought: who builds the site cannot mend what is broken there."""
    tops: set[str] = set()
    for storage, names in _by_storage(files):
        if INSTALLED & {*storage.path("").split(os.sep)}:
            prefix = _slashed(getattr(storage, "prefix", None) or "")
            paths = (f"{prefix}/{_slashed(name)}" if prefix else _slashed(name) for name in names)
            tops |= {f"/{_literal(top)}{slash}" for top, slash, _ in (path.partition("/") for path in paths)}
    return sorted(tops)


def _by_storage(files: Found) -> Iterable[tuple[Any, set[str]]]:
    storages: dict[int, tuple[Any, set[str]]] = {}
    for storage, name in files:
        names = storages.setdefault(id(storage), (storage, set()))[1]
        if name:
            names.add(name)
    return storages.values()


def _slashed(name: str) -> str:
    return name.replace(os.sep, "/").strip("/")


def _literal(name: str) -> str:
    """A name that means nothing but itself as a glob."""
    return MAGIC.sub(r"\\\1", _slashed(name))
