"""Steps and compressors as they are declared."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.compressors.gzip import Gzip
from tests.config.configurations import configured, declared, errors_of

BUNDLE = "[bundles.'a.css']\nsources = 'b'\n"
PLUGINS = """\
import sys
from dataclasses import dataclass
@dataclass(frozen=True)
class Upper:
    level: int = 1
    strong: bool = False
    encoding = "gzip"
    def __call__(self, *arguments):
        return arguments
@dataclass(frozen=True)
class Odd:
    names: tuple[str, ...] = ()
nothing = 3
def function(data): ...
class Named:
    encoding = "br"
named = Named()
def leave() -> None: ...
leave.from_options = lambda options: sys.exit(1)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with plug-ins of its own."""
    (tmp_path / "plugins_in_test.py").write_text(PLUGINS)
    monkeypatch.delitem(sys.modules, "plugins_in_test", raising=False)
    yield tmp_path
    sys.modules.pop("plugins_in_test", None)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            BUNDLE + "steps = []",
            "4:1: 'steps' is empty; leave it out for the steps that the type has by default",
        ),
        (
            BUNDLE + "steps = ''",
            '4:1: \'bundles."a.css".steps\' must be a list of steps, not a string; write [""]',
        ),
        (
            BUNDLE + "steps = 'concat'",
            '4:1: \'bundles."a.css".steps\' must be a list of steps, not a string; write ["concat"]',
        ),
        (
            BUNDLE + "steps = [\n 'concat',\n 'conct']",
            "6:2: unknown transform 'conct'; did you mean 'concat'?",
        ),
        (
            BUNDLE + "steps = ['concat',\n { us = 'concat' }]",
            "5:2: 'use', the name of a step, is missing; write { use = \"name\" }",
        ),
        (
            BUNDLE + "steps = [{ use = 3 }]",
            "4:12: 'use', the name of a step, is not a string; write { use = \"name\" }",
        ),
        (
            BUNDLE + "steps = [[]]",
            '4:10: \'bundles."a.css".steps[0]\' must be the name of a step or { use = "name", … }, not a list',
        ),
        (
            BUNDLE + "steps = [{ use = 'plugins_in_test:Upper', levl = 2 }]",
            "4:43: unknown option 'levl' of 'plugins_in_test:Upper'; did you mean 'level'?",
        ),
        (
            BUNDLE + "steps = [{ use = 'plugins_in_test:Upper', level = '2' }]",
            "4:43: option 'level' of 'plugins_in_test:Upper' must be an integer, not a string",
        ),
        (
            BUNDLE + "steps = ['plugins_in_test:nothing']",
            "4:10: 'plugins_in_test:nothing' is no step: it cannot be called",
        ),
        (
            BUNDLE + "steps = ['plugins_in_test:Lower']",
            "4:10: cannot load 'plugins_in_test:Lower': module 'plugins_in_test' has no attribute 'Lower'",
        ),
        (
            BUNDLE + "steps = ['plugins_in_test:leave']",
            "4:10: cannot load 'plugins_in_test:leave': SystemExit: 1",
        ),
        (BUNDLE + "steps = [':x']", "4:10: cannot load ':x': ValueError: Empty module name"),
        ("compress = 'gzip'", "2:1: 'compress' must be a list of compressors, not a string; write [\"gzip\"]"),
        ("compress = ['gzp']", "2:13: unknown compressor 'gzp'; did you mean 'gzip'?"),
        ("compress = [{ use = 'gzip', levl = 2 }]", "2:29: unknown option 'levl' of 'gzip'; did you mean 'level'?"),
        (
            "compress = [{ use = 'gzip', level = 2.5 }]",
            "2:29: option 'level' of 'gzip' must be an integer, not a number",
        ),
        (
            "compress = ['gzip',\n { use = 'plugins_in_test:Upper' }]",
            "3:2: 'plugins_in_test:Upper' and 'gzip' both make 'gzip'; keep one of them",
        ),
        (
            "compress = ['plugins_in_test:function']",
            "2:13: 'plugins_in_test:function' is no compressor: it must be callable and have an 'encoding'",
        ),
        (
            "compress = ['plugins_in_test:named']",
            "2:13: 'plugins_in_test:named' is no compressor: it must be callable and have an 'encoding'",
        ),
        (
            "compress = ['plugins_in_test:nothing']",
            "2:13: 'plugins_in_test:nothing' is no compressor: it must be callable and have an 'encoding'",
        ),
    ],
)
def test_what_is_wrong_with_a_step_or_compressor_is_named_with_its_place(
    project: Path, toml: str, message: str
) -> None:
    errors = errors_of(declared(project, f"sources = ['assets']\n{toml}"))
    assert f"pipeline.toml:{message}" in errors


def test_a_plug_in_with_a_field_of_a_type_that_cannot_be_checked_is_an_error_too(project: Path) -> None:
    toml = f"{BUNDLE}steps = [{{ use = 'plugins_in_test:Odd', names = ['x'] }}]"
    (error,) = errors_of(declared(project, f"sources = ['assets']\n{toml}"))
    assert error.startswith("pipeline.toml:4:")
    assert "plugins_in_test:Odd" in error


def test_a_plug_in_may_lie_in_the_project_and_gets_its_options(project: Path) -> None:
    before = list(sys.path)
    toml = "[bundles.'a.css']\nsources = 'b'\nsteps = [{ use = 'plugins_in_test:Upper', level = 2, strong = true }]"
    (step,) = configured(project, toml).bundles[0].steps or ()
    assert (step.name, step.plugin.level, step.plugin.strong) == ("plugins_in_test:Upper", 2, True)
    assert sys.path == before


def test_compressors_have_their_options_and_may_be_none(tmp_path: Path) -> None:
    (step,) = configured(tmp_path, 'compress = [{ use = "gzip", level = 6 }]').compress
    assert (step.name, step.plugin) == ("gzip", Gzip(level=6))
    assert configured(tmp_path, "compress = []").compress == ()
