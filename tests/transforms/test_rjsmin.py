"""The guard lets nothing through that rjsmin breaks, and little else stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rjsmin
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.transforms._rjsmin import unsafe
from tests import acorn

CASES = [
    json.loads(line)
    for line in Path(__file__).parents[1].joinpath("cases/minify_js.jsonl").read_text().split("\n")
    if line
]
MINIFIERS = {"C": rjsmin.jsmin, "Python": rjsmin._make_jsmin(python_only=True)}
VENDORED = Path(__file__).parents[2] / "example_site/vendor"

SAFE = [
    "var a = 1;\n\n// comment\nvar b = 2;\n",
    "if (a / b > c / d) { return /x y/.test(z) }",
    "x = `a  ${b}  c` + 'd  e'",
    "a = (b + c) / 2 / d;\ne = f / g;",
    "x\n  .then(y => z)\n  .catch(() => {})",
    "const f = function () {\n  return {\n    a: 1\n  }\n}\n",
    "label = 'don\\'t' + \"x\" // it's\n+ 1",
    "var x = {\n  'a': 1,\n  \"b\": /[/]'/g,\n}",
    "for (const a of b) {\n  c(a)\n}\nwhile (i-- > 0) d()",
    "a = b\n  ? c\n  : d",
    "d3\n  .select(a)",
]
UNSAFE = {
    "`a${b?` c  d`:''}`": "a template literal has a backtick in it",
    "`${'`'}  x`+'a  b'": "a template literal has a backtick in it",
    "f(x => / +/.test(x))": "rjsmin does not see a regular expression",
    "u => /^https?:\\/\\//.test(u); g()": "rjsmin does not see a regular expression",
    "typeof / a/": "rjsmin does not see a regular expression",
    "if (x) /['\"] /.exec(y)": "rjsmin does not see a regular expression",
    "class A {\n #a = 1\n #b = 2\n}": "a statement may end at a line break that rjsmin drops",
    "'use strict'\n'ngInject'\nf()": "a statement may end at a line break that rjsmin drops",
    "function f(){ return\n'x' }": "a statement may end at a line break that rjsmin drops",
    "class A { a = 1\n *g(){} }": "a generator method may follow a line break",
    "var a = 1 /*\n*/ var b": "a line break stands only in a comment",
    "1 .toString()": "a member of a number",
    "a = 1.\nb": "a number ends in a point",
    "x = /a/ in y": "a word follows a regular expression",
    "b / /x/.y": "a regular expression follows a division",
    "a < !--b": "an HTML comment would come to be",
    "var \\u{61}b = 1": "a name has an escape",
    'x = <A b="c  d" />': "it looks like JSX",
    "x = <div>a  b</div>": "regular expression without an end",
    "#!/usr/bin/env node\n'x'": "it begins with a hashbang",
    "a() // c\u2028b()": "it has a line separator of Unicode",
    "<!-- x\na": "it has an HTML comment",
    "a }": "'}' closes nothing",
    "a = 'b\n": "string without an end",
    "var x = \u00e0 // c": "its last character ends in a byte that rjsmin takes for a space",
    " /b  c/.d": "rjsmin does not see a regular expression",
    "\u00a0return /b  c/": "rjsmin may not see a regular expression",
    "x=()=>{}\n/a  b/.test(y)": "rjsmin may not see a regular expression",
    "class A{a\n*[b[0]](){}}": "a generator method may follow a line break",
    "(1)/[1," * 300 + "1" + "]" * 300: "it has too many slashes",
    "a = b\n/ 'c'/d": "rjsmin sees a regular expression in divisions",
}


@pytest.mark.parametrize("source", SAFE)
def test_plain_code_is_let_through(source):
    assert unsafe(source.encode()) is None


@pytest.mark.parametrize("source", [source for source in UNSAFE if source != "a }"])
def test_what_rjsmin_breaks_is_kept_from_it_with_the_reason(source):
    found = unsafe(source.encode())
    assert found is not None
    assert found[1] == UNSAFE[source]
    assert 0 <= found[0] <= len(source.encode())


def keeps_its_meaning(sources):
    """Every source that is let through means the same afterwards, by both versions of rjsmin."""
    let_through = {name: source for name, source in sources.items() if unsafe(source.encode()) is None}
    minified = {
        f"{version} {name}": minify(source)
        for name, source in let_through.items()
        for version, minify in MINIFIERS.items()
    }
    trees = acorn.read({**let_through, **minified})
    for name in let_through:
        for version in MINIFIERS:
            assert trees[f"{version} {name}"].get("tree") == trees[name].get("tree"), (
                name,
                minified[f"{version} {name}"],
            )
    return let_through


def test_every_case_is_let_through_and_means_the_same_or_is_kept():
    sources = {case["name"]: case["source"] for case in CASES if case["mode"] != "babel"}
    let_through = keeps_its_meaning({**sources, **{source: source for source in [*SAFE, *UNSAFE]}})
    assert set(SAFE) <= let_through.keys()
    assert len(let_through) >= len(sources) // 3


def test_real_libraries_mean_the_same():
    files = [file for suffix in ("*.js", "*.mjs") for file in sorted(VENDORED.rglob(suffix))]
    assert files
    keeps_its_meaning({str(file): file.read_text() for file in files})


PIECES = st.sampled_from(
    [
        "a",
        "b1",
        "return ",
        "typeof ",
        "yield ",
        "class A{",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "/x y/g",
        "/",
        " ",
        "\n",
        "//c\n",
    ]
    + [
        "/*c*/",
        "/*\n*/",
        "'s'",
        '"t"',
        "`u`",
        "`v${",
        "+",
        "++",
        "-",
        "*",
        "=",
        "=>",
        "<",
        "!",
        ";",
        ",",
        ".",
        "1",
        "1.",
        "#p",
    ]
    + [
        "if(",
        "for(",
        "let ",
        "of ",
        "in ",
        "async ",
        "await ",
        "function ",
        "get ",
        "static ",
        "?.",
        "?",
        ":",
        "~",
        "@d ",
        "\\u0061",
    ]
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(PIECES, max_size=14).map("".join), min_size=50, max_size=50))
def test_whatever_is_let_through_means_the_same(programs):
    keeps_its_meaning({f"{index}": program for index, program in enumerate(programs)})


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_can_be_asked(content):
    unsafe(content)


@pytest.mark.parametrize(
    "text",
    [
        b"'\\",
        b"=/[",
        b"/*",
        b"`${",
        b"[",
        b"\\",
        b" ",
        b"a)/b",
        b"}/ a",
        b"<!--",
        b"\n-->",
        b"//\n",
        b"(1)/[1,",
        b"a\n*[",
    ],
)
def test_S17_hostile_text_ends(text):
    unsafe(text * (2_000_000 // len(text)))
