"""The static folders of an app and its blueprints, each a root of the site with a prefix."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import flask
from werkzeug.security import safe_join


class Folder(NamedTuple):
    """A static folder.

    Attributes:
        path: absolute.
        prefix: what the paths of its files start with: ``""`` for the app's own, ``admin/`` for a blueprint ``admin``.
        arguments: what the rules of its endpoint take, which is no query.
    """

    path: str
    prefix: str
    arguments: frozenset[str]

    def file(self, name: str) -> str | None:
        """The file or folder of a name below it, if there is one."""
        found = safe_join(self.path, name)
        return found if found is not None and os.path.exists(found) else None


class Folders:
    """Those that are there now: a blueprint may come later.

    Args:
        app: of them.
        prefixes: by the names of blueprints, for those whose prefix is not their name.
    """

    def __init__(self, app: flask.Flask, prefixes: Mapping[str, str]) -> None:
        self._app, self._prefixes = app, prefixes
        self._known: dict[str, Folder] = {}

    def get(self, endpoint: str) -> Folder | None:
        """The folder that an endpoint is for: ``static``, or ``admin.static`` of a blueprint ``admin``."""
        if (found := self._known.get(endpoint)) is None:
            name, _, last = endpoint.rpartition(".")
            owner: Any = self._app.blueprints.get(name) if name else self._app
            if last != "static" or owner is None or not owner.static_folder:
                return None
            prefix = self._prefixes.get(name, name)
            rules = self._app.url_map.iter_rules(endpoint)
            arguments = {"filename", *(argument for rule in rules for argument in rule.arguments)}
            found = Folder(str(owner.static_folder), f"{prefix}/" if prefix else "", frozenset(arguments))
            self._known[endpoint] = found
        return found

    def all(self) -> dict[str, Folder]:
        """All of them by endpoint, the app's own first."""
        endpoints = ["static", *(f"{name}.static" for name in self._app.blueprints)]
        found = {endpoint: self.get(endpoint) for endpoint in endpoints}
        return {endpoint: folder for endpoint, folder in found.items() if folder is not None}


def static_path(app: flask.Flask) -> str:
    """Where an app serves static files, with ``/`` at both ends; ``/static/`` unless it says otherwise."""
    path = "/static" if app.static_url_path is None else app.static_url_path
    return f"{path.rstrip('/')}/"
