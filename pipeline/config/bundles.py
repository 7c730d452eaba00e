"""Bundles as they are declared, and the steps and compressors that the configuration names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.asset import AssetPath, asset_path
from pipeline.config.checks import Checks, is_list
from pipeline.config.rules import source_pattern
from pipeline.config.settings import KINDS
from pipeline.config.toml_lines import KeyPath
from pipeline.engine import plugins
from pipeline.engine.tools import Tools
from pipeline.nearest import Known

KEYS = ("sources", "steps", "keep")


class Step(NamedTuple):
    """A plug-in, made with its options, and what the configuration calls it."""

    name: str
    plugin: Any

    @property
    def identity(self) -> str:
        """All of it that decides what it does: its options, and the versions or the source of what it runs."""
        return self.identity_with(None)

    def identity_with(self, tools: Tools | None) -> str:
        """The same where it runs programs, which ``tools`` finds."""
        return plugins.identity(self.plugin, tools)


class Bundle(NamedTuple):
    """A declared asset.

    Attributes:
        path: where it stands in the site.
        sources: paths and globs, in order.
        steps: in order; ``None``: those that its type has by default.
        keep: publish the sources as well.
        place: where it is declared, for messages: ``pipeline.toml:12``.
    """

    path: AssetPath
    sources: tuple[str, ...]
    steps: tuple[Step, ...] | None
    keep: bool
    place: str


def read_bundles(check: Checks, value: object) -> tuple[Bundle, ...]:
    """The bundles in the table ``bundles``, in order; no two may have one path on any file system."""
    bundles: list[Bundle] = []
    seen: dict[str, Bundle] = {}
    for name, declared in check.table(("bundles",), value).items():
        bundle = _bundle(check, name, declared)
        if bundle is None:
            continue
        other = seen.setdefault(unicodedata.normalize("NFC", bundle.path.casefold()), bundle)
        if other is not bundle:
            how = "is declared twice" if other.path == bundle.path else f"differs only in case from {other.path!r}"
            check.error(("bundles", name), f"the bundle {bundle.path!r} {how}", f"the other is at {other.place}")
        bundles.append(bundle)
    return tuple(bundles)


def _bundle(check: Checks, name: object, declared: object) -> Bundle | None:
    if not isinstance(name, str):
        check.error(("bundles",), f"the bundle {name!r} must be called by a string")
        return None
    key = ("bundles", name)
    if (name,) in KINDS:
        hint = f"write it above the first [table] of {check.settings.name}"
        check.error(key, f"{name!r} is a setting and no bundle", hint)
        return None
    path = check.ruled(key, name, asset_path, "the bundle")
    table = isinstance(declared, Mapping)
    long: Mapping[Any, Any] = declared if isinstance(declared, Mapping) else {"sources": declared}
    if len(long) == 1 and not Known(KEYS).nearest(end := str(next(iter(long)))):
        check.error(
            (*key, end), f"the bundle {name!r} has no sources", f"if its path is '{name}.{end}', write it in quotes"
        )
        return None
    if table:
        check.known(key, long, KEYS, f" in the bundle {name!r}")
    sources: tuple[str, ...] = ()
    if "sources" in long:
        sources = _sources(check, (*key, "sources") if table else key, long["sources"], name)
    else:
        check.error(key, f"the bundle {name!r} has no sources", 'add sources = ["css/*.css"]')
    steps = read_steps(check, (*key, "steps"), long["steps"]) if "steps" in long else None
    keep = check.flag((*key, "keep"), long.get("keep", False))
    return Bundle(AssetPath(path), sources, steps, keep, str(check.settings.origin(*key))) if path else None


def _sources(check: Checks, key: KeyPath, value: object, name: str) -> tuple[str, ...]:
    """Paths and globs: a list, or one alone."""
    if isinstance(value, str):
        source = check.ruled(key, value, source_pattern, "the source")
        return (source,) if source else ()
    if is_list(value) and not value:
        check.error(key, f"the bundle {name!r} has no sources", 'name some: ["css/*.css"]')
        return ()
    return check.texts(key, value, source_pattern, "the source")


def read_steps(check: Checks, key: KeyPath, value: object, *, none: bool = False) -> tuple[Step, ...]:
    """The steps in a list of them, which may be empty if ``none``."""
    if is_list(value) and not value and not none:
        check.error(key, "'steps' is empty", "leave it out for the steps that the type has by default")
    made = []
    for at, name, plugin in check.plugins(key, value, "pipeline.transforms", "step"):
        if callable(plugin):
            made.append(Step(name, plugin))
        else:
            check.error(at, f"{name!r} is no step: it cannot be called")
    return tuple(made)


def read_minify(check: Checks, value: object) -> bool | tuple[Step, ...]:
    """Whether loose scripts and stylesheets are minified, or the steps that do so in the place of ``minify``."""
    key = ("minify",)
    if isinstance(value, bool):
        return value
    if not is_list(value) and not isinstance(value, Mapping):
        check.unlike(key, value, 'true, false or a step: { use = "esbuild", minify = true }')
        return True
    if is_list(value) and not value:
        check.error(key, "'minify' is empty", "write false if nothing is to be minified")
    steps = read_steps(check, key, value if is_list(value) else [value], none=True)
    for step in steps:
        if getattr(step.plugin, "joins", False) or getattr(step.plugin, "takes_in", False):
            check.error(key, f"the step {step.name!r} joins files, and a loose one is alone")
    return steps or True


def read_compressors(check: Checks, value: object, key: KeyPath = ("compress",)) -> tuple[Step, ...]:
    """The compressors in a list of them, each for an encoding of its own."""
    made: dict[str, Step] = {}
    for at, name, plugin in check.plugins(key, value, "pipeline.compressors", "compressor"):
        encoding = getattr(plugin, "encoding", None)
        if not isinstance(encoding, str) or not callable(plugin):
            check.error(at, f"{name!r} is no compressor: it must be callable and have an 'encoding'")
        elif encoding in made:
            check.error(at, f"{name!r} and {made[encoding].name!r} both make {encoding!r}", "keep one of them")
        else:
            made[encoding] = Step(name, plugin)
    return tuple(made.values())
