"""Serves a release in a WSGI server, in front of an app or by itself (https://peps.python.org/pep-3333/).

app = StaticFiles(app, manifest="build/manifest.json", base_url="/static/")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from io import FileIO
from os import PathLike
from typing import TYPE_CHECKING

from pipeline.serving.latest import tables
from pipeline.serving.response import missing, respond

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["StaticFiles"]

BLOCK = 1 << 16
STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class StaticFiles:
    """The files of a release as a WSGI app.

    Every file of the release is looked at when this is made; later only those are opened that are too large to be held
    in memory (256 KiB each, 32 MiB in all).

    Args:
        app: what answers everything else; without it, nothing else is there.
        manifest: the file that the build wrote.
        base_url: as in ``pipeline.toml``. What begins with its path never gets to the app, unless it is ``/``.
        root: the output folder, if the manifest lies elsewhere.
        allow_origin: see `pipeline.serving.loading.load`.
        reload: look at each request whether there was another build: for development.

    Raises:
        ManifestError: the manifest cannot be read, or a file is missing.
        ConfigError: an argument that cannot be.
    """

    def __init__(  # noqa: PLR0913  (all but the first by name)
        self,
        app: WSGIApplication | None = None,
        *,
        manifest: str | PathLike[str],
        base_url: str = "/static/",
        root: str | PathLike[str] | None = None,
        allow_origin: str | None = None,
        reload: bool = False,
    ) -> None:
        self.app = app
        self._table = tables(manifest, base_url, root, allow_origin, reload=reload)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if not path.isascii():  # each character is one byte
            path = path.encode("latin-1", "replace").decode("utf-8", "replace")
        table = self._table()
        method = environ["REQUEST_METHOD"]
        if resource := table.find(path):
            response = respond(resource, method, environ.get("QUERY_STRING", ""), environ)
        elif self.app and not (path.startswith(table.base) and table.base != "/"):
            return self.app(environ, start_response)
        else:
            response = missing(method)
        start_response(STATUS[response.status], response.fields)
        if response.file is None:
            return [response.data]
        if response.to_end and (wrapper := environ.get("wsgi.file_wrapper")):
            return wrapper(response.file, BLOCK)  # type: ignore[no-any-return]
        return _Part(response.file, response.length)


class _Part:
    """So many bytes of a file, in blocks; the server closes it."""

    def __init__(self, file: FileIO, length: int) -> None:
        self._file, self._length = file, length
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        left = self._length
        while left and (block := self._file.read(min(left, BLOCK))):
            left -= len(block)
            yield block
