"""Broken Less, and a Less or Node that is broken, are clear errors at their place, and leave the last release."""

from __future__ import annotations

import pytest

from tests.npm_tools import BROKEN, broken_node, use_npm
from tests.sites import Site, failed

SOURCES = {
    "an open block": ("a { b: c", "a.less:1:9: less: Unrecognised input. Possibly missing something"),
    "an open string": ("a { b: 'c", "a.less:1:8: less: "),
    "an open comment": ("a {}\n/* x", "a.less:2:1: less: "),
    "no name": ("\n\na { : c }", "a.less:3:5: less: Unrecognised input"),
    "no selector": ("a {}\n}", "a.less:2:1: less: "),
    "an undefined variable": ("a {\n  b: @nope;\n}", "a.less:2:6: less: variable @nope is undefined"),
    "an undefined mixin": ("a {\n .nope();\n}", "a.less:2:2: less: .nope is undefined"),
    "arguments that do not fit": (
        ".m(@a) {} a { .m(1, 2) }",
        "a.less:1:15: less: No matching definition was found for",
    ),
    "a guard that is none": (".m() when (nope {} ", "a.less:1:"),
    "a recursive variable": ("@a: @b; @b: @a; c { d: @a }", "less: Recursive variable definition for @"),
    "a colour that is none": ("a { b: darken(1px, 2%) }", "a.less:1:8: less: Error evaluating function `darken`: "),
    "a number that is none": ("a { b: unit(c, px) }", "a.less:1:8: less: Error evaluating function `unit`: "),
    "a missing import": ("\n@import 'gone';", "a.less:2:1: less: 'gone' wasn't found."),
    "an import outside of the project": ("@import (inline) '../../outside.txt';", "lies outside of the project"),
    "an import by an absolute path": (
        "@import (inline) '/etc/passwd';",
        "a.less:1:1: less: '/etc/passwd' lies outside",
    ),
    "an import by a URL": ("@import (less) 'https://example.com/x.less';", "is on another site, from which nothing"),
    "an import by a URL without a scheme": ("@import (less) '//example.com/x.less';", "is on another site, from which"),
    "data from outside": ("a { b: data-uri('/etc/passwd') }", "'/etc/passwd' lies outside of the project"),
    "a plug-in that is not there": ("@plugin 'gone';", "a.less:1:1: less: 'gone"),
    "a plug-in that fails": ("@plugin 'bad.js';", "bad.js:1:8: less: no luck; it is part of a.less"),
    "JavaScript that is not allowed": ("a { b: `1` }", "a.less:1:8: less: Inline JavaScript is not enabled."),
    "a mistake in a partial": (
        "@import '_bad';",
        "_bad.less:2:5: less: variable @x is undefined; it is part of a.less",
    ),
    "endless recursion": (".m() { .m() } a { .m() }", "less: "),
    "no UTF-8": (b"a { b: '\xff' }", "a.less: less: is not UTF-8: invalid start byte at byte 8"),
}


def made(site: Site) -> Site:
    use_npm(site)
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n[compile]\n'
        '"*.less" = [{ use = "less", timeout = 60 }]\n"*.js" = []\n'
    )
    site.write({"_bad.less": "\na{b:@x}", "bad.js": "throw new Error('no luck')", "a.less": "a { b: c }"})
    (site.folder.parent / "outside.txt").write_text("secret")
    site.publish()
    return site


@pytest.fixture
def published(site):
    return made(site)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One for all tests that leave its configuration as it is: Node stays up for it."""
    return made(Site(tmp_path_factory.mktemp("less") / "project"))


@pytest.mark.parametrize("what", SOURCES)
def test_it_is_a_clear_error_if_a_stylesheet_has(kept, what):
    text, message = SOURCES[what]
    kept.write({"a.less": text})
    failed(kept, message)


@pytest.mark.parametrize("what", BROKEN)
def test_it_is_a_clear_error_if_node(published, what):
    body, message = BROKEN[what]
    broken_node(published, body)
    text = (published.folder / "pipeline.toml").read_text().replace("timeout = 60", "timeout = 1")
    published.configure(f'{text}[tools]\nnode = "bin/node"\n')
    failed(published, message)


def test_an_error_exits_1_and_a_missing_tool_says_how_to_install_it(published):
    published.write({"a.less": "a {\n  b: @nope;\n}"})
    run = published.run("build")
    assert (run.returncode, run.stderr.splitlines()[0]) == (1, "error: a.less:2:6: less: variable @nope is undefined")
    text = (published.folder / "pipeline.toml").read_text()
    for name, program, message in (
        ("lessc", "no-such", "tools.lessc is 'no-such', which is no program; npm install --save-dev less"),
        ("lessc", "sh", "is no program of npm's package less; npm install --save-dev less"),
        ("node", "no-such", "tools.node is 'no-such', which is no program; install Node.js"),
    ):
        published.configure(f'{text}[tools]\n{name} = "{program}"\n')
        run = published.run("build")
        assert run.returncode == 1
        assert message in run.stderr
    (published.folder / "node_modules").unlink()
    published.configure(text)
    assert "lessc is not installed" in published.run("doctor").stderr.replace("'", "")
