"""What differs between Flask and Quart: where the current request is, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask


def waits(app: object) -> bool:
    """Whether the views of an app are coroutines: it is Quart's."""
    return not isinstance(app, flask.Flask)


def current_request(app: object) -> Callable[[], Any]:
    """What gives the current request of an app, or raises RuntimeError where there is none."""
    proxy: Any = flask.request
    if not waits(app):
        found: Callable[[], Any] = proxy._get_current_object  # noqa: SLF001  (Werkzeug documents it)
        return found
    import quart

    request: Any = quart.request
    websocket: Any = quart.websocket

    def current() -> Any:
        try:
            return request._get_current_object()  # noqa: SLF001
        except RuntimeError:
            return websocket._get_current_object()  # noqa: SLF001

    return current


def refresh_before_requests(app: Any, refresh: Callable[[], None]) -> None:
    """Have something done first in every request."""
    if not waits(app):
        app.before_request(refresh)
        return

    async def refreshed() -> None:  # as a plain function it would be sent to a thread
        refresh()

    app.before_request(refreshed)
    app.before_websocket(refreshed)
