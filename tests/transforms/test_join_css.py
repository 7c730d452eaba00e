"""Stylesheets that are put one behind the other."""

from __future__ import annotations

from typing import Any

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transforms._join_css import join

BOM = b"\xef\xbb\xbf"


def joined(*parts: bytes) -> bytes:
    return join(parts).content


def rules(content: bytes) -> list[str]:
    """What a parser sees: every rule, each as text in one form."""
    nodes = tinycss2.parse_stylesheet_bytes(content, skip_comments=True, skip_whitespace=True)[0]
    return [text(node) for node in nodes]


def text(node: Any) -> str:
    if node.type == "error":
        return "error"
    content = "" if node.content is None else "{" + " ".join(tinycss2.serialize(node.content).split()) + "}"
    keyword = "@" + node.lower_at_keyword if node.type == "at-rule" else ""
    return f"{keyword}{tinycss2.serialize(node.prelude).strip()}{content}"


def test_one_part_stays_as_it_is_but_for_its_byte_order_mark() -> None:
    content = b"@charset 'x';\r\na{b:url(c /*# sourceMappingURL=d */"
    assert joined(BOM + content) == content
    assert joined() == joined(b"", b" ") == b""


def test_rules_stay_in_order_with_a_newline_between_parts() -> None:
    assert joined(b"a{b:c}", b"d{e:f}\r\n", b"\ng{h:i;\r\nj:k}") == b"a{b:c}\nd{e:f}\ng{h:i;\r\nj:k}\n"


@pytest.mark.parametrize(
    ("open_part", "closed"),
    [
        (b"a{b:c", b"a{b:c}"),
        (b"a{b:c}/* d", b"a{b:c}/* d*/"),
        (b"a{b:c}/*", b"a{b:c}/**/"),
        (b"a{b:'c", b"a{b:'c'}"),
        (b"a{b:'c\\", b"a{b:'c'}"),
        (b"a{b:'c\\\\", b"a{b:'c\\\\'}"),
        (b"a{b:\"c'", b'a{b:"c\'"}'),
        (b"a{b:url(c", b"a{b:url(c)}"),
        (b"a{b:url(c\\)", b"a{b:url(c\\))}"),
        (b"a{b:url(c\\", b"a{b:url(c\\fffd )}"),
        (b"a{b:url(c)", b"a{b:url(c)}"),
        (b"a{b:url(c d", b"a{b:url(c d)}"),
        (b"a{b:f(g([c", b"a{b:f(g([c]))}"),
        (b"a{b:c(]", b"a{b:c(])}"),
        (b"@media a{b{c:d", b"@media a{b{c:d}}"),
        (b"a{}@layer b", b"a{}@layer b;"),
        (b"a{};@layer b", b"a{};@layer b{}"),
        (b"a{}@x b;c", b"a{}@x b;c{}"),
        (b"a{}@x (b;c{", b"a{}@x (b;c{});"),
        (b"a{b:c}d", b"a{b:c}d{}"),
        (b"a{b:c}d\\", b"a{b:c}d\\fffd {}"),
        (b"a[b", b"a[b]{}"),
        (b"a{}} b", b"a{}} b{}"),
        (b"a{} /*b*/ -->", b"a{} /*b*/ -->"),
    ],
)
def test_what_a_part_leaves_open_is_closed(open_part: bytes, closed: bytes) -> None:
    assert joined(open_part, b"z{y:x}") == closed + b"\nz{y:x}\n"


def test_imports_and_the_layers_before_them_go_to_the_top() -> None:
    content = joined(
        b"/*! a */@layer a,b;/**/@import 'c';@layer d;e{}",
        b'@layer f;\n@import url(g) layer(f) screen ;@layer h;@IMPORT "i" (j',
        b"@layer k;l{}",
    )
    assert rules(content) == [
        "@layera,b",
        '@import"c"',
        "@layerd",
        "@layerf",
        "@importurl(g) layer(f) screen",
        "@layerh",
        '@import"i" (j)',
        "e{}",
        "@layerk",
        "l{}",
    ]
    assert b"/*! a */" in content


