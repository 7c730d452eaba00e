"""The cases about bundles: what a browser makes of one is what it would have made of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from tests.cases_support import browser, scripts, stylesheets
from tests.cases_support.case import Case
from tests.cases_support.decisions import POLICIES
from tests.cases_support.follow import follow
from tests.cases_support.project import attempt, prepare, warnings
from tests.sites import Site

STOPS = {"error", "error_or_warning"}


def check(case: Case, site: Site) -> None:
    """Build one bundle and look for every expectation."""
    output, inputs = case["bundle"]["output"], case["bundle"]["inputs"]
    prepare(site, case, bundles={output: inputs}, minify="minify" in case.get("needs", []))
    if case["level"] == "policy":
        assert case.id in POLICIES, "write down in the table what we do"
    errors = attempt(site)
    for name, *arguments in case["expect"]:
        if name in STOPS or name == "decodes_or_error":
            CHECKS[name](site, output, errors, *arguments)
        else:
            assert not errors, [str(error) for error in errors]
            CHECKS[name](site, output, *arguments)


def _error(_site: Site, _output: str, errors: list[PipelineError], *texts: str) -> None:
    assert errors
    assert all(text in str(errors[0]) for text in texts)


def _error_or_warning(site: Site, _output: str, errors: list[PipelineError]) -> None:
    assert errors or warnings(site)


def _decodes_or_error(site: Site, output: str, errors: list[PipelineError], *texts: str) -> None:
    assert not errors, [str(error) for error in errors]
    _contains(site, output, *texts)


def _order(site: Site, output: str, *texts: str) -> None:
    places = [site.text(output).find(text) for text in texts]
    assert -1 not in places
    assert places == sorted(places)


def _contains(site: Site, output: str, *texts: str) -> None:
    assert [text for text in texts if text not in site.text(output)] == []


def _count(site: Site, output: str, text: str, number: int) -> None:
    assert site.text(output).count(text) == number


def _css_rules(site: Site, output: str, *selectors: str) -> None:
    rules = stylesheets.rules(site.text(output))
    assert "error" not in rules
    found = ["".join(map(str, rule[1])) for rule in rules if rule and not rule[0]]
    assert found == [*selectors]


def _cssom_equal(site: Site, output: str, text: str) -> None:
    assert _plain(stylesheets.rules(site.text(output))) == _plain(stylesheets.rules(text))


def _plain(rules: list[Any]) -> list[Any]:
    """Without what only says how the bytes are encoded."""
    return [rule for rule in rules if rule and rule[0] != "charset"]


def _charset_first(site: Site, output: str, *_arguments: str) -> None:
    data = site.published(output)
    assert data.count(b"@charset") <= 1
    if b"@charset" in data:
        assert data.startswith(b'@charset "')


def _imports_valid(site: Site, output: str, *addresses: str) -> None:
    """An import counts only in front of all rules."""
    found = [each.specifier for each in stylesheets.references(site.text(output)) if each.kind == "import"]
    assert found == [*addresses]


def _media_kept(site: Site, output: str, medium: str, selector: str) -> None:
    """The rule is in a file that is imported for that medium only, or in a block for it."""
    text = site.text(output)
    rules = stylesheets.rules(text)
    if any(rule and rule[0] == "media" and medium in str(rule[1]) and selector in str(rule[2]) for rule in rules):
        return
    (imported,) = [rule for rule in rules if rule and rule[0] == "import"]
    assert medium in str(imported[1])
    (reference,) = stylesheets.references(text)
    target, _ = follow(site, "/static/", output, reference.specifier)
    assert selector in site.text(target)


def _cascade(site: Site, output: str, selector: str, colour: str) -> None:
    assert browser.colour(site.output / site.manifest[output].file, selector) == browser.named(colour)


def _js_eval(site: Site, output: str, expression: str, value: Any) -> None:
    assert scripts.evaluate(site.text(output), expression) == value


def _no_bytes(site: Site, output: str, *sequences: str) -> None:
    assert [each for each in sequences if bytes.fromhex(each) in site.published(output)] == []


def _ref_resolves(site: Site, output: str, *targets: str) -> None:
    found = stylesheets.references(site.text(output))
    led = {follow(site, "/static/", output, each.specifier)[0] for each in found if ":" not in each.specifier}
    assert led >= set(targets)
    assert all(Path(site.output / site.manifest[each].file).is_file() for each in led)


CHECKS: Mapping[str, Callable[..., None]] = {
    "error": _error,
    "error_or_warning": _error_or_warning,
    "decodes_or_error": _decodes_or_error,
    "order": _order,
    "contains": _contains,
    "count": _count,
    "css_rules": _css_rules,
    "cssom_equal": _cssom_equal,
    "charset_first": _charset_first,
    "imports_valid": _imports_valid,
    "media_kept": _media_kept,
    "cascade": _cascade,
    "js_eval": _js_eval,
    "no_bytes": _no_bytes,
    "ref_resolves": _ref_resolves,
}
