"""A project to migrate; those beside this file are excerpts of packages, not tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.engine import plugins
from tests.migrating.old import Old

collect_ignore = ["projects"]


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path / "project")


@pytest.fixture
def sass_step() -> dict[str, str] | str:
    """What compiles Sass in this version, as the configuration writes it."""
    there = "sass" in plugins.members("pipeline.transforms")
    return "sass" if there else {"use": "webassets", "filter": "libsass"}
