from __future__ import annotations

import pytest

from pipeline.references.javascript import JAVASCRIPT
from pipeline.syntax.javascript_modules import requests, words
from pipeline.syntax.javascript_skim import skim
from tests.cases_support.case import Case, parameters

NAMED_IN_CASES = {"beside": "meta-url"}


def found(text: str) -> list[tuple[str, str]]:
    content = text.encode()
    for each in JAVASCRIPT.find(content):
        if each.kind in {"module", "url"}:
            assert chr(content[each.start - 1]) == chr(content[each.stop]) in "\"'`"
    return [(each.specifier, each.kind) for each in JAVASCRIPT.find(content)]


@pytest.mark.parametrize("case", parameters("js_references"))
def test_a_case_s_references_are_found_in_order(case: Case) -> None:
    content = case.files[case["entry"]]
    named = [
        (NAMED_IN_CASES.get(each.kind, each.kind), each.specifiers[0])
        for each in requests(content, words(content), skim(content))
    ]
    assert named == [(each["kind"], each["specifier"]) for each in case["refs"] if each["specifier"] is not None]


@pytest.mark.parametrize(
    "text",
    [
        'import "a"',
        "import'a'",
        "import x from 'a'",
        "import * as x from 'a'",
        "import x, * as y from 'a'",
        "import x, {y as z, default as q,} from 'a'",
        'import {} from "a"',
        'import { "any name" as x } from "a"',
        "import $ from 'a'",
        "import été from 'a'",
        "import from from 'a'",
        "import defer from 'a'",
        "import source from 'a'",
        "import defer, {x} from 'a'",
        "import defer * as x from 'a'",
        "import source x from 'a'",
        "import source from from 'a'",
        "import json from 'a' with { type: 'json' }",
        "import json from 'a' assert { type: 'json' }",
        "import\n{\nx // from 'b'\n}/**/from\u2028'a'",
        "import\u00a0x from 'a'",
        "export * from 'a'",
        "export*from'a'",
        "export * as x from 'a'",
        "export * as 'any name' from 'a'",
        "export {x} from 'a'",
        "export {x as default, y as 'z'} from 'a' with {type: 'json'}",
        "export { }\nfrom 'a'",
        "x()\u2028import 'a'",
        "\ufeffimport 'a'",
        "`${{}}`;import 'a'",
        "({});import 'a'",
        "a = '{';import 'a'",
        "x = /[{]/;import 'a'",
    ],
)
def test_a_static_import_or_export_names_a_module(text: str) -> None:
    assert found(text) == [("a", "module")]


@pytest.mark.parametrize(
    "text",
    [
        "import('a')",
        "import(`a`)",
        "import ( /* 'b' */\n'a' // c\n)",
        "import('a',)",
        "import('a', { with: { type: 'json' } })",
        "import.defer('a')",
        "import . source ( 'a' )",
        "import((('a')))",
        "f(...import('a'))",
        "f(... import('a'))",
        "x ? import('a') : 0",
        "`${import('a')}`",
        "`${`${import('a')}`}`",
        "`${{x: import('a')}}`",
        "function f() { return import('a') }",
        "a / import('a') / b",
        "(a)/import('a')",
        "a[(`b`)/1]/import('a')",
        "((`b`)\n/1)/import('a')/1",
        "import.meta.resolve('a')",
        "import.meta\n.resolve(`a`, base)",
        "x = /'/; import('a')",
        "if (x) /'/.test(y); import('a')",
    ],
)
def test_an_import_anywhere_in_code_names_a_module_by_a_literal(text: str) -> None:
    assert found(text) == [("a", "module")]


@pytest.mark.parametrize(
    "text",
    [
        "new URL('a', import.meta.url)",
        "new URL(`a`, import . meta . url, ).href",
        "new /**/ URL('a' /**/, import.meta.url)",
        "new\u00a0URL('a', import.meta.url)",
        "new self.URL('a', import.meta.url)",
        "new Worker('a')",
        "new Worker('a', { type: 'module' })",
        "new window . SharedWorker('a')",
        "new Worker(new URL('a', import.meta.url))",
    ],
)
def test_a_url_beside_the_script_and_a_worker_are_named_by_literals(text: str) -> None:
    assert found(text) == [("a", "url" if "import" in text else "worker")]


@pytest.mark.parametrize(
    "text",
    [
        "importx 'a'",
        "import$('a')",
        "import x form 'a'",
        "import from 'a",
        "import x from `a`",
        "import x 'a'",
        "import * from 'a'",
        "import(a)",
        "import()",
        "import('a' + b)",
        "import(`a${b}`)",
        "import(('a' + b))",
        "import.meta.url",
        "import.meta.env",
        "import.meta.resolve(a)",
        "export 'a'",
        "export default 'a'",
        "export const x = 'a'",
        "export { x }; from = 'a'",
        "new URL('a')",
        "new URL('a', import.meta.urls)",
        "new URL('a', base)",
        "new URL('a' + b, import.meta.url)",
        "new URLs('a', import.meta.url)",
        "new Workers('a')",
        "renew Worker('a')",
        "Worker('a')",
        "asset_url(a)",
        "asset_url('a' + b)",
        "asset_url('a', 'b')",
        "asset_urls('a')",
        "MY_asset_url('a')",
        "asset_manifest()",
        "asset_manifest(a, 'b')",
    ],
)
def test_what_names_nothing_by_a_literal_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [r"import '\ud800'", r"import('\u{110000}')", r"asset_manifest('a', '\xzz')"])
def test_a_literal_that_is_no_text_names_nothing(text: str) -> None:
    assert found(text) == []
