"""Dotted names in the settings of Django: apps, finders, storages, middleware and extensions of the old tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.migrating import Place
from pipeline.migrating._reading.python import Python

SETTINGS = (
    *("INSTALLED_APPS", "STATICFILES_FINDERS", "STATICFILES_STORAGE", "STORAGES", "MIDDLEWARE", "MIDDLEWARE_CLASSES"),
    *("TEMPLATES", "COMPRESS_STORAGE"),
)
NEW_STORAGE = 'write "pipeline.adapters.django.storage.PipelineStorage"'
NEW_APP = 'write "pipeline.adapters.django", before "django.contrib.staticfiles"'


def names(python: Python) -> Iterator[tuple[str, Place]]:
    """Every string in these settings, and where the setting stands; each once."""
    found: dict[tuple[str, Place], None] = {}
    for setting in python.settings(*SETTINGS):
        found |= dict.fromkeys((each, setting.place) for each in _strings(setting.value))
    yield from found


def to_change(python: Python, meant: Mapping[str, tuple[str, str]]) -> list[Diagnostic]:
    """What to write in place of names.

    Args:
        python: has the settings.
        meant: by a name, or what names of a package start with: what becomes of it, and what to write.
    """
    found = []
    for name, place in names(python):
        for start, (message, hint) in meant.items():
            if name == start or (start.endswith(".") and name.startswith(start)):
                found.append(place.note(f"{name!r} {message}", hint))
                break
    return found


def _strings(value: Any) -> Iterator[str]:
    waiting, seen = [value], set[int]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list | tuple | dict) and id(each) not in seen:
            seen.add(id(each))
            waiting += reversed([*each.values()] if isinstance(each, dict) else each)
