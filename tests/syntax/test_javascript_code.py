from __future__ import annotations

import pytest

from pipeline.syntax.javascript_modules import requests, words
from pipeline.syntax.javascript_skim import skim


def specifiers(text: str) -> list[str]:
    content = text.encode()
    return [each for found in requests(content, words(content), skim(content)) for each in found.specifiers]


@pytest.mark.parametrize(
    "text",
    [
        "// import 'a'",
        "/* import 'a' */",
        "x = 1;\n<!-- import 'a'",
        "\"import 'a'\"",
        "`import 'a'`",
        "`\\${import('a')}`",
        "x = /import('a')/",
        "x = /[/]import('a')/",
        "a.import('a')",
        "a?.import('a')",
        "a\n  . import('a')",
        "a . /* b */ import('a')",
        "a.\u2028 import('a')",
        "a. // b\n import('a')",
        "a.new Worker('a')",
        "this.asset_url('a')",
        "({ import: 'a', export: 'a' })",
        "class A { import() {} export() {} #import = 'a' }",
        "function f() { import x from 'a' }",
        "{ export * from 'a' }",
        "`${() => { import 'a' }}`",
        "`${import 'a'}`",
        "$import('a')",
        "éimport('a')",
        "\\u0061import('a')",
        "ximport 'a'",
    ],
)
def test_words_that_are_not_whole_ones_in_code_begin_nothing(text: str) -> None:
    assert specifiers(text) == []


def test_words_between_strings_are_found_and_those_in_strings_are_not() -> None:
    text = "f('import(\"a\")', import('b'), \"import('c')\", import('d'))"
    assert specifiers(text) == ["b", "d"]


def test_what_stands_before_a_place_that_cannot_be_read_is_found() -> None:
    assert specifiers("import 'a'; import('b')\nlet x = <p>it's</p>\nimport 'c'") == ["a", "b"]


def test_braces_are_counted_through_the_whole_script() -> None:
    text = "import 'a'; function f() { return '}' + `}${{}}` /* } */ + import('b') }\n"
    text += "import 'c'; { import 'd' } export * from 'e'"
    assert specifiers(text) == ["a", "b", "c", "e"]


@pytest.mark.parametrize(
    "unit",
    [
        "import ",
        "import/*",
        "import/**/",
        "import{import,",
        "import((((",
        'import"',
        "export*",
        "new   ",
        "new URL('a'",
        "asset_manifest('a',",
        "`${import(`",
        "{import'a';",
        "import'\\",
        ". import('a')",
        "/**/import('a')",
    ],
)
def test_repetition_is_read_without_recursion(unit: str) -> None:
    assert len(specifiers(unit * 20_000)) <= 20_000


def test_a_dot_before_a_literal_makes_no_member_of_what_is_behind_it() -> None:
    assert specifiers("x = 1./y/import('a')") == ["a"]
