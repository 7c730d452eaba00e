"""Settings are merged, and each knows where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.config.settings import DEFAULTS, KINDS, Layer, Place, find, read
from tests.config.configurations import declared

TOML = """\
sources = [
  "assets",
  { path = "vendor" },
]
output = "from-file"
cache = "from-file"
base_url = "/file/"

[naming]
style = "query"
length = 20
"""
ENVIRON = {"PIPELINE_OUTPUT": "from-env", "PIPELINE_CACHE": "from-env", "PIPELINE_NAMING_LENGTH": "30", "HOME": "/"}


def test_command_line_wins_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    settings = declared(tmp_path, TOML, ENVIRON, output="from-flag", jobs=None)
    assert settings.values["output"] == "from-flag"
    assert settings.values["cache"] == "from-env"
    assert settings.values["base_url"] == "/file/"
    assert settings.values["compress"] == ["gzip"]
    assert settings.values["naming"] == {"style": "query", "length": 30, "keep": []}
    assert "jobs" not in settings.values


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (("output",), Place("command line --output")),
        (("base_url",), Place("command line --base-url")),
        (("cache",), Place("environment PIPELINE_CACHE")),
        (("naming", "length"), Place("environment PIPELINE_NAMING_LENGTH")),
        (("naming", "style"), Place("pipeline.toml", 10, 1)),
        (("naming", "keep"), Place("default")),
        (("sources", 1, "path"), Place("pipeline.toml", 3, 5)),
        (("compress",), Place("default")),
        (("jobs",), Place("pipeline.toml")),
    ],
)
def test_each_value_knows_where_it_was_set(tmp_path: Path, key: Any, place: Any) -> None:
    settings = declared(tmp_path, TOML, ENVIRON, output="from-flag", base_url="/flag/")
    assert settings.origin(*key) == place


def test_a_place_prints_as_its_name_and_line() -> None:
    assert str(Place("pipeline.toml", 7, 3)) == "pipeline.toml:7"
    assert str(Place("default")) == "default"


@pytest.mark.parametrize(
    ("toml", "environ", "flags"),
    [
        ("naming = 3", {"PIPELINE_NAMING_STYLE": "plain"}, {}),
        ("", {"PIPELINE_NAMING": "3", "PIPELINE_NAMING_STYLE": "plain"}, {}),
        ("", {}, {"naming": 3}),
    ],
)
def test_a_naming_that_is_no_table_is_not_hidden_by_what_is_merged_into_it(
    tmp_path: Path, toml: str, environ: dict[str, str], flags: dict[str, object]
) -> None:
    assert declared(tmp_path, toml, environ, **flags).values["naming"] == 3


def test_bundles_replace_those_of_the_file(tmp_path: Path) -> None:
    environ = {"PIPELINE_BUNDLES": '{ "b.css" = ["b/*.css"] }'}
    settings = declared(tmp_path, '[bundles]\n"a.css" = ["a/*.css"]', environ)
    assert settings.values["bundles"] == {"b.css": ["b/*.css"]}
    assert settings.origin("bundles", "b.css") == Place("environment PIPELINE_BUNDLES")


def test_a_variable_that_is_almost_a_key_gives_a_warning(tmp_path: Path) -> None:
    (warning,) = declared(tmp_path, TOML, {"PIPELINE_COMPRES": "gzip"}).warnings
    assert warning.hint == "did you mean PIPELINE_COMPRESS?"


def test_settings_of_pyproject_are_placed_in_the_whole_file(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.pipeline]\nsources = ["assets"]\nnaming.style = "plain"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    settings = read(folder=tmp_path, config=None, overrides={}, environ={})
    assert find(tmp_path) == tmp_path / "pyproject.toml"
    assert settings.origin("sources", 0) == Place("pyproject.toml", 5, 12)
    assert settings.origin("naming", "style") == Place("pyproject.toml", 6, 8)


BENEATH = (Layer("the app", {"sources": ["static"], "output": "from-app"}), Layer("ITS_SETTING", {"compress": []}))


def test_what_a_framework_says_holds_where_the_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pipeline.toml").write_text('output = "from-file"')
    settings = read(folder=tmp_path, config=None, overrides={}, environ={}, beneath=BENEATH)
    assert settings.values["sources"] == ["static"]
    assert settings.values["output"] == "from-file"
    assert settings.origin("sources", 0) == Place("the app")
    assert settings.origin("compress") == Place("ITS_SETTING")


def test_what_a_framework_must_have_its_way_in_holds_whatever_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "pipeline.toml").write_text('sources = ["src"]\noutput = "from-file"')
    above = (Layer("the app", {"output": "from-app"}),)
    settings = read(folder=tmp_path, config=None, overrides={}, environ={}, above=above)
    assert (settings.values["output"], settings.origin("output")) == ("from-app", Place("the app"))
    assert settings.origin("sources") == Place("pipeline.toml", 1, 1)
    assert read(folder=tmp_path, config=None, overrides={}, environ=ENVIRON, above=above).values["output"] == "from-env"


def test_with_what_a_framework_says_there_need_be_no_file(tmp_path: Path) -> None:
    settings = read(folder=tmp_path, config=None, overrides={}, environ=ENVIRON, beneath=BENEATH)
    assert (settings.project, settings.values["sources"]) == (tmp_path, ["static"])
    assert settings.values["output"] == "from-env"


def test_reading_changes_no_default(tmp_path: Path) -> None:
    before = repr(DEFAULTS)
    declared(tmp_path, TOML, ENVIRON)
    assert repr(DEFAULTS) == before


def test_every_default_is_of_the_kind_that_its_key_takes() -> None:
    for key, value in DEFAULTS.items():
        assert type(value) is KINDS[key,]
