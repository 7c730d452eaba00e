"""The folders of a project: its roots, and where output, manifest and cache may lie beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from pipeline.asset import asset_path
from pipeline.config.checks import Checks, is_list, quoted
from pipeline.config.rules import gitignore_glob, store_url
from pipeline.config.toml_lines import KeyPath
from pipeline.errors import did_you_mean

KEYS = ("path", "prefix", "include", "exclude")
OWN_FOLDER = 'give it a folder of its own, such as "build"'


class Root(NamedTuple):
    """A folder whose files are sources.

    Attributes:
        folder: absolute, without links.
        prefix: what its paths start with, without the ``/`` behind it, or ``""``.
        include, exclude: globs as in ``.gitignore``, relative to the folder.
    """

    folder: Path
    prefix: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]


def read_roots(check: Checks, value: object) -> tuple[Root, ...]:
    """The roots in ``sources``: a list of folders and of tables with a ``path``."""
    key: KeyPath = ("sources",)
    if value is None:
        check.error(key, "'sources' is missing", 'name the folders of your files: sources = ["assets"]')
    elif not is_list(value):
        hint = f"write [{quoted(value)}]" if isinstance(value, str) else ""
        check.unlike(key, value, "a list of folders", hint)
    elif not value:
        check.error(key, "'sources' is empty", 'name the folders of your files: sources = ["assets"]')
    else:
        roots = [_root(check, (*key, index), item) for index, item in enumerate(value)]
        return tuple(root for root in roots if root)
    return ()


def _root(check: Checks, key: KeyPath, value: object) -> Root | None:
    if not isinstance(value, str | PurePath | Mapping):
        check.unlike(key, value, "a folder or a table")
        return None
    if not isinstance(value, Mapping):
        folder = _source_folder(check, key, value)
        return Root(folder, "", (), ()) if folder else None
    check.known(key, value, KEYS, " in a source")
    if "path" not in value:
        check.error(key, "a source needs a 'path'", 'write { path = "folder", prefix = "vendor" }')
        return None
    folder = _source_folder(check, (*key, "path"), value["path"])
    prefix = value.get("prefix", "")
    if prefix != "":
        prefix = check.text((*key, "prefix"), prefix, "")
        prefix = (check.ruled((*key, "prefix"), prefix, asset_path, "the prefix") or "") if prefix else ""
    include, exclude = (
        check.texts((*key, name), value.get(name, []), gitignore_glob, "the glob") for name in ("include", "exclude")
    )
    return Root(folder, prefix, include, exclude) if folder else None


def _source_folder(check: Checks, key: KeyPath, value: object) -> Path | None:
    folder = check.path(key, value)
    if folder is None or os.path.isdir(folder):
        return folder
    if os.path.lexists(folder):
        check.error(key, f"the source '{value}' is a file, not a folder", "name the folder that it is in")
    else:
        check.error(key, f"the source folder '{value}' does not exist", _sibling(folder, str(value)))
    return None


def _sibling(folder: Path, given: str) -> str:
    """A hint that names the folder beside ``folder`` with the name nearest to its own, in the way it was given."""
    try:
        with os.scandir(folder.parent) as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return ""
    given = given.rstrip("/")
    before = os.path.dirname(given)
    return did_you_mean(given, [os.path.join(before, name) for name in sorted(names)])


def read_shared_cache(check: Checks, value: object) -> str:
    """The URL of the shared cache, or ``""``."""
    if value is None:
        return ""
    key = ("shared_cache",) if "shared_cache" in check.settings.values else ("cache",)
    text = check.text(key, value, "")
    return (check.ruled(key, text, store_url, "the shared cache") or "") if text else ""


def check_folders(check: Checks, roots: Sequence[Path], output: Path, manifest: Path | None, cache: Path) -> None:
    """See that nothing is written over sources, into a file, or where it would be served by mistake.

    All paths are absolute and without links, so that they compare by their components; ``manifest`` is ``None`` if
    it is in its usual place.
    """
    good = [_may_be_written(check, name, folder, roots) for name, folder in (("output", output), ("cache", cache))]
    if not all(good):
        pass  # one error for one mistake
    elif cache.is_relative_to(output):
        check.error(("cache",), "'cache' lies in the output and would be served", "move it out of there")
    elif output.is_relative_to(cache):
        check.error(("cache",), "'cache' contains the output", "give it a folder of its own")
    if manifest is None:
        return
    if os.path.isdir(manifest) or any(each.is_relative_to(manifest) for each in (output, cache, *roots)):
        check.error(("manifest",), "'manifest' is a folder", 'name a file, such as "build/manifest.json"')
    elif file := file_in_the_way(manifest.parent):
        check.error(("manifest",), f"'manifest' cannot be written: '{_shown(check, file)}' is a file, not a folder")


def _may_be_written(check: Checks, name: str, folder: Path, roots: Sequence[Path]) -> bool:
    key = (name,)
    home = os.path.realpath(os.path.expanduser("~"))
    held = [root for root in roots if root.is_relative_to(folder)]
    if folder.parent == folder:
        check.error(key, f"{name!r} is the root of the file system", OWN_FOLDER)
    elif Path(home).is_relative_to(folder):
        check.error(key, f"{name!r} is or contains your home folder", OWN_FOLDER)
    elif held:
        how = "is" if folder == held[0] else "contains"
        check.error(key, f"{name!r} {how} the source folder '{_shown(check, held[0])}'", OWN_FOLDER)
    elif file := file_in_the_way(folder):
        how = "is a file" if file == folder else f"cannot be made: '{_shown(check, file)}' is a file"
        check.error(key, f"{name!r} {how}, not a folder", OWN_FOLDER)
    else:
        return True
    return False


def _shown(check: Checks, path: Path) -> str:
    return os.path.relpath(path, os.path.realpath(check.settings.project)).replace(os.sep, "/")


def file_in_the_way(folder: Path) -> Path | None:
    """What stands where ``folder`` or one above it would have to be, if it is no folder."""
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each) or each == each.parent)
    return None if os.path.isdir(there) else there
