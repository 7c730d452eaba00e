"""Every script means the same once rjsmin has taken the spaces and comments out of it, or is not touched."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import rjsmin
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.transforms._rjsmin import RefusedError, minified
from tests import acorn

CASES = [
    json.loads(line)
    for line in Path(__file__).parents[1].joinpath("cases/minify_js.jsonl").read_text().split("\n")
    if line
]
IN_C, IN_PYTHON = rjsmin.jsmin, rjsmin._make_jsmin(python_only=True)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failure names the program among its many; to look for fewer and shorter ones takes minutes."""
VENDORED = Path(__file__).parents[2] / "example_site/vendor"

MINIFIED = {
    "var a = 1;\n\n// comment\nvar b = 2;\n": "var a=1;var b=2;",
    "if (a / b > c / d) { return /x y/.test(z) }": "if(a/b>c/d){return/x y/.test(z)}",
    "x = `a  ${b}  c` + 'd  e'": "x=`a  ${b}  c`+'d  e'",
    "x\n  .then(y => z)\n  .catch(() => {})": "x.then(y=>z).catch(()=>{})",
    "label = 'don\\'t' + \"x\" // it's\n+ 1": "label='don\\'t'+\"x\"\n+1",
    "const s = `a${b ? ` c  d` : ''}`": "const s=`a${b?` c  d`:''}`",
    "`${'`'}  x` + 'a  b'": "`${'`'}  x`+'a  b'",
    "`${ x // c\n}`": "`${x\n}`",
    "f(x => / +/.test(x))": "f(x=>/ +/.test(x))",
    "u => /^https?:\\/\\//.test(u); g()": "u=>/^https?:\\/\\//.test(u);g()",
    "typeof / a/": "typeof/ a/",
    "class A {\n #a = 1\n #b = 2\n}": "class A{#a=1\n#b=2}",
    "class A {\n a\n *g() {}\n}": "class A{a\n*g(){}}",
    "class A {\n a\n /* c */ #b\n}": "class A{a\n#b}",
    "class A {\n a\n .5 = 1\n}": "class A{a\n.5=1}",
    "class A {\n a\n @b c\n}": "class A{a\n@b c}",
    "'use strict'\n'ngInject'\nf()": "'use strict'\n'ngInject'\nf()",
    "function f() {\n return\n'x'\n}": "function f(){return\n'x'}",
    "var a = 1 /*\n*/ var b": "var a=1\nvar b",
    "var a = 1 /* c */ /*\n*/ /* d */ var b": "var a=1\nvar b",
    "a = /*\n*/ b": "a=b",
    "1 .toString()": "1 .toString()",
    "1 /* c */ .toString()": "1 .toString()",
    "1\n.toString()": "1\n.toString()",
    "x = 5 // c\n  .toFixed()": "x=5\n.toFixed()",
    "a = 1.\nb": "a=1.\nb",
    "a = 1. in b": "a=1. in b",
    "x = /a/ in y": "x=/a/ in y",
    "b / /x/.y": "b/ /x/.y",
    "b / /* c */ /x/.y": "b/ /x/.y",
    "a = b\n/ 'c' / d": "a=b\n/'c'/d",
    "import 'a'\n/b  c/.test('d')": "import'a'\n/b  c/.test('d')",
    "import 'a'\n/b  '/.test(c)": "import'a'\n/b  '/.test(c)",
    "export * from 'a'\n/b  '/.test(c)": "export*from'a'\n/b  '/.test(c)",
    "a = 'b'\n/ '  ' / d": "a='b'\n/'  '/d",
    "x = /a/ / 2": "x=/a/ /2",
    "x = a /\n  b /\n 'c'": "x=a/b/'c'",
    "x = a.of / b[0] / (c + 1) / 2 // d": "x=a.of/b[0]/(c+1)/2",
    "if (a) /b  c/.test(d)": "if(a)/b  c/.test(d)",
    "x = [\n  'a',\n  \"b\"\n]": "x=['a',\"b\"]",
    "x =\n  .5 *\n  y": "x=.5*y",
    "f(`a ${b.c}  ${d(e, 1)} f ${g[0]}`) / 2": "f(`a ${b.c}  ${d(e,1)} f ${g[0]}`)/2",
    "`${ {a: `b ${c / 2} d`}.a }`": "`${{a:`b ${c/2} d`}.a}`",
    "x = a++ / 2 / b": "x=a++/ 2 / b",
    "a < !--b": "a< !--b",
    "'<!--'; a < !--b": "'<!--';a< !--b",
    "var \\u{61}b = 1": "var \\u{61}b=1",
    "a = \\u{62}\n\\u{63}++": "a=\\u{62}\n\\u{63}++",
    "#!/usr/bin/env  node\n'x'": "#!/usr/bin/env  node\n'x'",
    "#!/bin/x": "#!/bin/x\n",
    "a() // c\u2028b()": "a()\u2028b()",
    "s = '\u2028'\n't'.u": "s='\u2028'\n't'.u",
    "var x = \u00e0 // c": "var x=\u00e0",
    "x = ()=>{}\n/a  b/.test(y)": "x=()=>{}\n/a  b/.test(y)",
    "a()\r\nb()\rc()": "a()\nb()\nc()",
    "": "",
    " // c": "",
    "/* c */": "",
    "'a'": "'a'",
    "x = 1. in\n/y z/\na": "x=1. in\n/y z/\na",
    "f('(((', `}`, /[)]/ )": "f('(((',`}`,/[)]/)",
}
REFUSED = {
    "x = <A b='c  d' />": (4, "it looks like JSX", False),
    "f(\n  <a>b</a>)": (10, "regular expression without an end", True),
    "<!-- x\na": (0, "it has an HTML comment", False),
    "a\n--> x": (2, "it has an HTML comment", False),
    "a <!--b": (2, "it has an HTML comment", False),
    "a = 'b\n": (4, "string without an end", True),
    "a\n/* b": (2, "comment without an end", True),
    "a = `b": (4, "template literal without an end", True),
    "a = `b${c": (9, "template literal without an end", True),
    "a = /b\n": (4, "regular expression without an end", True),
    "#!x\na = 'b": (8, "string without an end", True),
    "await /=\tvoid /r  r/.x": (6, "'await' may be a keyword or a name", False),
    "throw yield\xa0/=/*c*/x => x/*\n*//*! '*/": (13, "'yield' may be a keyword or a name", False),
    "function f() {\n  g('{')": (23, "'}' is missing at the end", True),
    "f(a]": (3, "']' closes nothing, not ')'", True),
    "#!x\n}": (4, "'}' closes nothing", True),
    "a \\ b": (2, "unexpected '\\\\'", True),
}


