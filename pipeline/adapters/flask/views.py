"""Serves a release under the app's own static route, see `pipeline.serving`; anything else is left to Flask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Any

import flask

from pipeline.adapters.flask.folders import static_path
from pipeline.adapters.flask.requests import waits
from pipeline.adapters.flask.settings import Settings
from pipeline.media_types import media_type
from pipeline.runtime import Assets

TYPE_CHECKING = False
if TYPE_CHECKING:  # an app whose files a web server serves does not wait for it
    from pipeline.serving.response import Response
    from pipeline.serving.table import Table

OWN = "_pipeline"
BLOCK = 1 << 16
NOT_FOUND = 404
Sources = Mapping[str, Path | None]


class Files:
    """What there is behind the base URL of an app; a name is looked up and never made a path.

    Args:
        assets: of the app.
        settings: of the app.
        sources: what the assets are until there is a manifest, by path.
    """

    def __init__(self, assets: Assets, settings: Settings, sources: Sources | None) -> None:
        self._assets, self._settings, self._sources = assets, settings, sources
        self._plain = assets.manifest
        self._latest: Callable[[], Table] | None = None

    def plain(self, name: str) -> Path | None:
        """The source of a name, as long as nothing is built."""
        if self._sources is None or self._assets.manifest is not self._plain:
            return None
        return self._sources.get(name)

    def answer(self, name: str, request: Any) -> Response | None:
        """What a request for a file of the release gets, or of an earlier one that is still there."""
        from pipeline.serving.latest import tables
        from pipeline.serving.response import respond

        if self._sources is not None and self._assets.manifest is self._plain:
            return None
        if self._latest is None:
            # Whatever another site is to use needs CORS, and a CDN hands on what it gets here.
            self._latest = tables(self._settings.manifest, "/", self._settings.output, "*", reload=True)
        if (resource := self._latest().find(f"/{name}")) is None:
            return None
        fields = {f"HTTP_{key.upper().replace('-', '_')}": value for key, value in request.headers.items()}
        return respond(resource, request.method, request.query_string.decode("latin-1"), fields)


def serve(app: flask.Flask, files: Files) -> str:
    """Have an app serve its assets where it serves its static folder.

    Returns:
        The endpoint: ``static``, or one of its own in an app that has no static folder.
    """
    endpoint = "static" if "static" in app.view_functions else OWN
    if endpoint == OWN:
        app.add_url_rule(f"{static_path(app)}<path:filename>", OWN, _nothing)
    otherwise = app.view_functions[endpoint]

    def view(filename: str) -> Any:
        if (answer := files.answer(filename, flask.request)) is not None:
            return _response(app, answer)
        if (file := files.plain(filename)) is not None:
            return flask.send_file(file, mimetype=_kind(filename))
        flask.after_this_request(_unkept)
        return otherwise(filename=filename)

    async def quart_view(filename: str) -> Any:
        import quart

        if (answer := files.answer(filename, quart.request)) is not None:
            return _response(app, answer)
        if (file := files.plain(filename)) is not None:
            return await quart.send_file(file, mimetype=_kind(filename), conditional=True)
        quart.after_this_request(_unkept)
        return await app.ensure_async(otherwise)(filename=filename)  # type: ignore[attr-defined]

    app.view_functions[endpoint] = quart_view if waits(app) else view
    return endpoint


def _nothing(filename: str) -> Any:
    flask.abort(404, filename)


def _unkept(response: Any) -> Any:
    if response.status_code == NOT_FOUND:  # no cache may hold it against a file that comes later
        response.headers["Cache-Control"] = "no-store"
    return response


def _kind(filename: str) -> str:
    return media_type(filename).partition(";")[0]


def _response(app: flask.Flask, answer: Response) -> Any:
    file = answer.file
    body = [answer.data] if file is None else _blocks(file, answer.length)  # a list: its length is not that of HEAD
    response = app.response_class(body, answer.status, answer.fields)
    if file is not None and not waits(app):
        response.call_on_close(file.close)  # also where nobody takes the blocks
    return response


def _blocks(file: FileIO, left: int) -> Iterator[bytes]:
    with file:
        while left and (block := file.read(min(left, BLOCK))):
            left -= len(block)
            yield block
