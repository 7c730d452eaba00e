"""The assets that this process shows: those of the release, or plain files in debug mode and in tests."""

from __future__ import annotations

import logging
import sys
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pipeline.adapters.django.options import options
from pipeline.errors import ManifestError
from pipeline.runtime import Assets

LOG = logging.getLogger("pipeline")
RELEVANT = frozenset(
    {"PIPELINE", "DEBUG", "BASE_DIR", "STATIC_ROOT", "STATIC_URL", "STATICFILES_DIRS", "INSTALLED_APPS"}
)
"""Settings that decide what the assets are."""
APP = "pipeline.adapters.django"
FINDER = f"{APP}.finders.ReleaseFinder"


class NoRelease(ManifestError, ImproperlyConfigured):  # noqa: N818  (reads as what it says)
    """There is no manifest to read, and it is needed."""


def assets() -> Assets:
    """The assets; read when they are first asked for.

    Raises:
        NoRelease: not in debug mode, and there is no release.
        ManifestError: the manifest cannot be read.
        ImproperlyConfigured: ``PIPELINE`` is not right.
    """
    return _assets(is_testing())


@cache
def _assets(testing: bool) -> Assets:
    if testing:
        return _plain(None, testing=True)
    chosen = options()
    if settings.DEBUG and not apps.is_installed(APP):
        # Nothing serves the release, and nothing keeps it up to date: files have their names, as with Django's storage.
        return _plain(None, testing=False)
    if chosen.manifest and chosen.manifest.is_file():
        return Assets.load(chosen.manifest, settings.STATIC_URL, reload=chosen.reload)
    if not settings.DEBUG:
        raise _no_release(chosen.manifest)
    LOG.warning("%s: files are served from the static folders under their own names", _no_release(chosen.manifest))
    return _plain(chosen.manifest, testing=False)


def _plain(manifest: Path | None, *, testing: bool) -> Assets:
    from pipeline.adapters.django.sources import Sources

    return Assets.plain(Sources(testing=testing), settings.STATIC_URL, manifest=manifest)


def require() -> None:
    """See that there is a release to show, where one is needed.

    Raises:
        NoRelease: there is none.
        ManifestError: the manifest cannot be read.
    """
    manifest = options().manifest
    if not settings.DEBUG and not is_testing():
        if not (manifest and manifest.is_file()):
            raise _no_release(manifest)
        Assets.load(manifest)  # the base URL is not known before the first request


def _no_release(manifest: Path | None) -> NoRelease:
    if manifest is None:
        hint = "set STATIC_ROOT, or PIPELINE['MANIFEST']"
        return NoRelease("no setting says where the manifest of the release is", hint=hint)
    return NoRelease("there is no release yet", path=str(manifest), hint=how_to_build())


def how_to_build() -> str:
    """What to do where there is no release."""
    more = ", or `python manage.py pipeline build`" if apps.is_installed(APP) else ""
    return f"run `python manage.py collectstatic`{more}"


def serve_release() -> None:
    """Let what serves static files in development find those of the release first; Django has a setting for that."""
    if FINDER not in settings.STATICFILES_FINDERS:
        settings.STATICFILES_FINDERS = [FINDER, *settings.STATICFILES_FINDERS]


def is_testing() -> bool:
    """Whether Django's test environment is set up, ``manage.py test`` is about to do so, or the runtime's holds."""
    mail = sys.modules.get("django.core.mail")
    return hasattr(mail, "outbox") or sys.argv[1:2] == ["test"] or Assets.stand_in is not None


def refresh(**_: object) -> None:
    """Take over a new release, at the start of a request: a stat at most."""
    if _assets.cache_info().currsize:
        assets().refresh()


def forget(*, setting: str, **_: object) -> None:
    """Ask again what the assets are once a setting has changed."""
    if setting in RELEVANT:
        _assets.cache_clear()
