"""Serves a release in an ASGI server, in front of an app, mounted in one, or by itself (https://asgi.readthedocs.io/).

app.mount("/static", StaticFiles(manifest="build/manifest.json", base_url="/static/"))
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from io import FileIO
from os import PathLike
from typing import Any

from pipeline.serving.latest import tables
from pipeline.serving.representation import Field
from pipeline.serving.response import Response, missing, respond
from pipeline.serving.table import Resource

__all__ = ["StaticFiles"]

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BLOCK = 1 << 18
"""Bytes that are read at once: every read is a way to a thread and back."""
FIELDS = {
    name.lower().encode(): "HTTP_" + name.upper().replace("-", "_")
    for name in (
        "Accept-Encoding",
        "If-Match",
        "If-Modified-Since",
        "If-None-Match",
        "If-Range",
        "If-Unmodified-Since",
        "Range",
    )
}
"""The fields of a request that matter, and their names in CGI."""


class StaticFiles:
    """The files of a release as an ASGI app.

    Every file of the release is looked at when this is made; later only those are opened that are too large to be held
    in memory (256 KiB each, 32 MiB in all), and read in threads, or sent by the server where it offers to. The event
    loop is that of asyncio.

    Args:
        app: what answers everything else; without it, nothing else is there.
        manifest: the file that the build wrote.
        base_url: as in ``pipeline.toml``, also where this is mounted below another app. What begins with its path
            never gets to the app, unless it is ``/``.
        root: the output folder, if the manifest lies elsewhere.
        allow_origin: see `pipeline.serving.loading.load`.
        reload: look at each request whether there was another build: for development.

    Raises:
        ManifestError: the manifest cannot be read, or a file is missing.
        ConfigError: an argument that cannot be.
    """

    def __init__(  # noqa: PLR0913  (all but the first by name)
        self,
        app: App | None = None,
        *,
        manifest: str | PathLike[str],
        base_url: str = "/static/",
        root: str | PathLike[str] | None = None,
        allow_origin: str | None = None,
        reload: bool = False,
    ) -> None:
        self.app = app
        self._table = tables(manifest, base_url, root, allow_origin, reload=reload)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await (self.app or _nothing_else)(scope, receive, send)
            return
        table = self._table()
        path = scope["path"]
        resource = table.find(path)
        # Where this is mounted the path may be the whole one or lack what stands before the outermost app.
        outermost = scope.get("app_root_path", scope.get("root_path", ""))
        if outermost and not path.startswith(f"{outermost}/"):
            path = outermost + path
            resource = resource or table.find(path)
        if resource:
            await _answer(resource, scope, receive, send)
        elif self.app and not (path.startswith(table.base) and table.base != "/"):
            await self.app(scope, receive, send)
        else:
            await _send(missing(scope["method"]), scope, receive, send)


async def _answer(resource: Resource, scope: Scope, receive: Receive, send: Send) -> None:
    fields: dict[str, str] = {}
    for name, value in scope["headers"]:
        if known := FIELDS.get(name):
            text = value.decode("latin-1")
            fields[known] = f"{fields[known]}, {text}" if known in fields else text
    query = scope.get("query_string", b"").decode("latin-1")
    if resource.held:
        response = respond(resource, scope["method"], query, fields)
    else:  # it opens a file
        response = await asyncio.to_thread(respond, resource, scope["method"], query, fields)
    await _send(response, scope, receive, send)


async def _send(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        headers = [_raw(field) for field in response.fields]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        if response.file is None:
            await send({"type": "http.response.body", "body": response.data})
        elif response.path and "http.response.pathsend" in scope.get("extensions", {}):
            await send({"type": "http.response.pathsend", "path": response.path})
        else:
            await _send_file(response.file, response.length, receive, send)
    finally:
        if response.file:
            response.file.close()


async def _send_file(file: FileIO, left: int, receive: Receive, send: Send) -> None:
    """Block by block, as long as there is somebody who takes them."""
    gone = asyncio.ensure_future(_gone(receive))
    try:
        while left and not gone.done():
            block = await _read(file, min(left, BLOCK))
            left = left - len(block) if block else 0
            await send({"type": "http.response.body", "body": block, "more_body": left > 0})
    finally:
        gone.cancel()


async def _read(file: FileIO, size: int) -> bytes:
    reading = asyncio.ensure_future(asyncio.to_thread(file.read, size))
    try:
        return await asyncio.shield(reading)
    except asyncio.CancelledError:
        await asyncio.wait([reading])  # nobody may close the file while a thread reads it
        raise


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    """What a server says besides requests, where there is no other app."""
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})


@lru_cache(4096)
def _raw(field: Field) -> tuple[bytes, bytes]:
    return field[0].lower().encode(), field[1].encode("latin-1")
