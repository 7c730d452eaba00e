"""nginx (https://nginx.org/en/docs/): ``map`` decides how long an answer is kept, one ``location`` answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from textwrap import indent

from pipeline.serving.lifetimes import ANOTHER, FOREVER, NEVER, SHORT
from pipeline.webservers import (
    METHODS,
    OWN,
    Printed,
    Site,
    checked,
    fingerprint_in,
    name_pattern,
    suffixes_by_type,
)

__all__ = ["nginx"]

STATIC = {"gzip": "gzip_static on;", "br": "brotli_static on;  # Debian: libnginx-mod-http-brotli-static"}
KEPT = (200, 206, 304)
LONGEST_KEY = 32
"""Of a map's keys; where nothing is said, up to 46 bytes fit."""
LONGEST_VALUE = 3500
"""Of a word in the configuration; nginx allows 4096 bytes."""
SAME = "~[|]([^| ]+)( [^|]+)[|](?:.*[|])?\\1%s\\2$"
"""What comes last, a URL and a date, is on the list before it."""


def nginx(site: Site) -> Printed:
    """The configuration: ``map`` stands in ``http``, ``location`` in a ``server``."""
    mark = "pipeline_" + hashlib.sha256(f"{site.root} {site.base}".encode(errors="replace")).hexdigest()[:8]
    outside, inside = "\n".join(_maps(site, mark)), "\n".join(_location(site, mark))
    server = f"server {{\n    listen {site.port};\n    server_name _;\n\n{indent(inside, '    ')}\n}}"
    return Printed(outside, inside, f"{outside}\n\n{server}")


def _maps(site: Site, mark: str) -> Iterator[str]:
    yield f"map $request_uri ${mark}_usual {{\n    default {_quoted(SHORT)};"
    for url in sorted(site.kept):
        yield f"    {_quoted(url)} {_quoted(SHORT)};"
    if site.style in {"fingerprint", "rewrite"}:
        lifetime = FOREVER if site.style == "fingerprint" else ANOTHER
        yield f"    {_quoted(f'~^[^?]*/{name_pattern(site)}(?:[?]|$)')} {_quoted(lifetime)};"
    elif site.style == "query":
        yield f'    "~[?]." {_quoted(ANOTHER)};'
    yield "}"
    yield from _current(site, mark)
    # volatile: whether there is such a range is found out late, and then there are two values: the stricter one counts.
    yield f"map $status ${mark}_cache_control {{\n    volatile;\n    default {_quoted(NEVER)};"
    yield "".join(f"    {status} ${mark}_lifetime;\n" for status in KEPT) + "}"
    yield f'map $status ${mark}_allow {{\n    default "";\n    204 "{METHODS}";\n    405 "{METHODS}";\n}}'
    if site.style == "rewrite":
        name = name_pattern(site, decoded=True, mark=f"{mark}_")
        yield f'map $uri ${mark}_plain {{\n    default "";'
        yield f"    {_quoted(f'~^(?P<{mark}_folder>/|/.*/){name}$')} ${mark}_folder${mark}_stem${mark}_suffix;\n}}"


def _current(site: Site, mark: str) -> Iterator[str]:
    """Whether a URL is that of the file as it is: looked up by its fingerprint, which is short enough for any hash."""
    if site.style not in {"query", "rewrite"}:
        yield f"map $request_uri ${mark}_lifetime {{\n    default ${mark}_usual;\n}}"
        return
    found: dict[str, str] = {}
    for url, dates in sorted(site.current.items()):
        fingerprint = fingerprint_in(site, url)[:LONGEST_KEY]
        listed = "".join(f"{url} {date}|" for date in dates)
        if len(found.get(fingerprint, "")) + len(listed) < LONGEST_VALUE:  # others are asked for again
            found[fingerprint] = found.get(fingerprint, "|") + listed
    form = f"(?P<{mark}_key>[0-9a-f]{{{min(site.length, LONGEST_KEY)}}})[0-9a-f]*"
    where = f"[?]v={form}$" if site.style == "query" else f"/{name_pattern(site, fingerprint=form)}(?:[?]|$)"
    yield f'map $request_uri ${mark}_fingerprint {{\n    default "";\n    {_quoted("~^[^?]*" + where)} ${mark}_key;\n}}'
    yield f'map ${mark}_fingerprint ${mark}_current {{\n    default "";'
    yield "".join(f"    {_quoted(key)} {_quoted(value)};\n" for key, value in found.items()) + "}"
    yield f'map "${mark}_current$request_uri $sent_http_last_modified" ${mark}_lifetime {{\n    default ${mark}_usual;'
    yield f"    {_quoted(SAME % ('(?:[?][^ ]*)?' if site.style == 'rewrite' else ''))} {_quoted(FOREVER)};\n}}"


def _location(site: Site, mark: str) -> Iterator[str]:
    base = checked(site.base, "", "nginx", "base_url")
    root = checked(site.root, "$", "nginx", "the output folder")
    hidden = "|".join([re.escape(OWN) + "(?:/|$)", *([re.escape(site.manifest) + "$"] if site.manifest else [])])
    yield f"location ^~ {_quoted(base)} {{"
    yield f"    root {_quoted(root)};"
    yield f"    location ~* {_quoted(f'^{re.escape(base)}(?:{hidden})')} {{ return 404; }}"
    yield "    if ($request_method = OPTIONS) { return 204; }"
    yield f"    rewrite {_quoted(f'^{re.escape(base)}(.*)$')} /$1 break;"
    yield f"    try_files $uri{f' ${mark}_plain' if site.style == 'rewrite' else ''} =404;"
    yield "    gzip off;"
    for encoding in site.suffixes:
        yield f"    {STATIC.get(encoding, f'# {encoding}: nginx has no module of its own for it')}"
    # What has a copy varies; nginx sees that for gzip alone, so without it everything varies.
    alone = "br" in site.suffixes and "gzip" not in site.suffixes
    yield "    gzip_vary off;\n    add_header Vary Accept-Encoding;" if alone else "    gzip_vary on;"
    yield "    max_ranges 1;\n    if_modified_since before;\n    charset off;"
    yield f"    add_header Cache-Control ${mark}_cache_control always;"
    yield f"    add_header Allow ${mark}_allow always;"
    yield '    add_header X-Content-Type-Options "nosniff" always;'
    if site.allow_origin:
        yield f"    add_header Access-Control-Allow-Origin {_quoted(site.allow_origin)};"
    yield "    default_type application/octet-stream;\n    types {"
    for kind, suffixes in suffixes_by_type().items():
        yield f"        {_quoted(kind)} {' '.join(suffixes)};"
    yield "    }\n}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
