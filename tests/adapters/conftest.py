"""Fixtures for the tests of adapters; a framework is imported by those who ask for its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.adapters.django_inside import Inside
    from tests.adapters.django_project import Project


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    from tests.adapters.django_inside import Inside

    project = Inside(tmp_path / "project")
    with project.configured():
        yield project


@pytest.fixture
def django_project(tmp_path: Path) -> Project:
    from tests.adapters.django_project import Project

    return Project(tmp_path / "project")
