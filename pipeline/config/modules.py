"""What the configuration says of ES modules: how they are cached for ever, and what bare names mean."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.asset import asset_path
from pipeline.config.checks import Checks, is_list
from pipeline.errors import did_you_mean
from pipeline.manifest.form import ELSEWHERE, PRINTABLE
from pipeline.urls import SCHEME

STYLES = ("rewrite", "importmap")
KEYS = ("style", "imports", "node_modules")


class Modules(NamedTuple):
    """How modules name each other.

    Attributes:
        style: ``rewrite``: specifiers become relative URLs with fingerprints; ``importmap``: they stay, and the
            manifest holds a map from them to such URLs, so that a changed module renames only itself.
        node_modules: folders in which other bare names are looked for, as bundlers do.
        imports: bare names, or prefixes of them that end in ``/``, and the path in the site or the URL that each means.
    """

    style: str
    imports: tuple[tuple[str, str], ...]
    node_modules: tuple[Path, ...] = ()


def read_modules(check: Checks, value: object) -> Modules:
    """``modules = "rewrite"``, or a table with ``style``, ``imports`` and ``node_modules``."""
    key = ("modules",)
    table = {"style": value} if isinstance(value, str) else check.table(key, value)
    check.known(key, table, KEYS, " in [modules]")
    style = check.text((*key, "style") if table is value else key, table.get("style", "rewrite"), "rewrite")
    if style not in STYLES:
        check.error(
            key, f"unknown style of modules {style!r}", did_you_mean(style, STYLES) or f"there are {', '.join(STYLES)}"
        )
    imports = check.table((*key, "imports"), table.get("imports", {}))
    targets = tuple((name, _target(check, name, target)) for name, target in imports.items())
    return Modules(style, targets, _folders(check, table.get("node_modules", [])))


def _folders(check: Checks, value: object) -> tuple[Path, ...]:
    key = ("modules", "node_modules")
    if not is_list(value):
        value = [value]
    found = []
    for index, each in enumerate(value):
        folder = check.path((*key, index), each)
        if folder and not folder.is_dir():
            check.error(key, f"there is no folder {each!r}", "npm install, or leave the key out")
        elif folder:
            found.append(folder)
    return tuple(found)


def _target(check: Checks, name: str, target: object) -> str:
    key = ("modules", "imports", name)
    text = check.text(key, target, "")
    if SCHEME.match(text) and not ELSEWHERE.fullmatch(text):
        check.error(key, f"the target {text!r} is no URL that begins with 'http://' or 'https://'")
    elif text and not SCHEME.match(text):
        try:
            asset_path(text.removesuffix("/"))
        except ValueError as error:
            check.error(key, f"the target {text!r} {error}")
    if not PRINTABLE.fullmatch(name):
        check.error(key, f"the name {name!r} has a control character")
    if name.endswith("/") != text.endswith("/"):
        check.error(key, f"{name!r} and {text!r} must both end in a slash, or neither")
    return text
