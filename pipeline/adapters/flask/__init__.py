"""Flask and Quart: ``url_for('static', …)`` gives the final URL, in templates and in Python; see README, "Flask"."""

from __future__ import annotations

import flask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pipeline.runtime import Assets

__all__ = ["Pipeline"]


class Pipeline:
    """The extension; blueprints may be registered before or after it.

    Args:
        app: a ``flask.Flask`` or ``quart.Quart`` to start with; others by `init_app`.
    """

    def __init__(self, app: flask.Flask | None = None) -> None:
        self._app = app
        if app is not None:
            self.init_app(app)

    def init_app(self, app: flask.Flask) -> None:
        """Have an app take its static files from a release.

        Raises:
            ConfigError: a setting of the app cannot be.
            ManifestError: there is no manifest, the app is neither in debug mode nor tested, and is not made for a
                command such as ``flask pipeline build``.
        """
        from pipeline.adapters.flask.hooks import put_into  # not before there is an app that needs it

        put_into(app)
        self._app = app

    @property
    def assets(self) -> Assets:
        """The assets of the current app, at the URLs that they have in the current request.

        Raises:
            RuntimeError: there is no current app, and none had this extension.
        """
        found: Assets = self._current().extensions["pipeline"]
        return found

    def static_url_for(self, endpoint: str, **values: Any) -> str:
        """``url_for`` by the name that it has in Flask-Static-Digest; outside a blueprint ``.static`` is ``static``."""
        return self._current().url_for(endpoint, **values)

    def _current(self) -> flask.Flask:
        app = flask.current_app if flask.has_app_context() else self._app
        if app is None:
            raise RuntimeError("there is no app yet: call init_app")
        return app
