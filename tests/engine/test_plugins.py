from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from pipeline.engine import plugins
from pipeline.errors import ConfigError
from pipeline.transforms.concat import Concat

SETS = ("pipeline.transforms", "pipeline.compressors", "pipeline.references", "pipeline.destinations")


@dataclass(frozen=True)
class Odd:
    number: int = 1
    words: tuple[str, ...] = ()
    either: str | int | None = None


def plain() -> None:
    pass


HERE = __name__


@pytest.mark.parametrize("package", SETS)
def test_every_member_of_an_open_set_has_one_public_name(package):
    names = plugins.members(package)
    assert names
    for name in names:
        assert plugins.load(package, name) is not None


def test_a_name_is_a_module_of_the_set_or_a_module_and_a_name():
    assert plugins.load("pipeline.transforms", "concat") is Concat
    assert plugins.load("pipeline.transforms", "pipeline.transforms.concat:Concat") is Concat
    assert plugins.make("pipeline.transforms", f"{HERE}:plain", {}) is plain


def test_options_become_fields():
    made = plugins.make("x", f"{HERE}:Odd", {"number": 3, "words": ["a", "b"], "either": "c"})
    assert made == Odd(3, ("a", "b"), "c")
    assert plugins.make("x", f"{HERE}:Odd", {}) == Odd()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("minfy", {}, "unknown transform 'minfy'; did you mean 'minify'?"),
        ("nowhere:Name", {}, "cannot load 'nowhere:Name': No module named 'nowhere'"),
        (f"{HERE}:Nothing", {}, "cannot load"),
        (f"{HERE}:plain", {"a": 1}, "takes no options"),
        (f"{HERE}:Odd", {"numbr": 1}, "did you mean 'number'?"),
        (f"{HERE}:Odd", {"number": True}, "must be an integer, not true or false"),
        (f"{HERE}:Odd", {"number": "1"}, "must be an integer, not a string"),
        (f"{HERE}:Odd", {"words": "a"}, "must be a list, each a string, not a string"),
        (f"{HERE}:Odd", {"words": [1]}, "must be a list, each a string, not a list"),
        (f"{HERE}:Odd", {"either": []}, "must be a string or an integer, not a list"),
    ],
)
def test_a_wrong_name_or_option_is_a_configuration_error(name, options, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        plugins.make("pipeline.transforms", name, options)
