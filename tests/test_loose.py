"""Loose files are compiled by their suffix; partials are inputs; what is compiled is made again only if it must be."""

from __future__ import annotations

import json
import time

import pytest

from tests.programs import Program
from tests.sites import messages

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'
UPPER = "src = open(sys.argv[1]).read(); open(sys.argv[2], 'w').write(src.upper())"
COMPILE = '[compile]\n"*.up" = [{ use = "command", run = ["upper", "{input}", "{output}"], suffix = ".txt" }]\n'


@pytest.fixture
def upper(site):
    """A site whose ``*.up`` files are compiled by a program that keeps count."""
    site.configure(HEAD + COMPILE)
    return Program(site.folder, "upper", UPPER)


def fails(site):
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    return messages(caught.value)


def test_a_template_and_what_it_makes_go_through_the_steps_of_their_suffixes(site):
    site.configure(HEAD + '[compile]\n"*.jinja" = [{ use = "template", context = { word = "hey" } }]\n')
    site.write({"a.txt.jinja": "{{ word }}\n", "b.jinja": "{{ word }}"})
    site.publish()
    assert {path: site.text(path) for path in site.manifest.entries} == {"a.txt": "hey\n", "b": "hey"}


def test_one_step_after_another_is_called_as_long_as_the_suffix_has_one(site, upper):
    site.write({"a.up.jinja": "{{ 'x' * 3 }}"})
    site.publish()
    assert (list(site.manifest.entries), site.text("a.txt")) == (["a.txt"], "XXX")


def test_a_partial_is_no_asset_and_costs_nothing(site, upper):
    site.write({"a.up": "a", "_b.up": "b", "deep/_c.up": "c", "_plain.txt": "d"})
    site.publish()
    assert list(site.manifest.entries) == ["_plain.txt", "a.txt"]
    assert len(upper.runs()) == 1


def test_what_is_compiled_is_minified_as_what_it_became(site):
    site.configure(HEAD.replace("minify=false", "minify=true"))
    site.write({"a.css.jinja": "a {  color : red  }\n", "a.js.j2": "f( 1 ) ; // x\n"})
    site.publish()
    assert (site.text("a.css"), site.text("a.js")) == ("a{color:red}", "f(1);")


def test_where_broken_references_are_tolerated_a_file_that_no_program_can_compile_stays_as_it_is(site, monkeypatch):
    monkeypatch.setenv("PATH", str(site.folder))
    site.configure(HEAD)
    site.write({"vendor/a.less": "a { b: c }\n"})
    assert "'lessc' is not installed" in fails(site)[0]
    with pytest.raises(ExceptionGroup):
        site.build(strict=["other/"])
    for tolerated in (False, ["vendor/"]):
        (said,) = site.build(strict=tolerated).diagnostics
        assert (said.severity, said.path) == ("warning", "vendor/a.less")
        assert said.hint.startswith("npm install")
    site.configure(f'{HEAD}strict=false\n[compile]\n"a.less" = ["less"]\n')
    assert "'lessc' is not installed" in fails(site)[0]


def test_what_stayed_as_it_is_is_compiled_as_soon_as_its_program_is_there(site, monkeypatch):
    site.configure(f"{HEAD}strict=false\n")
    site.write({"a.ts": "let a: number = 1"})
    time.sleep(0.05)
    monkeypatch.setenv("PATH", str(site.folder / "bin"))
    assert ["nothing changed" in site.run("build").stderr for _ in range(2)] == [False, True]
    assert "'esbuild' is not installed" in site.run("build").stderr
    Program(site.folder, "esbuild", "print('0.25.0') if '--version' in sys.argv else sys.exit('came here')", "bin")
    assert "came here" in site.run("build").stderr


def test_its_references_are_followed(site):
    site.write({"css/a.css.jinja": "a{background:url(../x.png)}", "x.png": "x", "p.html": '<img src="css/a.css">'})
    site.publish()
    assert f"url(../{site.manifest['x.png'].url})" in site.text("css/a.css")
    assert site.manifest["css/a.css"].url in site.text("p.html")


