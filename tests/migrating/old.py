"""A project that uses a tool of old, in a temporary folder: write its files, migrate it, see what came of it."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.build import build
from pipeline.compile.selection import Plan, plan
from pipeline.config import Config, validate
from pipeline.config.settings import read
from pipeline.discover import discover
from pipeline.engine.cache_use import opened
from pipeline.migration import migrate
from pipeline.release import Release

PROJECTS = Path(__file__).with_name("projects")


class Old:
    """A project.

    Attributes:
        folder: of the project.
        values: what the configuration says, once it is migrated.
        left: the list of what is left to do, as lines.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.values: dict[str, Any] = {}
        self.left: list[str] = []

    def write(self, files: Mapping[str, str | bytes]) -> Old:
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def copy(self, folder: Path, to: str = ".") -> Old:
        """Put the files of a folder into the project."""
        shutil.copytree(folder, self.folder / to, dirs_exist_ok=True)
        return self

    def migrate(self) -> Old:
        """Migrate it and keep the configuration; what a build would complain of is an error here."""
        file = self.folder / "pipeline.toml"
        migrated = migrate(self.folder, file)
        self.left = [f"{each.severity}: {each}" for each in migrated.left]
        if migrated.text:
            file.write_text(migrated.text)
            self.values = tomllib.loads(migrated.text)
        assert not self.said("error:")
        return self

    def said(self, *words: str) -> list[str]:
        """The lines of the list that have all of some words."""
        return [line for line in self.left if all(word in line for word in words)]

    @property
    def bundles(self) -> dict[str, Any]:
        bundles: dict[str, Any] = self.values.get("bundles", {})
        return bundles

    @property
    def config(self) -> Config:
        return validate(read(folder=self.folder, config=None, overrides={}, environ={}))

    def files(self) -> dict[str, list[str]]:
        """The files of each bundle in order, relative to the project; those of bundles in it in their place."""
        config = self.config
        sources = discover(config).sources
        planned = plan(sources, config.bundles, config.compile)
        root = config.project
        return {
            path: [Path(sources[each].file).relative_to(root).as_posix() for each in _flat(planned, path)]  # type: ignore[index]
            for path in map(str, planned.bundles)
        }

    def build(self) -> Release:
        config = self.config
        with opened(config.cache, config.cache_limit) as cache:
            return build(config, cache).release


def _flat(planned: Plan, path: str) -> list[str]:
    found: list[str] = []
    for each in planned.members[path]:  # type: ignore[index]
        found += _flat(planned, each) if each in planned.bundles and each != path else [each]
    return found
