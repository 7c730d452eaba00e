"""What an app says to its own build: its static folders, which are sources, and settings of Flask-Static-Digest."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask

from pipeline.adapters.flask.folders import Folder, Folders, static_path
from pipeline.adapters.flask.settings import Settings
from pipeline.config.settings import Layer
from pipeline.config.settings import Settings as Declared
from pipeline.diagnostic import Diagnostic
from pipeline.errors import ConfigError
from pipeline.expressions import expression

COMPRESSION, BLACKLIST = "FLASK_STATIC_DIGEST_COMPRESSION", "FLASK_STATIC_DIGEST_BLACKLIST_FILTER"
SPECIAL = expression(r"([\\*?\[\]!#])")
"""What has a meaning in a glob."""


def layers(app: flask.Flask, settings: Settings, folders: Folders) -> list[Layer]:
    """What holds where the project's own file says nothing.

    Raises:
        ConfigError: two static folders have a file of the same path, or a setting cannot be.
    """
    there = [folder for folder in folders.all().values() if os.path.isdir(folder.path)]
    _check_clashes(there)
    base = (app.config["APPLICATION_ROOT"] or "/").rstrip("/")
    values: dict[str, Any] = {"output": str(settings.output), "base_url": f"{base}{static_path(app)}"}
    if there:
        values["sources"] = [_source(folder) for folder in there]
    if foreign := [f"{_literal(folder.prefix)}**" for folder in there if _is_foreign(folder, app)]:
        values["strict"] = foreign  # nobody can mend them there
    found = [Layer(f"Flask app {app.name!r}", values)]
    if COMPRESSION in app.config:
        given = app.config[COMPRESSION]
        found.append(Layer(COMPRESSION, {"compress": sorted(given) if isinstance(given, set) else given}))
    if app.config.get(BLACKLIST):
        suffixes = app.config[BLACKLIST]
        if isinstance(suffixes, str) or not all(isinstance(each, str) for each in suffixes):
            raise ConfigError(f"{BLACKLIST!r} must be a list such as ['.txt'], not {suffixes!r}", path="app.config")
        found.append(Layer(BLACKLIST, {"exclude": [f"*{_literal(suffix)}" for suffix in suffixes]}))
    return found


def disagreements(declared: Declared, settings: Settings, folders: Folders) -> Iterator[Diagnostic]:
    """A warning for each static folder that the project's own file leaves out.

    Raises:
        ConfigError: the app reads another manifest than the build writes.
    """
    values, project = declared.values, declared.project
    written = values.get("manifest") or os.path.join(str(values["output"]), "manifest.json")
    if os.path.realpath(project / str(written)) != os.path.realpath(settings.manifest):
        place = declared.origin("manifest" if values.get("manifest") else "output")
        message = (
            f"the manifest is written to {str(written)!r}, but the app reads {_shown(settings.manifest, project)!r}"
        )
        hint = f"set PIPELINE_MANIFEST = {_shown(project / str(written), settings.project)!r} in the app"
        raise ConfigError(message, path=place.name, line=place.line, column=place.column, hint=hint)
    given = values.get("sources")
    listed = given if isinstance(given, list) else []
    known = {_mounted(item, project) for item in listed}
    for endpoint, folder in folders.all().items():
        if os.path.isdir(folder.path) and (os.path.realpath(folder.path), folder.prefix.rstrip("/")) not in known:
            message = f"the folder of {endpoint!r} is no source: its files keep their names"
            hint = f"add {toml(folder, project)} to `sources`"
            yield Diagnostic("warning", message, declared.origin("sources").name, hint=hint)


def toml(folder: Folder, project: Path) -> str:
    """A source as it is written in ``pipeline.toml``."""
    path = _quoted(_shown(Path(folder.path), project))
    return f"{{ path = {path}, prefix = {_quoted(folder.prefix.rstrip('/'))} }}" if folder.prefix else path


def _source(folder: Folder) -> dict[str, str]:
    return {"path": folder.path, "prefix": folder.prefix.rstrip("/")}


def _mounted(item: object, project: Path) -> tuple[str, str]:
    path, prefix = (item.get("path"), item.get("prefix", "")) if isinstance(item, dict) else (item, "")
    return os.path.realpath(os.path.join(project, str(path))), str(prefix).rstrip("/")


def _check_clashes(folders: list[Folder]) -> None:
    for below in folders:
        for above in folders:
            name = below.prefix.removeprefix(above.prefix)
            if above is below or not below.prefix.startswith(above.prefix) or above.file(name.rstrip("/")) is None:
                continue
            for where, _, files in os.walk(below.path):
                for file in files:
                    inner = os.path.relpath(os.path.join(where, file), below.path).replace(os.sep, "/")
                    if above.file(name + inner) is not None:
                        message = f"is both {inner!r} in {below.path!r} and {name + inner!r} in {above.path!r}"
                        hint = f"rename one, or set PIPELINE_PREFIXES = {{{below.prefix.rstrip('/')!r}: 'another'}}"
                        raise ConfigError(message, path=below.prefix + inner, hint=hint)


def _is_foreign(folder: Folder, app: flask.Flask) -> bool:
    """Whether it belongs to an installed package that the app is not in."""
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    own = Path(folder.path).is_relative_to(app.root_path)
    return not own and any(Path(folder.path).is_relative_to(place) for place in places)


def _shown(path: Path, project: Path) -> str:
    return os.path.relpath(path, project).replace(os.sep, "/")


def _literal(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
