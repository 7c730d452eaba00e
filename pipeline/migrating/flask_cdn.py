"""Flask-CDN: the host of static URLs; see SEEDS 4 for what each setting does.

The extension of this package reads the same settings, so the templates and the app's configuration stay as they are.
"""

from __future__ import annotations

from pipeline.migrating import Found
from pipeline.migrating._flask import statics
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python

__all__ = ["flask_cdn"]

PACKAGE = "flask_cdn"
DOMAIN, HTTPS, ENDPOINTS = "CDN_DOMAIN", "CDN_HTTPS", "CDN_ENDPOINTS"
INSTEAD = "write `from pipeline.adapters.flask import Pipeline as CDN`"
KEPT = {
    "CDN_DEBUG": "the app still reads it; `pipeline watch` builds while you work",
    "CDN_TIMESTAMP": "the name of a file changes with its content; the app still adds the time to what is not built",
    "CDN_VERSION": "the name of a file changes with its content; the app still adds the version",
}
SCHEMES = {True: "https:", False: "http:"}


def flask_cdn(project: Project, python: Python) -> Found | None:
    """Sources and the base URL."""
    imports = python.imports(PACKAGE)
    if not imports and not python.settings(DOMAIN):
        return None
    found = Found("Flask-CDN")
    left = found.left
    left += [place.note("this import changes, the rest of the app does not", INSTEAD) for place in imports]
    found.roots, url = statics(project, python, left)
    domain = python.setting(DOMAIN, left, "set `base_url`, or PIPELINE_BASE_URL when you build")
    https = python.setting(HTTPS, left)
    if isinstance(domain, str) and domain:
        given, _, host = domain.rpartition("//")
        scheme = SCHEMES[https] if isinstance(https, bool) else given
        found.settings["base_url"] = f"{scheme}//{host.rstrip('/')}{url}"
    else:
        found.settings["base_url"] = url
    for name, why in KEPT.items():
        left += [each.place.note(f"{name} has no equivalent in the build", why) for each in python.settings(name)[-1:]]
    endpoints = python.setting(ENDPOINTS, left)
    for each in endpoints if isinstance(endpoints, list | tuple) else ():
        if each != "static":
            place = python.settings(ENDPOINTS)[-1].place
            left.append(
                place.note(f"what the endpoint {each!r} serves is not built", "the app still reads CDN_ENDPOINTS")
            )
    return found
