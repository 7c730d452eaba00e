"""Flask and Quart: the static folders of apps and blueprints, each a root with the prefix that the adapter gives it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from pipeline.diagnostic import Diagnostic
from pipeline.migrating import Root
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.values import Call

APPS = ("flask.Flask", "quart.Quart", "flask.app.Flask")
BLUEPRINTS = ("flask.Blueprint", "quart.Blueprint", "flask.blueprints.Blueprint")
STATIC = "static"


class Statics(NamedTuple):
    """The static folders of a project.

    Attributes:
        roots: those of apps first; a blueprint ``admin`` has the prefix ``admin``, one in it ``admin.users``.
        url: where the app serves its own, with ``/`` at both ends.
    """

    roots: list[Root]
    url: str


def statics(project: Project, python: Python, left: list[Diagnostic]) -> Statics:
    """Find the static folders that are there; what cannot be told goes to ``left``."""
    roots: list[Root] = []
    urls: list[str] = []
    for call in python.calls(*APPS):
        folder = call.argument(2, "static_folder", STATIC)
        url = call.argument(1, "static_url_path")
        if found := _folder(project, call, folder, left):
            roots.append(Root(found))
            urls.append(url if isinstance(url, str) else f"/{found.name}")
    parents = {id(child): (parent, name) for child, parent, name in _registered(python)}
    for call in python.calls(*BLUEPRINTS):
        name = _name(call, parents)
        if name is None:
            left.append(call.place.warning("the name of this blueprint is computed, so its static folder was left out"))
        elif found := _folder(project, call, call.argument(2, "static_folder"), left):
            roots.append(Root(found, name))
    if not any(not root.prefix for root in roots):
        roots = [*_guessed(project), *roots]
    return Statics([*dict.fromkeys(roots)], f"{urls[0].rstrip('/') if urls else '/static'}/")


def _registered(python: Python) -> Iterator[tuple[Call, Call, Any]]:
    """Blueprints that are registered with others, these, and the names that they have there."""
    for call in python.calls(".register_blueprint"):
        child = call.argument(0, "blueprint")
        if isinstance(child, Call) and isinstance(call.receiver, Call):
            yield child, call.receiver, call.options.get("name")


def _name(call: Call, parents: dict[int, tuple[Call, Any]]) -> str | None:
    """The whole name of a blueprint, as endpoints have it."""
    parts: list[str] = []
    seen: set[int] = set()
    while call.name in BLUEPRINTS and id(call) not in seen:
        seen.add(id(call))
        parent, given = parents.get(id(call), (None, None))
        name = given if isinstance(given, str) else call.argument(0, "name")
        if not isinstance(name, str):
            return None
        parts.append(name)
        if parent is None:
            break
        call = parent
    return ".".join(reversed(parts))


def _folder(project: Project, call: Call, given: Any, left: list[Diagnostic]) -> Path | None:
    """The static folder of an app or blueprint, if it is there and in the project."""
    if given is None:
        return None
    if not isinstance(given, str | PurePath):
        left.append(call.place.warning("the static folder is computed, so it was left out", "add it to `sources`"))
        return None
    root = call.options.get("root_path", _root_path(call))
    if not isinstance(root, str | PurePath):
        root = _root_path(call)
    found = project.inside(Path(root, given))
    if found is None:
        message = f"the static folder {str(given)!r} leads out of {str(project.folder)!r}, so it was left out"
        left.append(call.place.warning(message, "run migrate in a folder above both"))
    elif not os.path.isdir(found):
        if given != STATIC:
            left.append(call.place.warning(f"the static folder {project.shown(found)!r} is not there"))
        return None
    return found


def _root_path(call: Call) -> Path:
    """The folder of the module that an app is named after, or else of the one that it is made in."""
    given = call.argument(1 if call.name in BLUEPRINTS else 0, "import_name")
    found = call.module.find(given) if isinstance(given, str) and given != call.module.name else None
    return (found or call.module).file.parent


def _guessed(project: Project) -> Iterator[Root]:
    """Where no app was found: a folder ``static`` of the project, or of the one package in it."""
    below = sorted(each for each in project.folder.iterdir() if (each / STATIC).is_dir() and each.name[0] != ".")
    for folder in [project.folder / STATIC, *(each / STATIC for each in below)][: None if len(below) == 1 else 1]:
        if os.path.isdir(folder) and project.inside(folder):
            yield Root(folder)
