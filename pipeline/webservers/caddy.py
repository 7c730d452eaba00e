"""Caddy (https://caddyserver.com/docs/caddyfile): one ``route`` answers, ``map`` decides how long that is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import indent

from pipeline.serving.lifetimes import ANOTHER, FOREVER, NEVER, SHORT
from pipeline.webservers import METHODS, OWN, Printed, Site, checked, name_pattern, plain_name, suffixes_by_type

__all__ = ["caddy"]

FORBIDDEN = "`{}"
GLOBS = "*?[]\\%"
ORDER = ("br", "zstd", "gzip")
"""What is sent to those who like them all the same."""

RANGE = "^bytes=(?:[0-9]+-[0-9]*|-[0-9]+)$"
"""One part; what asks for several, or for anything else, gets all."""


def caddy(site: Site) -> Printed:
    """The configuration: a ``route`` stands in the block of a site."""
    inside = "\n".join(_route(site))
    return Printed("", inside, f":{site.port} {{\n{indent(inside, chr(9))}\n}}")


def _route(site: Site) -> Iterator[str]:
    base = checked(site.base, FORBIDDEN + GLOBS, "Caddy", "base_url")
    yield f"route {_quoted(base + '*')} {{"
    yield from indent("\n".join(_answer(site, base)), "\t").splitlines()
    yield "}"


def _answer(site: Site, base: str) -> Iterator[str]:
    if base != "/":
        yield f"uri strip_prefix {_quoted(base[:-1])}"
    yield f"root * {_quoted(checked(site.root, FORBIDDEN, 'Caddy', 'the output folder'))}"
    yield f"header {{\n\tCache-Control {_quoted(NEVER)}\n\tX-Content-Type-Options nosniff\n}}"
    yield f"@other not method GET HEAD\n@options method OPTIONS\nheader @other Allow {_quoted(METHODS)}"
    yield "respond @options 204\nrespond @other 405"
    own = [
        f"/{OWN}",
        f"/{OWN}/*",
        *([_quoted("/" + checked(site.manifest, FORBIDDEN + GLOBS, "Caddy", "manifest"))] if site.manifest else []),
    ]
    yield f"@own path {' '.join(own)} */\nrespond @own 404"
    if site.style == "rewrite":
        pattern = checked(f"^(/|/.*/){name_pattern(site, decoded=True, mark='')}$", "`", "Caddy", "naming.pattern")
        yield f"@plain {{\n\tnot file\n\tpath_regexp {_quoted(pattern)}\n}}"
        yield f"uri @plain path_regexp {_quoted(pattern)} {plain_name(site)}"
    yield "@missing not file\nrespond @missing 404"
    yield 'map "{http.request.orig_uri} {http.response.header.Last-Modified}" {pipeline_lifetime} {'
    for url, dates in sorted(site.current.items()):
        yield from (f"\t{_quoted(f'{url} {date}')} {_quoted(FOREVER)}" for date in dates)
    for url in sorted(site.kept):
        yield f"\t{_quoted(f'~^{re.escape(url)} ')} {_quoted(SHORT)}"
    if site.style in {"fingerprint", "rewrite"}:
        lifetime = FOREVER if site.style == "fingerprint" else ANOTHER
        yield f"\t{_quoted(f'~^[^? ]*/{name_pattern(site)}[? ]')} {_quoted(lifetime)}"
    elif site.style == "query":
        yield f"\t{_quoted('~^[^ ]*[?][^ ]')} {_quoted(ANOTHER)}"
    yield f"\tdefault {_quoted(SHORT)}\n}}"
    yield "header {\n\tdefer\n\tCache-Control {pipeline_lifetime}\n}"
    yield f"@range not header_regexp Range {_quoted(RANGE)}\nrequest_header @range -Range"
    yield "@head method HEAD\nrequest_header @head -Range"
    if site.allow_origin:
        yield f"header Access-Control-Allow-Origin {_quoted(site.allow_origin)}"
    yield "header Content-Type application/octet-stream"
    for number, (kind, suffixes) in enumerate(suffixes_by_type().items()):
        yield f"@type{number} path {' '.join(f'*.{suffix}' for suffix in suffixes)}"
        yield f"header @type{number} Content-Type {_quoted(kind)}"
    encodings = [encoding for encoding in ORDER if encoding in site.suffixes]
    if encodings:
        copies = " ".join("{path}" + site.suffixes[encoding] for encoding in encodings)
        accepted = "|".join(encodings)
        yield f"@packed {{\n\tfile {copies}\n\theader_regexp Accept-Encoding (?i){accepted}\n}}"
        yield "request_header @packed -Range"
        yield f"@varies file {copies}\nheader @varies {{\n\tdefer\n\tVary Accept-Encoding\n}}"
        yield f"file_server {{\n\tprecompressed {' '.join(encodings)}\n}}"
    else:
        yield "file_server"


def _quoted(text: str) -> str:
    return f"`{text}`"
