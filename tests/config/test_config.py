"""The one validator: the whole configuration, and every error at once with its place."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compressors.gzip import Gzip
from pipeline.config import KEYS, NAMING_KEYS, Config, Modules, Naming, Root, Watch, describe, validate
from pipeline.config.compiling import Compiling
from pipeline.config.settings import read
from pipeline.engine.tools import Tools
from pipeline.errors import ConfigError
from tests.config.configurations import as_toml, configured, declared, errors_of, values_of_toml

EXAMPLE = """\
sources  = ["assets", { path = "node_modules/bootstrap/dist", prefix = "vendor/bootstrap" }]
output   = "build"                     # inside or outside a source root; its files are never taken as sources
manifest = "build/manifest.json"       # the default: in the output; elsewhere if it should not be served
base_url = "/static/"                  # or "https://cdn.example.com/static/"
exclude  = ["**/*.scss", "**/_*"]      # globs as in .gitignore
compress = ["gzip"]                    # and "brotli", "zstd", or { use = "brotli", quality = 11 }
minify   = true                        # loose files too; never *.min.*, never a file that has its own source map
strict   = true                        # a broken reference is an error; false: a warning; or a list of globs to ignore

[naming]
style = "fingerprint"
pattern = "{stem}-{fingerprint}{suffix}"
length = 16
keep = ["favicon.ico", "robots.txt"]   # published under their own names

