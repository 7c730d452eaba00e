"""URLs inside a site: what a specifier in a file leads to, and how one file is written in another.

Follows https://url.spec.whatwg.org/ for relative URLs of http pages: percent-decoding once, dot segments also when
percent-encoded, tabs and newlines removed, a backslash is a slash.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from posixpath import dirname
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlsplit

from pipeline.expressions import expression

SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.\-]*+:")
REMOVED = str.maketrans("", "", "\t\n\r")
C0_OR_SPACE = "".join(map(chr, range(0x21)))
SAFE = "@!+,="
PLAIN = expression(r"[A-Za-z0-9\-._~/@!+,=]*+")
DOT = {".", "%2e"}
DOT_DOT = {"..", ".%2e", "%2e.", "%2e%2e"}


class Target(NamedTuple):
    """Where a specifier leads.

    Attributes:
        path: logical path; it need not exist.
        suffix: ``?query`` and ``#fragment`` as they were written.
    """

    path: str
    suffix: str


def resolve(specifier: str, base: str, base_url: str) -> Target | None:
    """What a specifier in the file ``base`` leads to.

    Args:
        specifier: as written, escapes of the language resolved.
        base: logical path of the file it stands in.
        base_url: where the site's root is mounted, such as ``/static/`` or ``https://cdn.example/static/``.

    Returns:
        The target, or ``None`` for what is not of the site: other schemes, other hosts, absolute paths outside
        ``base_url``, the file itself (``#id``, ``?q``), nothing at all.

    Raises:
        ValueError: a relative path that leads out of the site.
    """
    return _resolved(specifier, dirname(base), base_url)


@lru_cache(4096)
def _resolved(specifier: str, folder: str, base_url: str) -> Target | None:
    """The same for all files of a folder: those of a package name the same ones again and again."""
    text = specifier.strip(C0_OR_SPACE).translate(REMOVED)
    location, suffix = split(text)
    location = location.replace("\\", "/")
    if not location or SCHEME.match(location) or location.startswith("//"):
        return None
    mount, above = _mount(base_url)
    segments = _walk([] if location.startswith("/") else [*mount, *_folders(folder)], location.removeprefix("/"))
    names = [_decoded(segment) for segment in segments]
    if names[: len(mount)] != above:
        if location.startswith("/"):
            return None
        raise ValueError("leads out of the site")
    return Target(unicodedata.normalize("NFC", "/".join(names[len(mount) :])), suffix)


def split(text: str) -> tuple[str, str]:
    """A URL cut before its query or fragment."""
    cut = min((index for index in (text.find("?"), text.find("#")) if index >= 0), default=len(text))
    return text[:cut], text[cut:]


def url_of(file: str) -> str:
    """A file's name as a URL: only letters, digits and ``-._~/@!+,=`` stand for themselves.

    So it needs no escaping in stylesheets, scripts and attributes, and never looks like a scheme.
    """
    return file if PLAIN.fullmatch(file) else quote(file, safe=f"/{SAFE}", errors="surrogateescape")


def relative(url: str, base: str) -> str:
    """A URL of the site as it is written in the file ``base``; leading ``..`` segments in ``url`` are kept."""
    here = _folders(dirname(base), SAFE)
    there = url.split("/")
    common = _common(here, there[:-1])
    return "/".join([".."] * (len(here) - common) + there[common:])


def moved(specifier: str, old: str, new: str, base_url: str) -> str:
    """``specifier`` in the file ``old`` as it must be written in ``new`` to lead to the same place."""
    if dirname(old) == dirname(new):
        return specifier
    try:
        target = resolve(specifier, old, base_url)
    except ValueError:  # out of the site: still the same place, whatever it is
        outside, suffix = split(specifier.strip(C0_OR_SPACE).translate(REMOVED))
        up = [".."] * len([part for part in dirname(new).split("/") if part])
        return "/".join([*up, *filter(None, dirname(old).split("/")), outside.replace("\\", "/")]) + suffix
    if target is None or specifier.strip(C0_OR_SPACE).startswith(("/", "\\")):
        return specifier
    return relative(url_of(target.path), new) + target.suffix


@lru_cache(8)
def _mount(base_url: str) -> tuple[list[str], list[str]]:
    """The segments of the path under which the site is mounted, as they are written and decoded."""
    mount = [segment for segment in urlsplit(base_url).path.split("/") if segment]
    return mount, [_decoded(segment) for segment in mount]


@lru_cache(1024)
def _folders(folder: str, safe: str = "") -> list[str]:
    """The segments of a folder as they are written in a URL."""
    return [quote(segment, safe=safe) for segment in folder.split("/") if segment]


def _walk(start: list[str], location: str) -> list[str]:
    segments = list(start)
    *folders, last = location.split("/")
    for segment in folders:
        folded = segment.lower()
        if folded in DOT_DOT:
            del segments[-1:]
        elif folded not in DOT:
            segments.append(segment)
    if last.lower() in DOT_DOT:
        del segments[-1:]
    return segments if last.lower() in DOT | DOT_DOT else [*segments, last]


def _decoded(segment: str) -> str:
    if "%" not in segment and segment.isascii():
        return segment
    name = unquote_to_bytes(segment).decode("utf-8", "surrogateescape")
    # An encoded slash separates nothing: such a name cannot exist, so it stays as it is and is not found.
    return segment if "/" in name or "\0" in name else name


def _common(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
