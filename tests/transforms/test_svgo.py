"""SVG by the real SVGO: what it makes of images and configurations, and of those that are broken."""

from __future__ import annotations

import pytest

from tests.npm_tools import BROKEN, broken_node, calls, counting_node, use_npm
from tests.sites import Site, failed

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><!-- c --><g>'
    '<rect x="0.0000" width="10" height="10" fill="#ff0000"/></g></svg>\n'
)
SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><path fill="red" d="M0 0h10v10H0z"/></svg>'
XMLNS = '<svg xmlns="http://www.w3.org/2000/svg"'
SOURCES = {
    "text": ("hello", "a.svg:1:1: svgo: Non-whitespace before first tag."),
    "an open element": (f"{XMLNS}>\n<g>", "a.svg:2:3: svgo: Unclosed root tag"),
    "another closing tag": (f"{XMLNS}>\n<g></h></svg>", "a.svg:2:"),
    "a closing tag too many": (f"{XMLNS}/></g>", "a.svg:1:"),
    "an attribute without a value": (f"{XMLNS}>\n<g x></g></svg>", "a.svg:2:5: svgo: Attribute without value"),
    "an attribute without quotes": (f"{XMLNS}>\n<g x=1></g></svg>", "a.svg:2:6: svgo: Unquoted attribute value"),
    "an unknown entity": (f"{XMLNS}>&nope;</svg>", "a.svg:1:46: svgo: Invalid character entity"),
    "an ampersand": (f"{XMLNS}>a & b</svg>", "a.svg:1:"),
    "an open comment": (f"{XMLNS}><!-- x</svg>", "a.svg:1:"),
    "no name": (f"{XMLNS}>< g></svg>", "a.svg:1:"),
    "no UTF-8": (b"<svg>\xff</svg>", "a.svg: svgo: is not UTF-8: invalid start byte at byte 5"),
}
CONFIGS = {
    "has an error of syntax": ("export default {\n plugins: [ }", "svgo.config.mjs: svgo: Unexpected token '}'"),
    "fails": ("\nthrow new Error('no luck')", "svgo.config.mjs:2:7: svgo: no luck"),
    "gives nothing": ("export const x = 1", "svgo: Invalid config file"),
    "names an unknown plug-in": ("export default { plugins: ['nope'] }", "svgo: Unknown builtin plugin"),
    "has a plug-in that fails": (
        "export default { plugins: [{ name: 'bad', fn() { throw new Error('no luck') } }] }",
        "svgo.config.mjs:1:56: svgo: no luck",
    ),
    "imports what is not there": ("import 'gone'", "svgo: Cannot find package 'gone'"),
    "ends everything": ("process.exit(3)", "'node' failed with status 3"),
}


def made(site: Site) -> Site:
    use_npm(site)
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n[compile]\n"*.svg" = [{ use = "svgo" }]\n'
    )
    site.write({"a.svg": SVG})
    site.publish()
    return site


@pytest.fixture
def published(site):
    return made(site)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One for all tests that leave its configuration as it is: Node stays up for it."""
    return made(Site(tmp_path_factory.mktemp("svgo") / "project"))


def test_an_image_becomes_smaller_and_one_that_cannot_stays_as_it_is(site, published):
    assert site.text("a.svg") == SMALL
    site.write({"b.svg": SMALL, "c.svg": "<svg/>", "d.svg": XMLNS + ' viewBox="0 0 9 9"><image href="x.png"/></svg>'})
    site.write({"x.png": ""})
    site.publish()
    assert site.text("b.svg") == SMALL
    assert site.manifest["x.png"].url in site.text("d.svg")


def test_the_configuration_of_the_project_counts_and_changes_of_it_too_and_nothing_else(site, published):
    counting_node(site)
    site.configure((site.folder / "pipeline.toml").read_text() + '[tools]\nnode = "bin/node"\n')
    assert calls(site) == 0
    site.write({"svgo.config.mjs": "import { plugins } from './more.mjs'\nexport default { plugins }"}, below=".")
    site.write({"more.mjs": "export const plugins = []"}, below=".")
    assert calls(site) == 1
    assert "<rect" in site.text("a.svg")
    site.write({"more.mjs": "export const plugins = ['removeComments']"}, below=".")
    assert calls(site) == 1
    assert "<!--" not in site.text("a.svg")
    site.write({"other.mjs": "", "src/x.css": ""}, below=".")
    assert calls(site) == 0
    site.configure((site.folder / "pipeline.toml").read_text().replace('"svgo"', '"svgo", config = "c/s.mjs"'))
    site.write({"c/s.mjs": "export default { plugins: ['preset-default'] }"}, below=".")
    assert calls(site) == 1
    assert site.text("a.svg") == SMALL
    site.configure((site.folder / "pipeline.toml").read_text().replace('"svgo"', '"svgo", multipass = true'))
    assert calls(site) == 1


@pytest.mark.parametrize("what", SOURCES)
def test_it_is_a_clear_error_if_an_image_has(kept, what):
    text, message = SOURCES[what]
    kept.write({"a.svg": text})
    failed(kept, message)


@pytest.mark.parametrize("what", CONFIGS)
def test_it_is_a_clear_error_if_the_configuration(published, what):
    text, message = CONFIGS[what]
    published.write({"svgo.config.mjs": text}, below=".")
    failed(published, message)


def test_it_is_a_clear_error_if_node_hangs_or_svgo_is_missing(published):
    text = (published.folder / "pipeline.toml").read_text()
    broken_node(published, BROKEN["hangs"][0])
    published.configure(
        f'{text.replace("svgo", "svgo", 1)}[tools]\nnode = "bin/node"\n'.replace('"svgo"', '"svgo", timeout = 1')
    )
    failed(published, BROKEN["hangs"][1])
    published.configure(f'{text}[tools]\nsvgo = "no-such"\n')
    failed(published, "tools.svgo is 'no-such', which is no program; npm install --save-dev svgo")
