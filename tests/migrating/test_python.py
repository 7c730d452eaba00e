"""Python is read as far as it tells by itself what it says, and never run."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

import pytest

from pipeline.diagnostic import Diagnostic
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python

MARK = "# webassets\n"
"""What has a file read at all."""


def python(folder: Path, **files: str) -> Python:
    for name, text in files.items():
        file = folder.joinpath(*name.split("/")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(MARK + text)
    return Python(Project(folder))


def setting(folder: Path, text: str, name: str = "WANTED") -> Any:
    left: list[Diagnostic] = []
    found = python(folder, settings=text).setting(name, left)
    assert found is not None or left
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WANTED = ['a', 'b'] + ['c']", ["a", "b", "c"]),
        ("WANTED = ('a',) + ('b',)", ("a", "b")),
        ("FIRST = ['a']\nWANTED = [*FIRST, 'b']", ["a", "b"]),
        ("WANTED = ['a']\nWANTED += ['b']", ["a", "b"]),
        ("WANTED = ['a']\nWANTED.append('b')\nWANTED.extend(['c'])\nWANTED.insert(0, 'd')", ["d", "a", "b", "c"]),
        ("WANTED = {'a': 1}\nWANTED['b'] = 2\nWANTED.update({'c': 3}, d=4)", {"a": 1, "b": 2, "c": 3, "d": 4}),
        ("MORE = {'a': 1}\nWANTED = dict(MORE, b=2) if 0 else {**MORE, 'b': 2}", {"a": 1, "b": 2}),
        ("WANTED = {'a': 1} | {'b': 2}", {"a": 1, "b": 2}),
        ("HOST = 'cdn'\nWANTED = f'https://{HOST}/x'", "https://cdn/x"),
        ("WANTED = 'https://%s/%s' % ('cdn', 'x')", "https://cdn/x"),
        ("WANTED = 'https://{}/{name}'.format('cdn', name='x')", "https://cdn/x"),
        ("WANTED = '-'.join(['a', 'b']).upper()", "A-B"),
        ("DEBUG = False\nWANTED = 'a' if DEBUG else 'b'", "b"),
        ("DEBUG = True\nif not DEBUG:\n    WANTED = 'a'\nelse:\n    WANTED = 'b'", "b"),
        ("WANTED = None or 'a'", "a"),
        ("WANTED = {'a': ['b']}['a'][0]", "b"),
        ("def local(path):\n    '''Text.'''\n    return 'x/' + path\nWANTED = local('y')", "x/y"),
        ("WANTED = []\nfor name in ['a', 'b']:\n    WANTED.append(name + '.js')", ["a.js", "b.js"]),
        ("try:\n    from secrets_of_the_site import WANTED\nexcept ImportError:\n    WANTED = 'a'", "a"),
        ("class Config:\n    BASE = 'a'\nclass Production(Config):\n    WANTED = Config.BASE + 'b'", "ab"),
        ("app.config['WANTED'] = 'a'", "a"),
        ("app.config.update(WANTED='a')", "a"),
        ("app.config.from_mapping({'WANTED': 'a'})", "a"),
        ("app.config.setdefault('WANTED', 'a')", "a"),
        ("def create_app():\n    app = object()\n    app.config['WANTED'] = 'a'", "a"),
        ("WANTED: list[str] = ['a']", ["a"]),
        ("WANTED, OTHER = 'a', 'b'", "a"),
        ("with open('x') as file:\n    WANTED = 'a'", "a"),
        ("match 1:\n    case 1:\n        WANTED = 'a'", "a"),
    ],
)
def test_values_that_need_no_running_are_known(tmp_path, text, expected):
    assert setting(tmp_path, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "from os import path\nWANTED = path.join(path.dirname(__file__), 'static')",
        "import os\nWANTED = os.path.abspath(os.path.join(os.path.dirname(__file__), 'x', '..', 'static'))",
        "from pathlib import Path\nWANTED = Path(__file__).resolve().parent / 'static'",
        "import pathlib\nWANTED = pathlib.Path(__file__).parents[0].joinpath('static')",
        "import os.path as at\nWANTED = at.realpath(at.dirname(__file__)) + '/static'",
    ],
)
def test_paths_are_known_from_the_file_that_they_stand_in(tmp_path, text):
    assert PurePath(setting(tmp_path, text)) == tmp_path.resolve() / "static"


@pytest.mark.parametrize(
    "text",
    [
        "import os\nWANTED = os.environ['HOST']",
        "import os\nWANTED = os.environ.get('HOST', 'a')",
        "from os import getenv\nWANTED = getenv('HOST')",
        "from decouple import config\nWANTED = config('HOST')",
    ],
)
def test_a_value_from_the_environment_is_named_with_its_variable(tmp_path, text):
    left: list[Diagnostic] = []
    assert python(tmp_path, settings=text).setting("WANTED", left, "set it") is None
    (said,) = map(str, left)
    assert said == "settings.py:3: WANTED comes from the environment variable HOST, so it was not taken over; set it"


@pytest.mark.parametrize(
    "text",
    [
        "WANTED = compute()",
        "WANTED = [compute()]",
        "WANTED = 'a' * 10",
        "WANTED = '%10s' % 'a'",
        "WANTED = '{:>9}'.format('a')",
        "WANTED = lambda: 'a'",
        "WANTED = [each for each in 'ab']",
        "def double(text):\n    text += text\n    return text\nWANTED = double('a')",
        "def endless(text):\n    return endless(text)\nWANTED = endless('a')",
    ],
)
def test_a_value_that_is_computed_is_named_with_file_and_line(tmp_path, text):
    left: list[Diagnostic] = []
    assert python(tmp_path, settings=text).setting("WANTED", left) is None
    assert str(left[0]).startswith(f"settings.py:{len(text.splitlines()) + 1}: WANTED is computed")


def test_names_come_from_other_modules_of_the_project(tmp_path):
    found = python(
        tmp_path,
        **{
            "shop/__init__": "",
            "shop/base": "HOST = 'cdn'\nWANTED = HOST",
            "shop/settings": "from .base import *\nfrom shop import base\nWANTED = 'https://' + HOST + base.HOST",
        },
    )
    assert found.setting("WANTED", []) == "https://cdncdn"


def test_modules_that_import_each_other_are_read_once(tmp_path):
    found = python(tmp_path, a="import b\nWANTED = b.OTHER", b="import a\nOTHER = a.WANTED")
    left: list[Diagnostic] = []
    assert found.setting("WANTED", left) is None
    assert left


def test_of_several_values_that_for_production_counts_and_the_others_are_named(tmp_path):
    text = "class ProductionConfig:\n    WANTED = 'a'\nclass DevelopmentConfig:\n    WANTED = 'b'"
    left: list[Diagnostic] = []
    assert python(tmp_path, settings=text).setting("WANTED", left) == "a"
    assert [str(each) for each in left] == [
        "settings.py:5: WANTED is another one here; that of settings.py:3 was taken"
    ]


def test_tests_are_left_out_where_the_app_itself_speaks_of_a_tool(tmp_path):
    found = python(tmp_path, app="WANTED = 'a'", conftest="WANTED = 'c'", **{"tests/test_app": "WANTED = 'b'"})
    assert [each.value for each in found.settings("WANTED")] == ["a"]


def test_a_copy_of_the_tool_itself_is_not_the_projects_code(tmp_path):
    found = python(tmp_path, app="WANTED = 'a'", **{"webassets/__init__": "", "webassets/env": "WANTED = 'b'"})
    assert [each.value for each in found.settings("WANTED")] == ["a"]


def test_packages_of_a_virtual_environment_are_not_read(tmp_path):
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").write_text("")
    found = python(tmp_path, app="WANTED = 'a'", **{"env/lib/x": "WANTED = 'b'", "node_modules/y": "WANTED = 'c'"})
    assert [each.value for each in found.settings("WANTED")] == ["a"]


def test_a_call_is_known_by_what_it_calls_whatever_that_is_called_here(tmp_path):
    text = "import webassets as w\nfrom webassets import Bundle as B\nclass Mine(B):\n    pass\nw.Bundle()\nB()\nMine()"
    assert len([*python(tmp_path, app=text).calls("webassets.Bundle")]) == 3
