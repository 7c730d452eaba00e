from __future__ import annotations

import pytest

from pipeline.syntax.javascript_literals import escape, unescape


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("a b", "a b"),
        (r"\x61\u0062\u{63}\u{00000064}", "abcd"),
        (r"\ud83d\ude00é", "😀é"),
        (r"\'\"\\\/\é", "'\"\\/é"),
        (r"a\b\f\n\r\t\v", "a\b\f\n\r\t\v"),
        (r"\1412\0\477", "a2\0'7"),
        ("a\\\r\nb\\\nc\\\u2028d", "abcd"),
        ("a\\`\\${b}$c", "a`${b}$c"),
    ],
)
def test_a_literal_says_what_its_escapes_mean(inside: str, text: str) -> None:
    assert unescape(inside.encode()) == text


@pytest.mark.parametrize("inside", [r"\ud800", r"\ude00\ud83d", r"\u{110000}", r"\u{}", r"\xzz", r"\u12", r"a\u{1"])
def test_what_is_no_text_says_nothing(inside: str) -> None:
    assert unescape(inside.encode()) is None


@pytest.mark.parametrize("quote", ['"', "'", "`"])
@pytest.mark.parametrize("text", ["a", "\"'`", "\\", "\n\r\u2028\u2029", "${a}", "$", "\\${", "é😀"])
def test_a_text_that_is_written_in_quotes_is_read_again(text: str, quote: str) -> None:
    inside = escape(text, quote)
    assert unescape(inside.encode()) == text
    assert not {"\n", "\r", "\u2028", "\u2029"} & set(inside)
    assert quote not in inside.replace("\\\\", "").replace(f"\\{quote}", "")


def test_a_backtick_s_substitution_is_none_when_it_is_written() -> None:
    assert escape("${a}", "`") == r"\${a}"
    assert escape("${a}", '"') == "${a}"
