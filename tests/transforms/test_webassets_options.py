"""What the webassets step takes, and what it refuses at start."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
from webassets.filter import _FILTERS, Filter

from pipeline.asset import AssetPath
from pipeline.engine import plugins
from pipeline.errors import ConfigError
from pipeline.transforms._webassets_filters import made_path
from pipeline.transforms._webassets_refused import REFUSED
from pipeline.transforms.webassets import WebassetsFilter
from tests.transforms.webassets_steps import register, step


@pytest.mark.parametrize(("name", "hint"), [("cssrewrite", "URLs are rewritten"), ("spritemapper", "writes images")])
def test_a_filter_that_would_do_harm_is_refused_with_what_to_do_instead(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=hint):
        step(name)


@pytest.mark.parametrize("name", ["jst", "handlebars", "closure_tmpl"])
def test_a_filter_that_joins_files_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="joins files into one"):
        step(name)


def test_a_misspelt_filter_gets_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="unknown webassets filter 'libsas'; did you mean 'libsass'"):
        step("libsas")


@pytest.mark.parametrize("options", [{}, {"filter": 3}])
def test_a_step_without_a_name_is_a_configuration_error(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="needs the name of a filter"):
        WebassetsFilter.from_options(options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("libsass", {"styl": "nested"}, "unknown option 'styl' .*did you mean 'style'"),
        ("less", {"less": "lessc"}, "unknown option 'less'"),  # declared as 'binary'
        ("rcssmin", {"zzz": 1}, "unknown option 'zzz'"),
        ("scss", {"scss": True}, "does not take these options"),
        ("coffeescript", {"replace": 1}, "unknown option 'replace'"),
    ],
)
def test_an_option_that_a_filter_does_not_take_is_found_without_running_it(
    name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        step(name, **options)


@pytest.mark.parametrize(
    ("name", "options"),
    [("less", {"binary": "lessc"}), ("replace", {"as_output": False}), ("scss", {"load_paths": ["a"]})],
)
def test_declared_options_and_constructor_arguments_are_both_taken(name: str, options: dict[str, Any]) -> None:
    assert step(name, **options).options == options


def test_every_filter_that_can_be_a_step_is_accepted_by_its_name() -> None:
    unusable = {"jst", "handlebars", "closure_tmpl"} | REFUSED.keys()
    for name in set(_FILTERS) - unusable:
        assert step(name).filter == name


@pytest.mark.parametrize("name", REFUSED)
def test_a_filter_that_does_not_run_any_more_or_breaks_files_is_refused_with_what_does_its_work(name: str) -> None:
    assert name in _FILTERS
    with pytest.raises(ConfigError) as caught:
        step(name)
    assert caught.value.message == f"the webassets filter {name!r} {REFUSED[name][0]}"
    assert caught.value.hint == REFUSED[name][1]
    named = re.findall('use "(.+?)"', caught.value.hint)
    assert all(each in plugins.members("pipeline.transforms") for each in named)


def test_a_step_is_a_value() -> None:
    first, second = step("libsass", style="nested", includes=["a"]), step("libsass", includes=["a"], style="nested")
    assert first == second
    assert repr(first) == repr(second)
    assert hash(first) == hash(second)
    assert pickle.loads(pickle.dumps(first)) == first


@pytest.mark.parametrize(
    ("name", "source", "made"),
    [
        ("libsass", "css/a.scss", "css/a.css"),
        ("less", "a.b.less", "a.b.css"),
        ("typescript", "a.ts", "a.js"),
        ("babel", "a.mjs", "a.mjs"),
        ("jinja2", "a.css", "a.css"),
        ("autoprefixer6", "a.css", "a.css"),
        ("stylus", "no.dir/noext", "no.dir/noext.css"),
    ],
)
def test_the_suffix_follows_what_the_filter_makes(name: str, source: str, made: str) -> None:
    assert made_path(AssetPath(source), name) == made


def test_importing_the_step_does_not_import_webassets() -> None:
    code = "import sys, pipeline.transforms.webassets; sys.exit('webassets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class Wide(Filter):
    name: Any = "wide"

    def __init__(self, colour: str = "", **kw: Any) -> None:
        super().__init__(**kw)  # type: ignore[no-untyped-call,unused-ignore]
        self.colour = colour


class Narrow(Wide):
    name: Any = "narrow"

    def __init__(self, size: int = 0) -> None:
        super().__init__()
        self.size = size


def test_arguments_that_a_constructor_does_not_pass_on_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Wide)
    register(monkeypatch, Narrow)
    assert step("wide", colour="red").options == {"colour": "red"}
    assert step("narrow", size=3).options == {"size": 3}
    with pytest.raises(ConfigError, match="unknown option 'colour'"):
        step("narrow", colour="red")
