"""Loads the manifest when an app starts, and decides what an app without one is good for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
import flask

from pipeline.adapters.flask.folders import Folders
from pipeline.adapters.flask.settings import Settings
from pipeline.errors import ManifestError
from pipeline.runtime import Assets

Loaded = tuple[Assets, Mapping[str, Path | None] | None]
"""The assets of an app, at URLs relative to wherever they are served, and the sources that they are without a build."""


def load(app: flask.Flask, settings: Settings, folders: Folders) -> Loaded:
    """Read the manifest; in debug mode and in tests there need be none, nor for commands such as ``pipeline build``.

    Raises:
        ManifestError: there is none, or none that can be read, and the app is to be served.
    """
    try:
        if Assets.stand_in is None:
            return Assets.load(settings.manifest, "", reload=True), None
    except ManifestError as error:
        for_command = _is_for_a_command()
        if not for_command and (settings.manifest.exists() or not (app.debug or app.testing)):
            hint = "run `flask pipeline build`; while you develop, `flask --debug run` needs no build"
            raise ManifestError(error.message, path=error.path, hint=hint) from error
    from pipeline.adapters.flask.sources import AppSources

    sources = AppSources(app, settings, folders, bundles=not app.debug)
    return Assets.plain(sources, "", manifest=settings.manifest if Assets.stand_in is None else None), sources


def _is_for_a_command() -> bool:
    """Whether ``flask``, or ``quart``, makes the app for a command other than ``run``, such as ``pipeline build``."""
    context = click.get_current_context(silent=True)
    return context is not None and type(context.obj).__name__ == "ScriptInfo" and context.info_name != "run"
