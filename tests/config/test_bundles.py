"""Bundles as they are declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import validate
from pipeline.config.settings import read
from pipeline.transforms.concat import Concat
from pipeline.transforms.webassets import WebassetsFilter
from tests.config.configurations import configured, declared, errors_of

ABOVE = "write it above the first [table] of pipeline.toml"


def test_a_bundle_is_a_list_a_string_or_a_table(tmp_path: Path) -> None:
    toml = """
[bundles]
"css/site.css" = ["css/reset.css", "css/*.css"]
"one.css" = "css/a.css"
[bundles."js/app.js"]
sources = "js/*.js"
steps = ["concat", { use = "webassets", filter = "rjsmin" }]
keep = true
"""
    css, one, js = configured(tmp_path, toml).bundles
    assert (css.path, css.sources, css.steps, css.keep) == ("css/site.css", ("css/reset.css", "css/*.css"), None, False)
    assert (one.sources, one.place) == (("css/a.css",), "pipeline.toml:5")
    assert (js.path, js.sources, js.keep, js.place) == ("js/app.js", ("js/*.js",), True, "pipeline.toml:6")
    assert [step.name for step in js.steps or ()] == ["concat", "webassets"]
    assert [type(step.plugin) for step in js.steps or ()] == [Concat, WebassetsFilter]


def test_paths_of_bundles_and_sources_are_normalised(tmp_path: Path) -> None:
    (bundle,) = configured(tmp_path, 'bundles = { "cafe\\u0301.css" = ["e\\u0301/*.css"] }').bundles
    assert (bundle.path, bundle.sources) == ("caf\u00e9.css", ("\u00e9/*.css",))


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("bundles = 3", "2:1: 'bundles' must be a table, not an integer"),
        ('[bundles]\n"../a.css" = "x"', "3:1: the bundle '../a.css' has the segment '..'"),
        ('[bundles]\n"/a.css" = "x"', "3:1: the bundle '/a.css' is absolute; write it relative to the site"),
        ('[bundles]\n"" = "x"', "3:1: the bundle '' is empty"),
        ("[bundles]\na.css = 'x'", "3:3: the bundle 'a' has no sources; if its path is 'a.css', write it in quotes"),
        ("[bundles]\n'a.css' = 3", "3:1: 'bundles.\"a.css\"' must be a list of strings, not an integer"),
        ("[bundles]\n'a.css' = []", "3:1: the bundle 'a.css' has no sources; name some: [\"css/*.css\"]"),
        ("[bundles]\n'a.css' = 0", "3:1: 'bundles.\"a.css\"' must be a list of strings, not an integer"),
        ("[bundles]\n'é' = 0", "3:1: 'bundles.\"é\"' must be a list of strings, not an integer"),
        ("[bundles]\n'a.css' = [1]", "3:12: item 1 of 'bundles.\"a.css\"' must be a string, not an integer"),
        ("[bundles]\n'a.css' = ['b', '']", "3:17: the source '' is empty"),
        ("[bundles]\n'a.css' = '/b'", "3:1: the source '/b' is absolute; write it relative to the site"),
        ("[bundles.'a.css']", "2:10: the bundle 'a.css' has no sources; add sources = [\"css/*.css\"]"),
        ("[bundles.'a.css']\nsources = []", "3:1: the bundle 'a.css' has no sources; name some: [\"css/*.css\"]"),
        (
            "[bundles.'a.css']\nsources = 'b'\nkep = true",
            "4:1: unknown key 'kep' in the bundle 'a.css'; did you mean 'keep'?",
        ),
        (
            "[bundles.'a.css']\nsources = 'b'\nminify = true",
            f"4:1: unknown key 'minify' in the bundle 'a.css'; it belongs at the top: {ABOVE}",
        ),
        (
            "[bundles.'a.css']\nsources = 'b'\nkeep = 1",
            "4:1: 'bundles.\"a.css\".keep' must be true or false, not an integer",
        ),
        (
            "[bundles]\n'a.css' = 'x'\nexclude = ['x']",
            f"4:1: 'exclude' is a setting and no bundle; {ABOVE}",
        ),
        (
            "[bundles]\n'a.css' = 'x'\n'A.css' = 'x'",
            "4:1: the bundle 'A.css' differs only in case from 'a.css'; the other is at pipeline.toml:3",
        ),
        (
            '[bundles]\n"\\u00e9.css" = "x"\n"e\\u0301.css" = "x"',
            "4:1: the bundle '\u00e9.css' is declared twice; the other is at pipeline.toml:3",
        ),
    ],
)
def test_what_is_wrong_with_a_bundle_is_named_with_its_place(tmp_path: Path, toml: str, message: str) -> None:
    errors = errors_of(declared(tmp_path, f"sources = ['assets']\n{toml}"))
    assert f"pipeline.toml:{message}" in errors


def test_python_may_give_tuples_and_paths_and_is_told_of_keys_that_are_no_strings(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "conf_in_test.py").write_text(
        "from pathlib import Path\n"
        "good = {'sources': (Path('assets'),), 'bundles': {'a.css': ('b.css',)}}\n"
        "bad = {'sources': ['assets'], 'bundles': {3: 'x', 'a.css': {'sources': 'b', None: 1}}, 7: 8, 'jobs': {1}}\n"
    )
    good, bad = (
        read(folder=tmp_path, config=f"conf_in_test:{name}", overrides={}, environ={}) for name in ("good", "bad")
    )
    config = validate(good)
    assert (config.sources[0].folder, config.bundles[0].sources) == (tmp_path / "assets", ("b.css",))
    assert config.bundles[0].place == "conf_in_test:good"
    assert [error.partition(";")[0] for error in errors_of(bad)] == [
        "conf_in_test:bad: unknown key 7",
        "conf_in_test:bad: the bundle 3 must be called by a string",
        "conf_in_test:bad: unknown key None in the bundle 'a.css'",
        "conf_in_test:bad: 'jobs' must be an integer, not a set",
    ]
