"""A project to migrate; those beside this file are excerpts of packages, not tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrating.old import Old

collect_ignore = ["projects"]


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path / "project")
