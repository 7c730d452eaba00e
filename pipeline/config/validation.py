"""The configuration as frozen data, and the one validator that makes it from settings of any origin."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.config.bundles import Bundle, Step, read_bundles, read_compressors, read_minify
from pipeline.config.checks import Checks, is_list, quoted
from pipeline.config.compiling import Compiling, read_compiling, read_source_maps
from pipeline.config.declaration import importing_from
from pipeline.config.executor import read_executor
from pipeline.config.folders import Root, check_folders, read_roots, read_shared_cache
from pipeline.config.modules import Modules, read_modules
from pipeline.config.places import read_places
from pipeline.config.rules import base_url, gitignore_glob, naming_pattern
from pipeline.config.settings import KINDS, Settings
from pipeline.config.tools import read_tools
from pipeline.config.watching import WATCH_KEYS, Watch, read_watch
from pipeline.engine.tools import Tools
from pipeline.errors import did_you_mean, raise_all
from pipeline.references import Declared

__all__ = ["WATCH_KEYS", "Bundle", "Compiling", "Config", "Modules", "Naming", "Root", "Step", "Watch", "validate"]

KEYS = tuple(dict.fromkeys(key[0] for key in KINDS))
NAMING_KEYS = tuple(key[1] for key in KINDS if key[1:])
PATTERN = "{stem}-{fingerprint}{suffix}"
PATTERNS = {"fingerprint": PATTERN, "query": PATTERN, "rewrite": "{stem}.{fingerprint}{suffix}", "plain": PATTERN}
"""The styles, and the pattern of each unless one is given."""
LENGTHS = 8, 64


class Naming(NamedTuple):
    """How files are called: ``length`` in hexadecimal digits; what the globs ``keep`` match keeps its own name."""

    style: str
    pattern: str
    length: int
    keep: tuple[str, ...]


class Config(NamedTuple):
    """What the user declared, validated; the attributes are the keys of ``pipeline.toml``.

    Attributes:
        project, output, manifest, cache: absolute, links resolved (of the manifest those above it).
        base_url: ends in ``/``.
        strict: whether a broken reference is an error, and so is it if no program is there for a file that is compiled
            by its suffix; or the globs of files of which none is.
        keep_licenses: whether comments about licenses stay in what is minified.
        cache_limit: in bytes; the key is in megabytes.
        shared_cache: the URL of what lies behind the cache, or ``""``.
        executor: what runs the steps, see `pipeline.engine.executors`.
        watch: what is done otherwise while one works on the site.
        json: where the JSON files that globs match have references.
        compile: the steps that loose files go through by their names.
        source_maps: ``off``, or whether those of what is made are a ``file`` each or ``inline``.
        tools: the programs that steps call, and what the configuration says of them.
        jobs: how many things to do at once, at least 1.
    """

    project: Path
    sources: tuple[Root, ...]
    output: Path
    manifest: Path
    base_url: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    follow_links: bool
    compress: tuple[Step, ...]
    minify: bool | tuple[Step, ...]
    keep_licenses: bool
    strict: bool | tuple[str, ...]
    naming: Naming
    modules: Modules
    json: Declared
    bundles: tuple[Bundle, ...]
    compile: Compiling
    source_maps: str
    tools: Tools
    cache: Path
    cache_limit: int
    shared_cache: str
    executor: str
    watch: Watch
    jobs: int


def validate(settings: Settings) -> Config:
    """Check everything and make the configuration; looks at folders, changes nothing.

    Raises:
        ExceptionGroup: of a ConfigError, with its place, for everything that is wrong.
    """
    check = Checks(settings)
    with importing_from(settings.project if settings.own_code else None):  # a plug-in may lie in the project
        config = _config(check, settings.values)
    raise_all("configuration", sorted(check.errors, key=lambda error: (error.path, error.line or 0, error.column or 0)))
    return config


def _config(check: Checks, values: Mapping[Any, Any]) -> Config:
    project = Path(os.path.realpath(check.settings.project))
    check.known((), values, KEYS)
    output = check.path(("output",), values["output"]) or project / "build"
    folder, url = check.settings.caches()
    cache = check.path(("cache",), folder) or project / ".pipeline-cache"
    manifest = check.path(("manifest",), values["manifest"], follow=False) if "manifest" in values else None
    roots = read_roots(check, values.get("sources"))
    config = Config(
        project=project,
        sources=roots,
        output=output,
        manifest=manifest or output / "manifest.json",
        base_url=_base_url(check, values["base_url"]),
        include=check.texts(("include",), values["include"], gitignore_glob, "the glob"),
        exclude=check.texts(("exclude",), values["exclude"], gitignore_glob, "the glob"),
        follow_links=check.flag(("follow_links",), values["follow_links"]),
        compress=read_compressors(check, values["compress"]),
        minify=read_minify(check, values["minify"]),
        keep_licenses=check.flag(("keep_licenses",), values["keep_licenses"]),
        strict=_strict(check, values["strict"]),
        naming=_naming(check, values["naming"]),
        modules=read_modules(check, values["modules"]),
        json=read_places(check, values["json"]),
        bundles=read_bundles(check, values["bundles"]),
        source_maps=read_source_maps(check, values["source_maps"]),
        compile=read_compiling(check, values["compile"], roots),
        tools=read_tools(check, project, values["tools"]),
        cache=cache,
        cache_limit=check.number(("cache_limit",), values["cache_limit"], 1) * 1_000_000,
        shared_cache=read_shared_cache(check, url),
        executor=read_executor(check, values["executor"]),
        watch=read_watch(check, values["watch"]),
        jobs=check.number(("jobs",), values.get("jobs", os.cpu_count() or 1), 1),
    )
    check_folders(check, [root.folder for root in config.sources], output, manifest, cache)
    return config


def _base_url(check: Checks, value: object) -> str:
    text = check.text(("base_url",), value, "/")
    return check.ruled(("base_url",), text, base_url, "the base_url") or "/"


def _strict(check: Checks, value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if is_list(value):
        return check.texts(("strict",), value, gitignore_glob, "the glob")
    hint = f"write [{quoted(value)}] if it is a glob" if isinstance(value, str) else ""
    check.unlike(("strict",), value, "true, false or a list of globs", hint)
    return True


def _naming(check: Checks, value: object) -> Naming:
    key = ("naming",)
    table = check.table(key, value)
    check.known(key, table, NAMING_KEYS, " in [naming]")
    style = check.text((*key, "style"), table.get("style", "fingerprint"), "fingerprint")
    if style not in PATTERNS:
        hint = did_you_mean(style, list(PATTERNS)) or f"there are {', '.join(PATTERNS)}"
        check.error((*key, "style"), f"unknown naming style {style!r}", hint)
    pattern = PATTERNS.get(style, PATTERN)
    if "pattern" in table:
        text = check.text((*key, "pattern"), table["pattern"], pattern)
        pattern = check.ruled((*key, "pattern"), text, naming_pattern, "the pattern") or pattern
    length = check.number((*key, "length"), table.get("length", 16), *LENGTHS)
    keep = check.texts((*key, "keep"), table.get("keep", []), gitignore_glob, "the glob")
    return Naming(style, pattern, length, keep)
