"""A mapping of which some values were exchanged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.edited import Edited

MAPPINGS = st.dictionaries(st.integers(0, 9), st.integers())


@given(MAPPINGS, st.lists(MAPPINGS, max_size=4))
def test_it_is_what_a_copy_with_all_edits_would_be(base: dict[int, int], edits: list[dict[int, int]]) -> None:
    copy, edited = dict(base), Edited(base, {})
    for each in edits:
        copy |= each
        edited = Edited(edited, each)
    assert dict(edited) == copy
    assert [*edited] == [*copy]
    assert len(edited) == len(copy)
    assert all((key in edited) == (key in copy) for key in range(11))


@given(MAPPINGS, MAPPINGS, MAPPINGS)
def test_what_it_was_made_of_stays_as_it_was(base: dict[int, int], one: dict[int, int], other: dict[int, int]) -> None:
    edited = Edited(base, one)
    Edited(edited, other)
    assert dict(edited) == base | one
