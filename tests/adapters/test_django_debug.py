"""Django without a release: plain files in debug mode and in tests, and names that are none still fail."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from django.core.signals import request_started
from django.templatetags.static import static

from pipeline.adapters.django import current
from pipeline.adapters.django.current import assets
from pipeline.errors import ManifestError
from pipeline.runtime import unbuilt
from tests.adapters.django_inside import rendered, under_test

FILES = {"css/site.css": "a{}", "js/a.js": "a()", "bundle me.js": "b()"}
TOML = 'sources = ["assets"]\n[bundles]\n"js/app.js" = ["js/*.js"]'


@pytest.fixture
def debug(inside):
    inside.write(FILES)
    inside.write({"more.css": "m{}"}, below="assets")
    inside.write({"pipeline.toml": TOML}, below="")
    with inside.configured(DEBUG=True):
        yield inside


def test_in_debug_mode_plain_files_are_named_with_one_warning(debug, caplog):
    with caplog.at_level(logging.WARNING, "pipeline"):
        assert static("css/site.css") == "/static/css/site.css"
        assert (
            rendered("{% load pipeline %}{% asset_tag 'bundle me.js' %}")
            == '<script src="/static/bundle%20me.js"></script>'
        )
    (warning,) = caplog.messages
    assert "run `python manage.py collectstatic`" in warning
    assert "files are served from the static folders under their own names" in warning


@pytest.mark.parametrize("name", ["css/nix.css", "../manage.py", "css", "/etc/passwd", "\x00"])
def test_in_debug_mode_an_unknown_name_fails(debug, name):
    with pytest.raises(ManifestError, match="no asset"):
        static(name)


def test_in_debug_mode_the_nearest_name_is_said(debug):
    with pytest.raises(ManifestError, match=r"did you mean 'css/site\.css'"):
        static("css/sit.css")


def test_in_debug_mode_a_bundle_is_said_to_be_not_built_yet(debug):
    with pytest.raises(ManifestError, match=r"'js/app\.js' is not built yet; run `python manage.py pipeline build`"):
        static("js/app.js")


@pytest.mark.parametrize("mode", [True, False])
def test_pages_load_the_script_of_the_watch_in_debug_mode_only(debug, mode):
    debug.command("pipeline", "build")
    (debug.root / ".pipeline/reload").write_text("http://127.0.0.1:4000/abc/reload.js")
    element = '<script type="module" src="http://127.0.0.1:4000/abc/reload.js" nonce="n"></script>'
    with debug.configured(DEBUG=mode, PIPELINE={"RELOAD": True}):
        assert rendered("{% load pipeline %}{% live_reload nonce='n' %}") == (element if mode else "")


def test_with_the_storage_alone_a_bundle_takes_the_app(debug):
    alone = debug.configured(INSTALLED_APPS=["django.contrib.staticfiles"], DEBUG=True)
    with alone, pytest.raises(ManifestError, match=r"'js/app\.js' is not built yet; add 'pipeline\.adapters\.django'"):
        static("js/app.js")


def test_in_debug_mode_the_release_is_taken_as_soon_as_it_is_there_and_each_that_follows(debug):
    assert static("css/site.css") == "/static/css/site.css"
    debug.command("pipeline", "build")
    request_started.send(sender=None)
    first = static("css/site.css")
    assert first == f"/static/{debug.manifest()['css/site.css'].url}"
    debug.write({"css/site.css": "changed{}"})
    debug.command("pipeline", "build")
    assert static("css/site.css") == first
    request_started.send(sender=None)
    assert static("css/site.css") == f"/static/{debug.manifest()['css/site.css'].url}" != first


def test_in_production_the_manifest_is_read_again_if_that_is_asked_for(inside):
    inside.write(FILES)
    for reload in (False, True):
        inside.collect()
        with inside.configured(PIPELINE={"RELOAD": reload}):
            before = static("css/site.css")
            inside.write({"css/site.css": f"a{{color:{reload}}}"})
            inside.collect()
            request_started.send(sender=None)
            assert (static("css/site.css") != before) == reload


def test_SEEDS_tests_fail_without_a_manifest__in_djangos_test_environment_no_build_is_needed(debug):
    with debug.configured(DEBUG=False), under_test():
        assert static("css/site.css") == "/static/css/site.css"
        assert static("js/app.js") == "/static/js/app.js"
        assert static("more.css") == "/static/more.css"
        assert rendered("{% load pipeline %}{% asset_tag 'js/app.js' %}") == '<script src="/static/js/app.js"></script>'
        with pytest.raises(ManifestError, match=r"did you mean 'js/app\.js'"):
            static("js/ap.js")


def test_in_tests_an_old_release_does_not_count(debug):
    debug.collect()
    with debug.configured(DEBUG=False), under_test():
        assert static("css/site.css") == "/static/css/site.css"
    with debug.configured(DEBUG=False):
        assert static("css/site.css") != "/static/css/site.css"


def test_the_test_mode_of_the_runtime_counts_too(debug):
    with debug.configured(DEBUG=False), unbuilt.testing():
        assert static("js/app.js") == "/static/js/app.js"


def test_a_setting_that_is_overridden_holds_at_once(debug):
    with debug.configured(STATIC_URL="/other/"):
        assert static("css/site.css") == "/other/css/site.css"
    assert static("css/site.css") == "/static/css/site.css"
    assert assets() is assets()


def test_manage_py_test_knows_that_it_tests_from_the_start(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["manage.py", "test", "shop"])
    assert current.is_testing()
    monkeypatch.setattr(sys, "argv", ["manage.py", "migrate", "test"])
    assert not current.is_testing()


TEST = """
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.templatetags.static import static
from django.test import override_settings
from urllib.request import urlopen

EARLY = static("shop/shop.css")  # before the environment is set up

class Test(StaticLiveServerTestCase):
    def test_it(self):
        assert EARLY == static("shop/shop.css") == "/static/shop/shop.css"
        assert urlopen(self.live_server_url + EARLY).read() == b"x{}"
        assert static("js/app.js") == "/static/js/app.js"
        with override_settings(STATIC_URL="/s/"):
            assert static("shop/shop.css") == "/s/shop/shop.css"
        with self.assertRaisesRegex(ValueError, "no asset 'shop/shp.css'.*did you mean 'shop/shop.css'"):
            static("shop/shp.css")
"""


def test_tests_of_a_project_run_without_a_build(django_project):
    django_project.write({"shop/tests.py": TEST, "shop/static/shop/shop.css": "x{}"})
    django_project.write({"pipeline.toml": '[bundles]\n"js/app.js" = ["shop/*.css"]'})
    done = django_project.manage("test")
    assert (done.returncode, "Ran 1 test" in done.stderr) == (0, True), done.stderr


def test_pytest_in_a_project_runs_without_a_build(django_project):
    test = "from django.templatetags.static import static\n\ndef test_it(pipeline_unbuilt):\n"
    test += "    assert static('shop/shop.css') == '/static/shop/shop.css'\n"
    setup = "import os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\ndjango.setup()\n"
    django_project.write({"shop/test_it.py": test, "conftest.py": setup, "shop/static/shop/shop.css": "x{}"})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "shop/test_it.py"]
    done = subprocess.run(command, cwd=django_project.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
