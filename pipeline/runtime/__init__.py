"""What an app reads in production: the assets of a release, looked up in its manifest."""

from __future__ import annotations

from pipeline.runtime import preloading, tags
from pipeline.runtime.lookup import Lookup, read
from pipeline.runtime.tags import Html

TYPE_CHECKING = False
if TYPE_CHECKING:  # an app that is being imported does not wait for it
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import ClassVar

    from pipeline.manifest import Manifest
    from pipeline.manifest.entry import Entry
    from pipeline.runtime.reload import Reload


class Assets:
    """The assets of the release that an app shows.

    What gives an element takes any attributes besides, and of these:

    - ``nonce``: of the page's Content-Security-Policy.
    - ``integrity``: ``True`` or ``False``; unless given it is there if the base URL is of another origin.
    - ``crossorigin``: unless given it is ``anonymous`` with ``integrity``, and for preloads of fonts and data.
    - ``data_x`` stands for ``data-x`` and ``async_`` for ``async``; ``True`` gives a bare attribute, ``None`` none.

    The text that they return has ``__html__``, so template engines do not escape it again. A name that cannot be an
    attribute's is a ValueError.
    """

    __slots__ = ("_now", "_reload")

    stand_in: ClassVar[Callable[[str, str], Lookup] | None] = None
    """What is used for any manifest and base URL while tests run that need no build, see `pipeline.runtime.unbuilt`."""

    def __init__(self, lookup: Lookup, reload: Reload | None = None) -> None:
        self._now = lookup
        self._reload = reload

    @classmethod
    def load(cls, manifest: Path | str, base_url: str = "/", *, reload: bool = False) -> Assets:
        """Read a manifest once; every later question is a lookup in memory.

        Args:
            manifest: the file that the build wrote, ``build/manifest.json`` unless configured otherwise.
            base_url: such as ``/static/`` or ``https://cdn.example.com/static/``.
            reload: let `refresh` read it again when it has changed.

        Raises:
            ManifestError: the file cannot be read, or is not a manifest of a version that is known.
            ConfigError: the base URL cannot be one.
        """
        file = str(manifest)
        if cls.stand_in is not None:
            return cls(cls.stand_in(file, base_url))
        watched = _watched(file, base_url) if reload else None
        return cls(read(file, base_url), watched)

    @classmethod
    def plain(
        cls, sources: Mapping[str, Path | str | None], base_url: str = "/", *, manifest: Path | str | None = None
    ) -> Assets:
        """Sources under their own names, where nothing is built: in debug mode and in tests.

        Args:
            sources: the files by logical path, ``None`` for what would be made. What is not in it is unknown; it is
                asked each time, so it may change.
            base_url: such as ``/static/``.
            manifest: a file that `refresh` reads as soon as it is there.

        Raises:
            ConfigError: the base URL cannot be one.
        """
        from pipeline.runtime.plain import PlainLookup

        return cls(PlainLookup(sources, base_url), _watched(str(manifest), base_url) if manifest else None)

    def refresh(self) -> None:
        """Read the manifest again if it has changed and ``reload`` was asked for: one stat at most.

        Adapters call it once a request. A manifest that is missing or broken is logged once, and the last good one
        stays. What is asked meanwhile is answered from one release, the old one or the new one.
        """
        if self._reload is not None:
            self._reload.look(self._put)

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
        from pipeline.runtime.fingerprint import fingerprint_of

        return fingerprint_of(path, self._now.entry(path))

    def tag(self, path: str, **attributes: object) -> Html:
        """The element that an asset of its type stands in.

        A stylesheet, a script, for ``.mjs`` or with ``module=True`` a module, an image, a link to an icon or web app
        manifest, or else a preload.
        """
        return tags.tag(self._now, path, **attributes)

    def tags(self, *paths: str, **attributes: object) -> Html:
        """`tag` for each, a line each."""
        now = self._now
        return Html("\n".join(tags.tag(now, path, **attributes) for path in paths))

    def stylesheet(self, path: str, **attributes: object) -> Html:
        """``<link rel="stylesheet">``."""
        return tags.stylesheet(self._now, path, **attributes)

    def script(self, path: str, **attributes: object) -> Html:
        """``<script>``."""
        return tags.script(self._now, path, **attributes)

    def module(self, path: str, **attributes: object) -> Html:
        """``<script type="module">``."""
        return tags.script(self._now, path, **{**attributes, "module": True})

    def image(self, path: str, **attributes: object) -> Html:
        """``<img>``, with width and height if the file is at hand, see `pipeline.runtime.image_size`."""
        return tags.image(self._now, path, **attributes)

    def preload(self, path: str, **attributes: object) -> Html:
        """``<link rel="preload">``, or for ``.mjs`` or with ``module=True`` ``<link rel="modulepreload">``.

        Raises:
            ValueError: browsers do not preload such an asset.
        """
        return tags.preload(self._now, path, **attributes)

    def import_map(self, nonce: object = "") -> Html:
        """``<script type="importmap">`` with integrity, or ``""``; it must stand before all modules and preloads."""
        return tags.import_map(self._now, nonce)

    def live_reload(self, nonce: object = "") -> Html:
        """The element by which a page shows what `pipeline watch --reload` makes, or ``""`` if that does not run.

        It looks for it only with ``reload``. Adapters give it in debug mode only.
        """
        if self._reload is None:
            return Html()
        from pipeline.runtime.live import script_url

        url = script_url(self._reload.file)
        return tags.live_reload(url, nonce) if url else Html()

    def preloads(self, *paths: str) -> list[str]:
        """The paths of all that these assets reference and browsers preload, at any distance, nearest first."""
        return [*preloading.preloads(self._now, paths)]

    def preload_tags(self, *paths: str, nonce: object = "") -> Html:
        """`preload` for each of `preloads`, a line each; of a font in several formats only for the best."""
        return tags.preload_tags(self._now, paths, nonce)

    def link_headers(self, *paths: str, nonce: str = "") -> list[str]:
        """Values of ``Link`` headers for these assets and what `preload_tags` names, also for ``103 Early Hints``.

        A script that references scripts is taken for a module.

        Raises:
            ValueError: the nonce cannot be one.
        """
        return preloading.link_headers(self._now, paths, nonce)

    def _put(self, lookup: Lookup) -> None:
        self._now = lookup


def _watched(file: str, base_url: str) -> Reload:
    from pipeline.runtime.reload import Reload

    return Reload(file, base_url)
