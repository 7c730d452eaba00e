"""The table ``compile``: the steps that loose files go through by their names."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cache
from posixpath import splitext
from typing import NamedTuple

from pipeline.asset import AssetPath
from pipeline.config.bundles import Step, read_steps
from pipeline.config.checks import Checks
from pipeline.config.folders import Root
from pipeline.config.rules import gitignore_glob
from pipeline.engine import plugins
from pipeline.engine.globs import Globs
from pipeline.errors import did_you_mean

KEY = ("compile",)
BY_SUFFIX: Mapping[str, str] = {
    **dict.fromkeys((".jinja", ".j2"), "template"),
    ".less": "less",
    **dict.fromkeys((".sass", ".scss"), "sass"),
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts"), "typescript"),
    ".jsx": "jsx",
}
"""The step for each suffix; the configuration may name others."""
SUFFIXES = tuple(BY_SUFFIX)
STYLESHEETS = (".less", ".sass", ".scss")
SOURCE_MAPS = ("off", "file", "inline")
PACKAGES = "node_modules"
PARTIAL = "_"
"""What the names of files begin with that are only parts of others."""
TYPES = (".d.ts", ".d.mts", ".d.cts")
"""What those end with that only tell TypeScript of others."""


class Compiling(NamedTuple):
    """Which loose files go through which steps.

    Attributes:
        declared: globs as in ``.gitignore`` and steps; the last that matches counts, none at all before `BY_SUFFIX`.
        by_suffix: whether that holds.
        packages: what the paths of files in packages of npm begin with: they are published as they come.
    """

    declared: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    by_suffix: bool = True
    packages: tuple[str, ...] = ()

    def concerns(self, path: str) -> bool:
        """Whether a file goes through any step."""
        if not self.declared and not (self.by_suffix and path.lower().endswith(SUFFIXES)):
            return False  # most files: they cost no more than this
        by_name = next((bool(steps) for glob, steps in reversed(self.declared) if _globs(glob).match(path)), None)
        if by_name is None:
            return self.by_suffix and path.lower().endswith(SUFFIXES) and not path.startswith(self.packages)
        return by_name

    def concerned(self, paths: Iterable[AssetPath]) -> list[AssetPath]:
        """Those of some files that go through steps."""
        if not self.declared:
            paths = [path for path in paths if path.lower().endswith(SUFFIXES)]
        return [path for path in paths if self.concerns(path)]

    def gives_way(self, path: AssetPath, paths: Container[AssetPath]) -> bool:
        """Whether a stylesheet is there already that would be compiled: packages that keep both made it themselves."""
        if not path.lower().endswith(STYLESHEETS) or self.is_declared(path):
            return False
        made = self.steps_of(path)[1]
        return made != path and AssetPath(made) in paths

    def is_declared(self, path: str) -> bool:
        """Whether the configuration says which steps a file goes through."""
        return any(_globs(glob).match(path) for glob, _ in self.declared)

    def is_partial(self, path: str) -> bool:
        """Whether a file is nothing by itself: one that would be compiled, and whose name says that it is a part."""
        name = path[path.rfind("/") + 1 :]
        return (name.startswith(PARTIAL) or name.endswith(TYPES)) and self.concerns(path)

    def steps_of(self, path: str) -> tuple[tuple[Step, ...], str]:
        """The steps that a file goes through one after another if it `concerns` them, or is taken into a bundle.

        Returns:
            The steps, and where what they make of it stands.
        """
        steps: list[Step] = []
        seen = {path}
        while more := self._steps(path):
            steps += more
            for step in more:
                path = step.plugin.made(path) if hasattr(step.plugin, "made") else path
            if path in seen:
                break
            seen.add(path)
        return tuple(steps), path

    def made(self, paths: Collection[AssetPath]) -> list[str]:
        """What those of some files become that are compiled by themselves, where none of the files has that path."""
        found = (self.steps_of(path)[1] for path in self.concerned(paths) if not self.is_partial(path))
        return [made for made in found if made not in paths]

    def _steps(self, path: str) -> tuple[Step, ...]:
        found = (steps for glob, steps in reversed(self.declared) if _globs(glob).match(path))
        suffix = splitext(path)[1].lower()
        return next(found, (_step(BY_SUFFIX[suffix]),) if self.by_suffix and suffix in BY_SUFFIX else ())


def read_compiling(check: Checks, value: object, roots: Sequence[Root]) -> Compiling:
    """``false``, or globs and the lists of steps for what they match: ``"*.txt" = ["template"]``, ``"lib/" = []``."""
    if value is False:
        return Compiling(by_suffix=False)
    declared = []
    for glob, given in check.table(KEY, value).items():
        if not isinstance(glob, str):
            check.error(KEY, f"the glob {glob!r} must be a string")
        elif check.ruled((*KEY, glob), glob, _positive, "the glob"):
            steps = read_steps(check, (*KEY, glob), given, none=True)
            for step in steps:
                if getattr(step.plugin, "joins", False):
                    check.error((*KEY, glob), f"the step {step.name!r} joins files, and a loose one is alone")
            declared.append((glob, steps))
    packages = [f"{root.prefix}/" for root in roots if root.prefix and PACKAGES in root.folder.parts]
    return Compiling(tuple(declared), packages=tuple(packages))


def read_source_maps(check: Checks, value: object) -> str:
    """Whether texts that are made get source maps, and where those are."""
    text = check.text(("source_maps",), value, "off")
    if text not in SOURCE_MAPS:
        hint = did_you_mean(text, SOURCE_MAPS) or f"there are {', '.join(SOURCE_MAPS)}"
        check.error(("source_maps",), f"unknown kind of source maps {text!r}", hint)
    return text


def _positive(text: str) -> str:
    if text.startswith("!"):
        raise ValueError("would only take away from others; give those it matches the steps []")
    return gitignore_glob(text)


@cache
def _step(name: str) -> Step:
    return Step(name, plugins.make("pipeline.transforms", name, {}))


@cache
def _globs(glob: str) -> Globs:
    return Globs([glob])
