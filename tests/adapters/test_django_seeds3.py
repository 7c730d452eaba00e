"""Each row of SEEDS.md 3: Django with the digest in the URL only. How nginx serves that is tested elsewhere."""

from __future__ import annotations

import re

import pytest
from django.core.signals import request_started
from django.templatetags.static import static
from django.test import RequestFactory, override_settings

from pipeline.adapters.django.finders import ReleaseFinder
from pipeline.errors import ManifestError
from tests.adapters.django_inside import rendered

OLD = '<script src="{{ STATIC_URL }}js/application.{{ JS_MD5 }}.js"></script>'
"""A template of such a site, which stays as it is."""
VARIABLES = {"JS_MD5": "js/application.js", "CSS_MD5": "css/site.css"}


@pytest.fixture
def site(inside):
    inside.write({"js/application.js": "a()", "css/site.css": "a{background:url(../x.svg)}", "x.svg": "<svg/>"})
    inside.write({"pipeline.toml": '[naming]\nstyle = "rewrite"\n'}, below="")
    with inside.configured(PIPELINE={"VARIABLES": VARIABLES, "RELOAD": True}):
        inside.collect()
        yield inside


def shown(source: str, engine: str = "django") -> str:
    return rendered(source, engine, RequestFactory().get("/"))


def test_SEEDS3_the_file_on_disk_keeps_its_name_and_the_page_asks_for_the_digest(site):
    assert site.manifest()["js/application.js"].file == "js/application.js"
    assert re.fullmatch(r"/static/js/application\.[0-9a-f]{16}\.js", static("js/application.js"))


@pytest.mark.parametrize("engine", ["django", "jinja2"])
def test_SEEDS3_a_context_processor_gives_one_variable_per_file_and_templates_stay(site, engine):
    assert shown(OLD, engine) == f'<script src="{static("js/application.js")}"></script>'
    assert shown("{{ STATIC_URL }}css/site.{{ CSS_MD5 }}.css", engine) == static("css/site.css")


def test_SEEDS3_tags_give_url_and_fingerprint_of_any_file(site):
    assert shown("{% load pipeline %}{% asset_url 'x.svg' %}") == static("x.svg")
    fingerprint = shown("{% load pipeline %}{% asset_fingerprint 'x.svg' %}")
    assert static("x.svg") == f"/static/x.{fingerprint}.svg"


def test_SEEDS3_references_in_stylesheets_carry_their_digest_too(site):
    assert f"../x.{static('x.svg').split('.')[1]}.svg" in site.published("css/site.css")


def test_SEEDS3_in_the_default_style_the_same_templates_work(site):
    site.write({"pipeline.toml": ""}, below="")
    site.collect()
    request_started.send(sender=None)
    assert site.manifest()["js/application.js"].file.count(".") == 2
    assert shown(OLD) == f'<script src="{static("js/application.js")}"></script>'


def test_SEEDS3_must_not_copy_the_digest_of_a_process_that_started_before_the_deploy(site):
    before = shown(OLD)
    site.write({"js/application.js": "changed()"})
    site.collect()
    request_started.send(sender=None)
    assert shown(OLD) != before
    assert shown(OLD) == f'<script src="{static("js/application.js")}"></script>'


def test_SEEDS3_must_not_copy_any_digest_for_todays_bytes(site):
    """What Django serves while one develops: the digest of the release, and no other."""
    url = static("js/application.js").removeprefix("/static/")
    wrong = re.sub(r"\.[0-9a-f]{16}\.", ".0123456789abcdef.", url)
    assert ReleaseFinder().find(url) == str(site.root / "js/application.js")
    assert ReleaseFinder().find(wrong) == []


def test_SEEDS3_before_the_first_build_the_same_template_shows_the_file_as_it_is(site):
    with override_settings(DEBUG=True, STATIC_ROOT=site.folder / "later"):
        url = shown(OLD).partition('"')[2].partition('"')[0]
        assert re.fullmatch(r"/static/js/application\.[0-9a-f]{16}\.js", url)
        path = url.removeprefix("/static/")
        assert ReleaseFinder().find(path) == str(site.folder / "static/js/application.js")
        site.write({"js/application.js": "saved()"})
        assert ReleaseFinder().find(path) == []  # another digest has other bytes
        assert ReleaseFinder().find("js/nowhere.0123456789abcdef.js") == []


def test_SEEDS3_a_variable_for_a_file_that_is_none_fails_with_the_nearest_name(site):
    wrong = override_settings(PIPELINE={"VARIABLES": {"JS_MD5": "js/aplication.js"}})
    with wrong, pytest.raises(ManifestError, match=r"did you mean 'js/application\.js'"):
        shown(OLD)
