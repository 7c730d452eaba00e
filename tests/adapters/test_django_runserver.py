"""``manage.py runserver``: assets are built beside it, once, and are served; it ends with the server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

WATCH = "pipeline --skip-checks watch --until-eof"
PATIENCE = 60
"""Seconds."""
NEXT = """
from django.core.management.commands.runserver import Command as Runserver

class Command(Runserver):
    def inner_run(self, *arguments, **given):
        self.stdout.write("another runserver")
        super().inner_run(*arguments, **given)
"""


def until(holds: Callable[[], bool], said: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, said()
        time.sleep(0.02)


def watches(folder: Path) -> list[int]:
    """The processes that build in a folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if WATCH in words and "python" in words.split()[0] and os.readlink(process / "cwd") == str(folder):
                found.append(int(process.name))
        except (OSError, IndexError):
            continue
    return found


pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="asks /proc for processes")


@pytest.fixture
def project(django_project):
    django_project.write({"shop/static/shop/shop.css": "a{color:red}", "shop/static/shop/x.js": "x()"})
    django_project.write({"pipeline.toml": '[bundles]\n"js/app.js" = ["shop/*.js"]'})
    return django_project


def test_a_save_shows_in_the_next_page_also_after_the_server_was_started_anew(project):
    with project.server("manage.py", "runserver", "PORT", DEBUG="1", PYTHONUNBUFFERED="1") as server:

        def url(name: str) -> str:
            return str(server.get(f"/url/{name}")[1])

        until(lambda: url("shop/shop.css").count(".") == 2, server.said)
        first = url("shop/shop.css")
        assert server.get(first) == (200, "a{color:red}")
        assert server.get(url("js/app.js")) == (200, "x()")  # a bundle
        assert len(watches(project.folder)) == 1
        project.write({"shop/static/shop/shop.css": "a{color:blue}"})
        until(lambda: url("shop/shop.css") not in {first, ""}, server.said)
        assert server.get(url("shop/shop.css")) == (200, "a{color:blue}")
        assert server.get(first) == (200, "a{color:red}")  # for pages that are open
        (one,) = watches(project.folder)
        project.write({"urls.py": (project.folder / "urls.py").read_text() + "\n# changed\n"})
        until(lambda: server.said().count("Quit the server with") == 2, server.said)
        until(lambda: server.get(url("shop/shop.css")) == (200, "a{color:blue}"), server.said)
        assert watches(project.folder) == [one]
        assert server.get("/static/nowhere.css")[0] == 404
        assert server.get("/static/manifest.json")[0] == 404
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE)
        until(lambda: not watches(project.folder), server.said)
    assert "Traceback" not in server.said()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_build_ends_with_the_server_however_that_ends(project, by):
    with project.server("manage.py", "runserver", "--noreload", "PORT", DEBUG="1") as server:
        until(lambda: len(watches(project.folder)) == 1, server.said)
        server.process.send_signal(by)
        server.process.wait(PATIENCE)
        until(lambda: not watches(project.folder), server.said)


def test_who_does_not_want_it_has_plain_files(project):
    with project.server("manage.py", "runserver", "--nowatch", "--noreload", "PORT", DEBUG="1") as server:
        assert server.get("/url/shop/shop.css") == (200, "/static/shop/shop.css")
        assert server.get("/static/shop/shop.css") == (200, "a{color:red}")
        assert not watches(project.folder)
    assert server.said().count("there is no release yet") == 1


@pytest.mark.parametrize(("style", "shown"), [("query", "/static/shop/shop.css?v="), ("rewrite", "/static/shop/shop.")])
def test_every_style_is_served(project, style, shown):
    project.write({"pipeline.toml": f'[naming]\nstyle = "{style}"\n[watch]\nminify = true'})
    project.write({"shop/static/shop/shop.css": "a { color: red }"})
    with project.server("manage.py", "runserver", "--noreload", "PORT", DEBUG="1") as server:
        until(lambda: server.get("/url/shop/shop.css")[1] != "/static/shop/shop.css", server.said)
        url = server.get("/url/shop/shop.css")[1]
        assert url.startswith(shown)
        assert server.get(url) == (200, "a{color:red}")


def test_a_mistake_is_shown_and_the_last_release_is_served(project):
    with project.server("manage.py", "runserver", "--noreload", "PORT", DEBUG="1") as server:
        until(lambda: server.get("/url/shop/shop.css")[1] != "/static/shop/shop.css", server.said)
        url = server.get("/url/shop/shop.css")[1]
        project.write({"shop/static/shop/shop.css": "a{background:url(nowhere.svg)}"})
        until(lambda: "shop/shop.css:1:18: 'nowhere.svg' does not exist" in server.said(), server.said)
        assert server.get("/url/shop/shop.css") == (200, url)
        assert server.get(url) == (200, "a{color:red}")


def test_the_runserver_of_another_app_is_the_one_that_runs(project):
    own = '"pipeline.adapters.django", '
    settings = (project.folder / "settings.py").read_text().replace(own, f'{own}"shop", ', 1)
    settings = settings.replace('"django.contrib.staticfiles", "shop"]', '"django.contrib.staticfiles"]')
    commands = "shop/management/commands"
    project.write({"settings.py": settings, f"{commands}/runserver.py": NEXT})
    project.write({f"{commands}/__init__.py": "", "shop/management/__init__.py": ""})
    with project.server("manage.py", "runserver", "--noreload", "PORT", DEBUG="1", PYTHONUNBUFFERED="1") as server:
        until(lambda: len(watches(project.folder)) == 1, server.said)
        assert "another runserver" in server.said()


def test_in_production_settings_a_release_is_served_on_request_and_nothing_is_built(project):
    project.done("collectstatic")
    with project.server("manage.py", "runserver", "--noreload", "--insecure", "PORT") as server:
        url = server.get("/url/js/app.js")[1]
        assert server.get(url) == (200, "x()")
        assert not watches(project.folder)


def test_with_the_storage_alone_debug_mode_is_as_with_djangos_storage_also_after_collectstatic(project):
    """One setting and nothing else: nothing would serve a release, or keep it up to date."""
    settings = (project.folder / "settings.py").read_text().replace('"pipeline.adapters.django", ', "")
    processor = '"pipeline.adapters.django.context_processors.assets",'
    project.write({"settings.py": settings.replace(processor, ""), "pipeline.toml": ""})
    for _ in range(2):
        with project.server("manage.py", "runserver", "--noreload", "PORT", DEBUG="1") as server:
            assert server.get("/url/shop/shop.css") == (200, "/static/shop/shop.css")
            assert server.get("/static/shop/shop.css") == (200, "a{color:red}")
        assert "no release yet" not in server.said()
        project.done("collectstatic", "--noinput")
    with project.server("serve.py", "PORT") as server:
        assert server.get("/url/shop/shop.css") == (200, f"/static/{project.manifest()['shop/shop.css'].url}")


def test_any_server_that_uses_the_staticfiles_view_serves_the_release_in_debug_mode(project):
    urls = "\nfrom django.contrib.staticfiles import urls\nurlpatterns += urls.staticfiles_urlpatterns()\n"
    project.write({"urls.py": (project.folder / "urls.py").read_text() + urls})
    project.done("pipeline", "build")
    with project.server("serve.py", "PORT", DEBUG="1") as server:
        url = server.get("/url/js/app.js")[1]
        assert url == f"/static/{project.manifest()['js/app.js'].url}"
        assert server.get(url) == (200, "x()")
