"""Starting a Django app: in production it fails without a release, and loads nothing of the build."""

from __future__ import annotations

import asyncio
import os
import re

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.templatetags.static import static
from django.test import AsyncClient, Client

from tests.test_architecture import BUILD_LIBRARIES

WITHOUT = "there is no release yet; run `python manage.py collectstatic`, or `python manage.py pipeline build`"


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_in_production_a_server_does_not_start_without_a_release(django_project, kind):
    program = (
        f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
        f"from django.core.{kind} import get_{kind}_application as start\nstart()"
    )
    done = django_project.python("-c", program)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(f"public/manifest.json: {WITHOUT}")
    assert django_project.python("-c", program, DEBUG="1").returncode == 0
    django_project.done("collectstatic")
    assert django_project.python("-c", program).returncode == 0


def test_in_production_a_server_does_not_start_with_a_damaged_manifest(django_project):
    django_project.write({"public/manifest.json": "{}"})
    done = django_project.python("-c", "import wsgi")
    assert "public/manifest.json: has version None, not 1; build again" in done.stderr


@pytest.mark.parametrize("command", ["check", "migrate", "collectstatic", "shell"])
def test_commands_before_the_first_build_run(django_project, command):
    django_project.done(command, *(["-c", "0"] if command == "shell" else []))


def test_with_the_storage_alone_a_page_without_a_release_says_which_command_to_run(django_project):
    settings = (django_project.folder / "settings.py").read_text()
    django_project.write({"settings.py": settings.replace('"pipeline.adapters.django", ', "")})
    show = "import wsgi; from django.templatetags.static import static; static('a.css')"
    done = django_project.python("-c", show)
    assert done.stderr.endswith("manifest.json: there is no release yet; run `python manage.py collectstatic`\n")


@pytest.mark.parametrize("how", [[], ["--noreload"]])
def test_runserver_in_production_settings_says_what_is_missing(django_project, how):
    done = django_project.manage("runserver", *how, "0")
    assert (done.returncode, done.stderr) == (
        1,
        f"CommandError: {django_project.folder}/public/manifest.json: {WITHOUT}\n",
    )


def test_check_deploy_finds_that_there_is_no_release(django_project):
    done = django_project.manage("check", "--deploy")
    assert done.returncode == 1
    assert "(pipeline.E020) there is no release yet" in done.stderr


SHOW = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
import wsgi
from django.template import engines
shown = engines["django"].from_string(
    "{% load pipeline static %}{% static 'a.css' %}{% asset_tags 'a.css' %}{% preload_tags 'a.css' %}{% import_map %}"
).render({})
assert "a." in shown
print(*sys.modules)
"""


def test_a_page_in_production_loads_nothing_of_the_build(django_project):
    django_project.write({"shop/static/a.css": "a{}"})
    django_project.done("collectstatic")
    done = django_project.python("-c", SHOW)
    assert done.returncode == 0, done.stderr
    loaded = {*done.stdout.split()}
    assert not {name.split(".")[0] for name in loaded} & BUILD_LIBRARIES
    heavy = {"build", "discover", "compile", "link", "compress", "publish", "config", "engine", "cli", "unbuilt"}
    assert not {name.split(".")[1] for name in loaded if name.startswith("pipeline.")} & heavy
    assert not [name for name in loaded if name.startswith("pipeline.adapters.django.building")]


IMPORTS = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'; import django.core.wsgi; import django;"
IMPORTS += "import django.contrib.staticfiles.storage, django.template.defaulttags; django.setup();"


def test_the_adapter_imports_few_modules_beside_djangos(django_project):
    """The time is measured by `tests/benchmarks`; here what it is made of."""
    settings = (django_project.folder / "settings.py").read_text()
    django_project.write({"shop/static/a.css": "a{}"})
    django_project.done("collectstatic")
    own = {*django_project.python("-c", IMPORTS + "import sys; print(*sys.modules)").stdout.split()}
    django_project.write({"settings.py": settings.replace('"pipeline.adapters.django", ', "")})
    bare = {*django_project.python("-c", IMPORTS + "import sys; print(*sys.modules)").stdout.split()}
    assert len(bare) > 300
    assert len(own - bare) <= 20, sorted(own - bare)


def test_a_request_costs_a_stat_at_most(inside, monkeypatch):
    inside.write({"a.css": "a{}"})
    inside.collect()
    asked: list[str] = []
    stat = os.stat

    def counted(file, *given, **named):
        asked.append(str(file))
        return stat(file, *given, **named)

    with inside.configured(PIPELINE={"RELOAD": True}):
        static("a.css")
        monkeypatch.setattr(os, "stat", counted)
        request_started.send(sender=ASGIHandler)
        for _ in range(3):
            static("a.css")
    assert asked == [str(inside.root / "manifest.json")]


def test_the_release_is_asked_for_only_by_those_who_show_assets(inside):
    """The admin, an API: what shows none needs no release."""
    assert Client().get("/nowhere").status_code == 404


def test_a_change_of_the_manifest_is_seen_between_two_requests_and_not_within_one(inside):
    inside.write({"a.css": "a{}"})
    inside.collect()
    with inside.configured(PIPELINE={"RELOAD": True}):
        request_started.send(sender=None)
        before = static("a.css")
        inside.write({"a.css": "b{}"})
        inside.collect()
        assert static("a.css") == before
        request_started.send(sender=None)
        assert re.fullmatch(r"/static/a\.[0-9a-f]{16}\.css", static("a.css"))
        assert static("a.css") != before


PAGE = """
import os
from wsgiref.util import setup_testing_defaults
from wsgi import application
environ = {"SCRIPT_NAME": "/sub", "PATH_INFO": "/url/a.css"}
setup_testing_defaults(environ)
print(b"".join(application(environ, lambda status, headers: None)).decode())
"""


def test_a_relative_static_url_follows_the_script_name(django_project):
    django_project.write({"shop/static/a.css": "a{}"})
    django_project.done("collectstatic")
    done = django_project.python("-c", PAGE, STATIC_URL="static/")
    assert (done.stdout, done.stderr) == (f"/sub/static/{django_project.manifest()['a.css'].url}\n", "")


def test_an_asgi_app_sees_a_new_release_too(inside):
    inside.write({"a.css": "a{}"})
    inside.collect()

    def url() -> str:
        return str(asyncio.run(AsyncClient().get("/url/a.css")).content, "utf-8")

    with inside.configured(PIPELINE={"RELOAD": True}):
        before = url()
        inside.write({"a.css": "b{}"})
        inside.collect()
        assert url() == f"/static/{inside.manifest()['a.css'].url}" != before
