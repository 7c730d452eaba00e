"""The plug-in of pytest, run by a pytest of its own in a project that was never built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sites import Site

APP = """
from pipeline.runtime import Assets

def app():
    return Assets.load("out/manifest.json", "/s/")
"""
TEST = """
import pytest
from pipeline.errors import ManifestError
from app import app

def test_known({fixture}):
    assert app().url("css/all.css") == "/s/css/all.css"

def test_unknown({fixture}):
    with pytest.raises(ManifestError, match="no asset 'css/al.css'"):
        app().url("css/al.css")
"""
WITHOUT = """
def test_after():
    with pytest.raises(ManifestError, match="cannot be read"):
        app()
"""


@pytest.fixture
def project(site: Site) -> Site:
    site.write({"css/site.css": "a{}"})
    site.configure('sources = ["src"]\noutput = "out"\n[bundles]\n"css/all.css" = ["css/*.css"]\n')
    site.write({"app.py": APP}, below="")
    return site


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_SEEDS_with_the_fixture_an_app_needs_no_build_and_an_unknown_name_fails(project: Site) -> None:
    project.write({"test_app.py": TEST.format(fixture="pipeline_unbuilt") + WITHOUT}, below="")
    done = run(project.folder)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_with_the_setting_no_test_needs_a_build_nor_does_what_they_import(project: Site) -> None:
    project.write(
        {
            "test_app.py": TEST.format(fixture="") + "made = app()\n",
            "pytest.ini": "[pytest]\npipeline_unbuilt = true\naddopts = --strict-config\n",
        },
        below="",
    )
    done = run(project.folder)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_plug_in_loads_nothing_of_the_package_before_it_is_asked_for(project: Site) -> None:
    test = (
        "import sys\ndef test_it():\n    assert {name for name in sys.modules if name.startswith('pipeline')}"
        " == {'pipeline', 'pipeline.pytest_plugin'}\n"
    )
    project.write({"test_it.py": test}, below="")
    done = run(project.folder)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
