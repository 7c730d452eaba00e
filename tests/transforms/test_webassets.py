"""Real filters of webassets as steps."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from pipeline.asset import AssetPath
from pipeline.errors import ToolNotFound, TransformError
from tests.transforms.webassets_steps import need_package, run, site, step, text


def test_rcssmin_minifies_a_stylesheet_under_its_own_path(tmp_path: Path) -> None:
    made = run(step("rcssmin"), "css/a.css", site(tmp_path, **{"css/a.css": "a {  color : red ;  }\n"}))
    assert text(made) == "a{color:red}"
    assert made.assets[0].path == "css/a.css"


def test_rjsmin_takes_its_options(tmp_path: Path) -> None:
    fetch = site(tmp_path, **{"a.js": "/*! keep */ var a = 1 ; // gone\n"})
    assert text(run(step("rjsmin"), "a.js", fetch)) == "var a=1;"
    assert "keep" in text(run(step("rjsmin", keep_bang_comments=True), "a.js", fetch))


def test_the_made_asset_remembers_what_it_was_made_from(tmp_path: Path) -> None:
    fetch = site(tmp_path, **{"a.css": "a {}"})
    source = fetch(AssetPath("a.css"))
    assert source
    (once,) = step("rcssmin")(source, fetch).assets
    (twice,) = step("rcssmin")(once, fetch).assets
    assert once.origin == twice.origin == (source,)


def test_jinja2_renders_with_its_context(tmp_path: Path) -> None:
    fetch = site(tmp_path, **{"a.css": "a { color: {{ colour }} }"})
    assert text(run(step("jinja2", context={"colour": "teal"}), "a.css", fetch)) == "a { color: teal }"


def test_a_template_error_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(TransformError) as caught:
        run(step("jinja2"), "a.css", site(tmp_path, **{"a.css": "a {}\n{% if %}\n"}))
    assert caught.value.line == 2


def test_replace_takes_the_arguments_of_its_constructor(tmp_path: Path) -> None:
    made = run(step("replace", pattern="r.d", repl="blue"), "a.css", site(tmp_path, **{"a.css": "a{color:red}"}))
    assert text(made) == "a{color:blue}"


def test_libsass_makes_css_and_finds_partials_beside_the_source(tmp_path: Path) -> None:
    need_package("sass")
    fetch = site(
        tmp_path,
        **{"css/site.scss": "@import 'colours';\na { b { color: $sea } }", "css/_colours.scss": "$sea: #0d2b33;"},
    )
    made = run(step("libsass", style="compressed"), "css/site.scss", fetch)
    assert made.assets[0].path == "css/site.css"
    assert text(made) == "a b{color:#0d2b33}\n"


def test_broken_sass_is_told_in_the_words_of_the_compiler(tmp_path: Path) -> None:
    need_package("sass")
    with pytest.raises(TransformError, match="Invalid CSS after") as caught:
        run(step("libsass"), "a.scss", site(tmp_path, **{"a.scss": "a { color: red\n"}))
    assert not isinstance(caught.value, ToolNotFound)


def test_libsass_after_another_step_is_refused_because_it_would_read_the_file_again(tmp_path: Path) -> None:
    need_package("sass")
    fetch = site(tmp_path, **{"a.scss": "a { color: old }"})
    (changed,) = run(step("replace", pattern="old", repl="new"), "a.scss", fetch).assets
    with pytest.raises(TransformError, match=r"reads a\.scss by itself"):
        step("libsass")(changed, fetch)
    assert "color: new" in text(step("libsass", as_output=True)(changed, fetch))


def test_datauri_finds_the_file_beside_the_source(tmp_path: Path) -> None:
    fetch = site(tmp_path, **{"css/a.css": "a { background: url(dot.svg) }", "css/dot.svg": "<svg/>"})
    assert "url(data:image/svg+xml;base64,PHN2Zy8+)" in text(run(step("datauri"), "css/a.css", fetch))


def test_text_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    fetch = site(tmp_path, **{"a.css": ""})
    (tmp_path / "assets/a.css").write_bytes(b"a{content:'\xff'}")
    with pytest.raises(TransformError, match="is not UTF-8: invalid start byte at byte 11"):
        run(step("rcssmin"), "a.css", fetch)


def test_a_bom_is_dropped_and_line_ends_become_lf(tmp_path: Path) -> None:
    made = run(step("replace", pattern="X", repl="Y"), "a.css", site(tmp_path, **{"a.css": "\ufeffa\r\nb\rX"}))
    assert text(made) == "a\nb\nY"


def test_what_cannot_be_written_as_utf8_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TransformError, match="surrogates not allowed"):
        run(step("replace", pattern="a", repl="\ud800"), "a.css", site(tmp_path, **{"a.css": "a"}))


def test_a_filter_gives_what_webassets_itself_gives(tmp_path: Path) -> None:
    source = "a { color : {{ c }} }\n\nb > c { margin : 0 }\n"
    made = run(step("jinja2", context={"c": "red"}), "a.css", site(tmp_path, **{"a.css": source}))
    own: Any = importlib.import_module("webassets")
    environment = own.Environment(str(tmp_path / "own"), "/static/", cache=False, manifest=False, debug=False)
    environment.load_path.append(str(tmp_path / "assets"))
    bundle = own.Bundle("a.css", filters=[own.filter.get_filter("jinja2", context={"c": "red"})], output="out.css")
    environment.register("css", bundle)
    bundle.build()
    assert text(made) == (tmp_path / "own/out.css").read_text()
