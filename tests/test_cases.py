"""Every case that other projects' test suites taught, one test each; see ``tests/cases/README.md``."""

from __future__ import annotations

import pytest

from tests.cases_support import bundles, graph, hostile, names, outputs, references, tags
from tests.cases_support.case import Case, missing_need, parameters, read
from tests.cases_support.decisions import POLICIES, REFUSED_NAMES, SKIPPED, UNMET
from tests.sites import Site

CATEGORIES = ("css_references", "source_maps", "graph", "names", "output_files", "bundles", "hostile", "tags")
CASES = [case for category in CATEGORIES for case in read(category)]


def test_only_the_listed_cases_are_skipped() -> None:
    assert {case.id for case in CASES if missing_need(case)} == SKIPPED


def test_what_is_decided_is_decided_about_a_case_and_every_case_has_a_name_of_its_own() -> None:
    ids = [case.id for case in CASES]
    assert len(set(ids)) == len(ids)
    assert (POLICIES.keys() | REFUSED_NAMES.keys() | UNMET.keys()) - set(ids) == set()
    assert {case.id for case in CASES if case["level"] == "policy"} - POLICIES.keys() == set()


@pytest.mark.parametrize("case", parameters("css_references"))
def test_a_stylesheet_leads_to_what_was_published(case: Case, site: Site) -> None:
    references.check(case, site)


@pytest.mark.parametrize("case", parameters("source_maps"))
def test_a_source_map_comment_leads_to_the_published_map(case: Case, site: Site) -> None:
    references.check(case, site)


@pytest.mark.parametrize("case", parameters("graph"))
def test_an_edit_renames_exactly_what_reaches_it(case: Case, site: Site, other_site: Site) -> None:
    graph.check(case, site, other_site)


@pytest.mark.parametrize("case", parameters("names"))
def test_a_file_of_any_name_is_published_or_clearly_refused(case: Case, site: Site) -> None:
    names.check(case, site)


@pytest.mark.parametrize("case", parameters("output_files"))
def test_the_output_folder_holds_what_it_should(case: Case, site: Site) -> None:
    outputs.check(case, site)


@pytest.mark.parametrize("case", parameters("bundles"))
def test_a_bundle_means_what_its_parts_meant(case: Case, site: Site) -> None:
    bundles.check(case, site)


@pytest.mark.parametrize("case", parameters("hostile"))
def test_an_attack_has_no_effect(case: Case, site: Site) -> None:
    hostile.check(case, site)


@pytest.mark.parametrize("case", parameters("tags"))
def test_a_template_helper_gives_the_element(case: Case, site: Site) -> None:
    tags.check(case, site)
