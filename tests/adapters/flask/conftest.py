"""Fixtures for the tests of the Flask adapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.flask.apps import write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an app, with static files."""
    return write(tmp_path / "shop")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for tests that change nothing."""
    return write(tmp_path_factory.mktemp("shared") / "shop")
