"""What declares a project is found, read and, if that cannot be, complained about."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline.config.declaration import check_shadowing, find, load
from pipeline.errors import ConfigError

MODULE = """\
import sys
number = 3
def broken():
    table = {}
    return table["x"]
def leave():
    sys.exit(1)
def odd():
    raise SyntaxError
"""
TABLE = "[tool.pipeline]\noutput = 'x'\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"pipeline.toml": ""}, "pipeline.toml"),
        ({"a/pipeline.toml": "", "pipeline.toml": ""}, "a/pipeline.toml"),
        ({"a/b/pyproject.toml": TABLE, "a/pipeline.toml": ""}, "a/b/pyproject.toml"),
        ({"a/pyproject.toml": TABLE, "a/pipeline.toml": ""}, "a/pipeline.toml"),
        ({"a/pyproject.toml": "[project]\nname = 'pipeline'", "pipeline.toml": ""}, "pipeline.toml"),
        ({"a/pyproject.toml": "tool = 'pipeline'", "pipeline.toml": ""}, "pipeline.toml"),
        ({"a/pyproject.toml": "no toml at all", "pipeline.toml": ""}, "pipeline.toml"),
    ],
)
def test_the_nearest_file_at_or_above_a_folder_is_found(tmp_path: Path, files: dict[str, str], found: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert find(tmp_path / "a" / "b") == tmp_path / found
    assert load(tmp_path / "a" / "b", None).project == (tmp_path / found).parent


def test_nothing_is_found_where_nothing_is() -> None:
    assert find(Path(os.sep)) is None


def test_without_a_file_one_is_told_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no pipeline\.toml here or in a folder above") as caught:
        load(tmp_path, None)
    assert caught.value.path == str(tmp_path)
    assert 'sources = ["assets"]' in caught.value.hint
    assert "--config FILE" in caught.value.hint
    assert "\\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("pipeline.toml", b"a = 1\n b 2\n", "pipeline.toml:2:4: is not valid TOML: Expected '=' after a key"),
        ("pipeline.toml", b"a = 1\na = 2", "pipeline.toml:2:6: is not valid TOML: Cannot overwrite a value"),
        ("pipeline.toml", b"a = 1\nb = [\n 1,\n", "pipeline.toml:4:1: is not valid TOML: Invalid value"),
        ("pipeline.toml", b"a = 1\r\nb = x\r\n", "pipeline.toml:2:5: is not valid TOML: Invalid value"),
        ("pipeline.toml", b"a = 1\nb = '\xe9'\n", "pipeline.toml:2:6: is not UTF-8; save it as UTF-8"),
        ("pipeline.toml", b"a = " + b"[" * 5_000, "pipeline.toml: is nested too deeply"),
        ("pipeline.toml", b"a = " + b"1" * 5_000, "pipeline.toml: is not valid TOML: Exceeds the limit"),
        ("pyproject.toml", b"[tool.pipeline", "pyproject.toml:1:15: is not valid TOML: Expected ']'"),
        ("pyproject.toml", b"tool.pipeline = 3", "pyproject.toml: 'tool.pipeline' must be a table; write [tool.pipe"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_place(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, None)
    assert str(caught.value).startswith(message)


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "pipeline.toml").write_bytes(b"\xef\xbb\xbfoutput = 'x'\r\n")
    assert load(tmp_path, None).values == {"output": "x"}


def test_a_named_file_is_read_and_its_folder_is_the_project(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "site.toml").write_text("output = 'x'")
    (tmp_path / "etc" / "pyproject.toml").write_text(TABLE)
    for name in ("site.toml", "pyproject.toml"):
        found = load(tmp_path / "etc", f"../etc/{name}")
        assert (found.project, found.name, found.values) == (tmp_path / "etc", name, {"output": "x"})


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("none.toml", "none.toml: cannot be read: No such file or directory; name a file that is there"),
        ("folder.toml", "folder.toml: cannot be read: Is a directory"),
        ("pyproject.toml", "pyproject.toml: has no table [tool.pipeline]; add it, or write a pipeline.toml"),
        ("pipeline.conf", "'pipeline.conf' is neither a .toml file nor a name in a module; name a .toml file, or"),
        ("a b:c", "'a b:c' is neither"),
        ("no_such_module:x", "cannot take the configuration from 'no_such_module:x': ModuleNotFoundError: No module"),
        ("settings_in_test:nothing", "cannot take the configuration from 'settings_in_test:nothing': AttributeError"),
        ("settings_in_test:number", "'settings_in_test:number' must be a dict or a callable that gives one, not int"),
        ("settings_in_test:broken", "settings_in_test.py:5: cannot take the configuration from 'settings_in_test:b"),
        ("settings_in_test:leave", "settings_in_test.py:7: cannot take the configuration from 'settings_in_test:l"),
        ("settings_in_test:odd", "settings_in_test.py:9: cannot take the configuration from 'settings_in_test:odd': S"),
        ("syntax_in_test:x", "syntax_in_test.py:2: cannot take the configuration from 'syntax_in_test:x': SyntaxErr"),
    ],
)
def test_what_was_asked_for_and_cannot_be_read_is_named(tmp_path: Path, config: str, message: str) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / "settings_in_test.py").write_text(MODULE)
    (tmp_path / "syntax_in_test.py").write_text("x = {}\ny = (]\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, config)
    sys.modules.pop("settings_in_test", None)
    assert str(caught.value).removeprefix(f"{tmp_path}{os.sep}").startswith(message)


def test_a_module_gives_a_dict_or_a_callable_for_one_and_is_read_anew_each_time(tmp_path: Path) -> None:
    before = list(sys.path)
    (tmp_path / "conf").mkdir()
    for number in ("1", "22"):
        text = f"import conf.more\nname = {{'output': conf.more.name}}\ndef make():\n    return {{'jobs': {number}}}\n"
        (tmp_path / "conf" / "site.py").write_text(text)
        (tmp_path / "conf" / "more.py").write_text("name = 'there'\n")
        assert load(tmp_path, "conf.site:name").values == {"output": "there"}
        assert load(tmp_path, "conf.site:make").values == {"jobs": int(number)}
    assert load(tmp_path, "conf.site:name").project == tmp_path
    assert sys.path == before


def test_a_module_that_the_program_has_imported_is_taken_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must be a dict or a callable that gives one, not str"):
        load(tmp_path, "pipeline:__version__")
    assert sys.modules["pipeline"] is pipeline


def test_a_module_may_change_the_import_path_for_its_plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "path_in_test.py").write_text("import sys\nsys.path[:] = ['elsewhere']\nname = {}\n")
    load(tmp_path, "path_in_test:name")
    assert sys.path == ["elsewhere"]


@pytest.mark.parametrize("name", ["pipeline.py", "pipeline/__init__.py"])
def test_a_module_that_would_take_the_place_of_this_package_is_refused(tmp_path: Path, name: str) -> None:
    check_shadowing(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    with pytest.raises(ConfigError, match="in place of this package; rename it") as caught:
        check_shadowing(tmp_path)
    assert caught.value.path == str(tmp_path / name)


def test_this_package_does_not_shadow_itself_and_a_folder_without_code_shadows_nothing(tmp_path: Path) -> None:
    package = next(iter(pipeline.__path__))
    check_shadowing(Path(package).parent)
    (tmp_path / "pipeline").mkdir()
    check_shadowing(tmp_path)
