"""A finder of what is published, so that development servers serve the release beside the static folders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder, find

from pipeline.adapters.django.current import assets
from pipeline.adapters.django.options import options
from pipeline.adapters.django.released import Released
from pipeline.errors import ManifestError
from pipeline.expressions import expression

FINGERPRINTED = expression(r"(.+)\.([0-9a-f]{16})(\.[^./]+)")


class ReleaseFinder(BaseFinder):
    """The files of the release by their URLs; first among ``STATICFILES_FINDERS``. ``runserver`` has it by itself.

    ``collectstatic`` does not see it: it lists nothing.
    """

    def __init__(self, *_: object, **__: object) -> None:
        self._release: Released | None = None
        self._files: dict[str, str] = {}

    def check(self, **_: object) -> list[Any]:
        """Nothing to complain about."""
        return []

    def find(self, path: str, find_all: bool = False, **legacy: bool) -> Any:
        """The file behind the rest of a URL, or ``[]``; also of the releases that were current since the start."""
        now = self._release.now() if self._release else Released()
        output = options().output
        if now is not self._release and output:
            self._release = now
            self._files |= {url: str(output / file) for url, file in now.urls.items()}
        file = self._files.get(path) or (None if now.urls else _source(path))
        return [file] if file and (find_all or legacy.get("all")) else file or []

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, Any]]:  # noqa: ARG002  (Django's signature)
        """Nothing: what is published is no source."""
        return iter(())


def _source(path: str) -> Any:
    """The source whose fingerprint a template has put into a URL by itself, where there is no release."""
    match = FINGERPRINTED.fullmatch(path)
    if not match:
        return None
    name, fingerprint = match[1] + match[3], match[2]
    try:
        return find(name) if assets().fingerprint(name) == fingerprint else None
    except ManifestError:
        return None
