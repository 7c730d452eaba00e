"""Other sites that serve static files, as Flask-Static-Digest and Flask-CDN are told about them."""

from __future__ import annotations

from typing import NamedTuple, Self
from urllib.parse import urlsplit


class Host(NamedTuple):
    """What stands before the path of a URL.

    Attributes:
        scheme: ``http`` or ``https``, ``""`` for a URL that begins with ``//``; ``None``: that of the request.
        rest: host, port and path, without a ``/`` at its end.
    """

    scheme: str | None
    rest: str

    @classmethod
    def of(cls, url: str) -> Self:
        """From a URL with a host."""
        scheme, _, rest = url.partition("//")
        return cls(scheme.removesuffix(":"), rest.strip("/"))

    def url(self, location: str, scheme: str | None, current: str) -> str:
        """A URL of an app, there.

        Args:
            location: of the app; its own host is left out.
            scheme: that somebody asked for.
            current: that of the request.
        """
        parts = urlsplit(location)
        location = parts._replace(scheme="", netloc="").geturl().lstrip("/")
        if scheme is None:
            scheme = self.scheme if self.scheme is not None else "https" if current in {"https", "wss"} else "http"
        return f"{scheme}{scheme and ':'}//{self.rest}/{location}"


class CDN(NamedTuple):
    """The settings of Flask-CDN.

    Attributes:
        host: ``CDN_DOMAIN`` and ``CDN_HTTPS``.
        endpoints: ``CDN_ENDPOINTS``.
        debug: ``CDN_DEBUG``; ``None``: whether the app is in debug mode.
        timestamp: ``CDN_TIMESTAMP``.
        version: ``CDN_VERSION``.
    """

    host: Host
    endpoints: tuple[str, ...]
    debug: bool | None
    timestamp: bool
    version: str | None

    def serves(self, endpoint: str) -> bool:
        """Whether an endpoint is one of those, or ends with ``.`` and one of those."""
        return any(endpoint == each or endpoint.endswith(f".{each}") for each in self.endpoints)
