"""Who may ask the live-reload server: pages of this machine, and no page of another site, however it gets here.

Against foreign pages that know or guess the port, also by a name of their own that leads to 127.0.0.1 (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from email.message import Message
from http import HTTPStatus
from urllib.parse import urlsplit

HTTP_PORT = 80


def refusal(headers: Message, hosts: Sequence[str], port: int) -> HTTPStatus | None:
    """Why a request is not answered, or ``None``.

    Args:
        headers: of the request.
        hosts: names by which this server may be called, IPv6 addresses in brackets.
        port: of this server.
    """
    called = headers.get_all("Host", [])
    names = {f"{host}:{port}" for host in hosts} | (set(hosts) if port == HTTP_PORT else set())
    if len(called) != 1 or called[0].strip().lower() not in {name.lower() for name in names}:
        return HTTPStatus.MISDIRECTED_REQUEST
    origins = headers.get_all("Origin", [])
    if origins:
        return None if len(origins) == 1 and _near(origins[0], hosts) else HTTPStatus.FORBIDDEN
    # Without an origin it is a plain <script src>, an image or a link; `localhost` and `127.0.0.1` are two sites too.
    return HTTPStatus.FORBIDDEN if headers.get("Sec-Fetch-Site", "none") == "cross-site" else None


def _near(origin: str, hosts: Sequence[str]) -> bool:
    """Whether an origin is a page that this machine serves, on any port."""
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or origin.lower() != f"{parts.scheme}://{parts.netloc}".lower():
            return False
        if parts.port == 0 or "@" in parts.netloc:
            return False
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost") or host in {name.strip("[]").lower() for name in hosts}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
