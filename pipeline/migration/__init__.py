"""Migration: what old tools say in a project becomes one configuration, and a list of what is left to do by hand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.asset import AssetPath
from pipeline.config import Compiling, Config
from pipeline.diagnostic import Diagnostic
from pipeline.discover import discover
from pipeline.engine import plugins
from pipeline.engine.globs import Globs, literal
from pipeline.errors import ConfigError, PipelineError
from pipeline.migrating import Bundle, Found, Tool
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migration.joined import Joined
from pipeline.migration.references import tolerated
from pipeline.migration.settings import check, configuration, settings, written
from pipeline.source import Source

TOOLS = "pipeline.migrating"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What comes of a project.

    Attributes:
        text: of the configuration; ``""`` if there is no folder of static files.
        tools: the names of those that were found.
        left: what to change by hand, and what is wrong with the configuration, in the order of their places.
        bundles: how many there are.
    """

    text: str
    tools: tuple[str, ...]
    left: tuple[Diagnostic, ...]
    bundles: int


def migrate(folder: Path, file: Path) -> Migrated:
    """Read a project; nothing of it is run and nothing is written.

    Args:
        folder: of the project.
        file: where the configuration is to stand; its paths are relative to that.

    Raises:
        ConfigError: no tool of old is used there, or reading one takes a package that is not installed.
        SourceError: it is no folder, or holds too many files.
    """
    with _importing_nothing_from(folder):
        project = Project(folder)
        python = Python(project)
        tools = [plugins.load(TOOLS, name) for name in plugins.members(TOOLS)]
        every = [found for tool in tools if (found := _found(tool, project, python)) is not None]
        if not every:
            names = "Flask-Static-Digest, Flask-CDN, webassets, Flask-Assets, django-pipeline or django-compressor"
            hint = "name the folder of the app: `pipeline migrate FOLDER`"
            raise ConfigError(f"nothing of {names} was found", path=str(folder), hint=hint)
        left = [each for found in every for each in found.left]
        values = settings(every, left, file.parent)
        bundles = _bundles(every, left)
        text = ""
        if values["sources"]:
            try:
                config = configuration(written(values), file)
                sources = discover(config).sources
                joined = _declare(values, bundles, every, config, sources, left)
                config = configuration(written(values), file)
                values["strict"] = tolerated(config, sources, joined.taken(), left)
            except (PipelineError, ExceptionGroup):  # which the check says
                there = sorted({AssetPath(part.source) for bundle in bundles for part in bundle.parts})
                values["bundles"] = Joined(bundles, there, Compiling(), (), left).tables()
            text = written(values)
            check(text, file, left)
        left += project.left
    tools_found = tuple(found.tool for found in every)
    return Migrated(text, tools_found, tuple(sorted(dict.fromkeys(left))), len(values["bundles"]))


def _found(tool: Tool, project: Project, python: Python) -> Found | None:
    try:
        return tool(project, python)
    except RecursionError as error:
        hint = "declare these bundles in `[bundles]`, and the rest can be read without them"
        raise ConfigError(
            "bundles are nested too deeply to be followed", path=str(project.folder), hint=hint
        ) from error


@contextmanager
def _importing_nothing_from(folder: Path) -> Iterator[None]:
    """Keeps the project's own modules from being imported in place of packages of the same names."""
    before, real = [*sys.path], os.path.realpath(folder)
    sys.path[:] = [each for each in before if os.path.realpath(each or ".") not in {real, os.path.join(real, "src")}]
    try:
        yield
    finally:
        sys.path[:] = before


def _bundles(every: Sequence[Found], left: list[Diagnostic]) -> list[Bundle]:
    """Those of all tools, no two with one path on any file system."""
    chosen: dict[str, Bundle] = {}
    for bundle in (bundle for found in every for bundle in found.bundles):
        other = chosen.setdefault(bundle.path.casefold(), bundle)
        if other is not bundle:
            left.append(bundle.place.warning(f"{bundle.path!r} is made by another tool too, so it was left out"))
    return [*chosen.values()]


def _declare(  # noqa: PLR0913, PLR0917  (all that decides about bundles)
    values: dict[str, Any],
    bundles: Sequence[Bundle],
    every: Sequence[Found],
    config: Config,
    sources: Mapping[AssetPath, Source],
    left: list[Diagnostic],
) -> Joined:
    """Put bundles into the settings, and leave out what the old tools wrote between the sources."""
    exclude: list[dict[str, int]] = [{} for _ in values["sources"]]
    roots = {str(path): _root_of(path, source, values) for path, source in sources.items()}
    made = set[str]()
    for glob in dict.fromkeys(glob for found in every for glob in found.generated):
        matching = [path for path, (_, name) in roots.items() if Globs([glob]).match(name)]
        made.update(matching)
        for path in matching:
            counts = exclude[roots[path][0]]
            counts[glob] = counts.get(glob, 0) + 1
    named = {name for found in every for name in found.named}
    replaced = [""]
    while replaced:  # what is excluded for one bundle is in no other either
        said = list[Diagnostic]()
        joined = Joined(bundles, [path for path in sources if path not in made], config.compile, named, said)
        replaced = joined.replaced()
        made.update(replaced)
        for path in replaced:
            index, name = roots[path]
            exclude[index][f"/{literal(name)}"] = 1
    values["bundles"] = joined.tables()
    left += said
    if joined.uncompiled:
        values["compile"] = False
        message = f"published as they are, as before: {', '.join(joined.uncompiled[:3])}"
        message += f" and {len(joined.uncompiled) - 3} more" * (len(joined.uncompiled) > 3)  # noqa: PLR2004
        left.append(Diagnostic("note", message, hint="without `compile = false` they are compiled by their suffix"))
    for root, counts in zip(values["sources"], exclude, strict=True):
        root["exclude"] = [*counts]
        for glob, count in counts.items():
            message = f"{glob!r} in {root['path']!r} was made by an old tool, so it is excluded ({count})"
            left.append(Diagnostic("note", message, hint="delete the files, and the glob in `sources`"))
    return joined


def _root_of(path: str, source: Source, values: Mapping[str, Any]) -> tuple[int, str]:
    """The root of a source, by its number, and the name in it."""
    for index, root in enumerate(values["sources"]):
        name = path.removeprefix(f"{root['prefix']}/") if root["prefix"] else path
        within = not root["prefix"] or name != path
        if within and source.file.replace(os.sep, "/").endswith(f"/{name}"):
            return index, name
    return 0, path
