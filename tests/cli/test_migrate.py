"""``pipeline migrate`` as people call it: what is written, what is printed, and what is never written over."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.migrating.old import PROJECTS, Old

APP = "Flask-Assets-2.1.0/example"


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path / "project").copy(PROJECTS / APP)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_a_configuration_is_written_and_the_list_goes_to_standard_error(old):
    done = run(old.folder, "migrate")
    assert done.returncode == 0
    assert done.stdout == ""
    assert tomllib.loads((old.folder / "pipeline.toml").read_text())["bundles"] == {
        "cached.css": ["style1.css", "style2.css"]
    }
    assert "note: app.py:7: what is imported here" in done.stderr
    assert f"webassets: 1 bundle written to '{old.folder / 'pipeline.toml'}'" in done.stderr
    assert run(old.folder, "build").returncode == 0
    assert (old.folder / "build/manifest.json").is_file()


@pytest.mark.parametrize(
    "arguments", [["migrate", "project"], ["-C", "project", "migrate"], ["-C", "project", "migrate", "."]]
)
def test_the_folder_is_that_of_the_project(old, arguments):
    assert run(old.folder.parent, *arguments).returncode == 0
    assert (old.folder / "pipeline.toml").is_file()


@pytest.mark.parametrize("file", ["pipeline.toml", "pyproject.toml"])
def test_a_configuration_that_is_there_is_left_and_the_new_one_is_printed(old, file):
    before = '[tool.pipeline]\nsources = ["mine"]\n' if file == "pyproject.toml" else 'sources = ["mine"]\n'
    old.write({file: before})
    done = run(old.folder, "migrate")
    assert done.returncode == 0
    assert tomllib.loads(done.stdout)["sources"] == ["static"]
    assert (old.folder / file).read_text() == before
    assert "is there already, and nothing is ever written over; --output FILE writes elsewhere" in done.stderr
    assert [each.name for each in old.folder.glob("*.toml")] == [file]


def test_another_file_has_paths_that_are_relative_to_it(old):
    (old.folder / "conf").mkdir()
    assert run(old.folder, "migrate", "--output", "conf/site.toml").returncode == 0
    assert tomllib.loads((old.folder / "conf/site.toml").read_text())["sources"] == ["../static"]
    assert run(old.folder, "--config", "conf/site.toml", "build").returncode == 0


def test_a_dash_prints_the_configuration(old):
    done = run(old.folder, "migrate", "--output", "-")
    assert tomllib.loads(done.stdout)["sources"] == ["static"]
    assert "1 bundle printed" in done.stderr
    assert not (old.folder / "pipeline.toml").exists()


def test_the_list_goes_into_a_file(old):
    done = run(old.folder, "migrate", "--list", "left.txt")
    left = (old.folder / "left.txt").read_text().splitlines()
    assert len(left) == 2
    assert left[1].startswith("note: templates/index.html:2: this tag is to be replaced")
    assert "note:" not in done.stderr
    assert "2 lines of what is left to do by hand in 'left.txt'" in done.stderr


@pytest.mark.parametrize("option", ["--output", "--list"])
@pytest.mark.parametrize("dangling", [True, False])
def test_a_file_that_is_there_is_never_written_over(old, option, dangling):
    file = old.folder / "mine"
    file.symlink_to("nowhere") if dangling else file.write_text("mine")
    done = run(old.folder, "migrate", option, "mine")
    assert done.returncode == 2
    assert "is there already, and nothing is ever written over; name another file" in done.stderr
    assert not (old.folder / "pipeline.toml").exists()
    assert dangling or file.read_text() == "mine"


def test_a_file_that_cannot_be_written_is_an_error(old):
    done = run(old.folder, "migrate", "--output", "none/site.toml")
    assert done.returncode == 1
    assert "cannot be written: No such file or directory" in done.stderr


@pytest.mark.parametrize(
    ("folder", "words"),
    [("empty", "was found; name the folder of the app"), ("none", "is no folder; name the folder of the project")],
)
def test_a_folder_without_a_tool_is_refused(old, folder, words):
    (old.folder.parent / "empty").mkdir()
    done = run(old.folder.parent, "migrate", folder)
    assert done.returncode in {1, 2}
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_project_without_static_files_lists_what_it_says_and_fails(old):
    for file in (old.folder / "static").iterdir():
        file.unlink()
    (old.folder / "static").rmdir()
    done = run(old.folder, "migrate")
    assert done.returncode == 2
    assert "no folder of static files was found; say where it is" in done.stderr
    assert "app.py:7" in done.stderr
    assert not (old.folder / "pipeline.toml").exists()


def test_what_a_build_would_complain_of_is_an_error_of_the_migration(old):
    old.write({"static/A.css": "a {}", "static/a.css": "a {}"})
    done = run(old.folder, "migrate")
    assert done.returncode == 1
    assert "differs from 'A.css' only in case" in done.stderr
    assert (old.folder / "pipeline.toml").is_file()
    assert run(old.folder, "build").returncode == 1


def test_names_in_a_project_do_not_steer_the_terminal(old):
    old.write({"b\x1b[2J.py": "import webassets\n"})
    assert "\x1b[2J" not in run(old.folder, "migrate").stderr
