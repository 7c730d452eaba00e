"""Which stylesheets rcssmin may have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rcssmin
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.transforms._rcssmin import unsafe
from tests.transforms.stylesheet_form import form

CASES = Path(__file__).parents[1] / "cases" / "minify_css.jsonl"
VERSIONS = [rcssmin.cssmin, rcssmin._make_cssmin(python_only=True)]


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [pytest.param(json.loads(line)["source"].encode(), id=json.loads(line)["name"]) for line in lines]


@pytest.mark.parametrize("source", cases())
def test_a_case_keeps_its_meaning_or_is_refused(source: bytes) -> None:
    if not unsafe(source):
        assert [form(minify(source)) for minify in VERSIONS] == [form(source)] * 2


DAMAGED = [
    (b"@layer a{.b :hover{c:d}}", "white space beside a colon in a selector"),
    (b"a{b :hover{c:d}}", "white space beside a colon in a selector"),
    (b"a{@media b{c :hover{d:e}}}", "white space beside a colon in a selector"),
    (b"@layer a{*/**/ :hover{c:d}}", "white space beside a colon in a selector"),
    (b"a: hover{b:c}", "white space beside a colon in a selector"),
    (b"a{b\\, :hover{c:d}}", "white space after an escape"),
    (b"@supports selector(a :hover){b{c:d}}", "white space beside a colon in an at-rule"),
    (b"@scope (a: hover){b{c:d}}", "white space beside a colon in an at-rule"),
    (b"@layer a{@scope (b :hover){c{d:e}}}", "white space beside a colon in an at-rule"),
    (b"a{b:url('c d')}", "white space in a url"),
    (b"a{b:url('data:c;base64,d e')}", "white space in a url"),
    (b"a{b:url( 'c' d)}", "a url with more than a string"),
    (b"a{b:url(c\\ d)}", "an unclosed url or an escape in one"),
    (b"a{b:URL(c/*d)}", "a url in capital letters"),
    (b":is([a=url],[b=c]){d:e}", "a name that begins with url"),
    (b"a:not(.urlbar){d:e}", "a name that begins with url"),
    (b"a{b:\\31 url('c d')}", "a name like url"),
    (b"#url('a b'){}", "a name like url"),
    (b".a/**/.b{c:d}", "a comment that alone divides two tokens"),
    (b".a/**/:hover{c:d}", "a comment that alone divides two tokens"),
    (b".a\\31 /**/.b{c:d}", "a comment after an escape"),
    (b"a>/** b */c{d:e}", "a comment that looks like a hack for old browsers"),
    (b".a\\, .b{c:d}", "white space after an escape"),
    (b"a{b:'\\31\\\n2'}", "a newline after an escape"),
    (b"a{b:'\\31\n2'}", "a newline after an escape"),
    (b"a{--b: c :d}", "white space in a custom property"),
    (b"a{/**/--b:[ c ]}", "white space in a custom property"),
    (b"a{--b:c = d}", "white space in a custom property"),
    (b"a{--b:{c;}}", "a block in a value"),
    (b"a{b:{c;}}", "a block in a value"),
    (b"a{b:c({})}", "a block in a value"),
    (b"a{b:c(d;e)}", "a semicolon in brackets"),
    (b"@import 'a';;@import 'b';", "a semicolon outside all rules"),
    (b";@import 'a';", "a semicolon outside all rules"),
    (b"a: b;{c:d}", "a semicolon outside all rules"),
    (b"@media a;b :c{d:e}", "@media without a block"),
    (b"a{@media b}", "@media without a block"),
    (b"@m\\65 dia a{b :c{d:e}}", "an unusual at-keyword"),
    (b"a @media b{c:d}", "an unusual at-keyword"),
    (b"[a~ =b]{c:d}", "an operator in two parts"),
    (b"a-- >b{c:d}", "an operator in two parts"),
    (b"@charset  'utf-8';", "an unusual @charset"),
    (b'@charset "latin1";', "an unusual @charset"),
    (b"a::first-line{b:c}\n", "nothing that minifying would shorten"),
    (b"a{b:c\x00}", "a NUL character"),
    (b"a{b:\\\n}", "a stray backslash"),
    (b"a{b:c}/* d", "an unclosed comment"),
    (b"a{b:'c", "an unclosed string"),
    (b"a{b:'c\n'}", "a newline in a string"),
    (b"a{b:url(c", "an unclosed url or an escape in one"),
    (b"a{b:url(c(d)}", "a malformed url"),
    (b"<!--a{b:c}-->", "an HTML comment"),
    (b"a{b:c", "an unclosed bracket"),
    (b"a{b:c}}", "an unbalanced bracket"),
    (b"a{b:(c]}", "an unbalanced bracket"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "reason"), DAMAGED)
def test_what_would_be_damaged_is_refused(source: bytes, reason: str) -> None:
    found = unsafe(source)
    assert found is not None
    assert found[1] == reason
    assert 0 <= found[0] <= len(source)


def test_the_offset_is_that_of_the_damage() -> None:
    assert unsafe(b"a{b:c}\nd{e:url('f g')}") == (11, "white space in a url")


FINE = b"""\xef\xbb\xbf/*! a */
@charset "utf-8";
@import url( "a.css" ) layer( b ) supports( display : grid ) screen and (width > 10px);
:root { --a: ; --b : "c  d" , 'e' ; --f: var( --g , 1px ) ! important; --h:url( i ) }
.a :hover , .b > .c ::before , *:not( .d :focus ) { color : red ! important ; background : URL( x.png ) ; ; }
@media ( min-width : 10px ) and (1px <= width) { .a :hover { color: red } } /* b */
@supports (display : grid) { .a :hover > p::first-line { margin : calc( 1px + 2px ) } }
@page :first { margin: 0 }
@layer base { .a { & :hover , & > .b { color: red } } .c /* d */ .e { f: g /* h */ ; } }
.d { e/**/: f }
@font-face { src: url("data:image/svg+xml,<svg a='b c'/>") , url(x.woff?#iefix) }
html>/**/body .\\31  .md\\:x , [ a = "b" i ] { filter: alpha( opacity = 50 ); *zoom: 1 }
@container card ( min-width : 1px ) and style( --x : y ) { a { b: c } }
@keyframes k { from { a: b } 50.5% , to { c: d } }
.urls { a: "url" }
@layer a , b ;
"""


def test_ordinary_stylesheets_pass_and_keep_their_meaning() -> None:
    assert unsafe(FINE) is None
    for minify in VERSIONS:
        assert form(minify(FINE)) == form(FINE)
        assert len(minify(FINE)) < len(FINE) - 150


PIECES = [
    *(
        "a",
        ".b",
        ":",
        "::",
        ":hover",
        ":not(",
        ")",
        "(",
        "{",
        "}",
        "{",
        "}",
        ";",
        ",",
        ">",
        "+",
        "~",
        "&",
        "[",
        "=",
        "]",
        "u",
    ),
    *("/**/", "/*x*/", "/*\\*/", "@media", "@layer", "@supports", "selector(", "@import", "@container", "(a:b)"),
    *("url(x)", "URL(x)", "url", "--x:", "color:", "red", "1px", "!important", "\\:", "\\,", "#f", "*", "-", "c:d;"),
    *("a{b:c}", ".url", "&:hover", "data:", " ", "\n", "\\31 ", '"a  b"', "'c'", " and ", 'url("a b")', "url( x )"),
    *("calc(1px + 2px)", "@keyframes k", 'url("data:image/svg+xml,<a b>")', ":first-line", "@page :first"),
]
FRAMES = (
    *("A{B}", "@layer x{A{B}}", "@media (a){A{B}}", "p{A{B}}", "@supports A{a{B}}"),
    *("a{A;B}", "a{b:A;c:B}", "a{--b:A;c:B}", "@layer a{@media b{A{c:d}}B{e:f}}"),
)
SOURCES = st.builds(
    lambda frame, a, b: frame.replace("A", "\0").replace("B", "".join(b)).replace("\0", "".join(a)).encode(),
    st.sampled_from(FRAMES),
    *[st.lists(st.sampled_from(PIECES), min_size=1, max_size=6)] * 2,
)


@settings(max_examples=1000)
@given(SOURCES)
def test_what_passes_means_the_same_after_either_version_of_rcssmin(source: bytes) -> None:
    if not unsafe(source):
        assert [form(minify(source)) for minify in VERSIONS] == [form(source)] * 2


HOSTILE = [
    b"url(",
    b"url( " + b" " * 99,
    b"/*",
    b'"\\',
    b"\\",
    b"{(",
    b".url{}",
    b"a :b{}",
    b" /**/",
    b"a:b;",
    b"@media{",
    b"--a:",
    b"]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_megabyte_comes_to_an_end(text: bytes) -> None:
    content = text * (1_000_000 // len(text))
    found = unsafe(content)
    assert (found is None) == (text in (b"a :b{}", b" /**/", b"a:b;", b"--a:", b"\\"))
