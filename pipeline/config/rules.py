"""What single settings must be: text goes in, the same or its normal form comes out, or a ValueError says why not."""

from __future__ import annotations

import re
import urllib.parse
import warnings

from pipeline.asset import asset_path
from pipeline.engine.globs import glob
from pipeline.expressions import expression

URL = expression(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*+")
HOST = expression(r"[A-Za-z0-9._-]++|\[[0-9A-Fa-f:.]++\]")
URL_FORMS = "must be '/…/', '//host/…/' or 'https://host/…/'"
FIELDS = ("{stem}", "{fingerprint}", "{suffix}")


def base_url(text: str) -> str:
    """A URL that ends in ``/``, by itself or with a scheme and host, in the syntax of RFC 3986.

    Raises:
        ValueError: it is no such URL; the message completes "'base_url' ".
    """
    if not URL.fullmatch(text):
        bad = next(char for char in text if not URL.fullmatch(char))
        raise ValueError(
            f"has the character {bad!r}, which must be written {urllib.parse.quote(bad, errors='replace')}"
        )
    if "?" in text or "#" in text:
        raise ValueError("has a query or fragment; file names come behind it")
    if not text.startswith(("/", "http://", "https://")):
        raise ValueError(URL_FORMS)
    scheme, slashes, rest = (
        text.partition("//") if not text.startswith("/") or text.startswith("//") else ("", "", text)
    )
    host, _, path = rest.partition("/")
    if slashes:
        _check_host(host)
    segments = path.removesuffix("/").split("/") if path else []
    for segment in segments:
        if urllib.parse.unquote(segment) in {"", ".", ".."}:
            raise ValueError(f"has the segment {segment!r}")
    return f"{scheme}{slashes}{host}/{path}{'' if path.endswith('/') or not path else '/'}"


def _check_host(host: str) -> None:
    if "@" in host:
        raise ValueError("has a user name, which every page would show")
    name, colon, port = host, "", ""
    if not host.endswith("]"):
        name, colon, port = host.rpartition(":") if ":" in host else (host, "", "")
    if not HOST.fullmatch(name):
        raise ValueError(f"has no valid host: {name!r}" if name else f"has no host: it {URL_FORMS}")
    if colon and not (port.isdecimal() and len(port) < 6 and int(port) < 1 << 16):  # noqa: PLR2004 - five digits
        raise ValueError(f"has no valid port: {port!r}")


def store_url(text: str) -> str:
    """A URL of a folder that fsspec may know, without the ``/`` at its end.

    Raises:
        ValueError: it is none; the message completes "the shared cache '…' ".
    """
    scheme, found, rest = text.partition("://")
    if not found or not scheme or not rest.strip("/"):
        raise ValueError("must be a URL such as 's3://bucket/folder'")
    if any(char in text for char in "*?[]"):  # fsspec would look for what matches
        raise ValueError("must have none of * ? [ ]")
    return text.rstrip("/")


def naming_pattern(text: str) -> str:
    """A pattern for file names, with each of its fields once.

    Raises:
        ValueError: the message completes "'naming.pattern' ".
    """
    rest = text
    for name in FIELDS:
        if text.count(name) != 1:
            raise ValueError(f"must have {name} once, not {text.count(name)} times")
        rest = rest.replace(name, "")
    if "{" in rest or "}" in rest:
        raise ValueError(f"has a brace that does not belong to {', '.join(FIELDS)}")
    if "/" in rest or "\\" in rest:
        raise ValueError("must be a file name, without a folder")
    asset_path(text)
    return text


def gitignore_glob(text: str) -> str:
    """A glob with the meaning it has in ``.gitignore``.

    Raises:
        ValueError: it can match nothing; the message completes "the glob '…' ".
    """
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # `re` warns of sets that mean something else than they seem to
        try:
            spec = GitIgnoreSpec.from_lines([text])
        except (ValueError, re.error, Warning) as error:
            raise ValueError(f"cannot be understood: {error}") from error
    if not any(pattern.include is not None for pattern in spec.patterns):
        raise ValueError("matches nothing")
    return text


def source_pattern(text: str) -> str:
    """A path or glob of a bundle's sources, normalised.

    Raises:
        ValueError: it leaves the site, or cannot be understood; the message completes "the source '…' ".
    """
    path = asset_path(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            glob(path)
        except (re.error, Warning) as error:
            raise ValueError(f"cannot be understood: {error}") from error
    return path
