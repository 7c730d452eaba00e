"""System checks: every mistake in the settings, and in production a missing release."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004  (Django's names)
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from pipeline.adapters.django import current
from pipeline.adapters.django.options import folder, mistakes, options
from pipeline.errors import ConfigError, ManifestError
from pipeline.runtime import Assets

STATICFILES = "django.contrib.staticfiles"
STORAGE = "pipeline.adapters.django.storage.PipelineStorage"
PROCESSOR = "pipeline.adapters.django.context_processors.assets"


def check_settings() -> list[CheckMessage]:
    """All mistakes in the settings that are this app's."""
    wrong = [Error(message, hint=hint, id=f"pipeline.E{number:03}") for number, message, hint in mistakes()]
    return wrong or [*_files(), *_apps(), *_storage(), *_variables()]


def check_release() -> list[CheckMessage]:
    """With ``check --deploy``: that there is a release that can be read."""
    try:
        current.require()
    except ImproperlyConfigured as error:
        return [Error(getattr(error, "message", str(error)), hint=getattr(error, "hint", None), id="pipeline.E020")]
    except ManifestError as error:
        return [Error(str(error), hint=current.how_to_build(), id="pipeline.E021")]
    return []


def _files() -> Iterator[CheckMessage]:
    chosen = options()
    try:
        Assets.plain({}, settings.STATIC_URL or "/")
    except ConfigError as error:
        hint = 'write "/static/" or "https://cdn.example.com/static/"'
        yield Error(f"STATIC_URL: {error.message}", hint=error.hint or hint, id="pipeline.E017")
    if not chosen.manifest and not settings.DEBUG:
        hint = "set STATIC_ROOT to the folder that collectstatic fills"
        yield Error("neither STATIC_ROOT nor PIPELINE['MANIFEST'] is set", hint=hint, id="pipeline.E008")
    if chosen.manifest and chosen.manifest.is_dir():
        hint = f"write {str(chosen.manifest / 'manifest.json')!r}"
        yield Error(f"PIPELINE['MANIFEST'] is a folder: {chosen.manifest}", hint=hint, id="pipeline.E009")
    config = folder() / chosen.config
    if chosen.config.endswith(".toml") and not config.is_file():
        yield Error(
            f"PIPELINE['CONFIG'] does not exist: {config}", hint="leave it out for the nearest", id="pipeline.E010"
        )
    elif chosen.config and ":" not in chosen.config and not chosen.config.endswith(".toml"):
        hint = "name a .toml file, or package.module:name"
        yield Error(
            f"PIPELINE['CONFIG'] is neither a file nor a name: {chosen.config!r}", hint=hint, id="pipeline.E011"
        )
    if chosen.output and settings.STATIC_ROOT:
        yield from _nested(chosen.output)


def _nested(output: Path) -> Iterator[CheckMessage]:
    """What is published below a static folder would be collected the next time."""
    if not apps.is_installed(STATICFILES):
        return
    from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder, get_finders

    for finder in get_finders():
        if not isinstance(finder, FileSystemFinder | AppDirectoriesFinder):
            continue
        for storage in finder.storages.values():
            static = Path(os.path.realpath(storage.location))
            if Path(os.path.realpath(output)).is_relative_to(static):
                hint = "give STATIC_ROOT a folder of its own, beside the static folders"
                message = (
                    f"STATIC_ROOT lies in the static folder {storage.location}: what is published is collected again"
                )
                yield Error(message, hint=hint, id="pipeline.E012")
            elif static.is_relative_to(os.path.realpath(output)):
                hint = "give STATIC_ROOT a folder of its own, beside the static folders"
                message = f"STATIC_ROOT contains the static folder {storage.location}"
                yield Error(message, hint=hint, id="pipeline.E013")


def _apps() -> Iterator[CheckMessage]:
    names = [each.name for each in apps.get_app_configs()]
    if STATICFILES not in names:
        hint = f"add {STATICFILES!r} to INSTALLED_APPS"
        yield Error("pipeline needs Django's staticfiles app", hint=hint, id="pipeline.E014")
    elif settings.DEBUG and names.index(STATICFILES) < names.index("pipeline.adapters.django"):
        hint = f"put 'pipeline.adapters.django' before {STATICFILES!r} in INSTALLED_APPS"
        yield Warning("runserver does not build while you work", hint=hint, id="pipeline.W001")


def _storage() -> Iterator[CheckMessage]:
    from pipeline.adapters.django.storage import PipelineStorage

    declared: Any = settings.STORAGES.get("staticfiles", {})
    try:
        kind = import_string(declared["BACKEND"])
    except (ImportError, KeyError, TypeError, AttributeError):
        return  # Django says so
    if not issubclass(kind, PipelineStorage):
        if not options().staticfiles_json:
            hint = f'write STORAGES["staticfiles"] = {{"BACKEND": "{STORAGE}"}}'
            yield Warning("{% static %} does not give the URLs of the release", hint=hint, id="pipeline.W002")
        return
    for option, name in (("location", "STATIC_ROOT"), ("base_url", "STATIC_URL")):
        if option in declared.get("OPTIONS", {}):
            message = f"the option {option!r} of the static files storage says what {name} says"
            yield Error(message, hint=f"set {name} instead", id="pipeline.E015")


def _variables() -> Iterator[CheckMessage]:
    variables = options().variables
    if not variables:
        return
    used = {each for engine in settings.TEMPLATES for each in engine.get("OPTIONS", {}).get("context_processors", ())}
    if PROCESSOR not in used:
        hint = f"add {PROCESSOR!r} to the context_processors in TEMPLATES"
        yield Warning("PIPELINE['VARIABLES'] is set, and no template gets them", hint=hint, id="pipeline.W003")
    try:
        now = current.assets()
    except ManifestError:
        return  # `check_release` says so
    for name, path in variables.items():
        try:
            now.entry(path)
        except ManifestError as error:
            message = f"PIPELINE['VARIABLES'][{name!r}]: {error.message}"
            yield Error(message, hint=error.hint or "name an asset by its path", id="pipeline.E016")
