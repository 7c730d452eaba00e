"""The sources of an app that has no manifest: what its build would take, under plain names."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import flask

from pipeline.adapters.flask.declaration import layers
from pipeline.adapters.flask.folders import Folders
from pipeline.adapters.flask.settings import Settings
from pipeline.config import validate
from pipeline.config.settings import read
from pipeline.discover import discover
from pipeline.errors import ManifestError

LOG = logging.getLogger("pipeline")


class AppSources(Mapping[str, Path | None]):
    """Sources and bundles by logical path, listed when one is asked for, and again when it is not there.

    Args:
        app, settings, folders: of the app; a blueprint may be registered later.
        bundles: whether a bundle counts; what is asked of one raises ManifestError otherwise.
    """

    def __init__(self, app: flask.Flask, settings: Settings, folders: Folders, *, bundles: bool) -> None:
        self._app, self._settings, self._folders, self._bundles = app, settings, folders, bundles
        self._found: dict[str, Path | None] | None = None

    def __getitem__(self, path: str) -> Path | None:
        if path not in self._sources():
            self._found = self._listed()
        file = self._sources()[path]
        if file is None and not self._bundles:
            hint = "run `flask pipeline build`, or `flask pipeline watch` while you work"
            raise ManifestError(f"{path!r} is a bundle, and nothing is built", hint=hint)
        return file

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources())

    def __len__(self) -> int:
        return len(self._sources())

    def _sources(self) -> dict[str, Path | None]:
        if self._found is None:
            message = "%s is not there: static files have their own names; run `flask pipeline watch` or `build`"
            LOG.warning(message, self._settings.manifest)
            self._found = self._listed()
        return self._found

    def _listed(self) -> dict[str, Path | None]:
        beneath = layers(self._app, self._settings, self._folders)
        declared = read(folder=self._settings.project, config=None, overrides={}, environ=os.environ, beneath=beneath)
        if "sources" not in declared.values:
            return {}
        config = validate(declared)
        found: dict[str, Path | None] = dict.fromkeys(bundle.path for bundle in config.bundles)
        sources = discover(config).sources
        found.update({path: Path(source.file) for path, source in sources.items()})
        found.update(dict.fromkeys(config.compile.made(sources)))
        return found