def test_layers_stay_if_moving_them_would_change_their_order() -> None:
    assert rules(joined(b"@layer a{}", b"@layer b;c{}", b"@import 'd';")) == [
        '@import"d"',
        "@layera{}",
        "@layerb",
        "c{}",
    ]
    assert rules(joined(b"@layer a;", b"@layer b{}")) == ["@layera", "@layerb{}"]


def test_imports_that_count_for_nothing_stay() -> None:
    assert joined(b"a{}@import 'b';", b"c{}") == b"a{}@import 'b';\nc{}\n"
    assert joined(b"a{}", b"@layer b{}@import 'c';") == b"a{}\n@layer b{}@import 'c';\n"
    assert (
        joined(b"a{}", b"@namespace b 'c';@layer d;@import 'e';") == b"@namespace b 'c';\na{}\n@layer d;@import 'e';\n"
    )


def test_a_warning_tells_which_part_changes_the_cascade() -> None:
    (warning,) = join([b"@import 'a';b{}", b"@import 'c';"]).warnings
    assert warning == (1, "its @import moves before the rules of the files joined before it")
    assert not join([b"/**/@import 'a';", b"@import 'c';b{}", b"d{}"]).warnings


def test_namespaces_go_behind_the_imports_with_a_warning() -> None:
    made = join([b"@namespace a 'b';c{}", b"@import 'd';"])
    assert made.content == b"@import 'd';\n@namespace a 'b';\nc{}\n"
    assert [index for index, _ in made.warnings] == [0, 1]


def test_there_is_one_charset_and_it_is_first() -> None:
    assert (
        joined(b'@charset "UTF-8";a{}', b"@charset 'utf-8' ;@import 'b';c{}")
        == b"@charset \"utf-8\";\n@import 'b';\na{}\nc{}\n"
    )
    assert joined(b"a{}", BOM + "é{}".encode()) == '@charset "utf-8";\na{}\né{}\n'.encode()
    assert joined(b"a{}", BOM + b"b{}") == b"a{}\nb{}\n"
    assert joined(b"a{}", "é{}".encode()) == "a{}\né{}\n".encode()


def test_comments_that_name_source_maps_are_dropped() -> None:
    comment = b"/*# sourceMappingURL=a.map */"
    assert (
        joined(b"a{}\n" + comment + b"\n", comment + b"b{}", b"@import 'c'" + comment + b";")
        == b"@import 'c'/**/;\na{}\nb{}\n"
    )
    assert joined(b"a" + comment + b"b{c:'" + comment + b"'}", b"") == b"a/**/b{c:'" + comment + b"'}\n"


PIECES = [
    "a",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "'",
    '"',
    "\\",
    ";",
    ":",
    "/*",
    "*/",
    "url(",
    " ",
    "\n",
    "@x ",
    "@media ",
    "<!--",
    "f(",
    ",",
]


@given(st.lists(st.sampled_from(PIECES)), st.lists(st.sampled_from(PIECES)))
def test_whatever_comes_before_the_next_part_is_read_the_same(before: list[str], after: list[str]) -> None:
    first, second = "".join(before).encode(), ("z{y:x}" + "".join(after)).encode()
    alone = rules(joined(b"", second))
    assert rules(joined(first, second))[-len(alone) :] == alone


HOSTILE = [
    b"url(",
    b"/*",
    b'"\\',
    b"\\",
    b"{(",
    b"@a;",
    b"@a{",
    b"@import ",
    b"a;",
    b"/**/;",
    b"/*# sourceMappingURL=*/",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_megabyte_comes_to_an_end(part: bytes) -> None:
    content = joined(b"a{}", part * (1_000_000 // len(part)), b"z{y:x}")
    assert content.endswith(b"z{y:x}\n")