[bundles]
"css/site.css" = ["css/reset.css", "css/*.css"]          # short form: default steps by type
[bundles."js/app.js"]                                    # long form
sources = ["js/vendor/*.js", "js/app.js"]
steps   = ["concat", { use = "webassets", filter = "rjsmin" }]
"""
PATTERN = "{stem}-{fingerprint}{suffix}"


def test_every_key_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "node_modules" / "bootstrap" / "dist").mkdir(parents=True)
    config = validate(declared(tmp_path, EXAMPLE))
    assert config.sources == (
        Root(tmp_path / "assets", "", (), ()),
        Root(tmp_path / "node_modules" / "bootstrap" / "dist", "vendor/bootstrap", (), ()),
    )
    assert (config.project, config.output) == (tmp_path, tmp_path / "build")
    assert config.manifest == tmp_path / "build" / "manifest.json"
    assert (config.base_url, config.exclude) == ("/static/", ("**/*.scss", "**/_*"))
    assert [step.plugin for step in config.compress] == [Gzip()]
    assert (config.minify, config.strict) == (True, True)
    assert config.naming == Naming("fingerprint", PATTERN, 16, ("favicon.ico", "robots.txt"))
    assert [(bundle.path, bundle.place) for bundle in config.bundles] == [
        ("css/site.css", "pipeline.toml:17"),
        ("js/app.js", "pipeline.toml:18"),
    ]


def test_only_sources_must_be_given(tmp_path: Path) -> None:
    config = configured(tmp_path, "")
    assert config == Config(
        project=tmp_path,
        sources=(Root(tmp_path / "assets", "", (), ()),),
        output=tmp_path / "build",
        manifest=tmp_path / "build" / "manifest.json",
        base_url="/static/",
        include=(),
        exclude=(),
        follow_links=False,
        compress=config.compress,
        minify=True,
        keep_licenses=False,
        strict=True,
        naming=Naming("fingerprint", PATTERN, 16, ()),
        modules=Modules("rewrite", ()),
        json=(),
        bundles=(),
        compile=Compiling(),
        source_maps="off",
        tools=Tools(tmp_path),
        cache=tmp_path / ".pipeline-cache",
        cache_limit=1_000_000_000,
        shared_cache="",
        executor="processes",
        watch=Watch(minify=False, compress=(), poll=None),
        jobs=os.cpu_count() or 1,
    )
    assert [step.name for step in config.compress] == ["gzip"]


def test_what_follows_from_other_settings_does(tmp_path: Path) -> None:
    assert configured(tmp_path, 'output = "out"').manifest == tmp_path / "out" / "manifest.json"
    assert configured(tmp_path, 'naming.style = "rewrite"').naming.pattern == "{stem}.{fingerprint}{suffix}"
    given_pattern = "{fingerprint}{stem}{suffix}"
    toml = f'naming = {{ style = "rewrite", pattern = "{given_pattern}" }}'
    assert configured(tmp_path, toml).naming.pattern == given_pattern
    assert configured(tmp_path, 'base_url = "//cdn.example.com"').base_url == "//cdn.example.com/"


@pytest.mark.parametrize("strict", [True, False, ["vendor/**", "*.map"]])
def test_strict_is_yes_no_or_a_list_of_globs(tmp_path: Path, strict: Any) -> None:
    wanted = tuple(strict) if isinstance(strict, list) else strict
    assert configured(tmp_path, f"strict = {json.dumps(strict)}").strict == wanted


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('compres = ["gzip"]', "2:1: unknown key 'compres'; did you mean 'compress'?"),
        ("\n  Output = 1", "3:3: unknown key 'Output'; did you mean 'output'?"),
        ("xyz = 1", f"2:1: unknown key 'xyz'; there are {', '.join(KEYS)}"),
        ("[naming]\nstlye = 1", "3:1: unknown key 'stlye' in [naming]; did you mean 'style'?"),
        (
            "[naming]\njobs = 1",
            "3:1: unknown key 'jobs' in [naming]; it belongs at the top: write it above the first [table] of pipeline.",
        ),
        ("output = 1", "2:1: 'output' must be a string, not an integer"),
        ("base_url = true", "2:1: 'base_url' must be a string, not a boolean"),
        ("manifest = []", "2:1: 'manifest' must be a string, not a list"),
        ("cache = {}", "2:1: 'cache' must be a string, not a table"),
        ("output = 2024-01-01", "2:1: 'output' must be a string, not a date or time"),
        ("output = 07:30:00", "2:1: 'output' must be a string, not a date or time"),
        ('exclude = "*.map"', "2:1: 'exclude' must be a list of strings, not a string; write [\"*.map\"]"),
        ("include = {}", "2:1: 'include' must be a list of strings, not a table"),
        ("exclude = ['a', 1.5]", "2:17: item 2 of 'exclude' must be a string, not a float"),
        ("exclude = [\n'a',\n'[z-a]']", "4:1: the glob '[z-a]' cannot be understood: bad character range z-a at posi"),
        ("minify = 'no'", "2:1: 'minify' must be true, false or a step: { use ="),
        ("follow_links = 1", "2:1: 'follow_links' must be true or false, not an integer"),
        ("strict = 'x'", "2:1: 'strict' must be true, false or a list of globs, not a string; write [\"x\"] if it is"),
        ("strict = 0", "2:1: 'strict' must be true, false or a list of globs, not an integer"),
        ("strict = ['!']", "2:11: the glob '!' cannot be understood"),
        ("jobs = 0", "2:1: 'jobs' must be 1 or more, not 0"),
        ("jobs = true", "2:1: 'jobs' must be an integer, not a boolean"),
        ("base_url = '/a?b'", "2:1: the base_url '/a?b' has a query or fragment"),
        ("base_url = ''", "2:1: 'base_url' must not be empty"),
        ("naming = 1", "2:1: 'naming' must be a table, not an integer"),
        ("naming.style = 'fingerprnt'", "2:8: unknown naming style 'fingerprnt'; did you mean 'fingerprint'?"),
        ("naming.style = 'x'", "2:8: unknown naming style 'x'; there are fingerprint, query, rewrite, plain"),
        ("naming.style = 1", "2:8: 'naming.style' must be a string, not an integer"),
        ("naming.length = 7", "2:8: 'naming.length' must be between 8 and 64, not 7"),
        ("naming.length = 65", "2:8: 'naming.length' must be between 8 and 64, not 65"),
        ("naming.length = 8.0", "2:8: 'naming.length' must be an integer, not a float"),
        ("naming.pattern = '{stem}'", "2:8: the pattern '{stem}' must have {fingerprint} once, not 0 times"),
        ("[naming]\nkeep = ['a',\n  '!']", "4:3: the glob '!' cannot be understood"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_what_to_do(tmp_path: Path, toml: str, message: str) -> None:
    (error,) = errors_of(declared(tmp_path, f'sources = ["assets"]\n{toml}'))
    assert error.startswith(f"pipeline.toml:{message}")


def test_all_errors_are_reported_in_the_order_of_their_lines(tmp_path: Path) -> None:
    toml = 'sources = ["nowhere"]\njobs = 0\n[naming]\nlength = 1\n[bundles]\n"a.css" = []'
    errors = errors_of(declared(tmp_path, toml, {"PIPELINE_MINIFY": "maybe"}, base_url="static"))
    assert [error.partition(": ")[0] for error in errors] == [
        "command line --base-url",
        "environment PIPELINE_MINIFY",
        "pipeline.toml:1:12",
        "pipeline.toml:2:1",
        "pipeline.toml:4:1",
        "pipeline.toml:6:1",
    ]


NAMES = st.sampled_from([*KEYS, *NAMING_KEYS, "path", "prefix", "use", "steps", "a.css", "gzip", "concat", "x:y", "."])


@given(st.dictionaries(NAMES, values_of_toml(NAMES), max_size=6))
def test_whatever_a_file_says_it_is_a_configuration_or_has_errors_with_lines(document: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pipeline.toml").write_text(as_toml(document), "utf-8")
        settings = read(folder=Path(folder), config=None, overrides={}, environ={})
        try:
            assert describe(settings, validate(settings))
        except ExceptionGroup as group:
            for error in group.exceptions:
                assert isinstance(error, ConfigError)
                assert error.path == "pipeline.toml"
                assert error.line or error.message == "'sources' is missing" or error.message.startswith("'cache' ")
