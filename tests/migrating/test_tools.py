"""The contract of the open set, and what holds for every tool alike."""

from __future__ import annotations

import inspect
import sys

import pytest

from pipeline.engine import plugins
from pipeline.errors import ConfigError
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from tests.migrating.old import Old

PACKAGE = "pipeline.migrating"
STATIC = {"static/a.css": "a {}", "app.py": "import flask_cdn\nfrom flask import Flask\napp = Flask(__name__)\n"}


@pytest.mark.parametrize("name", plugins.members(PACKAGE))
def test_a_member_is_a_function_that_finds_nothing_where_its_tool_is_not_used(tmp_path, name):
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    tool = plugins.load(PACKAGE, name)
    assert inspect.isfunction(tool)
    assert inspect.getdoc(tool)
    project = Project(tmp_path)
    assert tool(project, Python(project)) is None


def test_a_reference_that_leads_nowhere_makes_strict_name_its_file(old):
    old.write({**STATIC, "static/[x].css": "a { background: url(no.png) }"}).migrate()
    assert old.values["strict"] == ["/\\[x\\].css"]
    assert old.said("1 of the references in '[x].css' lead nowhere, such as 'no.png' does not exist")
    old.build()


def test_a_bundle_with_such_a_file_is_named_too(old):
    text = "from flask_assets import Bundle\nx = Bundle('b.css', output='gen/o.css')\n"
    old.write({**STATIC, "static/b.css": "a { background: url(no.png) }", "assets.py": text}).migrate()
    assert old.values["strict"] == ["/b.css", "/gen/o.css"]
    old.build()


def test_where_many_files_have_such_references_none_is_an_error(old):
    old.write({**STATIC, **{f"static/{number}.css": "a { background: url(no.png) }" for number in range(21)}}).migrate()
    assert old.values["strict"] is False
    old.build()


def test_where_no_file_has_one_they_stay_errors(old):
    assert "strict" not in old.write(STATIC).migrate().values


def test_two_tools_that_make_one_path_are_named(old):
    text = (
        "PIPELINE = {'STYLESHEETS': {'x': {'source_filenames': ['a.css'], 'output_filename': 'O.css'}}}\n"
        "STATICFILES_DIRS = ['static']\n"
    )
    assets = "from webassets import Bundle\nx = Bundle('a.css', output='o.css')\n"
    old.write({**STATIC, "settings.py": text, "assets.py": assets}).migrate()
    assert [*old.bundles] == ["O.css"]
    assert old.said("assets.py:2", "'o.css' is made by another tool too")


def test_two_bundles_of_one_path_that_differ_are_named(old):
    text = "from webassets import Bundle\nx = Bundle('a.css', output='o.css')\ny = Bundle('b.css', output='o.css')\n"
    old.write({**STATIC, "static/b.css": "b {}", "assets.py": text}).migrate()
    assert old.bundles["o.css"]["sources"] == ["a.css"]
    assert old.said("assets.py:3", "'o.css' is declared in assets.py:2 already")


def test_filters_of_ones_own_in_yaml_are_named(old):
    text = "directory: static\nfilters: [own.filters.Mine]\nbundles:\n  x:\n    output: o.css\n    contents: a.css\n"
    old.write({**STATIC, "assets.yml": text}).migrate()
    assert old.said("assets.yml", "'own.filters.Mine' is of your own", "write it as a step")


def test_yaml_without_the_package_for_it_says_what_to_install(old: Old, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    old.write({**STATIC, "assets.yml": "x:\n  output: o.css\n  contents: a.css\n"})
    with pytest.raises(
        ConfigError, match=r"assets.yml: reading this takes PyYAML; pip install 'pipeline-assets\[yaml\]'"
    ):
        old.migrate()
