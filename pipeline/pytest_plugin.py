"""A plug-in of pytest: apps under test need no build, and a name that is no asset still fails.

It imports the package only when it is asked for, so that it costs other projects nothing and a measurement of coverage
has begun before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

INI = "pipeline_unbuilt"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that does for all tests, and for what they import, what the fixture does for one."""
    parser.addini(INI, "let all tests run without a build of the static assets", type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before the app is imported, if the setting says so."""
    if early_config.getini(INI):
        stack = ExitStack()
        stack.enter_context(_testing())
        early_config.add_cleanup(stack.close)


@pytest.fixture
def pipeline_unbuilt() -> Iterator[None]:
    """What loads a manifest during the test gets sources and bundles under their own names instead."""
    with _testing():
        yield


def _testing() -> AbstractContextManager[None]:
    from pipeline.runtime.unbuilt import testing

    return testing()
