"""What an app reads in production: the URL of an asset, looked up in the manifest of a release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeline.errors import ManifestError
from pipeline.manifest import Entry, Manifest


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets of one release, as an app sees them.

    Attributes:
        manifest: of the release.
        base_url: what stands before every URL, with ``/`` at its end, or ``""``.
    """

    manifest: Manifest
    base_url: str

    @classmethod
    def load(cls, manifest: Path, base_url: str) -> Assets:
        """Read a manifest once; every later question is a lookup in memory.

        Args:
            manifest: the file that the build wrote, ``build/manifest.json`` unless configured otherwise.
            base_url: such as ``/static/`` or ``https://cdn.example.com/static/``.

        Raises:
            ManifestError: the file cannot be read, or is not a manifest of a version that is known.
        """
        try:
            data = manifest.read_bytes()
        except OSError as error:
            raise ManifestError(
                f"cannot be read: {error.strerror}", path=str(manifest), hint="run `pipeline build` first"
            ) from error
        end = "/" if base_url and not base_url.endswith("/") else ""
        return cls(Manifest.from_json(data, str(manifest)), base_url + end)

    def url(self, path: str) -> str:
        """The URL of the asset ``path``, such as ``/static/css/site-3f2a9c01b7de40aa.css``.

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        return self.base_url + self.entry(path).url

    def integrity(self, path: str) -> str:
        """The SRI string of the asset, for an ``integrity`` attribute (https://www.w3.org/TR/SRI/).

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        return self.entry(path).integrity

    def import_map(self, nonce: str = "") -> str:
        """The element ``<script type="importmap">`` with integrity; it must stand before all modules and preloads.

        Args:
            nonce: of the page's Content-Security-Policy, if it has one.
        """
        imports = {self._at_base(name): self._at_base(url) for name, url in self.manifest.imports.items()}
        known = {self.base_url + entry.url: entry.integrity for entry in self.manifest.entries.values()}
        integrity = {url: known[url] for url in sorted(set(imports.values()) & known.keys())}
        # "<" could end the element or begin a comment in it.
        text = json.dumps({"imports": imports, "integrity": integrity}).replace("<", "\\u003c")
        attribute = f' nonce="{escape(nonce)}"' if nonce else ""
        return f'<script type="importmap"{attribute}>{text}</script>'

    def _at_base(self, location: str) -> str:
        return self.base_url + location[2:] if location.startswith("./") else location

    def entry(self, path: str) -> Entry:
        """Everything that the manifest says of the asset.

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        return self.manifest[path]
