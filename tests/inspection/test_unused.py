from __future__ import annotations

import pytest

from pipeline.inspection.unused import unused


def unused_in(site, *named):
    config = site.config()
    return unused(site.build().manifest, config, named)


def test_what_no_page_leads_to_is_unused(site):
    site.write({"a.css": "a{background:url(a.png)}", "a.png": "1", "b.css": "@import 'c.css';", "c.css": "c{}"})
    assert unused_in(site) == ["a.css", "a.png", "b.css", "c.css"]


@pytest.mark.parametrize("page", ["index.html", "old.htm", "x.xhtml"])
def test_a_page_is_used(site, page):
    site.write({page: "<p>", "b.png": "1"})
    assert unused_in(site) == ["b.png"]


def test_a_bundle_and_all_that_it_leads_to_is_used(site):
    site.write({"a.css": "a{background:url(a.svg)}", "a.svg": "<svg/>", "b.svg": "<svg/>"})
    site.configure('sources=["src"]\noutput="out"\n[bundles]\n"all.css"=["a.css"]')
    assert unused_in(site) == ["b.svg"]


def test_a_source_of_a_bundle_that_only_unused_files_lead_to_is_unused(site):
    site.write({"a.css": "a{}", "x.css": "@import 'a.css';"})
    site.configure('sources=["src"]\noutput="out"\n[bundles]\n"all.css"=["a.css"]')
    assert unused_in(site) == ["a.css", "x.css"]


def test_the_sources_of_a_bundle_that_keeps_them_are_used(site):
    site.write({"a.css": "a{}", "b.css": "b{}", "c.css": "c{}"})
    site.configure(
        'sources=["src"]\noutput="out"\n[bundles."all.css"]\nsources=["a.css", "?.css", "!c.css"]\nkeep=true'
    )
    assert unused_in(site) == ["c.css"]


def test_what_keeps_its_name_is_used(site):
    site.write({"robots.txt": "", "b.txt": ""})
    site.configure('sources=["src"]\noutput="out"\n[naming]\nkeep=["robots.txt"]')
    assert unused_in(site) == ["b.txt"]


def test_a_name_in_a_template_is_used_with_what_it_leads_to(site):
    site.write(
        {"a.css": "@import 'b.css';", "b.css": "@import 'a.css';", "c.css": "@import 'c.css';", "e\u0301.txt": ""}
    )
    assert unused_in(site, "a.css", "gone.css", "e\u0301.txt") == ["c.css"]
