"""Minified stylesheets mean what their sources mean, whichever version of rcssmin is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rcssmin
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.diagnostic import positions
from pipeline.source_map import from_json
from pipeline.transforms._minify_css import Unfinished, minified
from pipeline.transforms._source_maps import minified as map_of_minified
from tests.transforms.stylesheet_form import form

CASES = Path(__file__).parents[1] / "cases" / "minify_css.jsonl"
VERSIONS = [rcssmin.cssmin, rcssmin._make_cssmin(python_only=True)]


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [pytest.param(json.loads(line)["source"].encode(), id=json.loads(line)["name"]) for line in lines]


def by_each_version(source: bytes, *, licenses: bool = False) -> bytes:
    """What both versions of rcssmin help to make; they must not differ."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        for version in VERSIONS:
            patch.setattr(rcssmin, "cssmin", version)
            made.append(minified(source, licenses=licenses))
    assert made[0] == made[1]
    return made[0]


UNFINISHED = ("unclosed comment", "bad string")


@pytest.mark.parametrize("source", cases())
def test_a_case_keeps_its_meaning(source: bytes, request: pytest.FixtureRequest) -> None:
    if request.node.callspec.id in UNFINISHED:
        with pytest.raises(Unfinished):
            minified(source)
    else:
        assert form(by_each_version(source)) == form(source)


SMALL = [
    (b"@layer a { .b :hover { c : d ; } }", b"@layer a{.b :hover{c:d}}"),
    (b"a { b :hover { c:d } e : f }", b"a{b :hover{c:d}e:f}"),
    (b"a {\n\tb: c;;\n\td : e ! important;\n}\n", b"a{b:c;d:e!important}"),
    (b"@layer a , b ;\n.c { d: e }", b"@layer a,b;.c{d:e}"),
    (b"a { @apply b  c ; }", b"a{@apply b c;}"),
    (b"@media ( min-width : 1px ) and (1px <= width) {}", b"@media (min-width:1px) and (1px <=width){}"),
    (b"@media (a > = 1px) {}", b"@media (a> =1px){}"),
    (b"@supports selector( a :hover ) {}", b"@supports selector(a :hover){}"),
    (b"@supports (--a : b :c) {}", b"@supports (--a : b :c){}"),
    (b"@scope (a :hover) to ( b ) {}", b"@scope (a :hover) to (b){}"),
    (b"@page toc :first { margin : 0 }", b"@page toc :first{margin:0}"),
    (b"a { b: url( 'c d' ) , url( e ) , URL( f ) }", b"a{b:url('c d'),url(e),URL(f)}"),
    (b"a{b:\\75rl( c )}", b"a{b:\\75rl(c)}"),
    (b":is( [a=url] , [b=c] ) { d : e }", b":is([a=url],[b=c]){d:e}"),
    (b".a/**/.b , c/**/d , .e/* */ .f { g: h/**/i }", b".a.b,c/**/d,.e .f{g:h/**/i}"),
    (b".a\\31/* */ .b{}", b".a\\31/**/ .b{}"),
    (b".a\\31  .b , .c\\31 .d {}", b".a\\31  .b,.c\\31 .d{}"),
    (b".a\\, .b\\> .c\\: d{}", b".a\\, .b\\> .c\\: d{}"),
    (b"[ a = 'b' i ] > c , -- >d , e~ =f {}", b"[a='b' i]>c,-- >d,e~ =f{}"),
    (b"a{b:1 /**/* 2}", b"a{b:1 * 2}"),
    (b"a{b:1 //**/* 2}", b"a{b:1 //**/* 2}"),
    (b"a{--b: ;--c:;--d: e  :f ; --g : {h :i; j}}", b"a{--b: ;--c: ;--d:e :f;--g : {h :i; j}}"),
    (b"a{--b:/*{*/;--c/*{*/: /*}*/}", b"a{--b: ;--c: }"),
    (b"a{--b: [ 1 , 2 ] ! important}", b"a{--b:[ 1,2 ]!important}"),
    (b"a{*b : c; _d : e}", b"a{*b:c;_d:e}"),
    (b"a{b:if( c : d ; else : e ) ; f:g}", b"a{b:if(c : d ; else : e);f:g}"),
    (b"a{} ; b{}", b"a{}; b{}"),
    (b"a{} } b{}", b"a{}} b{}"),
    (b"a{b ( ; ] } ) c;d : e}", b"a{b (;] }) c;d:e}"),
    (b"<!-- a { } -->", b"<!--a{}-->"),
    (b"p:first-line { a : b }", b"p:first-line{a:b}"),
    (b"@media a;b :c{}", b"@media a;b :c{}"),
    (b"@m\\65 dia ( a : b ){}", b"@m\\65 dia (a : b){}"),
    (b'@charset "utf-8" ;a { }', b'@charset "utf-8" ;a{}'),
    (b"/* a */@charset 'b';", b" @charset 'b';"),
    (b"a{b:c\\\n d}", b"a{b:c\\\nd}"),
    (b"a{\\\n}}", b"a{\\\n}}"),
    (b"a\x00 :b { c : d }", b"a\x00 :b{c:d}"),
    (b"a{@charset 'b';}", b"a{@charset 'b';}"),
    (b"a { @media b { c { d:e; } } @media b { } f : g; }", b"a{@media b{c{d:e}}@media b{}f:g}"),
    (b"a { b\n:hover { c:d } }\n:e { f :g }", b"a{b :hover{c:d}}:e{f:g}"),
    (b"@supports a/**/b {}", b"@supports a/**/b{}"),
    (b"a { & > b , & { c:d } }", b"a{&>b,&{c:d}}"),
    (b"a : b ; c { d : e }", b"a : b ; c{d:e}"),
    (b"a { } b : c ; d { }", b"a{}b : c ; d{}"),
    (b"a { b:'\x01 :c' } /* { */ d { e:\"}\" }", b"a{b:'\x01 :c'}d{e:\"}\"}"),
    (b"a{b:url(data:c;base64,d==) ; e : url( 'f  g' ) }", b"a{b:url(data:c;base64,d==);e:url('f  g')}"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), SMALL)
