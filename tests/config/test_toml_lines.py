"""Where keys and items of a TOML text stand."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.toml_lines import KeyPath, position, positions
from tests.config.configurations import as_toml, quoted_key, values_of_toml

TEXT = '''\
# = [not] "here
sources = ["a]", { path = "b#c", prefix = 'x"' }, # more ] to "come"
  "d",
]
site."b c".d = { x = {}, y = [1.5, { z = 2 }], w = 3 }
long = """x = 1
""y"" \\"""""
literal = \'\'\'
[no.table]\'\'\'\'
after = 1979-05-27 07:32:00
[naming]
style = "plain"
[bundles]
"css/site.css" = ["css/a.css"]
[bundles."js/app.js"]
  sources = [
    "js/*.js" ]
[[rule]]
q = 1
[[ rule ]]
q = 2
[rule.sub]
r = 1
[[rule.list]]
[[rule.list]]
h = 1
'''


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (("sources",), (2, 1)),
        (("sources", 0), (2, 12)),
        (("sources", 1), (2, 18)),
        (("sources", 1, "path"), (2, 20)),
        (("sources", 1, "prefix"), (2, 34)),
        (("sources", 2), (3, 3)),
        (("site",), (5, 1)),
        (("site", "b c"), (5, 6)),
        (("site", "b c", "d", "x"), (5, 18)),
        (("site", "b c", "d", "y", 1, "z"), (5, 38)),
        (("site", "b c", "d", "w"), (5, 48)),
        (("long",), (6, 1)),
        (("literal",), (8, 1)),
        (("after",), (10, 1)),
        (("naming",), (11, 2)),
        (("naming", "style"), (12, 1)),
        (("bundles", "css/site.css", 0), (14, 19)),
        (("bundles", "js/app.js"), (15, 10)),
        (("bundles", "js/app.js", "sources"), (16, 3)),
        (("bundles", "js/app.js", "sources", 0), (17, 5)),
        (("rule", 0, "q"), (19, 1)),
        (("rule", 1), (20, 4)),
        (("rule", 1, "q"), (21, 1)),
        (("rule", 1, "sub", "r"), (23, 1)),
        (("rule", 1, "list", 1, "h"), (26, 1)),
    ],
)
def test_a_key_is_where_its_name_stands_and_an_item_where_its_value_starts(key: Any, place: Any) -> None:
    assert position(TEXT, key) == place


def test_a_key_that_is_not_there_is_where_the_table_around_it_is() -> None:
    assert position(TEXT, ("naming", "length")) == (11, 2)
    assert position(TEXT, ("nothing",)) is None


def test_all_keys_of_a_text_are_found_and_no_others() -> None:
    assert set(positions(TEXT)) == set(paths_of(tomllib.loads(TEXT)))


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), values_of_toml(st.text("a.b'\"[{=\n#")), max_size=4
    )
)
def test_whatever_tables_and_lists_hold_each_key_stands_where_it_is_said_to(document: dict[str, Any]) -> None:
    text = as_toml(document)
    lines = text.split("\n")
    found = positions(text)
    assert set(found) == set(paths_of(document))
    for key, (line, column) in found.items():
        if isinstance(key[-1], str):
            assert lines[line - 1][column - 1 :].startswith(quoted_key(key[-1]) + " = ")


def test_time_is_linear_in_the_length_of_a_text() -> None:
    text = "key = [\n" + '  [1, { a = "\\"" }], # "\n' * 40_000 + "]\n"
    start = time.process_time()
    assert positions(text)["key", 39_999, 1, "a"] == (40_001, 9)
    assert time.process_time() - start < 10


def test_depth_does_not_matter() -> None:
    text = f"key = {'[' * 2_000}{']' * 2_000}\nnext = 1"
    assert position(text, ("next",)) == (2, 1)


def paths_of(document: Any) -> Iterator[KeyPath]:
    """The path of each key and item, from the parsed document."""
    waiting: list[tuple[KeyPath, Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            yield (*path, key)
            waiting.append(((*path, key), item))
