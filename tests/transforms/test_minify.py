from __future__ import annotations

import codecs

import pytest

from tests.sites import Site

HEAD = 'sources=["src"]\noutput="out"\ncompress=[]\n'


@pytest.fixture
def minifying(site: Site) -> Site:
    site.configure(HEAD)
    return site


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.css", "a {\n  color : red ;\n}\n", "a{color:red}"),
        ("a.js", "var a = 1; // one\n\nvar b = 2;\n", "var a=1;var b=2;"),
        ("a.mjs", "export const a = 1;\n", "export const a=1;"),
        ("a.txt", "a   b\n", "a   b\n"),
        ("a.css", "", ""),
    ],
)
def test_scripts_and_stylesheets_lose_what_does_not_count(minifying, name, content, expected):
    minifying.write({name: content})
    minifying.publish()
    assert minifying.text(name) == expected


@pytest.mark.parametrize("name", ["a.min.css", "a.min.js", "A.MIN.JS"])
def test_what_is_minified_already_is_not_touched(minifying, name):
    minifying.write({name: "a {  }\n"})
    minifying.publish()
    assert minifying.text(name) == "a {  }\n"


def test_a_file_with_a_source_map_of_its_own_is_not_touched(minifying):
    minifying.write({"a.css": "a { }\n/*# sourceMappingURL=a.css.map */", "a.css.map": "{}"})
    minifying.publish()
    assert minifying.text("a.css").startswith("a { }\n/*#")


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("a.js", "let s =\n  <b>c  d</b>", "a.js:2:11: is published as it is: regular expression"),
        ("a.mjs", "f();\nlet s = 'd\n", "a.mjs:2:9: is published as it is: string without an end"),
        ("a.cjs", "let s = `a${b", "a.cjs:1:14: is published as it is: template literal without an end"),
        ("a.js", "f()\n/* g", "a.js:2:1: is published as it is: comment without an end"),
        ("a.css", "a { b: c }\nd { e: 'f }\n", "a.css:2:8: is published as it is: a newline in a string"),
    ],
)
def test_what_cannot_be_read_is_published_as_it_is_with_a_warning_that_says_where(minifying, name, content, note):
    minifying.write({name: content})
    (diagnostic,) = minifying.build().diagnostics
    assert diagnostic.severity == "warning"
    assert str(diagnostic).startswith(note)
    minifying.publish()
    assert minifying.text(name) == content


def test_N3_a_byte_order_mark_stays_in_front_and_is_no_part_of_the_first_rule(minifying):
    minifying.write({"a.css": codecs.BOM_UTF8 + "é { b: c }".encode(), "a.js": codecs.BOM_UTF8 + b"a  = 1"})
    minifying.publish()
    assert minifying.published("a.css") == codecs.BOM_UTF8 + "é{b:c}".encode()
    assert minifying.published("a.js") == codecs.BOM_UTF8 + b"a=1"


def test_what_means_one_thing_or_another_is_published_as_it_is_with_a_note(minifying):
    minifying.write({"a.js": "f()\nlet s = <b c='d  e' />"})
    (diagnostic,) = minifying.build().diagnostics
    assert str(diagnostic) == "a.js:2:9: is published as it is: it looks like JSX"
    assert diagnostic.severity == "note"
    minifying.publish()
    assert minifying.text("a.js") == "f()\nlet s = <b c='d  e' />"


def test_a_long_line_of_a_script_is_minified_too(minifying):
    minifying.write({"a.js": "a = b ;" * 10_000})
    minifying.publish()
    assert minifying.text("a.js") == "a=b;" * 10_000


LICENSED = ("a.js", "b.js", "c.css")


def test_licenses_stay_if_the_configuration_or_the_step_says_so(minifying):
    minifying.write(
        {"a.js": "/*! me  */\nvar a  = 1 // one\n", "b.js": "/* @license you */ b( )", "c.css": "/*! us */ d { }"}
    )
    minifying.publish()
    assert [minifying.text(name) for name in LICENSED] == ["var a=1", "b()", "d{}"]
    minifying.publish(keep_licenses=True)
    assert [minifying.text(name) for name in LICENSED] == [
        "/*! me  */var a=1",
        "/* @license you */b()",
        "/*! us */d{}",
    ]
    steps = ["concat", {"use": "minify", "keep_licenses": True}]
    minifying.publish(bundles={"all.js": {"sources": ["?.js"], "steps": steps}})
    assert "/*! me  */" in minifying.text("all.js")
    assert "// one" not in minifying.text("all.js")


def test_minifying_can_be_turned_off(minifying):
    minifying.write({"a.css": "a { }"})
    minifying.publish(minify=False)
    assert minifying.text("a.css") == "a { }"


def test_a_bundle_is_minified_once_it_is_joined(minifying):
    minifying.write({"a.css": "@layer x , y ;", "b.css": "b { c : d }"})
    minifying.configure(f'{HEAD}[bundles]\n"all.css" = ["a.css", "b.css"]')
    minifying.publish()
    assert minifying.text("all.css").replace("\n", "") == "@layer x,y;b{c:d}"
