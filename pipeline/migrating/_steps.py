"""Filters of the old tools as steps: what stays, what ``minify`` does as well, and what there is no need for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.engine import plugins
from pipeline.errors import ConfigError
from pipeline.migrating import Place, Step
from pipeline.transforms._webassets_filters import MADE, filter_class, webassets_module
from pipeline.transforms._webassets_refused import REFUSED

MINIFY: Step = {"use": "minify"}
MINIFIERS = {
    "cssmin",
    "rcssmin",
    "css_slimmer",
    "cssutils",
    "yui_css",
    "jsmin",
    "rjsmin",
    "yui_js",
    "slimit",
    "jspacker",
}
NEEDLESS = {"cssrewrite"}
"""What the build does anyway."""
SASS = {"libsass", "sass", "scss", "sass_ruby", "scss_ruby", "node-sass", "node-scss"}
OPTIONS_OF_SASS = {"includes": "load_paths", "load_paths": "load_paths", "style": "style"}
STYLES = {"expanded", "compressed"}


@dataclass(slots=True)
class Recipe:
    """Steps before and after files are joined."""

    before: list[Step] = field(default_factory=list)
    after: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of webassets by its name, and its options."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)


def recipe(filters: Sequence[Filter], place: Place, left: list[Diagnostic]) -> Recipe:
    """The steps for some filters, in the order in which webassets runs them.

    Args:
        filters: of a bundle.
        place: of the bundle, for what goes to ``left``.
    """
    made = Recipe()
    for each in filters:
        if each.name in NEEDLESS:
            if each.options:
                left.append(place.warning(f"the options of {each.name!r} were left out", REFUSED[each.name][1]))
        elif each.name in MINIFIERS:
            if MINIFY not in made.after:
                made.after.append(MINIFY)
        elif step := _step(each, place, left):
            (made.before if _is_before(each.name) else made.after).append(step)
    return made


def sass(options: Mapping[str, Any] | None = None) -> Step:
    """The step that compiles Sass, with those options of webassets' filters that it has too."""
    named = {OPTIONS_OF_SASS[key]: each for key, each in (options or {}).items() if key in OPTIONS_OF_SASS}
    if isinstance(named.get("load_paths"), str):
        named["load_paths"] = [named["load_paths"]]
    if named.get("style", "expanded") not in STYLES:
        del named["style"]
    return {"use": "sass", **named}


def problem(step: Step) -> str:
    """Why a step cannot be made, or ``""``."""
    try:
        return _problem(json.dumps(step))
    except TypeError:  # a path, or what TOML has no word for
        return "its options cannot be written in TOML"


@lru_cache
def _problem(text: str) -> str:
    step = json.loads(text)
    try:
        plugins.make("pipeline.transforms", step.pop("use"), step)
    except ConfigError as error:
        return error.message
    except Exception as error:  # noqa: BLE001  (what a filter's constructor raises)
        return f"{type(error).__name__}: {error}"
    return ""


def name_of_class(name: str) -> str:
    """The name of the filter of webassets that is a class of some name, or ``""``."""
    known = webassets_module("filter")._FILTERS.items()  # noqa: SLF001  (there is no public list of names)
    return next((key for key, kind in known if kind.__name__ == name), "")


def variables(name: str) -> dict[str, str]:
    """The settings that a filter of webassets reads, and the option that each stands for."""
    try:
        declared = webassets_module("filter").parse_options(filter_class(name).options).items()
    except ConfigError:
        return {}
    return {
        variable: attribute if argument is None else argument
        for attribute, (argument, variable, _) in declared
        if variable and argument is not False
    }


def _step(each: Filter, place: Place, left: list[Diagnostic]) -> Step | None:
    options = dict(each.options)
    if each.name in SASS:
        if dropped := sorted(options.keys() - OPTIONS_OF_SASS.keys()):
            left.append(place.warning(f"the options {', '.join(dropped)} of {each.name!r} were left out"))
        step = sass(options)
    else:
        step = {"use": "webassets", "filter": each.name, **options}
    if why := problem(step):
        _, hint = REFUSED.get(each.name, ("", "write a step of your own, see pipeline/transforms/__init__.py"))
        left.append(place.warning(f"the filter {each.name!r} was left out: {why}", hint))
        return None
    return step


def _is_before(name: str) -> bool:
    """Whether a filter works on each file: it compiles, or webassets has it read the file."""
    if name in SASS or any(name in names for names in MADE.values()):
        return True
    kind = filter_class(name)
    return bool(getattr(kind, "open", None) or getattr(kind, "input", None))
