"""What is said when a filter lacks its program or package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from webassets.filter import ExternalTool, Filter

from pipeline.errors import ToolNotFound, TransformError
from tests.transforms.webassets_steps import register, run, site, step, text


def test_a_package_that_is_missing_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sass", None)  # as Python does for a package that cannot be imported
    monkeypatch.setitem(sys.modules, "closure", None)
    monkeypatch.delenv("CLOSURE_COMPRESSOR_PATH", raising=False)
    fetch = site(tmp_path, **{"a.scss": "a {}", "a.js": "a"})
    with pytest.raises(ToolNotFound) as caught:
        run(step("libsass"), "a.scss", fetch)
    assert str(caught.value) == 'The "libsass" package is not installed; pip install libsass'
    with pytest.raises(ToolNotFound) as caught:
        run(step("closure_js"), "a.js", fetch)
    assert caught.value.hint == "pip install closure"


def test_a_setting_that_is_missing_is_a_missing_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOSURE_STYLESHEETS_PATH", raising=False)
    with pytest.raises(ToolNotFound, match="CLOSURE_STYLESHEETS_PATH"):
        run(step("closure_stylesheets_minifier"), "a.css", site(tmp_path, **{"a.css": "a {}"}))


@pytest.mark.parametrize("name", ["less", "coffeescript", "scss", "babel", "autoprefixer6", "stylus"])
def test_a_program_that_is_missing_is_named_with_the_command_that_installs_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ToolNotFound) as caught:
        run(step(name), "a.css", site(tmp_path, **{"a.css": "a {}"}))
    assert caught.value.hint.startswith("npm install --global ")


class Program(ExternalTool):
    name: Any = "program"
    argv: Any = (sys.executable, "-c", "import sys; print(sys.stdin.read().upper(), end='')")


class FailingProgram(ExternalTool):
    name: Any = "failing"
    argv: Any = (sys.executable, "-c", "import sys; sys.exit('bad colour')")


class UnknownProgram(ExternalTool):
    name: Any = "unknown"
    argv: Any = ("no-such-program-anywhere",)


class Reader(Filter):
    name: Any = "reader"

    def input(self, _in: Any, out: Any, **_kw: Any) -> None:
        out.write(Path("no-such-partial.css").read_text())


class Importer(Filter):
    name: Any = "importer"

    def input(self, _in: Any, out: Any, **_kw: Any) -> None:
        out.write(importlib.import_module("no_such_package_anywhere").minify(_in))


def test_a_file_that_a_filter_does_not_find_is_no_missing_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Reader)
    with pytest.raises(TransformError, match="no-such-partial") as caught:
        run(step("reader"), "a.css", site(tmp_path, **{"a.css": ""}))
    assert not isinstance(caught.value, ToolNotFound)


def test_a_package_that_is_missed_only_while_running_is_a_missing_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Importer)
    with pytest.raises(ToolNotFound, match="pip install no_such_package_anywhere"):
        run(step("importer"), "a.css", site(tmp_path, **{"a.css": ""}))


def test_an_external_program_gets_the_text_and_gives_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Program)
    assert text(run(step("program"), "a.txt", site(tmp_path, **{"a.txt": "größe"}))) == "GRÖSSE"


def test_a_program_that_fails_is_told_with_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, FailingProgram)
    with pytest.raises(TransformError, match=r"failing: subprocess returned .* stderr=bad colour"):
        run(step("failing"), "a.txt", site(tmp_path, **{"a.txt": ""}))


def test_a_program_of_a_filter_of_ones_own_may_be_missing_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, UnknownProgram)
    with pytest.raises(ToolNotFound) as caught:
        run(step("unknown"), "a.txt", site(tmp_path, **{"a.txt": ""}))
    assert str(caught.value) == "Program file not found: no-such-program-anywhere; install it, or put it on PATH"
