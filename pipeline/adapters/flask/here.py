"""The assets of an app as the current request has them: the base URL may depend on it."""

from __future__ import annotations

import flask

from pipeline.adapters.flask.bases import Bases
from pipeline.adapters.flask.requests import current_request
from pipeline.runtime import Assets
from pipeline.runtime.lookup import Lookup
from pipeline.runtime.tags import Html

HOSTS, BASES = 1000, 16
"""How many are remembered: any request may name another host, but few lead to another base URL."""


class Here(Assets):
    """Every question is answered at the base URL of the current request.

    Args:
        app: Flask's or Quart's.
        assets: of the app, at relative URLs.
        bases: where they are served.
    """

    __slots__ = ("_app", "_assets", "_bases", "_known", "_lookups", "_request")

    def __init__(self, app: flask.Flask, assets: Assets, bases: Bases) -> None:
        self._app, self._assets, self._bases, self._request = app, assets, bases, current_request(app)
        self._known: dict[tuple[str, ...], str] = {}
        self._lookups: dict[str, Lookup] = {}

    def refresh(self) -> None:
        """As `pipeline.runtime.Assets.refresh`."""
        self._assets.refresh()

    def live_reload(self, nonce: object = "") -> Html:
        """As `pipeline.runtime.Assets.live_reload`, in debug mode."""
        return self._assets.live_reload(nonce) if self._app.debug else Html()

    @property
    def _now(self) -> Lookup:  # type: ignore[override]
        relative, base = self._assets._now, self._base()  # noqa: SLF001  (these are its assets)
        lookup = self._lookups.get(base)
        if lookup is None or lookup.manifest is not relative.manifest:
            if len(self._lookups) >= BASES:
                self._lookups.clear()
            lookup = self._lookups[base] = relative.at(base)
        return lookup

    def _base(self) -> str:
        try:
            request = self._request()
        except RuntimeError:
            return self._bases.base("static", None)
        key = request.root_path, request.scheme, request.host
        if (base := self._known.get(key)) is None:
            if len(self._known) >= HOSTS:
                self._known.clear()
            base = self._known[key] = self._bases.base("static", request)
        return base
