"""Where an app's static files are served, as the current request sees it: at the app itself, or at another host."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import flask

from pipeline.adapters.flask.folders import Folder
from pipeline.adapters.flask.hosts import Host
from pipeline.adapters.flask.settings import Settings

ANCHOR = "%!#$&'()*+,/:;=?@"
"""What Flask leaves as it is."""
Asked = Mapping[str, Any]
"""The arguments ``_anchor``, ``_method``, ``_scheme`` and ``_external`` of ``url_for``."""
NOTHING: Asked = dict.fromkeys(("_anchor", "_method", "_scheme", "_external"))


class Bases:
    """Asks Flask where static files are, and puts a host before that where the settings name one.

    Args:
        app: Flask's or Quart's.
        settings: of the app.
        endpoint: under which the release is served.
    """

    def __init__(self, app: flask.Flask, settings: Settings, endpoint: str) -> None:
        self._app, self._settings, self._endpoint = app, settings, endpoint
        self.of_flask = app.url_for  # before anything takes its place

    def base(self, endpoint: str, request: Any, scheme: str | None = None, external: bool | None = None) -> str:
        """What stands before the relative URL of an asset.

        Args:
            endpoint: that was asked for.
            request: the current one, if there is one.
            scheme, external: as ``_scheme`` and ``_external`` of ``url_for``.
        """
        if own := self._settings.base_url:
            return f"{scheme}://{own.partition('//')[2]}" if scheme else own
        asked = {**NOTHING, "_scheme": scheme, "_external": external}
        host = self._host(endpoint, is_static=True)
        return self._at(host, self._endpoint, asked, {"filename": ""}, request).partition("?")[0]

    def plain(self, endpoint: str, asked: Asked, values: dict[str, Any], request: Any, folder: Folder | None) -> str:
        """The URL that Flask gives to what is no asset, at the host that serves it."""
        return self._at(self._host(endpoint, is_static=folder is not None), endpoint, asked, values, request)

    def version(self, endpoint: str) -> str | None:
        """The fixed version in URLs of an endpoint."""
        cdn = self._settings.cdn
        return self._settings.version or (cdn.version if cdn and self.at_cdn(endpoint) else None)

    def at_cdn(self, endpoint: str) -> bool:
        """Whether an endpoint is served as the settings of Flask-CDN say."""
        cdn = self._settings.cdn
        return cdn is not None and not (self._app.debug if cdn.debug is None else cdn.debug) and cdn.serves(endpoint)

    def _host(self, endpoint: str, *, is_static: bool) -> Host | None:
        if self._settings.cdn and self.at_cdn(endpoint):
            return self._settings.cdn.host
        return self._settings.host if is_static else None

    def _at(self, host: Host | None, endpoint: str, asked: Asked, values: dict[str, Any], request: Any) -> str:
        if host is None:
            return self._local(endpoint, asked, values, request)
        location = self._local(endpoint, {**asked, "_external": False, "_scheme": None}, values, request)
        return host.url(location, asked["_scheme"], request.scheme if request else self._scheme())

    def _local(self, endpoint: str, asked: Asked, values: dict[str, Any], request: Any) -> str:
        """Flask's own; outside a request, without SERVER_NAME and unless a host was asked for, the path alone."""
        config = self._app.config
        if request or config["SERVER_NAME"] is not None or asked["_external"] or asked["_scheme"] is not None:
            return self.of_flask(endpoint, **asked, **values)
        self._app.inject_url_defaults(endpoint, values)
        nowhere = self._app.url_map.bind("", script_name=config["APPLICATION_ROOT"], url_scheme=self._scheme())
        return nowhere.build(endpoint, values, method=asked["_method"]) + anchored(asked["_anchor"])

    def _scheme(self) -> str:
        config = self._app.config
        return (
            "https" if config.get("PREFER_SECURE_URLS") else config.get("PREFERRED_URL_SCHEME", "http")
        )  # Quart, Flask


@lru_cache(256)
def anchored(anchor: str | None) -> str:
    """The end of a URL with an anchor."""
    return "" if anchor is None else "#" + quote(anchor, safe=ANCHOR)
