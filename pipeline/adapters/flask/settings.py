"""The settings of an app: those of this extension, and those of Flask-Static-Digest and Flask-CDN by their names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import flask

from pipeline.adapters.flask.hosts import CDN, Host
from pipeline.errors import ConfigError

OWN, HOST, DOMAIN = "PIPELINE_BASE_URL", "FLASK_STATIC_DIGEST_HOST_URL", "CDN_DOMAIN"


class Settings(NamedTuple):
    """What an app was told.

    Attributes:
        project: the folder that relative paths start from: the nearest with a ``pipeline.toml``, or with a
            ``pyproject.toml`` that has a table for it, at or above the app's own; or else the app's own.
        output, manifest: ``PIPELINE_OUTPUT`` (``build``) and ``PIPELINE_MANIFEST`` (in the output), absolute.
        base_url: ``PIPELINE_BASE_URL``, where the output is served at another site, or ``""``.
        host: ``FLASK_STATIC_DIGEST_HOST_URL``: what stands before the paths of static URLs.
        cdn: the settings of Flask-CDN, if there is a ``CDN_DOMAIN``.
        version: ``PIPELINE_VERSION``: the ``v`` of every static URL, in place of a fingerprint.
        prefixes: ``PIPELINE_PREFIXES``: of the static folders of blueprints, where it is not the blueprint's name.
    """

    project: Path
    output: Path
    manifest: Path
    base_url: str
    host: Host | None
    cdn: CDN | None
    version: str | None
    prefixes: Mapping[str, str]


def read_settings(app: flask.Flask) -> Settings:
    """Read and check the configuration of an app.

    Raises:
        ConfigError: a value of another type, or several that say where static files are served.
    """
    config = app.config
    given = [key for key in (OWN, HOST, DOMAIN) if config.get(key)]
    if len(given) > 1:
        hint = "keep one of them"
        raise ConfigError(f"{' and '.join(given)} both say where static files are served", path="app.config", hint=hint)
    base_url, host, domain = (_text(config, key) for key in (OWN, HOST, DOMAIN))
    project = _project(app.root_path)
    output = project / (_text(config, "PIPELINE_OUTPUT") or "build")
    return Settings(
        project=project,
        output=output,
        manifest=project / (_text(config, "PIPELINE_MANIFEST") or output / "manifest.json"),
        base_url=f"{_elsewhere(OWN, base_url).rstrip('/')}/" if base_url else "",
        host=Host.of(_elsewhere(HOST, host)) if host else None,
        cdn=_cdn(config, domain) if domain else None,
        version=_text(config, "PIPELINE_VERSION") or None,
        prefixes=_prefixes(config),
    )


def _project(root: str) -> Path:
    folder = Path(root).absolute()
    for each in (folder, *folder.parents):
        if os.path.isfile(each / "pipeline.toml") or _has_table(each / "pyproject.toml"):
            return each
    return folder


def _has_table(file: Path) -> bool:
    try:
        return b"[tool.pipeline" in file.read_bytes()
    except OSError:
        return False


def _cdn(config: Mapping[str, Any], domain: str) -> CDN:
    https = config.get("CDN_HTTPS")
    scheme = None if https is None else "https" if https else "http"
    endpoints = config.get("CDN_ENDPOINTS", ("static",))
    if isinstance(endpoints, str) or not all(isinstance(each, str) for each in endpoints):
        raise _unlike("CDN_ENDPOINTS", endpoints, "a list of endpoints")
    own, _, rest = domain.rpartition("://")
    return CDN(
        host=Host(scheme or own or None, rest.strip("/")),
        endpoints=tuple(endpoints),
        debug=config.get("CDN_DEBUG"),
        timestamp=bool(config.get("CDN_TIMESTAMP", True)),
        version=None if config.get("CDN_VERSION") is None else str(config["CDN_VERSION"]),
    )


def _prefixes(config: Mapping[str, Any]) -> Mapping[str, str]:
    prefixes = config.get("PIPELINE_PREFIXES") or {}
    if not isinstance(prefixes, Mapping) or not all(isinstance(each, str) for each in prefixes.values()):
        raise _unlike("PIPELINE_PREFIXES", prefixes, 'a dict such as {"admin": "backstage"}')
    return {name: prefix.strip("/") for name, prefix in prefixes.items()}


def _text(config: Mapping[str, Any], key: str) -> str:
    value = config.get(key)
    if value is not None and not isinstance(value, str | os.PathLike):
        raise _unlike(key, value, "a string")
    return os.fspath(value or "")


def _elsewhere(key: str, url: str) -> str:
    if not url.startswith(("http://", "https://", "//")):
        raise _unlike(key, url, "a URL with its host, such as https://cdn.example.com")
    return url


def _unlike(key: str, value: object, wanted: str) -> ConfigError:
    return ConfigError(f"{key!r} must be {wanted}, not {value!r}", path="app.config")
