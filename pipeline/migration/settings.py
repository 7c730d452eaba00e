"""The settings of a migrated project: put together from what each tool says, written, and checked as a build would."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.compile.selection import plan
from pipeline.config import Config, validate
from pipeline.config.declaration import Declaration
from pipeline.config.rules import base_url
from pipeline.config.settings import alone
from pipeline.config.toml_text import toml_text
from pipeline.diagnostic import Diagnostic
from pipeline.discover import discover
from pipeline.errors import PipelineError
from pipeline.migrating import Found, Root

COMMENTS = ("Made by `pipeline migrate`; see the README for all that can be said here.",)


def settings(every: Sequence[Found], left: list[Diagnostic], start: Path) -> dict[str, Any]:
    """All settings but bundles, in the order in which they are written."""
    roots = dict.fromkeys(root for found in every for root in found.roots)
    given: dict[str, Any] = {}
    for found in every:
        for key, value in found.settings.items():
            if key == "exclude":
                given[key] = [*dict.fromkeys([*given.get(key, []), *value])]
            elif key == "base_url":
                _choose_url(given, value, left)
            else:
                given.setdefault(key, value)
    output = given.get("output")
    return {
        "sources": [_source(root, start) for root in roots],
        "output": os.path.relpath(output, start).replace(os.sep, "/") if output else "build",
        **{key: given.get(key) for key in ("base_url", "exclude", "compress", "compile", "strict", "naming")},
        "bundles": {},
    }


def _choose_url(given: dict[str, Any], value: str, left: list[Diagnostic]) -> None:
    """One with a host, of a CDN, rather than a path."""
    try:
        url = base_url(value)
    except ValueError as error:
        left.append(Diagnostic("warning", f"the URL {value!r} {error}, so it was left out", hint="set `base_url`"))
        return
    if "base_url" not in given or ("//" in url and "//" not in given["base_url"]):
        given["base_url"] = url


def _source(root: Root, start: Path) -> dict[str, Any]:
    path = os.path.relpath(root.folder, start).replace(os.sep, "/")
    return {"path": path, "prefix": root.prefix, "include": [*root.include], "exclude": []}


def written(values: Mapping[str, Any]) -> str:
    """The text of a ``pipeline.toml``."""
    return toml_text(_without_empty(values), COMMENTS)


def configuration(text: str, file: Path) -> Config:
    return validate(alone(Declaration(file.parent, file.name, tomllib.loads(text), text)))


def check(text: str, file: Path, left: list[Diagnostic]) -> None:
    """See that a build would take the configuration: what is wrong goes to ``left``."""
    try:
        config = configuration(text, file)
        plan(discover(config).sources, config.bundles, config.compile)
    except PipelineError as error:
        left.append(error.diagnostic())
    except ExceptionGroup as group:
        left += [error.diagnostic() for error in group.exceptions if isinstance(error, PipelineError)]


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are written: a source that is only a path as such, and nothing that is not set."""
    sources = [{key: each for key, each in root.items() if each} for root in values["sources"]]
    plain = [root["path"] if root.keys() == {"path"} else root for root in sources]
    rest = {key: each for key, each in values.items() if key != "sources" and each is not None and each != {}}
    return {"sources": plain, **rest}
