"""Apache 2.4 (https://httpd.apache.org/docs/2.4/): rewriting finds the file, headers say how long it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import indent

from pipeline.serving.lifetimes import ANOTHER, FOREVER, NEVER, SHORT
from pipeline.webservers import METHODS, OWN, Printed, Site, checked, name_pattern, plain_name, suffixes_by_type

__all__ = ["apache"]

FORBIDDEN = '"\\$%{}*?['
ORDER = ("br", "zstd", "gzip")
"""What is sent to those who like them all the same."""
PACKED = ".gz .br .zst .Z .tgz .bz2 .xz"
"""Suffixes that Apache takes for an encoding, or for a type that is not that of what was compressed."""
ACCEPTED = r"(?:^|,)\s*(?:%s)\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))"
SENT = "%{REQUEST_STATUS} in { '200', '206' }"
KEPT = "%{REQUEST_STATUS} in { '200', '206', '304' }"


def apache(site: Site) -> Printed:
    """The configuration: all of it stands within a ``VirtualHost``."""
    inside = "\n".join(_host(site))
    host = f"<VirtualHost *:{site.port}>\n{indent(inside, '    ')}\n</VirtualHost>"
    return Printed("", inside, host)


def _host(site: Site) -> Iterator[str]:
    base = checked(site.base, FORBIDDEN, "Apache", "base_url")
    root = checked(site.root, FORBIDDEN, "Apache", "the output folder")
    manifest = checked(site.manifest, FORBIDDEN, "Apache", "manifest")
    yield "# a2enmod allowmethods headers rewrite"
    yield f'Alias "{base}" "{root}/"'
    yield f'<Directory "{root}">'
    yield "    Require all granted\n    AllowOverride None\n    Options FollowSymLinks\n    DirectorySlash Off"
    yield f"    ForceType None\n    RemoveType {PACKED}\n    RemoveEncoding {PACKED}"
    yield "</Directory>"
    yield from _rewriting(site, base, root, manifest)
    yield f'<Location "{base}">'
    yield indent("\n".join(_headers(site)), "    ")
    yield "</Location>"


def _rewriting(site: Site, base: str, root: str, manifest: str) -> Iterator[str]:
    start = "^" + re.escape(base)
    name = "%{ENV:pipeline_name}"
    yield "RewriteEngine On"
    yield f'RewriteCond "%{{REQUEST_METHOD}}" "=OPTIONS"\nRewriteRule "{start}" "-" [R=204,L]'
    own = "|".join([re.escape(OWN) + "(?:/|$)", *([re.escape(manifest) + "$"] if manifest else [])])
    yield f'RewriteRule "{start}(?:{own})" "-" [R=404,L,NC]'
    yield f'RewriteRule "{start}(.*)$" "-" [E=pipeline_name:$1,E=no-gzip:1,E=no-brotli:1]'
    if site.style == "rewrite":
        pattern = checked(name_pattern(site, decoded=True, mark=""), '"', "Apache", "naming.pattern")
        yield f'RewriteCond "{root}/{name}" "!-f"'
        yield f'RewriteRule "{start}((?:.*/)?){pattern}$" "-" [E=pipeline_name:{plain_name(site)},E=pipeline_plain:1]'
    yield f'RewriteCond "{root}/{name}" "!-f"\nRewriteRule "{start}" "-" [R=404,L]'
    encodings = [encoding for encoding in ORDER if encoding in site.suffixes]
    for encoding in encodings:
        yield f'RewriteCond "{root}/{name}{site.suffixes[encoding]}" "-f"'
        yield f'RewriteRule "{start}" "-" [E=pipeline_varies:1]'
    # What stands behind "?" in a file's name would be taken for a query.
    plain = f'RewriteCond "{name}" "!\\?"'
    for encoding in encodings:
        names = "gzip|x-gzip" if encoding == "gzip" else encoding
        yield f'RewriteCond "%{{HTTP:Accept-Encoding}}" "{ACCEPTED % names}" [NC]\n{plain}'
        yield f'RewriteCond "{root}/{name}{site.suffixes[encoding]}" "-f"'
        yield f'RewriteRule "{start}" "{root}/{name}{site.suffixes[encoding]}" [E=pipeline_encoding:{encoding},L]'
    if site.style == "rewrite":
        yield f'RewriteCond "%{{ENV:pipeline_plain}}" "=1"\n{plain}\nRewriteRule "{start}" "{root}/{name}" [L]'


def _headers(site: Site) -> Iterator[str]:
    yield "AllowMethods GET HEAD OPTIONS\nMaxRanges 1"
    yield "RequestHeader unset Range \"expr=%{REQUEST_METHOD} == 'HEAD' || -n %{reqenv:pipeline_encoding}\""
    yield f'Header always set Cache-Control "{NEVER}" "expr=! ({KEPT})"'
    for lifetime, condition in _lifetimes(site):
        yield f'Header set Cache-Control "{lifetime}" "expr={KEPT}{condition}"'
    yield f"Header always set Allow \"{METHODS}\" \"expr=%{{REQUEST_STATUS}} in {{ '204', '405' }}\""
    yield "Header always set X-Content-Type-Options nosniff"
    yield "Header set Vary Accept-Encoding env=pipeline_varies"
    packed = f"{SENT} && -n %{{reqenv:pipeline_encoding}}"
    yield f'Header set Content-Encoding "%{{pipeline_encoding}}e" "expr={packed}"'
    if site.allow_origin:
        yield f'Header set Access-Control-Allow-Origin "{site.allow_origin}"'
    yield f'Header set Content-Type application/octet-stream "expr={SENT}"'
    for kind, suffixes in suffixes_by_type().items():
        name = f"\\.(?:{'|'.join(suffixes)})"
        yield f'Header set Content-Type "{kind}" "expr={SENT} && %{{REQUEST_URI}} =~ m#{name}$#i"'


def _lifetimes(site: Site) -> Iterator[tuple[str, str]]:
    """How long an answer may be kept, and when; the last one that holds counts."""
    asked = " && %{THE_REQUEST} =~ m#^\\S+ "
    yield SHORT, ""
    if site.style == "fingerprint":
        yield FOREVER, f"{asked}[^? ]*/{name_pattern(site)}[? ]#"
    elif site.style == "rewrite":
        yield ANOTHER, f"{asked}[^? ]*/{name_pattern(site)}[? ]#"
    elif site.style == "query":
        yield ANOTHER, f"{asked}[^ ]*[?][^ ]#"
    if site.kept:
        yield SHORT, f"{asked}(\\S+)# && $1 in {{ {_listed(site.kept)} }}"
    current = [f"{url} {date}" for url, dates in site.current.items() for date in dates]
    if current:
        yield FOREVER, f"{asked}(\\S+)# && '$1 %{{resp:Last-Modified}}' in {{ {_listed(current)} }}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))
