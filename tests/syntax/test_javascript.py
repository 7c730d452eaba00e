from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.syntax.javascript_skim import skim
from pipeline.syntax.javascript_tokens import tokens
from tests import acorn

VENDORED = Path(__file__).parents[2] / "example_site/vendor"


def regexes(text):
    return [text.encode()[start:stop].decode() for kind, start, stop in tokens(text.encode()) if kind == "regex"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a / b / c", []),
        ("x = /a/g.test(y)", ["/a/g"]),
        ("if (x) /a b/.test(y)", ["/a b/"]),
        ("while (x) /a/.y", ["/a/"]),
        ("for await (const x of y) /re/.exec(x)", ["/re/"]),
        ("for (x of /a/.y) z", ["/a/"]),
        ("x.if (y) / a / b", []),
        ("(x) / a / b", []),
        ("f(x) / a / b", []),
        ("a[0] / b / c", []),
        ("x => {}\n/a/", ["/a/"]),
        ("function f(){}\n/ a/.test(x)", ["/ a/"]),
        ("async function f(){}\n/ a/.test(x)", ["/ a/"]),
        ("x = function(){} / 2 / 3", []),
        ("x = async function*(){} / 2 / 3", []),
        ("x = {a:1} / 2 / 1", []),
        ("({a: /x/, b: {} / 2 / 1})", ["/x/"]),
        ("{ a: /x/ }", ["/x/"]),
        ("class A { #a = /x/\n m(){ return /a[/]/ } }", ["/x/", "/a[/]/"]),
        ("var x = class A extends B {} / 2 / 1", []),
        ("class A {}\n/x/.y", ["/x/"]),
        ("export default function(){}\n/x/.y", ["/x/"]),
        ("a++ / 2 / 3", []),
        ("a + ++/x/.y", ["/x/"]),
        ("l: /x/.y", ["/x/"]),
        ("y ? /a/ : /b/", ["/a/", "/b/"]),
        ("switch(a){case /x/: b; default: /y/.z}", ["/x/", "/y/"]),
        ("a.return / 2 / b", []),
        ("a?.typeof / 2 / b", []),
        ("return /a/", ["/a/"]),
        ("do /x/.y(); while(/z/.y)\n/w/.y()", ["/x/", "/z/", "/w/"]),
        ("if(a){}else{}/x/.y", ["/x/"]),
        ("try {} catch {} /x/.y", ["/x/"]),
        ("1. / 2 / 3", []),
        ("a?.5:/x/", ["/x/"]),
        ("a?.b / 2 / 3", []),
        ("`${a}` / b / c", []),
        ("`${/x/}`", ["/x/"]),
        ("`${{a: 1} / 2 / 1}`", []),
        ("/[[a]--[b]]/v.test(x)", ["/[[a]--[b]]/v"]),
        ("/\\//.x / /b/", ["/\\//", "/b/"]),
        ("yield / 2", []),
        ("a . typeof / 2 / b", []),
        ("a.\n  return / 2 / b", []),
        ("a. /* b */ typeof / 2 / b", []),
        ("a // b.\ntypeof /x/", ["/x/"]),
        ("[... typeof /x/]", ["/x/"]),
    ],
)
def test_a_slash_divides_or_opens_a_regular_expression(text, found):
    assert regexes(text) == found
    sure = [text.encode()[start:stop].decode() for kind, start, stop in skim(text.encode()) if kind == "regex"]
    unsure = [text.encode()[start:stop].decode() for kind, start, stop in skim(text.encode()) if kind == "either"]
    assert all(each in found for each in sure)
    assert all(each in sure + unsure for each in found)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("`a${b?` c`:''}d`", ["template", "name", "punctuator", "template", "punctuator", "string", "template"]),
        ("#!/usr/bin/env\nx", ["comment", "newline", "name"]),
        ("<!-- x\na\n--> b\nc", ["comment", "newline", "name", "newline", "comment", "newline", "name"]),
        ("a-->b<!--c", ["name", "punctuator", "punctuator", "name", "punctuator", "name"]),
        ("\ufeffa\u00a0\u2003b\u2028c", ["name", "name", "newline", "name"]),
        ("1_000n .5e-3 0xFFn 1..a", ["number", "number", "number", "number", "punctuator", "name"]),
        ("#p in \\u{61}b\\u0062 é", ["name", "name", "name", "name"]),
        ("'a\\\r\nb' \"\u2028\"", ["string", "string"]),
        ("import a from 'b'", ["statement", "name", "name", "string"]),
        ("a.import; {import}", ["name", "punctuator", "name", "punctuator", "open", "name", "close"]),
        ("a\r\nb\rc", ["name", "newline", "name", "newline", "name"]),
        ("/*a*/ // b", ["comment", "comment"]),
    ],
)
def test_tokens_have_their_kinds(text, kinds):
    assert [kind for kind, _, _ in tokens(text.encode())] == kinds


