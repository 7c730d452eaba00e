"""The nonce of a page's Content-Security-Policy, wherever an app keeps it."""

from __future__ import annotations

from typing import Any

IN_CONTEXTS = ("csp_nonce", "CSP_NONCE")
"""Django's own context processor (from 6.0), and that of django-csp."""
ON_REQUESTS = ("_csp_nonce", "csp_nonce")
"""Django's own middleware (from 6.0), and that of django-csp."""


def nonce_of(context: Any) -> str:
    """The nonce, or ``""``.

    Args:
        context: of a template, a mapping. A nonce that is made when it is first needed is made now.
    """
    request = context.get("request")
    found = [context.get(name) for name in IN_CONTEXTS] + [getattr(request, name, None) for name in ON_REQUESTS]
    return next((str(nonce) for nonce in found if nonce is not None), "")