def test_a_reference_to_the_source_is_broken_and_names_what_it_became(site):
    site.configure(HEAD + COMPILE.replace("*.up", "*.scss").replace(".txt", ".css"))
    Program(site.folder, "upper", UPPER)
    site.write({"css/a.scss": "a{}", "b.css": "@import 'css/a.scss';"})
    (message,) = fails(site)
    assert message == "b.css:1:10: 'css/a.scss' does not exist; did you mean 'css/a.css'?"


def test_two_sources_that_become_one_asset_are_refused(site):
    site.write({"a.css.jinja": "a{}", "a.css": "b{}"})
    (message,) = fails(site)
    assert message == "a.css.jinja: becomes 'a.css', as 'a.css' does; rename one, or have one of them left out"


@pytest.mark.parametrize("suffix", ["scss", "sass"])
def test_a_stylesheet_that_its_package_compiled_already_stays_and_so_does_its_source(site, suffix):
    site.write({f"font/icons.{suffix}": "$broken", "font/icons.css": "i{top:0}", "font/_part.scss": "$also: broken"})
    site.publish()
    assert site.text("font/icons.css") == "i{top:0}"
    assert site.text(f"font/icons.{suffix}") == "$broken"


def test_a_bundle_and_a_loose_file_that_become_one_asset_are_refused(site):
    site.configure(HEAD + '[bundles]\n"a.css" = ["b.css"]\n')
    site.write({"a.css.jinja": "a{}", "b.css": "b{}"})
    assert "becomes 'a.css', as 'a.css' does" in fails(site)[0]


def test_a_bundle_compiles_its_members_and_may_have_the_path_of_what_one_becomes(site):
    site.configure(HEAD + '[bundles]\n"css/site.css" = ["css/*.css", "css/site.css.jinja"]\n')
    site.write({"css/site.css.jinja": "a{top:{{ 1 + 1 }}px}", "css/b.css": "b{}"})
    site.publish()
    assert list(site.manifest.entries) == ["css/site.css"]
    assert site.text("css/site.css").split() == ["b{}", "a{top:2px}"]


def test_a_glob_of_a_bundle_takes_no_partials_but_their_names_do(site):
    site.configure(HEAD + '[bundles]\n"all.css" = ["*.jinja"]\n"one.css" = ["_b.css.jinja"]\n')
    site.write({"a.css.jinja": ".a{}", "_b.css.jinja": ".b{}"})
    site.publish()
    assert (site.text("all.css").strip(), site.text("one.css").strip()) == (".a{}", ".b{}")


def test_a_member_that_is_kept_is_published_as_what_it_becomes(site):
    site.configure(HEAD + '[bundles."all.css"]\nsources = ["*.jinja"]\nkeep = true\n')
    site.write({"a.css.jinja": ".a{}"})
    site.publish()
    assert list(site.manifest.entries) == ["a.css", "all.css"]


def test_declared_steps_of_a_bundle_are_all_that_it_calls(site):
    site.configure(HEAD + '[bundles."a.txt"]\nsources = ["a.txt.jinja"]\nsteps = ["concat"]\n')
    site.write({"a.txt.jinja": "{{ 1 }}"})
    site.publish()
    assert site.text("a.txt") == "{{ 1 }}\n"


def test_no_steps_for_a_glob_leave_files_alone_and_the_last_glob_counts(site):
    site.configure(HEAD + '[compile]\n"*.jinja" = []\n"yes/" = ["template"]\n')
    site.write({"a.txt.jinja": "{{ 1 }}", "_p.jinja": "x", "yes/b.txt.jinja": "{{ 1 }}"})
    site.publish()
    assert list(site.manifest.entries) == ["_p.jinja", "a.txt.jinja", "yes/b.txt"]


def test_false_leaves_all_files_alone(site):
    site.configure(f"{HEAD}compile = false\n")
    site.write({"a.scss": "$x: 1;", "_b.jinja": "{{"})
    site.publish()
    assert list(site.manifest.entries) == ["_b.jinja", "a.scss"]


