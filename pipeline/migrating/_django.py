"""Django: the static folders that its finders would look into, read from the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from posixpath import normpath
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.migrating import Found, Place, Root
from pipeline.migrating._reading.project import PYTHON, Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.values import Setting, is_known

DIRS, APPS, URL, ROOT = "STATICFILES_DIRS", "INSTALLED_APPS", "STATIC_URL", "STATIC_ROOT"
PATTERN = "{stem}.{fingerprint}{suffix}"
"""What `pipeline.adapters.django` names files by, as Django does."""
CONFIGURATION = "apps.py"
"""What most apps have; where the settings cannot be read, packages with it are taken for apps."""
FINDS = "`python manage.py pipeline build` finds them; for `pipeline build` add their folders to `sources`"


def read_statics(project: Project, python: Python, found: Found) -> None:
    """Put sources, output, URL and names into ``found``."""
    left = found.left
    roots = [*_listed(project, python, left), *_of_apps(project, python, left)]
    found.roots = [*dict.fromkeys(roots)]
    url = python.setting(URL, left, "set `base_url`")
    if isinstance(url, str) and url:
        found.settings["base_url"] = url if url.startswith(("/", "http:", "https:")) else f"/{url}"
    found.settings["naming"] = {"pattern": PATTERN}
    output = python.setting(ROOT, left, "set `output` to it")
    if isinstance(output, str | PurePath) and str(output):
        folder = project.inside(output)
        place = python.settings(ROOT)[-1].place
        if folder is None:
            left.append(place.warning(f"STATIC_ROOT {str(output)!r} leads out of the project", "set `output` to it"))
        elif not found.roots and os.path.isdir(folder):
            found.roots = [Root(folder)]
            left.append(place.note("there are no other static files, so STATIC_ROOT is the source", "serve the output"))
        elif not any(root.folder.is_relative_to(folder) for root in found.roots):
            found.settings["output"] = folder


def apps(python: Python) -> list[tuple[str, Place]]:
    """The installed apps that can be told, and where the list stands."""
    return [
        (each, setting.place)
        for setting in python.settings(APPS)[-1:]
        for each in (setting.value if isinstance(setting.value, list | tuple) else ())
        if isinstance(each, str)
    ]


def _listed(project: Project, python: Python, left: list[Diagnostic]) -> Iterator[Root]:
    """``STATICFILES_DIRS``: folders, and pairs of a prefix and a folder."""
    for setting in python.settings(DIRS)[-1:]:
        items = setting.value if isinstance(setting.value, list | tuple) else [setting.value]
        for each in items:
            pair = isinstance(each, list | tuple) and len(each) == 2 and isinstance(each[0], str)  # noqa: PLR2004
            prefix, path = each if pair else ("", each)
            if folder := _folder(project, setting, path, left):
                yield Root(folder, normpath(prefix).strip("/") if prefix else "")


def _folder(project: Project, setting: Setting, path: Any, left: list[Diagnostic]) -> Path | None:
    if not isinstance(path, str | PurePath):
        left.append(setting.place.warning(f"a folder in {DIRS} is computed, so it was left out", "add it to `sources`"))
        return None
    folder = project.inside(path)
    if folder is None:
        message = f"{str(path)!r} in {DIRS} leads out of the project, so it was left out"
        left.append(setting.place.warning(message, "run migrate in a folder above"))
    elif not os.path.isdir(folder):
        left.append(setting.place.note(f"{project.shown(folder)!r} in {DIRS} is not there, so it was left out"))
        return None
    return folder


def _of_apps(project: Project, python: Python, left: list[Diagnostic]) -> Iterator[Root]:
    """The folders ``static`` of the installed apps that lie in the project."""
    settings = python.settings(APPS)
    if not settings or not is_known(settings[-1].value):
        place = settings[-1].place if settings else Place("")
        left.append(
            place.note(f"{APPS} cannot be told in full", "see that `sources` has the static folders of all apps")
        )
    if not settings:
        folders = (file.parent / "static" for file in project.files(PYTHON) if file.name == CONFIGURATION)
        yield from (Root(folder) for folder in folders if folder.is_dir() and project.inside(folder))
    elsewhere = []
    for name, _ in apps(python):
        folder = _package(project, python, name)
        if folder is None:
            elsewhere.append(name)
        elif (folder / "static").is_dir() and project.inside(folder / "static"):
            yield Root(folder / "static")
    if elsewhere:
        message = f"static files of apps that are not in the project are no sources: {', '.join(elsewhere)}"
        left.append(settings[-1].place.note(message, FINDS))


def _package(project: Project, python: Python, name: str) -> Path | None:
    """The folder of an installed app, also by the name of its configuration: ``shop.apps.ShopConfig``."""
    parts = name.split(".")
    if "" in parts or not all(map(str.isidentifier, parts)):
        return None
    starts = [project.folder, project.folder / "src", *_of_settings(python)]
    for length in range(len(parts), 0, -1):
        for start in starts:
            folder = start.joinpath(*parts[:length])
            if os.path.isfile(folder / "__init__.py") and project.inside(folder):
                return folder
    return None


def _of_settings(python: Python) -> list[Path]:
    """The folders that the packages of the settings lie in: that of ``manage.py``."""
    found = []
    for module in python.modules:
        if any(each.name == APPS for each in module.heard.settings):
            depth = len(module.name.split(".")) - (module.file.name != "__init__.py")
            found.append(module.file.parents[depth])
    return [*dict.fromkeys(found)]
