"""Settings: read from a file or module, the environment and the command line, and merged; each knows its origin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.config import toml_lines
from pipeline.config.declaration import Declaration, check_shadowing, find, load
from pipeline.config.toml_lines import KeyPath
from pipeline.config.variables import read_variables
from pipeline.diagnostic import Diagnostic

__all__ = ["DEFAULTS", "KINDS", "Layer", "Place", "Settings", "check_shadowing", "find", "read"]

KINDS: Mapping[tuple[str, ...], type] = {
    ("sources",): list,
    ("output",): str,
    ("manifest",): str,
    ("base_url",): str,
    ("include",): list,
    ("exclude",): list,
    ("follow_links",): bool,
    ("compress",): list,
    ("minify",): bool,
    ("keep_licenses",): bool,
    ("strict",): bool,
    ("naming",): dict,
    ("naming", "style"): str,
    ("naming", "pattern"): str,
    ("naming", "length"): int,
    ("naming", "keep"): list,
    ("modules",): str,
    ("json",): dict,
    ("bundles",): dict,
    ("compile",): dict,
    ("tools",): dict,
    ("source_maps",): str,
    ("cache",): str,
    ("cache_limit",): int,
    ("shared_cache",): str,
    ("executor",): str,
    ("watch",): dict,
    ("jobs",): int,
}
"""Every key, and what it takes; ``strict`` and ``minify`` may be lists, ``modules`` a table, ``compile`` ``false``."""

TABLES = ("naming", "watch")
"""Keys whose tables are merged key by key."""

DEFAULTS: Mapping[str, Any] = {
    "output": "build",
    "base_url": "/static/",
    "include": [],
    "exclude": [],
    "follow_links": False,
    "compress": ["gzip"],
    "minify": True,
    "keep_licenses": False,
    "strict": True,
    "naming": {"style": "fingerprint", "length": 16, "keep": []},
    "modules": "rewrite",
    "json": {},
    "bundles": {},
    "compile": {},
    "tools": {},
    "source_maps": "off",
    "cache": ".pipeline-cache",
    "cache_limit": 1000,
    "executor": "processes",
    "watch": {"minify": False, "compress": []},
}
"""What holds when nobody says otherwise; manifest, jobs and naming.pattern follow from other things."""


class Place(NamedTuple):
    """Where a setting was made: a file relative to the project, a module, a variable, an option, or ``default``."""

    name: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.name if self.line is None else f"{self.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings that were made together; ``text`` is the TOML they were read from, below the table ``table``."""

    name: str
    values: Mapping[Any, Any]
    text: str = field(default="", repr=False)
    table: KeyPath = ()

    def place(self, key: KeyPath) -> Place:
        """Where ``key`` is, or the nearest thing around it."""
        return Place(self.name, *(toml_lines.position(self.text, (*self.table, *key)) or ()))


class Settings(NamedTuple):
    """Merged, not yet validated.

    Attributes:
        project: the folder that relative paths start from, absolute.
        name: the file or module that declares the project, for messages.
        values: what holds.
        owners: the layer that each key, or key of ``naming``, was taken from.
        warnings: what there is to say about the environment.
        own_code: whether a plug-in may be a module of the project.
    """

    project: Path
    name: str
    values: Mapping[Any, Any]
    owners: Mapping[KeyPath, Layer]
    warnings: tuple[Diagnostic, ...] = ()
    own_code: bool = True

    def caches(self) -> tuple[Any, Any]:
        """The folder of the cache and the URL of the shared one, which may be given as ``cache``; not judged."""
        cache, shared = self.values.get("cache"), self.values.get("shared_cache")
        if isinstance(cache, str) and "://" in cache and shared is None:
            return DEFAULTS["cache"], cache
        return cache, shared

    def origin(self, *key: str | int) -> Place:
        """Where the setting at ``key`` was made; computed from the text when asked for."""
        owner = self.owners.get(key[:2]) or self.owners.get(key[:1])
        return owner.place(key) if owner else Place(self.name)


def read(  # noqa: PLR0913  (all by name)
    *,
    folder: Path,
    config: str | None,
    overrides: Mapping[str, object],
    environ: Mapping[str, str],
    beneath: Sequence[Layer] = (),
    above: Sequence[Layer] = (),
) -> Settings:
    """Read and merge: defaults < what a framework says < file or module < environment < command line.

    Args:
        folder: where to start; the nearest configuration at or above it is read if ``config`` is ``None``.
        config: a ``.toml`` file, relative to ``folder``, or ``package.module:name``.
        overrides: settings from the command line, paths absolute; ``None`` is an option that was not given.
        environ: environment variables; those called ``PIPELINE_<KEY>`` and ``PIPELINE_NAMING_<KEY>`` count.
        beneath: what the framework of an app says of itself; with it there need be no file, then ``folder`` is the
            project.
        above: what the framework must have its way in, whatever the file says.

    Raises:
        ConfigError: nothing to read, or it cannot be read; what it says is not judged here.
    """
    folder = Path(os.path.abspath(folder))
    check_shadowing(folder)
    alone = beneath and config is None and find(folder) is None
    declared = Declaration(folder, beneath[0].name, {}) if alone else load(folder, config)
    check_shadowing(declared.project)
    variables, warnings = read_variables(environ, KINDS)
    own = Layer(declared.name, declared.values, declared.text, declared.table)
    layers = [Layer("default", DEFAULTS), *beneath, own, *above]
    layers += [Layer(f"environment {name}", _nested(key, value)) for key, (name, value) in variables.items()]
    for key, value in overrides.items():
        if value is not None:
            layers.append(Layer(f"command line --{key.replace('_', '-')}", {key: value}))
    return Settings(declared.project, declared.name, *_merged(layers), warnings)


def alone(declared: Declaration) -> Settings:
    """What one declaration says over the defaults; nothing else counts, and no code of the project is run for it."""
    own = Layer(declared.name, declared.values, declared.text, declared.table)
    return Settings(declared.project, declared.name, *_merged([Layer("default", DEFAULTS), own]), own_code=False)


def _nested(key: tuple[str, ...], value: object) -> Mapping[str, object]:
    return {key[0]: value} if len(key) == 1 else {key[0]: {key[1]: value}}


def _merged(layers: Iterable[Layer]) -> tuple[Mapping[Any, Any], Mapping[KeyPath, Layer]]:
    """Later layers win, key by key, within `TABLES` too; what is no table there stays to be complained about."""
    values: dict[Any, Any] = {}
    owners: dict[KeyPath, Layer] = {}
    for layer in layers:
        for key, value in layer.values.items():
            old = values.get(key)
            if key in TABLES and isinstance(old, Mapping) and isinstance(value, Mapping):
                values[key] = {**old, **value}
                owners |= {(key, name): layer for name in value}
            elif key not in TABLES or old is None or isinstance(old, Mapping):
                values[key] = value
                owners[(key,)] = layer
    return values, owners
