"""Settings as text are the same settings when they are read back."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.toml_text import toml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = TEXTS | st.booleans() | st.integers(-(2**60), 2**60)
INLINE = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3))
TABLE = st.dictionaries(TEXTS, PLAIN | st.lists(INLINE, max_size=4), max_size=4)
VALUES = st.dictionaries(
    TEXTS, st.lists(INLINE, max_size=4) | PLAIN | TABLE | st.dictionaries(TEXTS, TABLE, max_size=3)
)


@given(VALUES)
def test_what_is_written_is_read_back(values):
    kept = {key: each for key, each in values.items() if each != {}}
    assert tomllib.loads(toml_text(kept)) == kept


def test_comments_stand_above_and_tables_below():
    text = toml_text({"table": {"a.b": [1], "long": {"keep": True}}, "output": "build"}, ["One.", "Two."])
    assert text == '# One.\n# Two.\noutput = "build"\n\n[table]\n"a.b" = [1]\n\n[table.long]\nkeep = true\n'


@pytest.mark.parametrize(("count", "lines"), [(5, 1), (30, 32)])
def test_a_list_that_is_too_wide_has_a_line_for_each_item(count, lines):
    assert len(toml_text({"sources": ["static"] * count}).splitlines()) == lines
