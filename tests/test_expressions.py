"""Regular expressions that are compiled late are what they would be at once, and none of them is wrong."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import pipeline
from pipeline.expressions import expression

UNSET = "pipeline.adapters.django.management.commands.runserver"
"""What can only be imported where Django has settings; it has none of them."""


def modules() -> list[str]:
    return [each.name for each in pkgutil.walk_packages(pipeline.__path__, "pipeline.") if each.name != UNSET]


@pytest.mark.parametrize("module", modules())
def test_every_expression_of_a_module_can_be_compiled(module):
    for name, value in vars(importlib.import_module(module)).items():
        if type(value) is expression:
            assert value.flags >= 0, name


def test_one_is_what_it_would_be_at_once():
    late, at_once = expression("(?P<a>x+)", re.IGNORECASE), re.compile("(?P<a>x+)", re.IGNORECASE)
    for _ in range(2):
        assert late.sub("-", "aXXb") == at_once.sub("-", "aXXb")
        assert [match["a"] for match in late.finditer("aXXb")] == ["XX"]
    assert (late.pattern, late.flags, late.groups) == (at_once.pattern, at_once.flags, at_once.groups)
    with pytest.raises(AttributeError):
        _ = late.nothing  # type: ignore[attr-defined]


def test_those_of_a_module_are_not_compiled_when_it_is_imported():
    program = """
import re, sys
by = []
keep = re.compile
re.compile = lambda *given: by.append(sys._getframe(1).f_globals["__name__"]) or keep(*given)
import pipeline.references.html, pipeline.syntax.css, pipeline.transforms.minify
print([name for name in by if name.startswith("pipeline")])
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
