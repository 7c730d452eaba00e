"""The environment of webassets: its options wherever they are given, and the folders that it looks into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from pipeline.migrating import Found, Place, Root
from pipeline.migrating._flask import APPS, statics
from pipeline.migrating._nodes import Node
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.values import Call, is_known

OF_FLASK = ("flask_assets.Environment", "flask.ext.assets.Environment")
ENVIRONMENTS = ("webassets.Environment", "webassets.env.Environment", *OF_FLASK)
OPTIONS = {
    "debug": "`pipeline watch` minifies and compresses nothing",
    "auto_build": "`pipeline watch` builds while you work; an app never builds",
    "updater": "what changed is told by content",
    "cache": "`cache` is another one, and needs no setting",
    "manifest": "there is always one, manifest.json in the output",
    "versions": "the fingerprint in a name is the digest of the bytes",
    "url_expire": 'names change with their content; `naming.style = "query"` gives a query in place of that',
    "expire": "names change with their content",
    "url_mapping": "give a source a `prefix`",
    "cache_file_mode": "the umask counts",
}
"""Options of the environment that have no equivalent, and why none is needed."""


class Environment:
    """The environment's options: as arguments, attributes, settings of Flask and keys of YAML."""

    def __init__(self, project: Project, python: Python, found: Found, yaml: list[dict[Any, Any]]) -> None:
        self._project, self._python, self._found = project, python, found
        self._calls = [*python.calls(*ENVIRONMENTS)]
        self._yaml = yaml
        self.values: dict[str, Any] = {}
        """What was assigned to its configuration, by upper-case names: options of filters among them."""
        for module in python.modules:
            self.values |= {each.name: each.value for each in module.heard.settings if is_known(each.value)}
            self.values |= {each.name.upper(): each.value for each in module.heard.assigned if is_known(each.value)}
        for document in yaml:
            config = document.get("config")
            self.values |= {str(key).upper(): each for key, each in config.items()} if isinstance(config, dict) else {}
        self._note_options()

    def _given(self) -> Iterator[tuple[str, Any, Place]]:
        """Options of environments and where they are given."""
        for module in self._python.modules:
            for each in module.heard.assigned:
                if isinstance(each.of, Call) and each.of.name in ENVIRONMENTS:
                    yield each.name, each.value, each.place
            for setting in module.heard.settings:
                if setting.name.startswith("ASSETS_"):
                    yield setting.name.removeprefix("ASSETS_").lower(), setting.value, setting.place
        for call in self._calls:
            names = ("directory", "url") if call.name not in OF_FLASK else ("app",)
            for name, each in (dict(zip(names, call.args, strict=False)) | call.options).items():
                yield name, each, call.place

    def _note_options(self) -> None:
        for name, _, place in self._given():
            if name in OPTIONS:
                self._found.left.append(place.note(f"{name!r} of the environment was left out", OPTIONS[name]))

    def _option(self, name: str) -> tuple[Any, Place]:
        """The value that counts, ``None`` if there is none, and where it is given."""
        found = [(each, place) for key, each, place in self._given() if key == name]
        for each, place in found:
            if not is_known(each):
                self._found.left.append(place.warning(f"{name!r} of the environment is computed, so it was left out"))
        return next((pair for pair in reversed(found) if is_known(pair[0])), (None, Place("")))

    def find_roots(self, yaml: list[Path], nodes: list[Node]) -> None:
        """The folders of sources, and the URL."""
        found = self._found
        flask = any(call.name in OF_FLASK for call in self._calls) or any(self._python.calls(*APPS))
        folders = statics(self._project, self._python, found.left) if flask else None
        url, _ = self._option("url")
        url = url or next((each.get("url") for each in self._yaml if each.get("url")), None)
        found.settings["base_url"] = url if isinstance(url, str) else folders.url if folders else "/static/"
        load_path, place = self._option("load_path")
        listed = [(each, place) for each in load_path] if isinstance(load_path, list | tuple) else []
        listed += [(call.args[0], call.place) for call in self._python.calls(".append_path") if call.args]
        chosen = [Root(folder) for each, where in listed if (folder := self._inside(each, where))]
        if not chosen and folders:
            chosen = folders.roots
        elif not chosen and (folder := self._inside(*self._option("directory"))):
            chosen = [Root(folder)]
        alone: list[tuple[Path, list[Node]]] = []
        for file, values in zip(yaml, self._yaml, strict=True):
            here = [node for node in nodes if node.place.path == self._project.shown(file)]
            if isinstance(values.get("directory"), str):
                folder = self._inside(file.parent / values["directory"], self._project.place(file))
                chosen += [Root(folder)] if folder else []
            elif not any(
                os.path.exists(root.folder / each) for root in chosen for node in here for each in names(node)
            ):
                alone.append((file, here))
        chosen += [self._beside(file, here, many=len(alone) + len(chosen) > 1) for file, here in alone]
        found.roots = [*dict.fromkeys(chosen)]

    def _beside(self, file: Path, nodes: list[Node], *, many: bool) -> Root:
        """The folder of a file of YAML that no environment is told of: what its bundles name, and no more."""
        prefix = self._project.shown(file.parent) if many and file.parent != self._project.folder else ""
        for node in nodes:
            for each in node.inside():
                each.base = prefix if each.place.path == node.place.path else each.base
        return Root(file.parent, prefix, tuple(dict.fromkeys(_tops(nodes))))

    def _inside(self, given: Any, place: Place) -> Path | None:
        """A folder of the project."""
        if not isinstance(given, str | PurePath):
            return None
        folder = self._project.inside(given)
        if folder and os.path.isdir(folder):
            return folder
        shown = self._project.shown(folder) if folder else str(given)
        message = f"the folder {shown!r} " + ("is not there" if folder else "leads out of the project")
        self._found.left.append(place.warning(f"{message}, so it was left out"))
        return None


def names(node: Node) -> Iterator[str]:
    """The files of a bundle and of those in it."""
    for each in node.inside():
        yield from (name for name in each.contents if isinstance(name, str) and "\0" not in name)


def _tops(nodes: list[Node]) -> Iterator[str]:
    """Globs of the files and folders that bundles name first: what else lies beside them is not published."""
    for node in nodes:
        for name in names(node):
            first, slash, _ = name.partition("/")
            if first not in {"", ".", ".."}:
                yield f"/{first}{slash}"
