"""Where an app is told about its assets: all that is changed in it."""

from __future__ import annotations

import flask

from pipeline.adapters.flask.bases import Bases
from pipeline.adapters.flask.commands import add_commands
from pipeline.adapters.flask.folders import Folders
from pipeline.adapters.flask.here import Here
from pipeline.adapters.flask.loading import load
from pipeline.adapters.flask.requests import refresh_before_requests
from pipeline.adapters.flask.settings import read_settings
from pipeline.adapters.flask.urls import Urls
from pipeline.adapters.flask.views import Files, serve
from pipeline.adapters.jinja import install


def put_into(app: flask.Flask) -> None:
    """Give an app final URLs, the functions of templates, its static route and its commands.

    Raises:
        ConfigError, ManifestError: see `pipeline.adapters.flask.Pipeline.init_app`.
    """
    settings = read_settings(app)
    folders = Folders(app, settings.prefixes)
    assets, sources = load(app, settings, folders)
    endpoint = serve(app, Files(assets, settings, sources))
    bases = Bases(app, settings, endpoint)
    urls = Urls(app, folders, assets, bases, settings.cdn)
    app.url_for = urls.url_for  # type: ignore[method-assign]  # which Flask has for this
    refresh_before_requests(app, assets.refresh)
    here = Here(app, assets, bases)
    app.extensions["pipeline"] = here
    install(app.jinja_env, here)
    app.jinja_env.globals.update(url_for=urls.url_for, static_url_for=urls.url_for)
    add_commands(app, settings, folders)
