"""Where a place in a file is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.diagnostic import position, positions


@given(st.text(alphabet="aé€😀\r\n\ufeff"), st.lists(st.integers(0, 99), max_size=8))
def test_places_are_the_same_in_whatever_order_they_are_asked_for(text: str, indexes: list[int]) -> None:
    content, at = text.encode(), positions(text.encode())
    for index in indexes:
        offset = len(text[:index].encode())
        assert at(offset) == position(content, offset)


def test_a_place_is_found_wherever_a_large_file_is_cut_to_find_its_lines() -> None:
    content = "aé\n\n😀€a\n".encode() * 20_000
    at = positions(content)
    for cut in range(1 << 16, len(content), 1 << 16):
        for offset in range(cut - 15, cut + 15):
            assert at(offset) == position(content, offset)


@given(st.text(alphabet="aé€😀\n"), st.integers(0, 99))
def test_a_column_counts_characters_from_one(text: str, index: int) -> None:
    before = text[:index]
    line, column = position(text.encode(), len(before.encode()))
    assert (line, column) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
