"""A context processor: the assets, and variables with fingerprints for templates that put URLs together themselves."""

from __future__ import annotations

from typing import Any

from pipeline.adapters.django import current
from pipeline.adapters.django.options import options


def assets(request: object) -> dict[str, Any]:  # noqa: ARG001  (Django's signature)
    """``ASSETS``, see `pipeline.runtime.Assets`, and each of ``PIPELINE["VARIABLES"]``.

    With ``{"JS_MD5": "js/application.js"}`` and the usual names,
    ``{{ STATIC_URL }}js/application.{{ JS_MD5 }}.js`` is the URL of that asset in the release.

    Raises:
        ManifestError: one of the assets is not there, or there is no release.
    """
    now = current.assets()
    return {"ASSETS": now} | {name: now.fingerprint(path) for name, path in options().variables.items()}
