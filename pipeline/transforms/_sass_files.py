"""Which file a Sass ``@use`` or ``@import`` means, as https://sass-lang.com/documentation/at-rules/use/ says.

A stylesheet of the site has the URL ``asset:/css/site.scss``, one from elsewhere that of its file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from posixpath import join, normpath, splitext
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from pipeline.asset import AssetPath
from pipeline.engine.fetch import Fetch
from pipeline.engine.looking import name_of

ASSET, FILE = "asset", "file"
SYNTAXES = (".sass", ".scss", ".css")


class Ambiguous(Exception):  # noqa: N818  (reads as what it says)
    """Several files could be meant."""


def asset_url(path: str) -> str:
    """The URL of a stylesheet of the site."""
    return f"{ASSET}:/{quote(path)}"


class Folder(NamedTuple):
    """One in which is looked. A framework has a thousand files looked for that are not there, in a few of them.

    Attributes:
        names: of what may lie in it; ``None``: each must be asked for.
        places: what stands before a name in the inputs that stand for a file.
    """

    names: frozenset[str] | None
    places: tuple[str, ...]


class Files:
    """The stylesheets that others may use; whatever is looked for becomes an input.

    Args:
        fetch: looks.
        load_paths: folders, absolute, that are searched for what does not lie beside the stylesheet that names it;
            the last is the root of the site.
    """

    def __init__(self, fetch: Fetch, load_paths: Sequence[Path]) -> None:
        self._fetch = fetch
        self._roots = [*zip(fetch.folders, fetch.prefixes, strict=True)]
        self._outside = (*(os.path.join(folder, "") for folder in load_paths if self._inside(folder) is None),)
        self._bases = [*map(self._url, load_paths), asset_url("")]
        self._known: dict[str, bytes | None] = {}
        self._folders: dict[str, Folder] = {}

    def found(self, url: str, *, by_import: bool) -> str | None:
        """The URL of the stylesheet that another means; ``None`` if there is none.

        Args:
            url: absolute, where it would be beside the other; or else as it is written, to be searched for.
            by_import: whether ``@import`` asks, for which there may be files of its own.

        Raises:
            Ambiguous: there are several.
        """
        scheme = urlsplit(url).scheme
        if "%00" in url:  # no system has such names
            return None
        if scheme:
            return self._meant(url, by_import=by_import) if scheme in {ASSET, FILE} else None
        bases = (join(base, url.lstrip("/")) for base in self._bases)
        return next((found for base in bases if (found := self._meant(base, by_import=by_import))), None)

    def read(self, url: str) -> bytes | None:
        """What a stylesheet holds, ``None`` if there is none that may be read."""
        if url not in self._known:
            path = unquote(urlsplit(url).path)
            self._known[url] = self._of_the_site(path) if urlsplit(url).scheme == ASSET else self._from_outside(url)
        return self._known[url]

    def name(self, url: str) -> str:
        """What people call it: a path of the site, or one relative to the project."""
        parts = urlsplit(url)
        if parts.scheme == FILE:
            return os.path.relpath(url2pathname(parts.path), self._fetch.project).replace(os.sep, "/")
        return unquote(parts.path).removeprefix("/") if parts.scheme == ASSET else url

    def _of_the_site(self, path: str) -> bytes | None:
        path = normpath(path).lstrip("/")
        return self._fetch.text(AssetPath(path)) if path != "." else None

    def _from_outside(self, url: str) -> bytes | None:
        file = os.path.normpath(url2pathname(urlsplit(url).path))
        # A folder that was declared may have links: npm makes them for workspaces.
        return self._fetch.read(file) if file.startswith(self._outside) else None

    def _url(self, folder: Path) -> str:
        inside = self._inside(folder)
        return folder.as_uri() if inside is None else asset_url(inside)

    def _inside(self, folder: Path) -> str | None:
        """The path of a folder in the site."""
        for root, prefix in self._roots:
            if folder.is_relative_to(root):
                below = folder.relative_to(root).as_posix()
                return normpath(join(prefix, below)).removeprefix(".")
        return None

    def _meant(self, url: str, *, by_import: bool) -> str | None:
        folder, _, name = url.rpartition("/")
        stem, suffix = splitext(name)
        if suffix in SYNTAXES:
            only = self._one(folder, f"{stem}.import{suffix}") if by_import else None
            return only or self._one(folder, name)
        for place, base in ((folder, name), (url, "index")):
            for each in [f"{base}.import"] * by_import + [base]:
                if found := self._one(place, f"{each}.sass", f"{each}.scss") or self._one(place, f"{each}.css"):
                    return found
        return None

    def _one(self, folder: str, *names: str) -> str | None:
        """The URL of that of some files in a folder, or of the partials of their names, which there is."""
        possible = self._possible(folder, [each for name in names for each in (f"_{name}", name)])
        found = [url for name in possible if self.read(url := f"{folder}/{name}") is not None]
        if len(found) > 1:
            raise Ambiguous(f"It's not clear which file to import. Found: {', '.join(map(self.name, found))}")
        return found[0] if found else None

    def _possible(self, url: str, names: Sequence[str]) -> Sequence[str]:
        """Those names in a folder that are worth reading; that there is nothing under the others becomes inputs."""
        folder = self._folders.get(url) or self._folders.setdefault(url, self._folder(url))
        if folder.names is None:
            return names
        missing = [
            name
            for name in names
            if name not in folder.names and "%" not in name and name.isascii()
            if not any(place + name in self._fetch.files for place in folder.places)  # it may be called otherwise there
        ]
        for place in folder.places:
            self._fetch.inputs.update(dict.fromkeys([AssetPath(place + name) for name in missing]))
        return [name for name in names if name not in missing]

    def _folder(self, url: str) -> Folder:
        parts = urlsplit(url)
        if parts.scheme == ASSET:
            path = normpath(unquote(f"{parts.path}/")).lstrip("/")
            inside = f"{path}/" if path else ""
            folders = [folder for _, folder in self._fetch.places(inside)]
            places = [inside]
        else:
            folders = [os.path.join(os.path.normpath(url2pathname(parts.path)), "")]
            folders = folders if folders[0].startswith(self._outside) else []
            places = []
        names = [_names(folder) for folder in folders]
        places += [name_of(folder + "x", self._fetch.project)[:-1] for folder in folders]
        told = [each for each in names if each is not None]
        return Folder(frozenset[str]().union(*told) if len(told) == len(names) else None, (*places,))


def _names(folder: str) -> Sequence[str] | None:
    """Those of what lies in a folder; ``None`` if it does not tell."""
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError:
        return None
