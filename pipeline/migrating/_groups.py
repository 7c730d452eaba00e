"""The groups of django-pipeline: which files each joins, and the steps that do what its compilers did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import splitext
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.migrating import Bundle, Part, Place, Step
from pipeline.migrating._reading.python import Python
from pipeline.migrating._steps import MINIFY, problem, sass
from pipeline.path import asset_path

SETTING = "PIPELINE"
OLD = "PIPELINE_"
"""What the names of settings began with before version 1.6."""
KINDS = {
    "STYLESHEETS": (".css", "CSS_COMPRESSOR", ("PIPELINE_STYLESHEETS", "PIPELINE_CSS")),
    "JAVASCRIPT": (".js", "JS_COMPRESSOR", ("PIPELINE_JAVASCRIPT", "PIPELINE_JS")),
}
COMPILED: Mapping[str, Step | None] = {
    ".scss": None,  # `sass`
    ".sass": None,
    ".less": {"use": "less"},
    ".coffee": {"use": "webassets", "filter": "coffeescript"},
    ".styl": {"use": "webassets", "filter": "stylus"},
    ".es6": {"use": "webassets", "filter": "babel"},
    ".ts": {"use": "typescript"},
}
"""Suffixes of what django-pipeline's compilers take, and the step that does the same."""
NONE = (None, "", "pipeline.compressors.NoopCompressor")
DONE_BY_MINIFY = ("jsmin", "cssmin", "yuglify", "yui", "csshtmljsminify")
DECLARE = "declare them in `[bundles]`"
NO_TEMPLATES = "write a step of your own, see pipeline/transforms/__init__.py"


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is declared; ``kind`` is one of `KINDS`."""

    kind: str
    name: str
    values: Mapping[str, Any]
    place: Place


def options(python: Python, known: frozenset[str], left: list[Diagnostic]) -> tuple[dict[str, Any], Place]:
    """The setting ``PIPELINE`` with older ones under the names that they have in it, and where it stands.

    Args:
        python: has the settings.
        known: its keys besides groups.
        left: where it goes if it is computed.
    """
    found: dict[str, Any] = {}
    place = Place("")
    for setting in python.settings(SETTING):
        if isinstance(setting.value, dict):
            found |= {str(key): each for key, each in setting.value.items()}
            place = setting.place
    groups_of = [name for _, _, names in KINDS.values() for name in names]
    left += [
        setting.place.warning(f"{setting.name} is computed, so its groups were not read", DECLARE)
        for setting in python.settings(SETTING, *groups_of)
        if not isinstance(setting.value, dict)
    ]
    for key in sorted(known):
        for setting in python.settings(f"{OLD}{key.removeprefix(OLD)}")[-1:]:
            found.setdefault(key, setting.value)
            place = place if place.line else setting.place
    return found, place


def groups(python: Python, given: Mapping[str, Any], place: Place) -> Iterator[Group]:
    """All groups, those in ``PIPELINE`` first."""
    for kind, (_, _, settings) in KINDS.items():
        tables = [(given.get(kind), place), *((each.value, each.place) for each in python.settings(*settings))]
        seen: set[str] = set()
        for table, where in tables:
            for name, values in table.items() if isinstance(table, dict) else ():
                if isinstance(values, dict) and isinstance(name, str) and name not in seen:
                    seen.add(name)
                    yield Group(kind, name, values, where)


def after(given: Mapping[str, Any], kind: str, place: Place, left: list[Diagnostic]) -> tuple[Step, ...]:
    """What is done to the joined files: the compressors of django-pipeline minify."""
    _, key, _ = KINDS[kind]
    name = given.get(key, "yuglify")
    if name in NONE:
        return ()
    if not any(each in str(name) for each in DONE_BY_MINIFY):
        left.append(place.note(f"{key} {str(name)!r} became the step `minify`", "it needs no other program"))
    return (MINIFY,)


def bundle(group: Group, steps: tuple[Step, ...], left: list[Diagnostic]) -> Bundle | None:
    """What becomes of a group; nothing if its name or files are computed."""
    place, said = group.place, f"of the group {group.name!r}"
    sources, output = group.values.get("source_filenames"), group.values.get("output_filename")
    if not isinstance(output, str) or not isinstance(sources, list | tuple):
        left.append(place.warning(f"the files or the name {said} are computed, so it was left out"))
        return None
    without = sorted(group.values.keys() & {"variant", "template_name", "compiler_options"})
    left += [place.warning(f"{key!r} {said} has no equivalent, so it was left out") for key in without]
    parts = [part for source in sources if (part := _part(source, group, left))]
    try:
        return Bundle(asset_path(output.replace(".?", "").lstrip("/")), tuple(parts), steps, place)
    except ValueError as error:
        left.append(place.warning(f"the output {output!r} {said} {error}, so it was left out"))
        return None


def _part(source: object, group: Group, left: list[Diagnostic]) -> Part | None:
    place, said = group.place, f"of the group {group.name!r}"
    if not isinstance(source, str):
        left.append(place.warning(f"a file {said} is computed, so it was left out", "add it to the bundle"))
        return None
    suffix = splitext(source)[1].lower()
    if suffix == ".jst":
        left.append(
            place.warning(f"{source!r} {said} was left out: JavaScript templates are not compiled", NO_TEMPLATES)
        )
        return None
    if suffix not in COMPILED:
        return Part(source.lstrip("/"), (), place) if source else None
    step = COMPILED[suffix] or sass()
    if why := problem(step):
        left.append(place.warning(f"{source!r} {said} is not compiled: {why}"))
        return None
    return Part(source.lstrip("/"), (step,), place)