def test_white_space_stays_where_it_says_something_and_nowhere_else(source: bytes, expected: bytes) -> None:
    assert by_each_version(source) == expected


BROKEN = [
    (b"a{b:c}/* d", 6, "a comment without an end"),
    (b"a{b:'c", 4, "a string without an end"),
    (b"a{b:'c\n'}", 4, "a newline in a string"),
    (b"a{b:url(c", 4, "a url without an end"),
    (b"a{b:url(c(d)}", 4, "a url with what cannot stand in one"),
    (b"a{b:c", 1, "a '{' that nothing closes"),
    (b"a{b{c:d}}e{f{g:h}}i{j{k:l;m{n:o}", 21, "a '{' that nothing closes"),
    (b"a{b{c:d} ", 1, "a '{' that nothing closes"),
    (b"a{b:(c]}", 4, "a bracket that nothing closes"),
    (b"a{b:((c)}", 4, "a bracket that nothing closes"),
]


@pytest.mark.parametrize(("source", "offset", "reason"), BROKEN)
def test_what_does_not_end_as_it_should_is_told_with_its_place(source: bytes, offset: int, reason: str) -> None:
    with pytest.raises(Unfinished) as raised:
        minified(source)
    assert (raised.value.offset, raised.value.reason) == (offset, reason)


LICENSED = b"""/*! one */ /* two */
a /* @license three */ b { c : /* @preserve four */ d /*! five */ ; /*! six */ }
@layer e /*! seven */ ;"""


def test_comments_of_licenses_are_kept_on_request() -> None:
    assert by_each_version(LICENSED) == b"a b{c:d}@layer e;"
    assert by_each_version(LICENSED, licenses=True) == (
        b"/*! one */a /* @license three */b{c:/* @preserve four */d/*! five */;/*! six */}@layer e/*! seven */;"
    )
    assert form(by_each_version(LICENSED, licenses=True)) == form(LICENSED)


PLAIN = rb"""/* a */
:root { --a: b , c; --d: url("data:image/svg+xml,<e f=';'>") }
.md\:g :hover > h , i::after { j : k( l , m( n ) ) ; o : 'p  q' ! important }
@layer r { s { t: u; & :hover { v: w } @media (x: 1px) and (y >= 2px) { z: url(a.png); } b: c; } }
"""


def test_a_plain_stylesheet_is_made_by_rcssmin_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []

    def cssmin(text: bytes) -> bytes:
        calls.append(text)
        made: bytes = VERSIONS[0](text)
        return made

    monkeypatch.setattr(rcssmin, "cssmin", cssmin)
    assert minified(PLAIN) == (
        b""":root{--a:b,c;--d:url("data:image/svg+xml,<e f=';'>")}"""
        b""".md\\:g :hover>h,i::after{j:k(l,m(n));o:'p  q'!important}"""
        b"""@layer r{s{t:u;& :hover{v:w}@media (x:1px) and (y>=2px){z:url(a.png)}b:c}}"""
    )
    assert len(calls) == 1


