"""Strings in JSON, and where they stand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.syntax.json import strings, written

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def leaves(value: Any, *path: str | int) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        return [(path, value)] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [leaf for key, inner in pairs for leaf in leaves(inner, *path, key)]


def found(content: bytes, deepest: int) -> list[tuple[tuple[str | int, ...], str]]:
    return [(string.path, string.text) for string in strings(content, deepest)]


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_every_string_is_found_with_what_leads_to_it(value: Any, ascii_only: bool, indent: int | None) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert found(content, 100) == leaves(value)


@given(VALUES)
def test_strings_deeper_than_asked_for_are_left_out_and_the_others_keep_their_paths(value: Any) -> None:
    assert found(json.dumps(value).encode(), 2) == [leaf for leaf in leaves(value) if len(leaf[0]) <= 2]


@given(st.text(), st.text())
def test_what_is_written_in_place_of_a_string_is_read_back(before: str, after: str) -> None:
    content = json.dumps({"a": [1, before, {"b": 2}]}).encode()
    (string,) = strings(content, 2)
    new = content[: string.start] + written(after) + content[string.stop :]
    assert json.loads(new) == {"a": [1, after, {"b": 2}]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"a":"b', []),
        (b'"a"', []),
        (b']}{"a":"b"}', [(("a",), "b")]),
        (b'{"a":"\\q","b":"c"}', [(("b",), "c")]),
        (b'{"a":"\\u00e9\xc3\xa9\xff"}', [(("a",), "éé\ufffd")]),
        (b'["a","b" "c"', [((0,), "a"), ((1,), "b"), ((1,), "c")]),
    ],
)
def test_a_broken_text_gives_what_can_be_made_out(content: bytes, expected: list[Any]) -> None:
    assert found(content, 9) == expected


def test_a_string_knows_where_its_key_stands() -> None:
    content = b'{"a":{"b\\u0062" : "x","c":["y"],"d":null,"e":"z"}}'
    keys = [string.key and content[slice(*string.key)] for string in strings(content, 9)]
    assert keys == [b"b\\u0062", None, b"e"]


def test_no_string_written_for_a_script_element_can_end_it() -> None:
    assert b"<" not in written("</script><!--")
