"""Web servers: each module here prints a configuration for one; its one public name is a function from a `Site`.

What it prints must have the server answer as `pipeline.serving` does, as far as the server can: the media types of
`pipeline.media_types`, compressed copies by ``Accept-Encoding``, the lifetimes of `pipeline.serving.lifetimes`,
``no-store`` on everything but 200, 206 and 304, no other methods than GET and HEAD, and nothing of the tool's own.
Where the style is ``rewrite``, the real file comes first, then the one without a fingerprint in its name, which may be
kept for long only where the URL is that of the file that is there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.errors import ConfigError
from pipeline.media_types import TYPES
from pipeline.urls import url_of

OWN = ".pipeline"
METHODS = "GET, HEAD, OPTIONS"


@dataclass(frozen=True, slots=True)
class Site:
    """What a web server must know of a site.

    Attributes:
        root: the output folder, absolute.
        base: the path of the base URL, percent-decoded, ending in ``/``.
        style, pattern, length: of the names, as in ``[naming]``.
        suffixes: of the compressed copies, by encoding.
        current: URLs, with base and query, whose files do not have their fingerprint in their names, each with the
            values of ``Last-Modified`` that tell that the files are still those of the release: between two releases
            nobody knows which ones a server finds.
        kept: URLs, with base, of files that keep their names, but look as if they had a fingerprint.
        manifest: the manifest below the root, or ``""`` if it lies elsewhere.
        allow_origin: the value of ``Access-Control-Allow-Origin``, or ``""``.
        port: to listen on.
    """

    root: str
    base: str = "/"
    style: str = "fingerprint"
    pattern: str = "{stem}-{fingerprint}{suffix}"
    length: int = 16
    suffixes: Mapping[str, str] = field(default_factory=dict)
    current: Mapping[str, Collection[str]] = field(default_factory=dict)
    kept: Collection[str] = ()
    manifest: str = "manifest.json"
    allow_origin: str = ""
    port: int = 80


@dataclass(frozen=True, slots=True)
class Printed:
    """A configuration.

    Attributes:
        outside: what must stand outside the part that is about one host, or nothing.
        inside: what stands within it.
        whole: a configuration of a host that has nothing else.
    """

    outside: str
    inside: str
    whole: str


class WebServer(Protocol):
    """Prints the configuration of one kind of web server."""

    def __call__(self, site: Site) -> Printed:
        """The configuration.

        Raises:
            ConfigError: the server could not be told.
        """


def name_pattern(site: Site, *, decoded: bool = False, mark: str | None = None, fingerprint: str = "") -> str:
    """A regular expression (PCRE and RE2) for names with a fingerprint.

    Args:
        site: whose naming it is.
        decoded: of the names themselves, also where some characters are still encoded; otherwise of their URLs, which
            may go on with a query.
        mark: what the names of its two groups, ``stem`` and ``suffix``, start with, if there are to be groups.
        fingerprint: what stands for the fingerprint, if it is to be more than digits.

    Raises:
        ConfigError: a web server could not tell the media type by such a name.
    """
    if site.style == "fingerprint" and not site.pattern.endswith("{suffix}"):
        hint = "let it end in {suffix}, or set naming.style to 'rewrite' or 'query'"
        message = f"'naming.pattern' is {site.pattern!r}, and web servers tell media types by the suffix of a name"
        raise ConfigError(message, hint=hint)
    stop = "" if decoded else "?"
    stem, suffix = ("?:", "?:") if mark is None else (f"?P<{mark}stem>", f"?P<{mark}suffix>")
    fields = {
        "{stem}": f"({stem}[^/{stop}]*)",
        "{suffix}": rf"({suffix}\.[^./{stop}]*|)",
        "{fingerprint}": fingerprint or f"[0-9a-f]{{{site.length}}}",
    }
    parts = re.split(r"(\{[a-z]+\})", site.pattern)
    literal = _either if decoded else lambda part: re.escape(url_of(part))
    return "".join(fields.get(part) or literal(part) for part in parts)


def _either(text: str) -> str:
    """A text as it is or as a URL has it: Caddy rewrites what was sent."""
    return "".join(
        re.escape(char) if char == url_of(char) else f"(?:{re.escape(char)}|{re.escape(url_of(char))})" for char in text
    )


def plain_name(site: Site) -> str:
    """The folder, the first group, and behind it the groups of `name_pattern`, as the name without the fingerprint."""
    return "$1$2$3" if site.pattern.index("{stem}") < site.pattern.index("{suffix}") else "$1$3$2"


def fingerprint_in(site: Site, url: str) -> str:
    """The fingerprint in a URL of the styles ``query`` and ``rewrite``."""
    name, _, version = url.rpartition("/")[2].partition("?v=")
    found = version or re.fullmatch(name_pattern(site, fingerprint="([0-9a-f]+)"), name)
    return found if isinstance(found, str) else found[1] if found else ""


def suffixes_by_type() -> dict[str, list[str]]:
    """The media types, and the suffixes of each without their dot."""
    found: dict[str, list[str]] = {}
    for suffix, kind in sorted(TYPES.items()):
        found.setdefault(kind, []).append(suffix[1:])
    return dict(sorted(found.items()))


def checked(text: str, forbidden: str, server: str, what: str) -> str:
    """A text that goes into a configuration.

    Raises:
        ConfigError: it has a character that cannot be written there.
    """
    for char in text:
        if char in forbidden or not char.isprintable():
            message = f"{what} {text!r} has the character {char!r}, which a configuration of {server} cannot hold"
            raise ConfigError(message, hint="choose another name")
    return text