@pytest.mark.parametrize(
    ("text", "reason", "offset"),
    [
        ("a 'b", "string without an end", 2),
        ("'a\nb'", "string without an end", 0),
        ("a `b", "template literal without an end", 2),
        ("`a${b}", "template literal without an end", 5),
        ("/* a", "comment without an end", 0),
        ("x = /a\n/", "regular expression without an end", 4),
        ("a)", "')' closes nothing", 1),
        ("(]", "']' closes nothing, not ')'", 1),
        ("{(", "')' is missing at the end", 2),
        ("a \\ b", "unexpected '\\\\'", 2),
        ("a \0", "unexpected '\\x00'", 2),
    ],
)
def test_what_cannot_be_read_is_told_as_the_last_token(text, reason, offset):
    *_, (kind, start, stop) = tokens(text.encode())
    assert (kind, start, stop) == (f"broken: {reason}", offset, len(text))


@given(st.text(st.sampled_from("ab/*'\"`${}()[]\\\n =>+-.;:?1<!#"), max_size=40))
def test_tokens_follow_each_other_to_the_end(text):
    content, position = text.encode(), 0
    for _, start, stop in tokens(content):
        assert position <= start <= stop <= len(content)
        assert not content[position:start].strip(b" ")
        position = stop
    if not kind_of_last(content).startswith("broken"):
        assert not content[position:].strip(b" ")


def kind_of_last(content):
    return ([("", 0, 0), *tokens(content)])[-1][0]


@given(st.binary(max_size=60))
def test_any_bytes_can_be_read(content):
    for read in (tokens, skim):
        spans = [(start, stop) for _, start, stop in read(content)]
        assert spans == sorted(spans)


def test_both_see_what_acorn_sees_in_real_libraries():
    files = [file for suffix in ("*.js", "*.mjs") for file in sorted(VENDORED.rglob(suffix))]
    sources = {str(file): file.read_text() for file in files}
    sources = {name: source for name, source in sources.items() if source.isascii()}
    assert len(sources) > 1
    for name, truth in acorn.read(sources).items():
        content = sources[name].encode()
        read, skimmed = list(tokens(content)), list(skim(content))
        for kind in ("regex", "string", "comment"):
            assert [[start, stop] for each, start, stop in read if each == kind] == truth[kind], name
        assert [[start, stop] for kind, start, stop in skimmed if kind == "comment"] == truth["comment"]
        sure = [[start, stop] for kind, start, stop in skimmed if kind == "regex"]
        unsure = [[start, stop] for kind, start, stop in skimmed if kind == "either"]
        assert sure == [span for span in truth["regex"] if span in sure]
        assert [span for span in truth["regex"] if span not in sure] == [s for s in unsure if s in truth["regex"]]


@pytest.mark.parametrize("text", [b"(" * 100_000, b"`${" * 50_000, b"{" * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_N6_deep_nesting_needs_no_recursion(text):
    assert len(list(tokens(text))) >= 50_000
    list(skim(text))


@pytest.mark.parametrize("text", [b"'\\", b"=/[", b"/*", b"\\", b" ", b"a)/b", b"/ ", b"//\n", b"+/a/", b"/**/"])
def test_S17_hostile_text_is_read_in_linear_time(text):
    content = text * (1_000_000 // len(text))
    list(tokens(content[:300_000]))
    list(skim(content))
