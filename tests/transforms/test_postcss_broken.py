"""Broken stylesheets, configurations and plug-ins are clear errors at their place, and leave the last release."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.watching import until
from tests.npm_tools import BROKEN, broken_node, use_npm
from tests.programs import gone
from tests.sites import Site, failed

CONFIG = "module.exports = { plugins: [require('postcss-import')(), require('autoprefixer')()] }"
SOURCES = {
    "an open block": ("a { b: c", "a.css:1:1: postcss: Unclosed block"),
    "an open string": ("a { b: 'c", "a.css:1:8: postcss: Unclosed string"),
    "an open comment": ("a {}\n/* x", "a.css:2:1: postcss: Unclosed comment"),
    "a closing brace too many": ("a {}\n}", "a.css:2:1: postcss: Unexpected }"),
    "an unknown word": ("a {\n  b\n}", "a.css:2:3: postcss: Unknown word b"),
    "a double colon": ("a { b:: c: d }", "postcss: "),
    "an at-rule without a name": ("@ {}", "a.css:1:1: postcss: At-rule without name"),
    "a missing import": ("\n@import './gone.css';", "a.css:2:1: postcss: postcss-import: Failed to find './gone.css'"),
    "a mistake in what it imports": (
        "@import './_bad.css';",
        "_bad.css:2:1: postcss: postcss-import: Unclosed block; it is part of a",
    ),
    "no UTF-8": (b"a { b: '\xff' }", "a.css"),
}
CONFIGS = {
    "is missing": ("", "postcss: No PostCSS Config found in: "),
    "has an error of syntax": (
        "module.exports = {\n plugins: [ }",
        "postcss.config.cjs:2: postcss: Unexpected token '}'",
    ),
    "fails": ("\nthrow new Error('no luck')", "postcss.config.cjs:2:7: postcss: no luck"),
    "names what is not defined": ("nope()", "postcss.config.cjs:1:1: postcss: nope is not defined"),
    "names a plug-in that is not installed": (
        "module.exports = { plugins: { gone: {} } }",
        "postcss: Loading PostCSS Plugin failed: Cannot find module 'gone'",
    ),
    "requires what is not installed": ("require('gone')", "postcss: Cannot find module 'gone'"),
    "has a plug-in that is none": ("module.exports = { plugins: [7] }", "postcss: Invalid PostCSS Plugin found"),
    "has a plug-in that fails": (
        "module.exports = { plugins: [{ postcssPlugin: 'bad', Once() { throw new TypeError('no luck') } }] }",
        "no luck",
    ),
    "has a plug-in that complains": (
        "module.exports = { plugins: [{ postcssPlugin: 'bad', Rule(r) { throw r.error('ugly') } }] }",
        "a.css:1:1: postcss: bad: ugly",
    ),
    "has a plug-in that ends everything": ("process.exit(3)", "'node' failed with status 3"),
    "prints": ("console.log('{}'); module.exports = { plugins: [7] }", "postcss: Invalid PostCSS Plugin found"),
    "never ends": ("module.exports = new Promise(() => setTimeout(() => 0, 1e9))", "took longer than 1 seconds"),
}


def made(site: Site) -> Site:
    use_npm(site)
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n[compile]\n"a.css" = [{ use = "postcss" }]\n'
    )
    site.write({"postcss.config.cjs": CONFIG}, below=".")
    site.write({"_bad.css": "a {}\nb {", "a.css": "a { b: c }"})
    site.publish()
    return site


@pytest.fixture
def published(site):
    return made(site)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One for all tests that leave its configuration as it is: Node stays up for it."""
    return made(Site(tmp_path_factory.mktemp("postcss") / "project"))


@pytest.mark.parametrize("what", SOURCES)
def test_it_is_a_clear_error_if_a_stylesheet_has(kept, what):
    text, message = SOURCES[what]
    kept.write({"a.css": text})
    failed(kept, message)


@pytest.mark.parametrize("what", CONFIGS)
def test_it_is_a_clear_error_if_the_configuration(published, what):
    text, message = CONFIGS[what]
    (published.folder / "postcss.config.cjs").unlink()
    if text:
        published.write({"postcss.config.cjs": text}, below=".")
    if "longer" in message:
        published.configure(
            (published.folder / "pipeline.toml").read_text().replace('"postcss"', '"postcss", timeout = 1')
        )
    failed(published, message)


def test_it_is_a_clear_error_if_node_hangs(published):
    broken_node(published, BROKEN["hangs"][0])
    text = (published.folder / "pipeline.toml").read_text().replace('"postcss"', '"postcss", timeout = 1')
    published.configure(f'{text}[tools]\nnode = "bin/node"\n')
    failed(published, BROKEN["hangs"][1])


def test_a_missing_tool_says_how_to_install_it(published):
    published.configure((published.folder / "pipeline.toml").read_text() + '[tools]\npostcss = "sh"\n')
    run = published.run("build")
    assert run.returncode == 1
    assert "is no program of npm's package postcss-cli; npm install --save-dev postcss postcss-cli" in run.stderr


def test_node_ends_with_a_build_that_is_killed_also_while_a_plug_in_is_at_work(published):
    plugin = """require('fs').writeFileSync(__dirname + '/pid', String(process.pid));
module.exports = new Promise(() => setTimeout(() => 0, 1e9));"""
    published.write({"postcss.config.cjs": plugin}, below=".")
    with subprocess.Popen([sys.executable, "-m", "pipeline", "build"], cwd=published.folder) as process:
        until(lambda: (published.folder / "pid").exists() and (published.folder / "pid").read_text())
        process.kill()
    assert gone(int((published.folder / "pid").read_text()))
