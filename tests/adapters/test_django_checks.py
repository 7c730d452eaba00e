"""System checks: every mistake in the settings has an id and says what to do."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from pipeline.adapters.django.context_processors import assets as processor
from pipeline.adapters.django.options import KEYS, options
from tests.adapters.django_inside import TEMPLATES, storages

DJANGOS = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def found(*, deploy: bool = False) -> dict[str, str]:
    """What the checks of this app say: messages and hints by id."""
    said = run_checks(include_deployment_checks=deploy)
    ours = {each.id: f"{each.msg}; {each.hint}" for each in said if str(each.id).startswith("pipeline.")}
    assert all(each.hint for each in said if each.id in ours)
    return ours


def test_a_project_without_the_setting_has_no_mistake(inside):
    assert found() == {}


WRONG = [
    ([], "E001", "must be a dict, not a list"),
    ({"VARIABELS": {}}, "E002", "unknown key 'VARIABELS' in the setting PIPELINE; did you mean 'VARIABLES'?"),
    ({"STYLESHEETS": {}}, "E002", "bundles stand in pipeline.toml"),
    ({"MANIFEST": 1}, "E003", "must be the path of a file, not 1"),
    ({"MANIFEST": ""}, "E003", "must be the path of a file, not ''"),
    ({"CONFIG": ["x"]}, "E004", "must be the path of a file or package.module:name, not a list"),
    ({"RELOAD": "yes"}, "E005", "must be True or False, not 'yes'"),
    ({"VARIABLES": {"JS-MD5": "a.js"}}, "E006", "must be a dict of variable names and asset paths"),
    ({"VARIABLES": {"JS_MD5": None}}, "E006", "must be a dict of variable names and asset paths"),
    ({"STATICFILES_JSON": 1}, "E007", "must be True or False, not 1"),
    ({"MANIFEST": "static"}, "E009", "is a folder"),
    ({"CONFIG": "nowhere.toml"}, "E010", "does not exist"),
    ({"CONFIG": "pipeline"}, "E011", "is neither a file nor a name"),
]


@pytest.mark.parametrize(("value", "number", "message"), WRONG)
def test_a_mistake_in_the_setting_is_found(inside, value, number, message):
    with override_settings(PIPELINE=value):
        assert message in found()[f"pipeline.{number}"]


@pytest.mark.parametrize(("value", "number", "message"), WRONG[:10])
def test_without_checks_the_first_use_says_the_same(inside, value, number, message):
    with override_settings(PIPELINE=value), pytest.raises(ImproperlyConfigured) as failure:
        options()
    assert message.partition(";")[0] in str(failure.value)


def test_all_mistakes_of_the_setting_are_said_at_once(inside):
    with override_settings(PIPELINE=dict.fromkeys(KEYS, 0.5)):
        assert {*found()} == {f"pipeline.E00{number}" for number in range(3, 8)}


def test_in_production_a_manifest_must_have_a_place(inside):
    with override_settings(STATIC_ROOT=None):
        assert "set STATIC_ROOT" in found()["pipeline.E008"]
    with override_settings(STATIC_ROOT=None, DEBUG=True):
        assert found() == {}


def test_static_root_must_not_lie_in_a_static_folder_nor_contain_one(inside):
    with override_settings(STATIC_ROOT=inside.folder / "static" / "built"):
        assert "is collected again" in found()["pipeline.E012"]
    with override_settings(STATIC_ROOT=inside.folder):
        assert "contains the static folder" in found()["pipeline.E013"]


def test_the_staticfiles_app_is_needed_and_stands_behind(inside):
    with override_settings(INSTALLED_APPS=["pipeline.adapters.django"]):
        assert "add 'django.contrib.staticfiles'" in found()["pipeline.E014"]
    behind = ["django.contrib.staticfiles", "pipeline.adapters.django"]
    with override_settings(INSTALLED_APPS=behind, DEBUG=True):
        assert "put 'pipeline.adapters.django' before" in found()["pipeline.W001"]


def test_a_static_url_that_can_be_none_is_found(inside):
    with override_settings(STATIC_URL="https://cdn.example.com/a b/"):
        assert "STATIC_URL: " in found()["pipeline.E017"]
    with override_settings(STATIC_URL="static/"):
        assert found() == {}


def test_another_storage_is_found_unless_it_reads_staticfiles_json(inside):
    with override_settings(STORAGES=storages(DJANGOS)):
        assert "does not give the URLs of the release" in found()["pipeline.W002"]
        with override_settings(PIPELINE={"STATICFILES_JSON": True}):
            assert found() == {}


@pytest.mark.parametrize("option", ["location", "base_url"])
def test_options_of_the_storage_that_django_has_settings_for_are_found(inside, option):
    with override_settings(STORAGES=storages(**{option: "/x/"})):
        assert "instead" in found()["pipeline.E015"]


def test_variables_name_assets_and_templates_get_them(inside):
    inside.write({"js/app.js": "a()"})
    inside.collect()
    with override_settings(PIPELINE={"VARIABLES": {"JS_MD5": "js/ap.js"}}):
        assert "did you mean 'js/app.js'?" in found()["pipeline.E016"]
    with override_settings(PIPELINE={"VARIABLES": {"JS_MD5": "js/app.js"}}):
        assert found() == {}
        assert len(processor(None)["JS_MD5"]) == 16
        with override_settings(TEMPLATES=[{**TEMPLATES[0], "OPTIONS": {}}]):
            assert "no template gets them" in found()["pipeline.W003"]


def test_a_release_that_is_missing_or_damaged_is_found_before_a_deployment(inside):
    assert found() == {}  # the commands that come before the first build are not stopped
    assert "run `python manage.py collectstatic`" in found(deploy=True)["pipeline.E020"]
    inside.collect()
    assert found(deploy=True) == {}
    inside.write({"manifest.json": "{"}, below="public")
    assert "is not a manifest" in found(deploy=True)["pipeline.E021"]
