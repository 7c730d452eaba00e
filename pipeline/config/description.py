"""Every setting that holds, in terms of JSON, and where it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.config.checks import label
from pipeline.config.folders import Root
from pipeline.config.settings import Settings
from pipeline.config.validation import KEYS, NAMING_KEYS, WATCH_KEYS, Config


def describe(settings: Settings, config: Config) -> list[tuple[str, object, str]]:
    """Every setting that holds: its dotted key, its value in terms of JSON, and where it was made.

    Paths are relative to the project if they lie in it. Steps are as they were declared; ``None`` for those that
    the type of a bundle has by default. An origin is such as ``pipeline.toml:7``, ``environment PIPELINE_OUTPUT``,
    ``command line --output`` or ``default``.
    """
    plain = "base_url", "include", "exclude", "follow_links", "keep_licenses", "source_maps", "strict"
    values: dict[tuple[str, ...], object] = {
        ("sources",): [_described(root, config.project) for root in config.sources],
        **{(key,): _within(config.project, getattr(config, key)) for key in ("output", "manifest", "cache")},
        **{(key,): getattr(config, key) for key in plain},
        ("compress",): settings.values["compress"],
        ("minify",): settings.values["minify"],
        ("cache_limit",): settings.values["cache_limit"],
        ("shared_cache",): config.shared_cache or None,
        ("executor",): config.executor,
        **{("watch", key): settings.values["watch"].get(key) for key in WATCH_KEYS},
        ("jobs",): config.jobs,
        ("modules",): settings.values["modules"],
        **({("json", glob): places for glob, places in settings.values["json"].items()} or {("json",): {}}),
        ("compile",): settings.values["compile"],
        ("tools",): settings.values["tools"],
        **{("naming", key): getattr(config.naming, key) for key in NAMING_KEYS},
    }
    for name, bundle in zip(settings.values["bundles"], config.bundles, strict=True):
        declared = settings.values["bundles"][name]
        values["bundles", name, "sources"] = bundle.sources
        values["bundles", name, "steps"] = declared.get("steps") if isinstance(declared, Mapping) else None
        values["bundles", name, "keep"] = bundle.keep
    return [
        (label(key), list(value) if isinstance(value, tuple) else value, _origin(settings, key))
        for key, value in sorted(values.items(), key=lambda item: KEYS.index(item[0][0]))
    ]


def _origin(settings: Settings, key: tuple[str, ...]) -> str:
    """Where the value was made; what a table leaves out is a default."""
    if key == ("shared_cache",) and settings.caches()[1] is not settings.values.get("shared_cache"):
        return str(settings.origin("cache"))
    if key == ("cache",) and settings.caches()[0] is not settings.values["cache"]:
        return "default"
    table: Any = settings.values
    for part in key[:-1]:
        table = table[part]
    given = key[-1] in table if isinstance(table, Mapping) else key[-1] == "sources"
    return str(settings.origin(*key)) if given else "default"


def _within(project: Path, path: Path) -> str:
    return (path.relative_to(project) if path.is_relative_to(project) else path).as_posix()


def _described(root: Root, project: Path) -> object:
    path = _within(project, root.folder)
    more = {"prefix": root.prefix, "include": list(root.include), "exclude": list(root.exclude)}
    given = {key: value for key, value in more.items() if value}
    return {"path": path, **given} if given else path
