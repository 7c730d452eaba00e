"""The cases about modules: build all, then let acorn say what the published entries name."""

from __future__ import annotations

from typing import Any

import pytest

from tests import acorn
from tests.cases_support.case import Case, read
from tests.cases_support.follow import follow
from tests.cases_support.project import configure, prepare
from tests.sites import Site, messages

CASES = [case for case in read("js_references") if not case.get("needs")]
LEFT = {"external", "ignored", "missing", "outside"}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    """Every case, published with what is missing tolerated."""
    found = {}
    for index, case in enumerate(CASES):
        site = Site(tmp_path_factory.mktemp(f"case{index}") / "project")
        prepare(site, case)
        configure(site, case, strict=False)
        site.publish()
        found[case.id] = site
    return found


@pytest.fixture(scope="module")
def named(sites: dict[str, Site]) -> dict[str, Any]:
    """What each published entry names."""
    entries = {case.id: sites[case.id].published(case["entry"]).decode("utf-8-sig") for case in CASES}
    return acorn.read(entries, "specifiers.js")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_script_leads_to_what_was_published(case: Case, sites: dict[str, Site], named: dict[str, Any]) -> None:
    site, found = sites[case.id], named[case.id]
    assert isinstance(found, list), found
    wanted = [each for each in case["refs"] if each["kind"] in {"static", "export", "dynamic", "meta-url"}]
    assert [kind.replace("export", "static") for kind, _ in found] == [
        each["kind"].replace("export", "static") for each in wanted
    ]
    for (_, specifier), expected in zip(found, wanted, strict=True):
        if expected["resolved"] in LEFT:
            assert specifier == expected["specifier"]
        else:
            target, suffix = follow(site, case.prefix, case["entry"], specifier)
            assert target == expected["resolved"]
            assert suffix == expected.get("suffix", "")
    text = site.text(case["entry"])
    assert [kept for kept in case.get("keep", []) if kept not in text] == []


@pytest.mark.parametrize("case", [case for case in CASES if case["level"] == "must"], ids=lambda case: case.id)
def test_a_missing_module_stops_a_strict_build_and_nothing_else_does(case: Case, site: Site) -> None:
    missing = [each for each in case["refs"] if each["resolved"] in {"missing", "outside"}]
    prepare(site, case)
    if not missing:
        site.build()
        return
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    assert all(any(repr(each["specifier"]) in message for message in messages(caught.value)) for each in missing)


def test_no_case_is_left_out() -> None:
    assert {case.id for case in read("js_references")} == {case.id for case in CASES}
