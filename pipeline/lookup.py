"""What is known of the assets of one release at one base URL: each question is a lookup in memory."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from posixpath import basename, splitext

from pipeline.asset import AssetPath
from pipeline.manifest import Entry, Manifest, digest_of
from pipeline.urls import url_of

ELSEWHERE = ("http://", "https://", "//")
"""What base URLs of another origin begin with."""
LENGTH = 16
"""Hexadecimal digits of a fingerprint, where no name shows how many there are."""
SHORTEST = 8
RUN = re.compile(r"[0-9a-f]{8,64}")


class Urls(dict[str, str]):
    """Whole URLs by path; one that is not there is looked up once more, or raises ManifestError."""

    __slots__ = ("otherwise",)

    def __init__(self, urls: Mapping[str, str], otherwise: Callable[[str], str]) -> None:
        super().__init__(urls)
        self.otherwise = otherwise

    def __missing__(self, path: str) -> str:
        return self.otherwise(path)


class Lookup:
    """The assets of one release; it never changes.

    Attributes:
        manifest: of the release.
        base_url: what stands before every URL, with ``/`` at its end, or ``""``.
        urls: by path, whole.
        elsewhere: whether the base URL is of another origin.
    """

    __slots__ = ("base_url", "elsewhere", "manifest", "urls")

    def __init__(self, manifest: Manifest, base_url: str, urls: Mapping[str, str] | None = None) -> None:
        self.manifest = manifest
        self.base_url = with_slash(base_url)
        self.elsewhere = base_url.startswith(ELSEWHERE)
        if urls is None:
            urls = {path: self.base_url + entry.url for path, entry in manifest.entries.items()}
        self.urls = Urls(urls, lambda path: self.base_url + self.entry(path).url)

    def entry(self, path: str) -> Entry:
        """Everything that the manifest says of an asset.

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        found = self.manifest.entries.get(AssetPath(path))
        return found or self.manifest[unicodedata.normalize("NFC", path)]

    def fingerprint(self, path: str) -> str:
        """What of an asset's URL changes with its content, or would if it had not kept its name: hexadecimal digits.

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        entry = self.entry(path)
        location, _, version = entry.url.partition("?v=")
        digest = digest_of(entry.integrity)
        if version or location == url_of(path):
            return version or digest[:LENGTH]
        name = basename(location)
        fitting = [length for length in range(len(digest), SHORTEST - 1, -1) if digest[:length] in name]
        if fitting:
            return digest[: fitting[0]]
        # It is in a cycle, so its digest is not that of its bytes alone.
        return max(RUN.findall(name.replace(splitext(basename(url_of(path)))[0], "", 1)), key=len, default="")


def with_slash(base_url: str) -> str:
    """A base URL as it stands before names."""
    return base_url if not base_url or base_url.endswith("/") else f"{base_url}/"
