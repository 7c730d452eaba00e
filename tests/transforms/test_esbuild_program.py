"""Where esbuild's program is: behind the script of npm's package that would have Node start it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pipeline.engine.tools import Tools
from pipeline.transforms._esbuild_run import ESBUILD, native
from tests.packages.npm import installed
from tests.programs import gone
from tests.transforms.esbuild_steps import VERSION, esbuild

PLATFORM = "linux-x64"


@pytest.fixture
def machine(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def put(file: Path, text: str = "#!/bin/sh\n") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file


def link(file: Path, target: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.symlink_to(target)
    return file


def found(project: Path) -> str:
    command, _ = Tools(project).find(ESBUILD) or (("",), "")
    return command[0]


@pytest.mark.usefixtures("machine")
def test_npm_has_it_beside_its_package(tmp_path):
    modules = tmp_path / "node_modules"
    script = put(modules / "esbuild/bin/esbuild")
    link(modules / ".bin/esbuild", script)
    assert found(tmp_path) == str(modules / ".bin/esbuild")  # one for another machine, or Node's script alone
    program = put(modules / f"@esbuild/{PLATFORM}/bin/esbuild")
    put(modules / "@esbuild/darwin-arm64/bin/esbuild")
    assert found(tmp_path) == str(program)


@pytest.mark.usefixtures("machine")
def test_npm_has_it_inside_of_a_package_that_is_installed_for_all(tmp_path):
    package = tmp_path / "lib/node_modules/esbuild"
    script = put(package / "bin/esbuild")
    program = put(package / f"node_modules/@esbuild/{PLATFORM}/bin/esbuild")
    assert native(str(link(tmp_path / "bin/esbuild", script))) == str(program)


@pytest.mark.usefixtures("machine")
def test_pnpm_has_it_where_its_package_leads(tmp_path):
    store = tmp_path / "node_modules/.pnpm/esbuild@1/node_modules"
    put(store / "esbuild/bin/esbuild")
    link(tmp_path / "node_modules/esbuild", store / "esbuild")
    put(tmp_path / "node_modules/.bin/esbuild")
    program = put(store / f"@esbuild/{PLATFORM}/bin/esbuild")
    assert found(tmp_path) == os.path.realpath(program)


def test_another_program_of_the_name_is_itself(tmp_path):
    program = put(tmp_path / "tools/esbuild")
    assert native(str(program)) == str(program)


def test_the_real_one_says_its_version_by_its_package():
    folder = installed("esbuild", VERSION).parent
    assert Tools(folder).version(ESBUILD).endswith(f"@{VERSION}")
    assert Tools(folder, (("esbuild", (esbuild(),)),)).find(ESBUILD) == ((esbuild(),), "tools.esbuild")


def test_it_ends_when_whoever_started_it_is_killed(tmp_path):
    """It reads what it is given to the end, works for milliseconds, and stays for nobody."""
    (tmp_path / "a.ts").write_text("let a: 1")
    program = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([{esbuild()!r}, '--loader=ts'], stdin=subprocess.PIPE, start_new_session=True)\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(["python3", "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    assert gone(child)
