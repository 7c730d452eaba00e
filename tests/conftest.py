"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "project")


@pytest.fixture
def other_site(tmp_path: Path) -> Site:
    return Site(tmp_path / "other")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.browsers import chromium  # few tests wait for it

    with chromium() as running:
        yield running


@pytest.fixture(autouse=True)
def unmeasured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes whose calls are counted, made to fail or killed measure no coverage: that makes calls of its own."""
    if request.path.parent.name == "failures" or request.path.stem in {"test_kill", "test_reproducible", "test_lock"}:
        for name in [name for name in os.environ if name.startswith("COVERAGE")]:
            monkeypatch.delenv(name)