PIECES = [
    *("a", ".b", ":", "::", ":hover", ":not(", ")", "(", "{", "}", "{", "}", ";", ",", ">", "+", "~", "&", "[", "="),
    *("]", "u", "|", "/", "!", "@", "#", "<!--", "-->", "--", "<", "."),
    *("/**/", "/*x*/", "/*\\*/", "@media", "@layer", "@supports", "selector(", "@import", "@container", "(a:b)"),
    *("url(x)", "URL(x)", "url", "--x:", "color:", "red", "1px", "!important", "\\:", "\\,", "#f", "*", "-", "c:d;"),
    *("a{b:c}", ".url", "&:hover", "data:", " ", "\n", "\\31 ", "\\31", '"a  b"', "'c'", " and ", 'url("a b")'),
    *("url( x )", "calc(1px + 2px)", "@keyframes k", 'url("data:image/svg+xml,<a b>")', ":first-line", "@page :first"),
    *(" ", " ", "5", "e3", "+5", "-5", "%", "@charset 'x';", "é", "u+0-7F", "style(--x : y)", "\\\n"),
    *("{a : b}", "&:is( :hover , c)", "\n:x", "}{", "'}'", "/*{*/", "\x01", " :x", "progid:a(b=1)", "(a >= 1px)", "\n"),
    *('url("data:a;base64,b c")', "url(data:a;b,c)", "url('')", "@layer a.b{", "@scope (a :b){", "[c='d' i]", "& "),
]
FRAMES = (
    *("A{B}", "@layer x{A{B}}", "@media (a){A{B}}", "p{A{B}}", "@supports A{a{B}}", "A", "A;B"),
    *("a{A;B}", "a{b:A;c:B}", "a{--b:A;c:B}", "@layer a{@media b{A{c:d}}B{e:f}}", "@container A;B{}"),
)
SOURCES = st.builds(
    lambda frame, a, b: frame.replace("A", "\0").replace("B", "".join(b)).replace("\0", "".join(a)).encode(),
    st.sampled_from(FRAMES),
    *[st.lists(st.sampled_from(PIECES), min_size=1, max_size=7)] * 2,
)


@settings(max_examples=800)
@given(SOURCES)
def test_whatever_is_put_together_means_the_same_and_is_not_longer(source: bytes) -> None:
    try:
        made = by_each_version(source)
    except Unfinished:
        return
    assert form(made) == form(source)
    assert len(made) <= len(source) + 2 * source.count(b":")


@settings(max_examples=300)
@given(SOURCES)
@example(b"a{--b: /*{*/a;c:a}")
def test_what_is_minified_stays_as_it_is(source: bytes) -> None:
    try:
        once = by_each_version(source)
    except Unfinished:
        return
    assert by_each_version(once) == once


HOSTILE = [
    *(b"url(", b"url( " + b" " * 99, b"url(x) ", b"/*", b'"\\', b"\\", b"{(", b"(", b"[", b".url{}", b"a :b{}", b"a{"),
    *(b" /**/", b"a:b;", b"@media{", b"--a:", b"]", b"}", b" ", b"a b", b"a{b:c;d{", b";", b"<!--", b"a,(", b"a\\31 "),
    *(b"@import ", b"a:", b"a{b:'c';}", b"a{b:(c", b"a/**/", b"/*!*/"),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_hostile_text_comes_to_an_end(text: bytes, version: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rcssmin, "cssmin", version)
    content = text * (100_000 // len(text))
    for source in (content, b"a{b:" + content, b"a{" + content + b"}}"):
        offset = 0
        try:
            assert len(minified(source, licenses=True)) <= len(source)
        except Unfinished as error:
            offset = error.offset
        assert 0 <= offset <= len(source)


MAPPED = b"""/*! one */
.a1/**/b1 {
  c1 : d1 ; /* "e } */
}
@layer e1 {
  .f1 :g1 { --h1: { i1 : j1 }; /* k */ }
  l1/* @license m { */n1 { o1 : p1/**/q1 }
}
"""


@pytest.mark.parametrize("licenses", [False, True])
def test_its_source_map_leads_to_the_line_and_column_of_every_first_name_of_a_statement(licenses: bool) -> None:
    made = minified(MAPPED, licenses=licenses)
    found = from_json(map_of_minified(Asset(AssetPath("a.css"), Blob.of(MAPPED)), MAPPED, made, ".css").read())
    before, after = positions(MAPPED), positions(made)
    for name in (b"a1", b"c1", b"e1", b"f1", b"l1", b"o1"):
        line, column = after(made.index(name))
        source_line, source_column = before(MAPPED.index(name))
        place = found.at(line - 1, column - 1)
        assert place is not None
        assert place[1] == source_line - 1
        assert place[2] <= source_column - 1
