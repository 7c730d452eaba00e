"""Flask-Static-Digest: its three settings; see SEEDS 1 for what each does.

The extension of this package reads the same settings, so the templates and the app's configuration stay as they are.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from pipeline.engine.globs import literal
from pipeline.migrating import Found, Place
from pipeline.migrating._flask import statics
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.template_calls import calls

__all__ = ["flask_static_digest"]

PACKAGE, SETTINGS = "flask_static_digest", "FLASK_STATIC_DIGEST_"
HOST, COMPRESSION, BLACKLIST = (f"{SETTINGS}{name}" for name in ("HOST_URL", "COMPRESSION", "BLACKLIST_FILTER"))
GZIP = f"{SETTINGS}GZIP_FILES"
COMPRESSORS = ("gzip", "brotli")
DIGESTED = "*-" + "[0-9a-f]" * 32 + "*"
GENERATED = [DIGESTED, "*.gz", "*.br", "cache_manifest.json"]
"""What ``flask digest compile`` writes between the sources."""
INSTEAD = "write `from pipeline.adapters.flask import Pipeline as FlaskStaticDigest`"


def flask_static_digest(project: Project, python: Python) -> Found | None:
    """Sources, compression, host and what is left out."""
    imports = python.imports(PACKAGE)
    if not imports and not python.settings(HOST, COMPRESSION, BLACKLIST, GZIP):
        return None
    found = Found("Flask-Static-Digest", generated=GENERATED)
    left = found.left
    left += [place.note("this import changes, the rest of the app does not", INSTEAD) for place in imports]
    found.roots, url = statics(project, python, left)
    host = python.setting(HOST, left, "set `base_url`, or PIPELINE_BASE_URL when you build")
    found.settings["base_url"] = f"{host.rstrip('/')}{url}" if isinstance(host, str) and host else url
    chosen = python.setting(COMPRESSION, left)
    if python.setting(GZIP, left) is False:  # before 0.2
        chosen = []
    if chosen is not None:
        found.settings["compress"] = [each for each in COMPRESSORS if each in _listed(chosen)]
        left += [
            python.settings(COMPRESSION)[-1].place.warning(f"{each!r} is no compressor that Flask-Static-Digest has")
            for each in _listed(chosen)
            if each not in COMPRESSORS
        ]
    blacklist = [
        f"*{literal(each)}" for each in _listed(python.setting(BLACKLIST, left)) if isinstance(each, str) and each
    ]
    if blacklist:
        found.settings["exclude"] = blacklist
    counted = Counter(call.place.path for call in calls(project, {"static_url_for"}))
    for path, count in sorted(counted.items()):
        message = (
            f"static_url_for, {count} times here, stays as it is" if count > 1 else "static_url_for stays as it is"
        )
        left.append(Place(path).note(message, "url_for gives the same URL now, and asset_tag whole elements"))
    return found


def _listed(value: Any) -> list[Any]:
    return [*value] if isinstance(value, list | tuple) else [value] if value else []
