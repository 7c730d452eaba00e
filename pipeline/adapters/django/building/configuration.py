"""What the settings of a Django project say to the build: sources, output, manifest and base URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from pipeline.adapters.django.building.roots import Found, found, not_ours, roots
from pipeline.adapters.django.options import folder, options

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.config.settings import Layer, Settings

PATTERN = "{stem}.{fingerprint}{suffix}"
"""As Django's own storage names files, so that what serves those for ever does so with these."""


class Declared(NamedTuple):
    """What a command of the build works on, see `pipeline.config.settings.read`."""

    folder: Path
    config: str | None
    beneath: tuple[Layer, ...]
    above: tuple[Layer, ...]


def declared(files: Found | None = None) -> Declared:
    """The settings around the file of bundles and options, if there is one.

    Its own ``sources`` come before the static folders; ``STATIC_ROOT`` and ``STATIC_URL`` hold whatever it says.

    Args:
        files: storages and names of the files to build; what the finders list by default.

    Raises:
        ConfigError: the file cannot be read.
        ImproperlyConfigured: ``PIPELINE`` is not right.
    """
    from pipeline.config.declaration import find, load
    from pipeline.config.settings import Layer

    chosen = options()
    files = [*(found() if files is None else files)]
    config = chosen.config or None
    own: object = []
    if config or find(folder()):
        own = load(folder(), config).values.get("sources", [])
    static = roots(files)
    beneath: dict[str, object] = {"naming": {"pattern": PATTERN}}
    if tolerated := not_ours(files):
        beneath["strict"] = tolerated
    above = {"STATIC_URL": {"base_url": settings.STATIC_URL}}
    if isinstance(own, list | tuple):
        above["the static folders of the project"] = {"sources": [*own, *static]}
    if settings.STATIC_ROOT:
        above["STATIC_ROOT"] = {"output": str(chosen.output)}
    if chosen.manifest:
        above["PIPELINE['MANIFEST']"] = {"manifest": str(chosen.manifest)}
    layers = tuple(Layer(name, values) for name, values in above.items())
    return Declared(folder(), config, (Layer("Django's settings", beneath),), layers)


def read(files: Found | None = None) -> Settings:
    """The merged settings of the build.

    Raises:
        ConfigError: the file cannot be read.
    """
    import os

    from pipeline.config import settings as config

    where, name, beneath, above = declared(files)
    return config.read(folder=where, config=name, overrides={}, environ=os.environ, beneath=beneath, above=above)


def configuration(files: Found | None = None) -> Config:
    """The configuration of the build.

    Raises:
        ConfigError: the file cannot be read.
        ExceptionGroup: of ConfigError: all that is wrong in it or in the settings.
    """
    from pipeline.config import validate

    return validate(read(files))


def made() -> frozenset[str]:
    """What the file of bundles and options adds to the static folders: bundles, and sources of its own.

    Raises:
        ConfigError, SourceError: or a group of them: what is wrong with it.
    """
    from pipeline.discover import discover

    config = configuration()
    return frozenset([*(bundle.path for bundle in config.bundles), *discover(config).sources])
