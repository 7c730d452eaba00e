"""Settings from environment variables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.settings import KINDS
from pipeline.config.variables import read_variables, value_of


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("true", bool, True),
        ("12", int, 12),
        ('["a", "b"]', list, ["a", "b"]),
        ('[{ use = "gzip" }, "br"]', list, [{"use": "gzip"}, "br"]),
        ('{ use = "gzip", level = 1 }', list, [{"use": "gzip", "level": 1}]),
        ("a, b,,c ", list, ["a", "b", "c"]),
        ('"a,b"', list, ["a", "b"]),
        ("2024", list, ["2024"]),
        ("2024", str, "2024"),
        ('"2024"', str, "2024"),
        ("true", str, "true"),
        ("out/x", str, "out/x"),
        ("yes", bool, "yes"),
        ("*.map", bool, "*.map"),
        ('["*.map"]', bool, ["*.map"]),
        ("1\nsources = 2", int, "1\nsources = 2"),
        ("1 # one", int, 1),
        ("[" * 5_000, int, "[" * 5_000),
        ('{ "a.css" = ["x"] }', dict, {"a.css": ["x"]}),
    ],
)
def test_text_is_read_as_toml_if_it_is_that_and_otherwise_taken_as_it_stands(text: str, kind: type, value: Any) -> None:
    assert value_of(text, kind) == value


@given(st.text(), st.sampled_from([str, list, bool, int, dict]))
def test_any_text_has_a_value_and_that_of_a_string_or_list_is_one(text: str, kind: type) -> None:
    value = value_of(text, kind)
    assert kind not in {str, list} or isinstance(value, kind)


def test_keys_and_keys_of_naming_have_a_variable_each() -> None:
    environ = {"PIPELINE_BASE_URL": "/s/", "PIPELINE_NAMING_LENGTH": "8", "OUTPUT": "x", "PIPELINE_CACHE": " "}
    assert read_variables(environ, KINDS) == (
        {("base_url",): ("PIPELINE_BASE_URL", "/s/"), ("naming", "length"): ("PIPELINE_NAMING_LENGTH", 8)},
        (),
    )


def test_a_name_that_looks_like_a_key_is_warned_about_and_others_are_left_alone() -> None:
    environ = {"PIPELINE_OUTPT": "x", "PIPELINE_ID": "7", "PIPELINE_NAMING_STLYE": "plain", "PIPELINE_URL": "x"}
    values, warnings = read_variables(environ, KINDS)
    assert not values
    assert [str(warning) for warning in warnings] == [
        "environment: PIPELINE_NAMING_STLYE is no setting; did you mean PIPELINE_NAMING_STYLE?",
        "environment: PIPELINE_OUTPT is no setting; did you mean PIPELINE_OUTPUT?",
    ]
    assert {warning.severity for warning in warnings} == {"warning"}
