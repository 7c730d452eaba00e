"""The setting ``PIPELINE``: what it may hold, what holds without it, and every mistake in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pipeline.errors import did_you_mean

KEYS = ("MANIFEST", "CONFIG", "RELOAD", "VARIABLES", "STATICFILES_JSON")


class Options(NamedTuple):
    """What holds for a project.

    Attributes:
        manifest: the file that the build writes, absolute; by default ``manifest.json`` in ``STATIC_ROOT``, or
            ``None`` if that is not set either.
        output: the folder of the release, absolute: ``STATIC_ROOT``, or else that of the manifest.
        config: the file of bundles and options, or ``""`` for the nearest one, see `folder`.
        reload: whether the manifest is read again when it has changed; by default as ``DEBUG``.
        variables: template variables, and the path of the asset whose fingerprint each is.
        staticfiles_json: whether a build writes ``staticfiles.json`` too, which Django's own storage reads.
    """

    manifest: Path | None
    output: Path | None
    config: str
    reload: bool
    variables: Mapping[str, str]
    staticfiles_json: bool


Mistake = tuple[int, str, str]
"""Something wrong in the setting: the number of its check, what it is, and what to do about it."""


def options() -> Options:
    """The options, all of them right.

    Raises:
        ImproperlyConfigured: one is not.
    """
    for _, message, hint in mistakes():
        raise ImproperlyConfigured(f"{message}: {hint}")
    given: Mapping[str, Any] = getattr(settings, "PIPELINE", {})
    root = folder() / settings.STATIC_ROOT if settings.STATIC_ROOT else None
    manifest = folder() / given["MANIFEST"] if "MANIFEST" in given else root and root / "manifest.json"
    return Options(
        manifest,
        root or (manifest and manifest.parent),
        os.fspath(given.get("CONFIG", "")),
        given.get("RELOAD", settings.DEBUG),
        given.get("VARIABLES", {}),
        given.get("STATICFILES_JSON", False),
    )


def folder() -> Path:
    """Where relative paths start, and the search for a configuration: ``BASE_DIR``, or the working directory."""
    return Path(os.path.abspath(getattr(settings, "BASE_DIR", None) or os.curdir))


def mistakes() -> Iterator[Mistake]:
    """All that is wrong in ``PIPELINE``; looks at no file."""
    given = getattr(settings, "PIPELINE", {})
    if not isinstance(given, Mapping):
        hint = 'write PIPELINE = {"RELOAD": True}'
        yield 1, f"the setting PIPELINE must be a dict, not {_kind(given)}", hint
        return
    for key in given:
        if key not in KEYS:
            hint = did_you_mean(str(key), KEYS) or f"there are {', '.join(KEYS)}; bundles stand in pipeline.toml"
            yield 2, f"unknown key {key!r} in the setting PIPELINE", hint
    for number, key, right, wanted in RULES:
        if key in given and not right(given[key]):
            yield number, f"PIPELINE[{key!r}] must be {wanted}, not {_kind(given[key])}", HINTS[key]


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike) and bool(os.fspath(value)) and isinstance(os.fspath(value), str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _are_variables(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and name.isidentifier() and isinstance(path, str) for name, path in value.items()
    )


RULES: tuple[tuple[int, str, Callable[[object], bool], str], ...] = (
    (3, "MANIFEST", _is_path, "the path of a file"),
    (4, "CONFIG", _is_path, "the path of a file or package.module:name"),
    (5, "RELOAD", _is_flag, "True or False"),
    (6, "VARIABLES", _are_variables, "a dict of variable names and asset paths"),
    (7, "STATICFILES_JSON", _is_flag, "True or False"),
)
HINTS = {
    "MANIFEST": 'write BASE_DIR / "build" / "manifest.json", or leave it out',
    "CONFIG": 'write BASE_DIR / "pipeline.toml", or leave it out',
    "RELOAD": "leave it out: it is as DEBUG",
    "VARIABLES": 'write {"JS_MD5": "js/application.js"}',
    "STATICFILES_JSON": "leave it out unless Django's own storage reads the release",
}


def _kind(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
