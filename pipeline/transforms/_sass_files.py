"""Which file a Sass ``@use`` or ``@import`` means, as https://sass-lang.com/documentation/at-rules/use/ says.

A stylesheet of the site has the URL ``asset:/css/site.scss``, one from elsewhere that of its file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from posixpath import basename, dirname, join, normpath, splitext
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from pipeline.asset import AssetPath
from pipeline.engine.fetch import Fetch

ASSET, FILE = "asset", "file"
SYNTAXES = (".sass", ".scss", ".css")


class Ambiguous(Exception):  # noqa: N818  (reads as what it says)
    """Several files could be meant."""


def asset_url(path: str) -> str:
    """The URL of a stylesheet of the site."""
    return f"{ASSET}:/{quote(path)}"


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
        self._outside = [folder for folder in load_paths if self._inside(folder) is None]
        self._bases = [*map(self._url, load_paths), asset_url("")]
        self._known: dict[str, bytes | None] = {}

    def found(self, url: str, *, by_import: bool) -> str | None:
        """The URL of the stylesheet that another means; ``None`` if there is none.

        Args:
            url: absolute, where it would be beside the other; or else as it is written, to be searched for.
            by_import: whether ``@import`` asks, for which there may be files of its own.

        Raises:
            Ambiguous: there are several.
        """
        scheme = urlsplit(url).scheme
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
        file = Path(os.path.normpath(url2pathname(urlsplit(url).path)))
        # A folder that was declared may have links: npm makes them for workspaces.
        return self._fetch.read(file) if any(file.is_relative_to(folder) for folder in self._outside) else None

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
        stem, suffix = splitext(url)
        if suffix in SYNTAXES:
            only = self._one([f"{stem}.import{suffix}"]) if by_import else None
            return only or self._one([url])
        for base in (url, join(url, "index")):
            for each in [f"{base}.import"] * by_import + [base]:
                if found := self._one([f"{each}.sass", f"{each}.scss"]) or self._one([f"{each}.css"]):
                    return found
        return None

    def _one(self, urls: Sequence[str]) -> str | None:
        """That of some URLs, or of the partials of their names, which there is."""
        named = [each for url in urls for each in (join(dirname(url), f"_{basename(url)}"), url)]
        found = [url for url in named if self.read(url) is not None]
        if len(found) > 1:
            raise Ambiguous(f"It's not clear which file to import. Found: {', '.join(map(self.name, found))}")
        return found[0] if found else None