def both(content: bytes, *, licenses: bool = False) -> bytes | None:
    """What is made of a script, if it is not refused; rjsmin in C and in Python give the same bytes."""
    results: list[bytes | None] = []
    try:
        for rjsmin.jsmin in (IN_C, IN_PYTHON):
            try:
                results.append(minified(content, licenses=licenses))
            except RefusedError:
                results.append(None)
    finally:
        rjsmin.jsmin = IN_C
    assert results[0] == results[1]
    return results[0]


def keep_their_meaning(sources: Mapping[str, str]) -> int:
    """Every source means the same afterwards, unless it is refused or no script; how many are scripts."""
    made: dict[str, str] = {}
    for name, source in sources.items():
        for licenses in (False, True):
            small = both(source.encode(), licenses=licenses)
            if small is not None:
                made[f"{name} {licenses}"] = small.decode()
    trees = acorn.read({**sources, **made})
    for name, text in made.items():
        source = name.rpartition(" ")[0]
        if "tree" in trees[source]:
            assert trees[name].get("tree") == trees[source]["tree"], (sources[source], text)
    return sum("tree" in trees[name] for name in sources)


@pytest.mark.parametrize("source", MINIFIED)
def test_a_script_loses_what_does_not_count_and_nothing_else(source):
    made = both(source.encode())
    assert made is not None
    assert made.decode() == MINIFIED[source]