def test_files_in_packages_of_npm_are_left_alone_unless_they_are_named_or_bundled(site):
    site.configure(
        'sources = [{ path = "node_modules/lib", prefix = "lib" }]\noutput = "out"\nminify = false\ncompress = []\n'
        '[compile]\n"lib/b.css.jinja" = ["template"]\n[bundles]\n"c.css" = ["lib/c.css.jinja"]\n'
    )
    site.write({f"{name}.css.jinja": "/*{{ 1 }}*/" for name in ("a", "b", "c", "_d")}, below="node_modules/lib")
    site.publish()
    assert list(site.manifest.entries) == ["c.css", "lib/_d.css.jinja", "lib/a.css.jinja", "lib/b.css"]
    assert (site.text("c.css").strip(), site.text("lib/b.css")) == ("/*1*/", "/*1*/")


@pytest.mark.parametrize(
    ("compiling", "message"),
    [
        ('"*.a" = ["no-such"]', "unknown transform 'no-such'"),
        ('"*.a" = "template"', "must be a list of steps"),
        ('"*.a" = ["concat"]', "the step 'concat' joins files, and a loose one is alone"),
        ('"!*.a" = []', "would only take away from others"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(site, compiling, message):
    site.configure(f"{HEAD}[compile]\n{compiling}\n")
    run = site.run("build")
    assert run.returncode == 2
    assert message in run.stderr
    assert "pipeline.toml:6" in run.stderr


def test_a_tool_that_is_none_is_said_with_its_place(site):
    site.configure(f"{HEAD}[tools]\nsass = 3\n")
    assert "pipeline.toml:6:1: 'tools.sass' must be a program, or a list" in site.run("build").stderr


def test_nothing_is_compiled_twice_and_a_changed_file_alone_is_compiled_again(site, upper):
    site.write({"a.up": "a", "b.up": "b"})
    site.publish()
    assert len(upper.runs()) == 2
    site.write({"c.txt": "other"})
    site.publish()
    assert len(upper.runs()) == 2
    site.write({"a.up": "c"})
    site.publish()
    assert len(upper.runs()) == 3
    assert (site.text("a.txt"), site.text("b.txt")) == ("C", "B")


def test_another_option_of_a_step_compiles_again(site, upper):
    site.write({"a.up": "a"})
    site.publish()
    site.configure(HEAD + COMPILE.replace(".txt", ".text"))
    site.publish()
    assert (len(upper.runs()), list(site.manifest.entries)) == (2, ["a.text"])


def test_another_version_of_a_program_compiles_again_also_when_nothing_else_changed(site, upper):
    site.write({"a.up": "a"})
    time.sleep(0.05)  # what was written within a tick of the clock is never believed unchanged
    assert site.run("build").returncode == 0
    assert "nothing changed" in site.run("build").stderr
    upper.write(UPPER.replace("upper", "title"))
    time.sleep(0.05)
    site.run("build")
    assert (len(upper.runs()), site.text("a.txt")) == (2, "A")


def test_a_bundle_is_made_again_with_another_version_of_what_compiles_its_members(site, upper):
    site.configure(HEAD + COMPILE + '[bundles]\n"all.txt" = ["a.up"]\n')
    site.write({"a.up": "a"})
    site.publish()
    upper.write(UPPER.replace("upper()", "title() + '!'"))
    site.publish()
    assert site.text("all.txt") == "A!\n"


def test_explain_knows_an_asset_by_its_source_and_names_its_steps(site):
    site.write({"css/a.css.jinja": "{% include 'css/_p.jinja' %}", "css/_p.jinja": "a{}"})
    for name in ("css/a.css", "css/a.css.jinja", "src/css/a.css.jinja"):
        explained = json.loads(site.run("explain", "--json", name).stdout)
        assert (explained["path"], explained["sources"]) == ("css/a.css", ["src/css/a.css.jinja"])
        assert (explained["steps"], explained["inputs"]) == (["template"], ["css/_p.jinja", "css/a.css.jinja"])
    assert "is no asset by itself: it is only part of others" in site.run("explain", "css/_p.jinja").stderr
