"""What is known of the assets of one release at one base URL: each question is a lookup in memory."""

from __future__ import annotations

import os
import unicodedata
from functools import cached_property

from pipeline.errors import ConfigError, ManifestError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:  # an app that is being imported does not wait for it
    from collections.abc import Callable

    from pipeline.manifest import Manifest
    from pipeline.manifest.entry import Entry
    from pipeline.nearest import Known

ELSEWHERE = "http://", "https://", "//"
"""What base URLs of another origin begin with."""
BREAKING = " \"'<>\\^`{|}"
"""Characters of ASCII that stand in no URL (https://www.rfc-editor.org/rfc/rfc3986#section-2); controls neither."""


class Urls(dict[str, str]):
    """Whole URLs by path; ``otherwise`` is asked for those that are not there."""

    __slots__ = ("otherwise",)

    def __init__(self, urls: dict[str, str], otherwise: Callable[[str], str]) -> None:
        super().__init__(urls)
        self.otherwise = otherwise

    def __missing__(self, path: str) -> str:
        return self.otherwise(path)


class Lookup:
    """The assets of one release; it never changes.

    Args:
        manifest: of the release.
        base_url: such as ``/static/``; a ``/`` is put behind it where there is none, unless it ends in a query.
        folder: of the files, if they are at hand.

    Attributes:
        manifest: of the release.
        base_url: what stands before every URL.
        elsewhere: whether the base URL is of another origin.
        urls: by path, whole. Raises ManifestError for a path that is not there, as `entry` does.

    Raises:
        ConfigError: the base URL cannot be one.
    """

    def __init__(self, manifest: Manifest, base_url: str, folder: str = "") -> None:
        self.manifest = manifest
        self.base_url = _checked(base_url)
        self.elsewhere = base_url.startswith(ELSEWHERE)
        urls: dict[str, str] = {path: self.base_url + url for path, url in manifest.urls().items()}
        self.urls = Urls(urls, self._url_otherwise)
        self._folder = folder
        self._sizes: dict[str, tuple[int, int] | None] = {}

    def at(self, base_url: str) -> Lookup:
        """The same assets at another base URL.

        Raises:
            ConfigError: it cannot be one.
        """
        return Lookup(self.manifest, base_url, self._folder)

    def entry(self, path: str) -> Entry:
        """Everything that the manifest says of an asset.

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        found = self.manifest.get(path) or self.manifest.get(unicodedata.normalize("NFC", path))
        if found is None:
            raise self._unknown(path)
        return found

    def file(self, path: str) -> str | None:
        """Where an asset's file lies, if files are at hand."""
        return os.path.join(self._folder, self.entry(path).file) if self._folder else None

    def size(self, path: str) -> tuple[int, int] | None:
        """Width and height of an image in CSS pixels, if its file is at hand and tells; it is read once."""
        if path not in self._sizes:
            from pipeline.runtime.image_size import image_size

            file = self.file(path)
            self._sizes[path] = image_size(file) if file else None
        return self._sizes[path]

    @cached_property
    def import_map(self) -> str:
        """The release's import map as JSON that can stand in an element, with integrity; ``""`` if it has none."""
        if not self.manifest.imports:
            return ""
        import json

        imports = {self._at_base(name): self._at_base(url) for name, url in self.manifest.imports.items()}
        paths = {url: path for path, url in self.urls.items()}
        integrity = {url: self.entry(paths[url]).integrity for url in sorted({*imports.values()} & paths.keys())}
        # "<" could end the element or begin a comment in it.
        return json.dumps({"imports": imports, "integrity": integrity}).replace("<", "\\u003c")

    def _at_base(self, location: str) -> str:
        return self.base_url + location[2:] if location.startswith("./") else location

    def _url_otherwise(self, path: str) -> str:
        return self.base_url + self.entry(path).url

    def _unknown(self, path: str) -> ManifestError:
        return ManifestError(f"no asset {path!r} in the manifest", hint=did_you_mean(path, self._known))

    @cached_property
    def _known(self) -> Known:
        from pipeline.nearest import Known

        return Known(self.manifest.entries)


def read(file: str, base_url: str) -> Lookup:
    """A lookup in the manifest that is in a file, with the files of the release beside it.

    Raises:
        ManifestError: it cannot be read, or is not a manifest of a version that is known.
        ConfigError: the base URL cannot be one.
    """
    from pipeline.manifest import Manifest

    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise ManifestError(
            f"cannot be read: {error.strerror}", path=file, hint="run `pipeline build` first"
        ) from error
    return Lookup(Manifest.from_json(data, file), base_url, os.path.dirname(os.path.abspath(file)))


def _checked(base_url: str) -> str:
    for char in base_url:
        if char <= "\x1f" or char == "\x7f" or char in BREAKING:
            hint = f"write it %{ord(char):02X}"
            raise ConfigError(f"the base URL {base_url!r} has the character {char!r}", hint=hint)
    return base_url if not base_url or base_url.endswith("/") or "?" in base_url else f"{base_url}/"
