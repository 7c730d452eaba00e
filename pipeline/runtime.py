"""What an app reads in production: the assets of a release, looked up in its manifest."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from pipeline import preloading, tags
from pipeline.errors import ManifestError
from pipeline.importmap_tag import import_map
from pipeline.lookup import Lookup
from pipeline.manifest import Entry, Manifest
from pipeline.statuses import status_at
from pipeline.tags import Html, Value

LOG = logging.getLogger("pipeline")


class Assets:
    """The assets of the release that an app shows.

    What gives an element takes any attributes besides, and of these:

    - ``nonce``: of the page's Content-Security-Policy.
    - ``integrity``: ``True`` or ``False``; by itself it is added where the base URL is of another origin.
    - ``crossorigin``: by itself ``anonymous`` where the base URL is of another origin and the type needs it.
    - ``data_x`` stands for ``data-x`` and ``async_`` for ``async``; ``True`` gives a bare attribute, ``None`` none.

    The text that they return has ``__html__``, so template engines do not escape it again.
    """

    __slots__ = ("_file", "_lock", "_now", "_status")

    def __init__(self, manifest: Manifest, base_url: str = "/") -> None:
        self._now = Lookup(manifest, base_url)
        self._file: str | None = None
        self._status: tuple[int, ...] = ()
        self._lock = Lock()

    @classmethod
    def load(cls, manifest: Path | str, base_url: str = "/", *, reload: bool = False) -> Assets:
        """Read a manifest once; every later question is a lookup in memory.

        Args:
            manifest: the file that the build wrote, ``build/manifest.json`` unless configured otherwise.
            base_url: such as ``/static/`` or ``https://cdn.example.com/static/``.
            reload: let `refresh` read it again when it has changed.

        Raises:
            ManifestError: the file cannot be read, or is not a manifest of a version that is known.
        """
        status = status_at(str(manifest))
        assets = cls(_read(str(manifest)), base_url)
        if reload:
            assets._file, assets._status = str(manifest), status
        return assets

    @classmethod
    def plain(
        cls, sources: Mapping[str, Path | str], base_url: str = "/", *, manifest: Path | str | None = None
    ) -> Assets:
        """Sources under their own names, for an app in debug mode that has no manifest.

        Args:
            sources: the files by logical path; what is not in it is unknown.
            base_url: such as ``/static/``.
            manifest: a file that `refresh` reads as soon as it is there.
        """
        from pipeline.plain import PlainEntries, plain_lookup

        assets = cls(Manifest({}), base_url)
        assets._now = plain_lookup(PlainEntries(sources), base_url)
        assets._file = str(manifest) if manifest is not None else None
        assets._status = status_at(assets._file) if assets._file else ()
        return assets

    def refresh(self) -> None:
        """Read the manifest again if it has changed; adapters call it once a request. Costs one stat at most."""
        if self._file is None:
            return
        status = status_at(self._file)
        if status == self._status or not self._lock.acquire(blocking=False):
            return
        try:
            self._status = status
            self._now = Lookup(_read(self._file), self._now.base_url)
        except ManifestError as error:
            LOG.warning("%s; the last good manifest stays in use", error)
        finally:
            self._lock.release()

    @property
    def manifest(self) -> Manifest:
        """Of the release."""
        return self._now.manifest

    @property
    def base_url(self) -> str:
        """What stands before every URL, with ``/`` at its end, or ``""``."""
        return self._now.base_url

    def url(self, path: str) -> str:
        """The URL of the asset ``path``, such as ``/static/css/site-3f2a9c01b7de40aa.css``.

        Raises:
            ManifestError: there is no such asset, with the nearest name. So does everything below.
        """
        return self._now.urls[path]

    def entry(self, path: str) -> Entry:
        """Everything that the manifest says of the asset."""
        return self._now.entry(path)

    def integrity(self, path: str) -> str:
        """The SRI string of the asset, for an ``integrity`` attribute (https://www.w3.org/TR/SRI/)."""
        return self._now.entry(path).integrity

    def fingerprint(self, path: str) -> str:
        """The part of the asset's URL that changes with its content."""
        return self._now.fingerprint(path)

    def tag(self, path: str, **attributes: Value) -> Html:
        """An element by the asset's type: stylesheet, script (``module=True`` or ``.mjs``: module), image, preload."""
        return tags.tag(self._now, path, **attributes)

    def tags(self, *paths: str, **attributes: Value) -> Html:
        """`tag` for each, a line each."""
        now = self._now
        return Html("\n".join(tags.tag(now, path, **attributes) for path in paths))

    def stylesheet(self, path: str, **attributes: Value) -> Html:
        """``<link rel="stylesheet">``."""
        return tags.stylesheet(self._now, path, **attributes)  # type: ignore[arg-type]

    def script(self, path: str, **attributes: Value) -> Html:
        """``<script>``."""
        return tags.script(self._now, path, **attributes)  # type: ignore[arg-type]

    def module(self, path: str, **attributes: Value) -> Html:
        """``<script type="module">``."""
        return tags.module(self._now, path, **attributes)  # type: ignore[arg-type]

    def image(self, path: str, **attributes: Value) -> Html:
        """``<img>``."""
        return tags.image(self._now, path, **attributes)  # type: ignore[arg-type]

    def preload(self, path: str, **attributes: Value) -> Html:
        """``<link rel="preload">``, for ``module=True`` or ``.mjs`` ``<link rel="modulepreload">``."""
        return tags.preload(self._now, path, **attributes)  # type: ignore[arg-type]

    def import_map(self, nonce: str = "") -> Html:
        """The element ``<script type="importmap">`` with integrity; it must stand before all modules and preloads."""
        return import_map(self._now, nonce)

    def preloads(self, *paths: str) -> list[str]:
        """The paths of all that these assets reference, at any distance, nearest first, each once."""
        return [*preloading.preloads(self._now, paths)]

    def preload_tags(self, *paths: str, nonce: str = "") -> Html:
        """`preload` for all that these assets reference, a line each."""
        now = self._now
        found = preloading.preloads(now, paths)
        return Html("\n".join(tags.preload(now, path, nonce, module=module) for path, module in found.items()))

    def link_headers(self, *paths: str, nonce: str = "") -> list[str]:
        """Values of ``Link`` headers for these assets and all that they reference, also for ``103 Early Hints``."""
        return preloading.link_headers(self._now, paths, nonce)


def _read(file: str) -> Manifest:
    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise ManifestError(
            f"cannot be read: {error.strerror}", path=file, hint="run `pipeline build` first"
        ) from error
    return Manifest.from_json(data, file)
