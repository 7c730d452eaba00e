"""``url_for``: of a static endpoint the final URL, of any other what Flask says."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

import flask
from werkzeug.datastructures import iter_multi_items

from pipeline.adapters.flask.bases import Asked, Bases, anchored
from pipeline.adapters.flask.folders import Folder, Folders
from pipeline.adapters.flask.hosts import CDN
from pipeline.adapters.flask.requests import current_request
from pipeline.errors import ManifestError
from pipeline.runtime import Assets

LOG = logging.getLogger("pipeline")
MANY = 1000
"""Places that are remembered, and names that are complained about: their number is up to those who send requests."""
QUERY = "!$'()*,/:;?@"
"""What Werkzeug leaves as it is."""


class Place(NamedTuple):
    """What a static endpoint means in requests that are alike: where its files are served, and their fixed version."""

    base: str
    folder: Folder
    version: str | None


class Urls:
    """Has what takes the place of ``app.url_for``.

    Args:
        app: Flask's or Quart's.
        folders: of the app.
        assets: at relative URLs.
        bases: where they are served.
        cdn: the settings of Flask-CDN, if there are any.
    """

    def __init__(self, app: flask.Flask, folders: Folders, assets: Assets, bases: Bases, cdn: CDN | None) -> None:
        self._app, self._folders, self._assets, self._bases = app, folders, assets, bases
        self._has_cdn, self._timestamps = cdn is not None, cdn is not None and cdn.timestamp
        self._request = current_request(app)
        self._places: dict[tuple[str | bool | None, ...], Place] = {}
        self._complained: set[str] = set()

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """As ``flask.Flask.url_for``; outside a request a static URL needs no ``SERVER_NAME``.

        Raises:
            ManifestError: there is no such file, and the app is in debug mode or tested.
        """
        if not (endpoint.endswith("static") or self._has_cdn):
            return self._bases.of_flask(
                endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
            )
        if endpoint[:1] == ".":
            request = self._current()
            blueprint = request.blueprint if request else None
            endpoint = f"{blueprint}{endpoint}" if blueprint else endpoint[1:]
        try:  # what pages ask for again and again
            request = self._request()
            known = self._places[endpoint, request.root_path, request.scheme, request.host, _scheme, _external, _method]
            url = known.base + self._assets.url(known.folder.prefix + values["filename"])
        except (KeyError, TypeError, RuntimeError, ManifestError):  # it is not known yet, or not that simple
            asked = {"_anchor": _anchor, "_method": _method, "_scheme": _scheme, "_external": _external}
            return self._looked_up(endpoint, asked, values)
        if len(values) > 1 or known.version or self._app.url_default_functions:
            url = self._with_query(endpoint, url, known, values)
        return url if _anchor is None else url + anchored(_anchor)

    def _looked_up(self, endpoint: str, asked: Asked, values: dict[str, Any]) -> str:
        folder = self._folders.get(endpoint)
        if folder is None and not self._bases.at_cdn(endpoint):
            return self._bases.of_flask(endpoint, **asked, **values)
        request, name = self._current(), values.get("filename")
        if folder is None or name is None or asked["_method"] not in {None, "GET", "HEAD"}:
            return self._bases.plain(endpoint, asked, values, request, folder)
        try:
            url = self._assets.url(folder.prefix + str(name))
        except ManifestError:
            self._stamp(endpoint, folder, values)
            return self._bases.plain(endpoint, asked, values, request, folder)
        place = self._place(endpoint, folder, request, asked)
        return self._with_query(endpoint, place.base + url, place, values) + anchored(asked["_anchor"])

    def _place(self, endpoint: str, folder: Folder, request: Any, asked: Asked) -> Place:
        base = self._bases.base(endpoint, request, asked["_scheme"], asked["_external"])
        place = Place(base, folder, self._bases.version(endpoint))
        if request is not None:
            if len(self._places) >= MANY:
                self._places.clear()
            at = endpoint, request.root_path, request.scheme, request.host
            self._places[*at, asked["_scheme"], asked["_external"], asked["_method"]] = place
        return place

    def _with_query(self, endpoint: str, url: str, place: Place, values: dict[str, Any]) -> str:
        """A URL from the manifest with more in its query; a ``v`` takes the place of any other, ``None`` drops it."""
        if self._app.url_default_functions:
            self._app.inject_url_defaults(endpoint, values)
        location, _, fingerprint = url.partition("?v=")
        version = place.version or fingerprint
        rest = {"v": version, **values} if version else values
        items = [item for item in rest.items() if item[0] not in place.folder.arguments]
        query = encoded(tuple(items)) if all(type(value) is str for _, value in items) else encode(items)
        return f"{location}?{query}" if query else location

    def _current(self) -> Any:
        try:
            return self._request()
        except RuntimeError:
            return None

    def _stamp(self, endpoint: str, folder: Folder, values: dict[str, Any]) -> None:
        """Complete the query of what is no asset, but may be a file: an upload, or one that is not to be published.

        Raises:
            ManifestError: it is no file either, and somebody is there to mend that.
        """
        name = str(values["filename"])
        file = folder.file(name)
        strict = self._app.debug or self._app.testing or Assets.stand_in is not None
        if file is None and strict:
            self._assets.entry(folder.prefix + name)
        if file is None and name not in self._complained and len(self._complained) < MANY:
            self._complained.add(name)
            LOG.warning("url_for(%r, filename=%r): there is no such file", endpoint, name)
        if version := self._bases.version(endpoint):
            values.setdefault("v", version)
        if file is not None and self._timestamps and self._bases.at_cdn(endpoint):
            values.setdefault("t", int(os.path.getmtime(file)))


def encode(items: Iterable[tuple[str, Any]]) -> str:
    """A query as Werkzeug writes it: a list is a key several times, ``None`` is left out."""
    several = [item for item in iter_multi_items(dict(items)) if item[1] is not None]
    return urlencode(several, safe=QUERY)


encoded = lru_cache(256)(encode)
"""The same for strings: pages have few versions."""
