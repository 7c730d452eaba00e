"""Broken stylesheets, and a Lightning CSS that is broken, are clear errors and leave the last release as it was."""

from __future__ import annotations

import pytest

from tests.programs import Program
from tests.sites import failed, messages
from tests.transforms.lightningcss_tool import configure, need_lightningcss

SOURCES = {
    "an open bracket": ("a[ {}", "a.css:1:6: lightningcss: EndOfInput"),
    "an open bracket in a selector": ("\n\na:not(b {}", "a.css:3:11: lightningcss: EndOfInput"),
    "a newline in a string": ('a { b: "c\n}', 'a.css:1:8: lightningcss: UnexpectedToken(BadString("c'),
    "a bad url": ("a{ b: url(c d) }", "a.css:1:7: lightningcss: UnexpectedToken(BadUrl("),
    "a bracket that closes nothing": ("a {}\n}", "a.css:2:2: lightningcss: EndOfInput"),
    "a wrong bracket": ("a{ b: (c] }", "a.css:1:9: lightningcss: UnexpectedToken(CloseSquareBracket)"),
    "no selector": ("{ b: c }", "a.css:1:1: lightningcss: "),
    "two combinators": ("a > > b {}", "a.css:1:5: lightningcss: "),
    "an unknown sign in a selector": ("a ! b {}", "a.css:1:3: lightningcss: SelectorError(DanglingCombinator)"),
    "a wrong pseudo-element": ("a:: b {}", "a.css:1:5: lightningcss: SelectorError(PseudoElementExpectedIdent("),
    "an import behind rules": ("a {}\n@import 'b.css';", "a.css:2:"),
    "a namespace behind rules": ("a {} @namespace 'b';", "a.css:1:"),
    "an import without a url": ("@import;", "a.css:1:8: lightningcss: "),
    "a wrong media query": ("@media (min-width: {}", "a.css:1:"),
    "a wrong keyframe": ("@keyframes {}", "a.css:1:12: lightningcss: "),
    "wrong supports": ("@supports foo { }", "a.css:1:"),
    "a wrong layer": ("@layer 1 { }", "a.css:1:8: lightningcss: "),
    "a wrong container": ("@container (a: { }", "a.css:1:"),
    "characters that count twice": ("/* 🎈é */ a! {}", "a.css:1:11: lightningcss: UnexpectedToken(Delim('!'))"),
    "no UTF-8": (b"a { b: '\xff' }", "a.css:1:9: byte 8 (0xff) is not valid utf-8"),
}

PROGRAMS = {
    "fails at once": ("sys.exit('no luck')", "'lightningcss' failed with status 1: no luck"),
    "makes nothing": ("pass", "'lightningcss' made no stylesheet"),
    "is killed": ("os.kill(os.getpid(), 9)", "'lightningcss' was ended by the signal SIGKILL"),
    "hangs": ("import time; time.sleep(600)", "'lightningcss' was ended, for it took longer than 1 seconds"),
    "says megabytes": ("sys.stderr.write('many ' * 999_999); sys.exit(1)", "failed with status 1: many many "),
    "writes no source map but something else": (
        "open('made.css', 'w').write('a{}'); open('made.css.map', 'w').write('{')",
        "the source map of 'lightningcss' ",
    ),
}


@pytest.fixture
def published(site):
    configure(site, source_maps="file")
    site.write({"b.css": "a{}"})
    need_lightningcss()
    site.publish()
    return site


@pytest.mark.parametrize("what", SOURCES)
def test_it_is_a_clear_error_if_a_stylesheet_has(published, what):
    text, message = SOURCES[what]
    before = published.files()
    published.write({"a.css": text})
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    (said,) = messages(caught.value)
    assert said.startswith(message)
    assert "panicked" not in said
    assert published.files() == before


@pytest.mark.parametrize("what", PROGRAMS)
def test_it_is_a_clear_error_if_lightningcss(published, what):
    body, message = PROGRAMS[what]
    Program(published.folder, "lightningcss", f"if '--version' in sys.argv: print(1); sys.exit()\n{body}", "bin")
    configure(published, source_maps="file", timeout=1)
    published.configure(
        (published.folder / "pipeline.toml").read_text() + '[tools]\nlightningcss = "bin/lightningcss"\n'
    )
    failed(published, message)


def test_an_error_shows_the_line_and_exits_1(published):
    published.write({"a.css": "a {\n  b: url(c d);\n}"})
    run = published.run("build")
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        'error: a.css:2:6: lightningcss: UnexpectedToken(BadUrl("c d"))',
        "    b: url(c d);",
        "       ^",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": ["netscape 4"]}, "BrowserNotFound("),
        ({"targets": [""]}, "'targets' must name browsers such as 'chrome 90'"),
        ({"targets": "chrome 90"}, "must be a list"),
        ({"timeout": 0}, "'timeout' must be a number of seconds above 0"),
        ({"target": ["chrome 90"]}, "unknown option 'target' of 'lightningcss'; did you mean 'targets'?"),
    ],
)
def test_a_wrong_option_is_a_clear_error(published, options, message):
    configure(published, **options)
    run = published.run("build")
    assert run.returncode in (1, 2)
    assert message in run.stderr
    assert "Traceback" not in run.stderr


def test_a_missing_program_is_an_error_with_the_command_that_installs_it(published):
    published.configure((published.folder / "pipeline.toml").read_text() + '[tools]\nlightningcss = "nowhere"\n')
    run = published.run("build")
    assert run.returncode == 1
    assert "tools.lightningcss is 'nowhere', which is no program; pip install 'pipeline-assets[lightningcss]'" in (
        run.stderr
    )
