"""References in stylesheets."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references import Reference, splice
from pipeline.references.css import CSS

CASES = Path(__file__).parents[1] / "cases"


def found(content: bytes | str) -> list[tuple[str, str]]:
    content = content.encode() if isinstance(content, str) else content
    return [(reference.kind, reference.specifier) for reference in CSS.find(content)]


def spans(content: bytes) -> list[bytes]:
    return [content[reference.start : reference.stop] for reference in CSS.find(content)]


def bytes_of(content: Any) -> bytes:
    return content.encode() if isinstance(content, str) else base64.b64decode(content["b64"])


def is_utf8(content: bytes) -> bool:
    return b"\0" not in content and "\ufffd" not in content.decode("utf-8", "replace")


def cases() -> list[Any]:
    files = [*CASES.glob("*css_references.jsonl"), *CASES.glob("*source_maps.jsonl")]
    every = [json.loads(line) for file in sorted(files) for line in file.read_text(encoding="utf-8").splitlines()]
    sheets = [(case, bytes_of(case["files"][case["entry"]])) for case in every if case["entry"].endswith(".css")]
    return [pytest.param(content, case["refs"], id=case["id"]) for case, content in sheets if is_utf8(content)]


@pytest.mark.parametrize(("content", "expected"), cases())
def test_a_case_names_every_reference_and_nothing_else(content: bytes | str, expected: list[Any]) -> None:
    seen = [pair for pair in found(content) if pair[0] != "late-import"]
    assert seen == [(reference["kind"], reference["specifier"]) for reference in expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a{b:url( x )}", [("url", "x")]),
        ("a{b:\\75 r\\6C(x)}", [("url", "x")]),
        ("a{b:\\000055R\\l('x')}", [("url", "x")]),
        ("a{b:furl(x) \\66 url(x) -url(x) 10url(x) 1e3url(x) #url(x) @url(x) --url(x)}", []),
        ("a{b:+url(x) 5%url(y) 1.url(z)}", [("url", "x"), ("url", "y"), ("url", "z")]),
        ("<!--url(x)", [("url", "x")]),
        ("a{b:url(x y) url(a'b) url(a\x01b) url(a\\\nb)}", []),
        ("a{b:url(x\\)y) url(z)", [("url", "x)y"), ("url", "z")]),
        ("a{b:url('x\ny) url(z)}", [("url", "z")]),
        ("a{b:url(/**/'x')}", []),
        ("a{b:url('x", [("url", "x")]),
        ("a{b:url('x\\", [("url", "x")]),
        ("a{b:url('x\\\\", [("url", "x\\")]),
        ("a{b:url('x' f(y)) url()}", [("url", "x"), ("url", "")]),
        ("a{b:url(var(--x)) src(var(--x)) src( 'y' ) src(z)}", [("url", "y")]),
        ("a{b:IMAGE-SET('x' 1x,-webkit-image-set('y' 2x)) 'z'}", [("string", "x")]),
        ("a{b:-webkit-image-set(url(x) 1x,src('y') 2x,'z' type('t'))}", [("url", "x"), ("url", "y"), ("string", "z")]),
        ("a{b:image-set(url('x') 1x, f(]'n') [(])'n'] 'y' 1x) 'n'}", [("url", "x"), ("string", "y")]),
        ("a{b:image-set('x' 1x;'y", [("string", "x"), ("string", "y")]),
        ("a{b:local('x') format('y') url-prefix(z) domain(z)}", []),
        ("a{--b:@c url(x)}d{--e: @f url(y);}", [("url", "x"), ("url", "y")]),
        ("@namespace url(x);@document url(y){a{b:url(z)}}", [("url", "z")]),
        ("@supports (b:url(x)) and (c:'){'){a{b:url(z)}}", [("url", "z")]),
        ("a{@container c(url(x){;}) ;b:url(y)}", [("url", "y")]),
        ("a{@x}b{c:url(y)}", [("url", "y")]),
        ("\ufeff@import 'x';", [("import", "x")]),
        ("<!-- @charset 'utf-8'; @layer a,b; @unknown x; @import url('x') layer(y); -->", [("import", "x")]),
        ("@import src('x');@\\69mport\\ 'n';@IMPOR\\54 'y'", [("import", "x"), ("import", "y")]),
        ("@import;@import foo;@import f(x);@import url(var(x));@import url(x y);", []),
        ("@import 'x' {}", []),
        ("@import 'x' supports(b:url(y)) url(z) 'n';@import 'x'", [("import", "x"), ("import", "x")]),
        ("@layer a{}@import 'x';", [("late-import", "x")]),
        ("@namespace x;@import 'x';", [("late-import", "x")]),
        ("@media print{@import 'x'}", [("late-import", "x")]),
        ("@media print{@import 'x' {}}", []),
        ("a{}/**/@import url(x)", [("late-import", "x")]),
        ("a{}\n@import\n'x'\n;", [("late-import", "x")]),
        ("a @import 'x';", []),
        ("/* @import 'x'; */ /* url(y) */ 'url(z)'", []),
        ("a{b:'\\\r\nurl(x)' url(y)}", [("url", "y")]),
        ("a{b:'\rc:url(y)}", [("url", "y")]),
        ("/*# sourceMappingURL=a*/b{}/*@\tsourceMappingURL= c */", [("sourcemap", "c")]),
        ("/*# sourceMappingURL=a b*/c{d:url(e)}", [("sourcemap", "a"), ("url", "e")]),
        ("/*#sourceMappingURL=a*//*# sourcemappingURL=a*//* sourceMappingURL=a*//*# sourceMappingURL= */", []),
        ("'/*# sourceMappingURL=a*/'", []),
        ("a{}/*# sourceMappingURL=a*b", [("sourcemap", "a*b")]),
        ("@import 'x'\n/*# sourceMappingURL=a*/", [("import", "x"), ("sourcemap", "a")]),
        ("a{}@import /*# sourceMappingURL=a*/ 'x'", [("sourcemap", "a"), ("late-import", "x")]),
        ("a{b:image-set(/*# sourceMappingURL=a*/ 'x' 1x)}", [("sourcemap", "a"), ("string", "x")]),
        ("a{b:url(\0é\\e9 )}", [("url", "\ufffdéé")]),
        (b"a{b:url(\xe9)}", [("url", "\ufffd")]),
    ],
)
def test_what_counts_as_a_reference(content: bytes | str, expected: list[Any]) -> None:
    assert found(content) == expected


def test_the_span_is_the_inside_of_the_quotes_or_the_bare_text() -> None:
    assert spans(b"a{b:url( x\\ y\n) url( ' z ' ) url() url('') url(  )}") == [b"x\\ y", b" z ", b"", b"", b""]
    assert spans(b"@import\t'x\\\ny'; a{b:image-set(\"z\" 1x)}/*# sourceMappingURL=m */") == [b"x\\\ny", b"z", b"m"]


def test_a_source_map_can_be_dropped_as_a_whole() -> None:
    content = b"a{}\n/*# sourceMappingURL=a.map */\n"
    (reference,) = CSS.find(content)
    assert reference.whole is not None
    assert splice(content, [(*reference.whole, b"")]) == b"a{}\n\n"


PLACES = [
    b"a{b:url(%b)}",
    b"a{b:url( '%b' )}",
    b'a{b:url("%b")}',
    b"a{b:image-set('%b' 1x)}",
    b'@import "%b";',
    b"a{b:url(%b",
]


def written(url: str, place: bytes) -> bytes:
    content = place % b"x"
    (reference,) = CSS.find(content)
    return splice(content, [(reference.start, reference.stop, CSS.embed(url, content, reference))])


@pytest.mark.parametrize("place", PLACES)
@given(url=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_can_be_written_and_read_back(place: bytes, url: str) -> None:
    assert [reference.specifier for reference in CSS.find(written(url, place))] == [url]


@pytest.mark.parametrize("url", ["f.eot?#iefix", "#svgView(viewBox(0,0,1,1))", "$&", r"\1", "a'b", 'a"b', "\\g<0>%s{}"])
def test_special_text_is_written_with_no_more_escapes_than_its_place_needs(url: str) -> None:
    assert written(url, b'a{b:url("%b")}').count(b"\\") == url.count("\\") * 2 + url.count('"')
    assert written(url, b"a{b:url('%b')}").count(b"\\") == url.count("\\") * 2 + url.count("'")
    assert written(url, b"a{b:url(%b)}").count(b"\\") == url.count("\\") * 2 + sum(map(url.count, "'\"()"))


def test_a_url_in_a_source_map_comment_cannot_close_it() -> None:
    written_map = written("a*/b c\n.map", b"/*# sourceMappingURL=%b */")
    assert written_map == b"/*# sourceMappingURL=a%2A/b%20c%0A.map */"
    assert found(written_map) == [("sourcemap", "a%2A/b%20c%0A.map")]


@given(
    st.lists(
        st.sampled_from(
            [*"{}()[];:,'\"\\ /*\n\r@#-!<>", "/*", "*/", "url(", "\\75 rl(", "image-set(", "@import", "x", "src("]
        )
    )
)
def test_no_input_breaks_the_search_and_spans_are_in_order(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    references: list[Reference] = CSS.find(content)
    edges = [edge for reference in references for edge in (reference.start, reference.stop)]
    assert edges == sorted(edges)
    assert all(edge <= len(content) for edge in edges)


HOSTILE = [
    "url(",
    "url( " + " " * 99,
    "/*",
    '"\\',
    "'\\\n",
    "\\",
    "{(",
    "@import ",
    "@a{",
    "image-set(",
    "src(/**/",
    "#",
    "-",
    "\\75",
    "/*#",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_megabyte_comes_to_an_end(text: str) -> None:
    content = b"a{b:url(x)}" + (text * (1_000_000 // len(text))).encode()
    assert found(content)[0] == ("url", "x")
