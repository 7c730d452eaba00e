"""For Django's Jinja2 backend: ``"OPTIONS": {"environment": "pipeline.adapters.django.jinja.environment"}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from jinja2 import Environment

from pipeline.adapters.django.current import assets
from pipeline.adapters.jinja import install

if TYPE_CHECKING:
    from pipeline.runtime import Assets


class _Current:
    """Stands for the assets, whichever they are when a template is rendered."""

    def __getattr__(self, name: str) -> Any:
        return getattr(assets(), name)


def environment(**options: Any) -> Environment:
    """An environment with the functions of `pipeline.adapters.jinja`, and ``static`` and ``url`` as Django's.

    Args:
        options: of the environment.
    """
    made = Environment(**options)  # noqa: S701  (Django asks for autoescaping)
    install(made, cast("Assets", _Current()))
    made.globals.update(static=staticfiles_storage.url, url=reverse)
    return made
