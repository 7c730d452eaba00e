"""What one request gets from a table: status, header fields, and bytes or a place in a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from http import HTTPStatus
from io import FileIO
from typing import NamedTuple

from pipeline.serving.conditions import NOT_MODIFIED, OK, PRECONDITIONS, part, precondition
from pipeline.serving.lifetimes import NEVER
from pipeline.serving.negotiation import choose
from pipeline.serving.representation import Field, Representation, stamp_of
from pipeline.serving.table import Resource

NO_CONTENT, PARTIAL, NOT_FOUND, NOT_ALLOWED, UNSATISFIABLE = 204, 206, 404, 405, 416
METHODS = "GET, HEAD, OPTIONS"
NEVER_KEPT = ("Cache-Control", NEVER)
NOSNIFF = ("X-Content-Type-Options", "nosniff")
OF_BYTES = {"Content-Type", "Content-Encoding", "Content-Length", "Accept-Ranges"}
"""Fields that say nothing to somebody who gets no bytes."""
OF_VERSION = {"ETag", "Last-Modified", "Accept-Ranges", "Content-Length"}
"""Fields that are wrong for other bytes."""


class Response(NamedTuple):
    """An answer; a tuple since one is made for every request.

    Attributes:
        status: of HTTP.
        fields: the header fields.
        data: the body, unless it is in a file.
        file: open where the body starts; whoever takes the response closes it.
        length: of the body in the file, in bytes.
        to_end: whether the body ends where the file ends.
        path: of the file, if the body is all of it.
    """

    status: int
    fields: list[Field]
    data: bytes = b""
    file: FileIO | None = None
    length: int = 0
    to_end: bool = True
    path: str = ""


def respond(resource: Resource, method: str, query: str, fields: Mapping[str, str]) -> Response:
    """Answer a request for something that the table has.

    Args:
        resource: what was asked for.
        method: of HTTP.
        query: without its ``?``.
        fields: the request's header fields as CGI names them, ``HTTP_ACCEPT_ENCODING``; others do no harm.
    """
    if method not in {"GET", "HEAD"}:
        allow = ("Allow", METHODS)
        other = method != "OPTIONS"
        return _refused(NOT_ALLOWED, method, allow) if other else Response(NO_CONTENT, [NEVER_KEPT, NOSNIFF, allow])
    chosen = resource.representations[choose(fields.get("HTTP_ACCEPT_ENCODING"), resource.encodings)]
    if chosen.stamp is None:
        return _replaced(chosen, chosen.opened(), method)
    kept = ("Cache-Control", resource.lifetime_with(query))
    for name in PRECONDITIONS:
        if name in fields:
            status = precondition(fields, chosen.etag, chosen.modified)
            if status == NOT_MODIFIED:
                return Response(status, [kept, *(field for field in chosen.fields if field[0] not in OF_BYTES)])
            if status != OK:
                return _refused(status, method)
            break
    if method == "HEAD":
        return Response(OK, [kept, *chosen.fields])
    if "HTTP_RANGE" in fields and chosen.ranges:
        return _part(chosen, kept, fields)
    if chosen.data is not None:
        return Response(OK, [kept, *chosen.fields], chosen.data)
    return _from_file(chosen, OK, [kept, *chosen.fields], 0, chosen.size)


def missing(method: str) -> Response:
    """There is nothing of this name."""
    return _refused(NOT_FOUND, method)


def _refused(status: int, method: str, *fields: Field) -> Response:
    text = f"{HTTPStatus(status).phrase.lower()}\n".encode()
    plain = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    return Response(status, [NEVER_KEPT, NOSNIFF, *fields, *plain], b"" if method == "HEAD" else text)


def _part(chosen: Representation, kept: Field, fields: Mapping[str, str]) -> Response:
    try:
        wanted = part(fields, chosen.etag, chosen.modified, chosen.size)
    except ValueError:
        return _refused(UNSATISFIABLE, "GET", ("Content-Range", f"bytes */{chosen.size}"))
    start, length = wanted or (0, chosen.size)
    status, sent = OK, [kept, *chosen.fields]
    if wanted:
        status, sent = PARTIAL, [field for field in sent if field[0] != "Content-Length"]
        sent.append(("Content-Length", str(length)))
        sent.append(("Content-Range", f"bytes {start}-{start + length - 1}/{chosen.size}"))
    if chosen.data is not None:
        return Response(status, sent, chosen.data[start : start + length])
    return _from_file(chosen, status, sent, start, length)


def _from_file(chosen: Representation, status: int, sent: list[Field], start: int, length: int) -> Response:
    file = chosen.opened()
    if file is None or stamp_of(os.fstat(file.fileno())) != chosen.stamp:
        return _replaced(chosen, file, "GET")
    file.seek(start)
    return Response(
        status, sent, b"", file, length, start + length == chosen.size, chosen.file * (length == chosen.size)
    )


def _replaced(chosen: Representation, file: FileIO | None, method: str) -> Response:
    """Another file took the place of the one that the manifest speaks of: it is sent, and nobody may keep it."""
    if file is None:
        return missing(method)
    size = os.fstat(file.fileno()).st_size
    fields = [field for field in chosen.fields if field[0] not in OF_VERSION]
    sent = [NEVER_KEPT, *fields, ("Content-Length", str(size))]
    if method == "HEAD":
        file.close()
        return Response(OK, sent)
    return Response(OK, sent, b"", file, size, to_end=True, path=chosen.file)
