"""The files behind names where there is no release: in debug mode before the first build, and in tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation

from pipeline.adapters.django.current import APP
from pipeline.errors import ManifestError

MADE = "run `python manage.py pipeline build`, or `… watch` while you work"
INSTALLED = f"add {APP!r} to INSTALLED_APPS: its runserver builds while you work"


class Sources(Mapping[str, Path | None]):
    """Files by path, found when they are asked for.

    Args:
        testing: whether bundles, and files that only the build knows, count as there.
    """

    def __init__(self, *, testing: bool) -> None:
        self._testing = testing

    def __getitem__(self, path: str) -> Path | None:
        try:
            file = finders.find(path)
        except (SuspiciousFileOperation, ValueError):  # it leads out of the static folders, or is no name
            file = None
        if file and os.path.isfile(file):
            return Path(file)
        if path not in self._made:
            raise KeyError(path)
        if not self._testing:
            raise ManifestError(f"{path!r} is not built yet", hint=MADE if apps.is_installed(APP) else INSTALLED)
        return None

    def __iter__(self) -> Iterator[str]:
        listed = [
            os.path.join(getattr(storage, "prefix", None) or "", path).replace(os.sep, "/")
            for finder in finders.get_finders()
            for path, storage in finder.list([])
        ]
        return iter(dict.fromkeys([*listed, *self._made]))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @cached_property
    def _made(self) -> frozenset[str]:
        from pipeline.adapters.django.building.configuration import made

        return made()