@pytest.mark.parametrize("source", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_place_and_the_reason(source):
    with pytest.raises(RefusedError) as raised:
        minified(source.encode())
    assert (raised.value.offset, raised.value.reason, raised.value.broken) == REFUSED[source]


def test_what_is_not_in_utf8_is_refused():
    with pytest.raises(RefusedError, match="UTF-8"):
        minified("a = '\u00ff'".encode("latin-1"))


def test_every_case_means_the_same():
    sources = {case["name"]: case["source"] for case in CASES if case["mode"] != "babel"}
    assert keep_their_meaning(sources) == len(sources)
    known = [source for source in MINIFIED if "@" not in source]  # acorn knows no decorators
    assert keep_their_meaning({source: source for source in known}) == len(known)


def test_jsx_is_left_alone():
    sources = [case["source"] for case in CASES if case["mode"] == "babel"]
    for source in [*sources, "return <p>it's  Bob's</p>", "x && <b>a  b</b>", "x =>\n  <b c='d' />", "(<>a  b</>)"]:
        assert both(source.encode()) is None


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("/*! a  b */\nvar x = 1", "/*! a  b */\nvar x=1"),
        ("/** @license MIT\n */ var x  = 1", "/** @license MIT\n */ var x=1"),
        ("// @preserve a\nvar x = 1", "// @preserve a\nvar x=1"),
        ("a /* b */ = /* c */ 1", "a=1"),
        ("a() /*! b */\nc()", "a()\n/*! b */\nc()"),
        ("class A { a\n /* b */ /*! c */ #d }", "class A{a\n/*! c */\n#d}"),
        ("x = a / /*! b */ c", "x=a/ /*! b */ c"),
    ],
)
def test_licenses_stay_on_request(source, kept):
    made = both(source.encode(), licenses=True)
    assert made is not None
    comments = ["/*! a  b */", "@license MIT", "@preserve a", "/*! b */", "/*! c */"]
    assert [comment for comment in comments if comment in made.decode()] == [c for c in comments if c in kept]
    assert keep_their_meaning({source: source}) == 1
    without = both(source.encode())
    assert without is not None
    assert not any(comment.encode() in without for comment in comments)


def test_real_libraries_mean_the_same():
    files = [file for suffix in ("*.js", "*.mjs") for file in sorted(VENDORED.rglob(suffix))]
    assert files
    assert keep_their_meaning({str(file): file.read_text() for file in files}) == len(files)


