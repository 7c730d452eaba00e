"""The app: registers the checks, and fails where pages would be served without a release."""

from __future__ import annotations

import sys

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.signals import request_started, setting_changed

from pipeline.adapters.django import current

STARTERS = {"get_wsgi_application", "get_asgi_application"}


class PipelineConfig(AppConfig):
    """``pipeline.adapters.django`` in ``INSTALLED_APPS``."""

    name = "pipeline.adapters.django"
    label = "pipeline"
    verbose_name = "Static assets"

    def ready(self) -> None:
        """Connect everything; raises NoRelease if a server starts in production without a release."""
        checks.register(_check_settings, checks.Tags.staticfiles)
        checks.register(_check_release, checks.Tags.staticfiles, deploy=True)
        request_started.connect(current.refresh, dispatch_uid="pipeline")
        setting_changed.connect(current.forget, dispatch_uid="pipeline")
        if settings.DEBUG:
            current.serve_release()
        elif _serves():
            current.require()


def _check_settings(**_: object) -> list[checks.CheckMessage]:
    from pipeline.adapters.django.checks import check_settings  # a server asks for none

    return check_settings()


def _check_release(**_: object) -> list[checks.CheckMessage]:
    from pipeline.adapters.django.checks import check_release

    return check_release()


def _serves() -> bool:
    """Whether this process is a server that starts, and not a command, which may be the one that makes the release."""
    frame = sys._getframe()  # noqa: SLF001  (Django does not tell who sets it up)
    while above := frame.f_back:
        frame = above
        if frame.f_code.co_name in STARTERS and frame.f_globals.get("__name__", "").startswith("django.core."):
            return True
    return False
