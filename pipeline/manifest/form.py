"""The form of entries in JSON, as ``manifest.schema.json`` has it: nothing in them is trusted."""

from __future__ import annotations

import os
import re
from typing import Any

from pipeline.expressions import expression
from pipeline.manifest.entry import Entry, Variant
from pipeline.path import asset_path

URL = expression(r"[A-Za-z0-9_~.@!+,=%/-]++(?:\?v=[0-9a-f]++)?+")
PRINTABLE = expression(r"[^\x00-\x1f\x7f]*+")
ELSEWHERE = expression(r"(?:https?:)//[^\s\"'<>]++")
SRI = expression(r"sha256-[A-Za-z0-9+/]{43}=")


def entry(raw: Any) -> Entry:
    """An entry from what stands for it in JSON.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is not of the form of ``manifest.schema.json``.
    """
    return Entry(
        file=_file(raw["file"]),
        url=_url(raw["url"]),
        size=_size(raw["size"]),
        type=matching(PRINTABLE, raw["type"]),
        integrity=matching(SRI, raw["integrity"]),
        references=tuple(map(asset_path, raw["references"])),
        variants={
            matching(PRINTABLE, encoding): Variant(
                _file(variant["file"]), _size(variant["size"]), matching(SRI, variant["integrity"])
            )
            for encoding, variant in raw["variants"].items()
        },
    )


def _size(value: Any) -> int:
    if type(value) is not int or value < 0:  # no boolean
        raise TypeError(f"{value!r} is not a size")
    return value


def _file(value: Any) -> str:
    if os.name == "nt" and (set(value) & set("\\:")):
        raise ValueError(f"{value!r} is not a file name here")
    return asset_path(value)


def _url(value: Any) -> str:
    url = matching(URL, value)
    asset_path(url.partition("?")[0])  # no "//host", no ".."
    return url


def location(value: Any) -> str:
    """An address of the import map: ``./`` and a URL relative to the base URL, or a URL of another site.

    Raises:
        ValueError: it is neither.
    """
    text = matching(PRINTABLE, value)
    return f"./{_url(text.removeprefix('./'))}" if text.startswith("./") else matching(ELSEWHERE, text)


def matching(pattern: re.Pattern[str], value: Any) -> str:
    """The text, if all of it matches.

    Raises:
        ValueError: it does not, or is no text.
    """
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{value!r} is not of the expected form")
    return value