WORDS = "a b1 $ \u00e9 x\\u0061 of get async let await yield static"
VALUES = [
    *(
        WORDS + r""" 1 .5 1. 0x1f 1e3 1n 's' "t" /x/ /y/g /[/'`]/ /\// `u` this [] a++ --b !a -a ~a a?.b (a) f(a)"""
    ).split(),
    *(
        "/x  y/g",
        "'s  s'",
        '"//"',
        "'/*'",
        "`v  v`",
        "`w${ a }w`",
        "`w ${a.b}${f(a)} w`",
        "`y${ `z  ${ b } z` }y`",
        "`${ {a: 1}.a }`",
    ),
    *(
        "`${'`'}`",
        "[a, b]",
        "({ a: 1, 'b' : 2 })",
        "function () {}",
        "class { }",
        "x => x",
        "async () => {}",
        "() => ({})",
    ),
    *("typeof /r/", "void /r  r/.x", "- -a", "+ ++a", "new a", "a ? b : .5", "1 .a"),
]
OPERATORS = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "<",
    ">",
    "<=",
    "==",
    "&&",
    "||",
    "??",
    ",",
    "^",
    "&",
    "|",
    "in",
    "instanceof",
    ">>",
    "=",
    "+=",
    "/=",
    ".",
]
GAPS = [
    *("", " ", "  ", "\n", " \n ", "\n  ", "\r\n", "\t", "\u2028", "\u00a0"),
    *("/*c*/", "/*\n*/", "/*! '*/", "//'\n", "// `\r", "/**/ /*\n*/ //\n"),
]
STATEMENTS = [
    *(
        "if (%s) %s",
        "while (%s) %s",
        "for (const a of %s) %s",
        "for (;;) %s",
        "do %s; while (%s)",
        "if (a) %s; else %s",
    ),
    *(
        "var a = %s",
        "let b1 = %s",
        "return %s",
        "return\n%s",
        "throw %s",
        "{ %s }",
        "l: %s",
        "switch (%s) { case %s: }",
    ),
    *("(%s)", "%s", "%s\n", "f(%s, %s)", "a = { b: %s, [%s]: c }", "a = b ? %s : %s", "a => %s"),
    *("function* g() { yield %s }", "function* g() { yield\n%s }", "async () => { await %s }", "function f() {}"),
    *("class A { #a = %s\n #b = %s }", "class A { a\n *g() {} }", "class A { static a = %s\n static { %s } }"),
    *("class A { get\n x() {} }", "class A { 'a' = %s\n 'b' = %s }", "class A { a\n ['b'] = %s }"),
    *(
        "try { %s } catch { %s }",
        "x = function () {}",
        "x = {}",
        "if (a) { %s }",
        "debugger",
        "var a, b",
        "'use strict'",
    ),
    *("export default %s", "import 'a'", "import a from 'b'", "export { a } from 'b'"),
]


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Operands and operators, with any gaps between them."""
    parts = [draw(st.sampled_from(VALUES))]
    for _ in range(draw(st.integers(0, 2))):
        parts += draw(st.sampled_from(GAPS)), draw(st.sampled_from(OPERATORS)), draw(st.sampled_from(GAPS))
        parts.append(draw(st.sampled_from(VALUES)))
    return "".join(parts)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Statements, most without semicolons, with any gaps between them."""
    parts = [draw(st.sampled_from(["", "", "", "#!/bin/x\n", "\n"]))]
    for _ in range(draw(st.integers(1, 4))):
        statement = draw(st.sampled_from(STATEMENTS))
        parts.append(statement % tuple(draw(expressions()) for _ in range(statement.count("%s"))))
        parts += draw(st.sampled_from(["\n", "\n", ";", "\n;", "//c\n", "/*\n*/"])), draw(st.sampled_from(GAPS))
    return "".join(parts)


@settings(deadline=None, max_examples=12, phases=UNSHRUNK)
@given(st.lists(programs(), min_size=100, max_size=100))
def test_programs_of_all_kinds_of_tokens_keep_their_tree(sources):
    assert keep_their_meaning({f"{index}": source for index, source in enumerate(sources)}) > 0


TOKENS = "{ } ( ) [ ] / ' \" ` ${ ; : ? ! ~ # @ \\ => ... ++ -- <!-- --> 1 1. 's' /r/ `u` * = . if( for( class A{"
PIECES = st.sampled_from(
    [
        *(*f"{WORDS} {TOKENS}".split(), *OPERATORS, *GAPS),
        *("return ", "typeof ", "function ", "in ", "case ", "class "),
    ]
)


@settings(deadline=None, max_examples=20, phases=UNSHRUNK)
@given(st.lists(st.lists(PIECES, max_size=14).map("".join), min_size=100, max_size=100))
def test_whatever_is_a_script_keeps_its_tree(sources):
    keep_their_meaning({f"{index}": source for index, source in enumerate(sources)})


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_minified_or_refused(content):
    both(content)


HOSTILE = [
    *(
        b"'\\",
        b"=/[",
        b"/*",
        b"`${",
        b"`${`",
        b"[",
        b"\\",
        b" ",
        b"a)/b",
        b"}/ a",
        b"<!--",
        b"\n-->",
        b"//\n",
        b"(1)/[1,",
    ),
    *(
        b"a\n*[",
        b"((a)/1)/2\n",
        b"a/1)",
        b"/**/",
        b"/**/\n",
        b"1 ",
        b"1 .a",
        b"\\u0061",
        b"\n'a'",
        b"a=b\n/c/d",
        b"\xe2\x80\xa8",
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_S17_hostile_text_is_gone_through_once(text):
    with contextlib.suppress(RefusedError):
        minified(text * (500_000 // len(text)))


@pytest.mark.parametrize("text", [b"/*", b"/**/", b"/**/\n", b"//\n", b"a/1)", b"'\\"])
def test_S17_neither_is_hostile_text_read_twice_for_licenses(text):
    with contextlib.suppress(RefusedError):
        minified(text * (500_000 // len(text)), licenses=True)
