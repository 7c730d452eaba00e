"""Stylesheets through the real PostCSS with a project's configuration: what is an input, what has it run again."""

from __future__ import annotations

import json

import pytest

from tests.npm_tools import calls, counting_node, use_npm
from tests.sites import Site, messages
from tests.test_source_maps import traced

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'
CONFIG = "module.exports = { plugins: [require('postcss-import')(), require('autoprefixer')()] }"
MODULE = """import imports from 'postcss-import'
import { more } from './build/more.mjs'
export default { plugins: [imports(), ...more] }
"""
MORE = """import autoprefixer from 'autoprefixer'
export const more = [autoprefixer()]
"""


@pytest.fixture(autouse=True)
def npm(site):
    use_npm(site)


def configure(site: Site, more: str = "", head: str = HEAD, **options: object) -> None:
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"use": "postcss", **options}.items())
    site.configure(f'{head}[compile]\n"*.css" = [{{ {fields} }}]\n"*.pcss" = [{{ {fields} }}]\n{more}')


def project(site: Site, files: dict[str, str]) -> None:
    site.write(files, below=".")


def explained(site: Site, path: str = "a.css") -> list[str]:
    found: list[str] = json.loads(site.run("explain", "--json", path).stdout)["inputs"]
    return [each for each in found if "node_modules" not in each]


def test_a_stylesheet_goes_through_the_plug_ins_of_the_configuration_and_keeps_its_place(site):
    configure(site)
    project(site, {"postcss.config.cjs": CONFIG})
    site.write({"css/a.css": "@import './_p.css';\na { user-select: none }", "b.pcss": "b { c: d }"})
    site.write({"css/_p.css": "p { background: url(x.png) }", "css/x.png": ""})
    site.publish()
    assert "-webkit-user-select: none" in site.text("css/a.css")
    assert f"url({site.manifest['css/x.png'].url.rpartition('/')[2]})" in site.text("css/a.css")
    assert site.text("b.css") == "b { c: d }"


def test_a_configuration_that_is_a_module_and_what_it_imports_are_inputs_as_are_the_packages(site):
    configure(site)
    project(site, {"postcss.config.mjs": MODULE, "build/more.mjs": MORE, ".browserslistrc": "firefox 60"})
    site.write({"a.css": "@import './p.css';\na { user-select: none }", "p.css": "p { q: r }"})
    site.publish()
    assert "-moz-user-select" in site.text("a.css")
    assert "-webkit" not in site.text("a.css")
    assert {"postcss.config.mjs", "build/more.mjs", ".browserslistrc", "p.css", "a.css"} <= set(explained(site))
    packages = json.loads(site.run("explain", "--json", "a.css").stdout)["inputs"]
    assert {"autoprefixer", "caniuse-lite", "postcss-import"} <= {
        each.split("/")[-2] for each in packages if "/" in each
    }


def test_the_options_of_the_configuration_hold_and_env_is_what_it_is_told(site):
    configure(site, config="conf", env="production")
    text = "module.exports = ({ env, file }) => ({ parser: { parse: (css, o) => require('postcss').parse("
    project(site, {"conf/postcss.config.cjs": text + "`${file.basename} { a: ${env} }`, o) }, plugins: [] })"})
    site.write({"a.css": "x"})
    site.publish()
    assert site.text("a.css") == "a.css { a: production }"


def test_tailwind_as_its_plug_in_finds_the_classes_of_templates_that_are_declared(site):
    counting_node(site)
    head = HEAD + 'tools.node = "bin/node"\n'
    configure(site, head=head, inputs=["templates/**"])
    project(site, {"postcss.config.mjs": "export default { plugins: { '@tailwindcss/postcss': {} } }"})
    project(site, {"templates/a.html": '<p class="p-4">', "other/b.html": '<p class="p-8">'})
    site.write({"a.css": '@import "tailwindcss" source(none);\n@source "../templates";'})
    assert calls(site) == 1
    assert ("p-4" in site.text("a.css"), "p-8" in site.text("a.css")) == (True, False)
    project(site, {"other/b.html": '<p class="p-6">'})
    assert calls(site) == 0
    project(site, {"templates/a.html": '<p class="p-2">'})
    assert calls(site) == 1
    assert ("p-4" in site.text("a.css"), "p-2" in site.text("a.css")) == (False, True)


def test_it_takes_what_earlier_steps_made_and_a_source_map_leads_to_what_people_wrote(site):
    site.configure(
        f'source_maps="file"\n{HEAD}[bundles."all.css"]\nsources = ["css/a.less"]\nsteps = ["less", "postcss"]\n'
    )
    project(site, {"postcss.config.cjs": CONFIG})
    site.write({"css/a.less": "@c: red;\n\n.thing {\n  user-select: none;\n}\n"})
    site.publish()
    found = {word: (source, line) for word, source, line, _ in traced(site, "all.css")["found"] if source}
    assert found["thing"] == ("css/a.less", 3)
    assert ("css/a.less", 4) in found.values()


def test_warnings_are_said_with_their_place(site):
    configure(site)
    plugin = "const p = () => ({ postcssPlugin: 'mine', Declaration: (d, { result }) => { d.warn(result, 'odd') } });"
    project(site, {"postcss.config.cjs": f"{plugin} p.postcss = true; module.exports = {{ plugins: [p()] }}"})
    site.write({"a.css": "a {\n  b: c }"})
    (said,) = site.build().diagnostics
    assert str(said) == "a.css:2:3: postcss: mine: odd"


@pytest.fixture
def counted(site):
    """A site with two stylesheets of which one imports another, and a Node that keeps count."""
    program = counting_node(site)
    plugin = """const fs = require('fs');
const mine = () => ({ postcssPlugin: 'mine', Once(root, { result }) {
  const file = require('path').join(__dirname, 'data', 'told.txt');
  result.messages.push({ type: 'dependency', plugin: 'mine', file, parent: result.opts.from });
  result.messages.push({ type: 'dir-dependency', plugin: 'mine', dir: __dirname + '/pages', glob: '**/*.{html,txt}' });
  root.append(`/* ${fs.existsSync(__dirname + '/flag') ? 'on' : 'off'} ${process.env.MODE} */`);
} }); mine.postcss = true; module.exports = mine;"""
    text = "module.exports = { plugins: [require('postcss-import')(), require('./mine.cjs')()] }"
    project(site, {"postcss.config.cjs": text, "mine.cjs": plugin, "pages/a.html": "", "data/told.txt": "1"})
    project(site, {"more/x.txt": "1"})
    configure(site, '[tools]\nnode = "bin/node"\n', inputs=["more/*.txt"], variables=["MODE"])
    site.write({"a.css": "@import './_p.css';", "_p.css": "p{}", "b.css": "b{}"})
    assert calls(site) == 2
    assert calls(site) == 0
    return program


def test_what_the_stylesheets_the_configuration_and_the_plug_ins_read_has_it_run_again(site, counted):
    site.write({"_p.css": "p { q: r }"})
    assert calls(site) == 1
    changes = [("flag", "")]
    changes += [("pages/deep/b.html", "new"), ("data/told.txt", "2"), ("more/x.txt", "2"), (".postcssrc.json", "no")]
    for name, text in changes:
        project(site, {name: text})
        try:
            assert calls(site) == 2, name
        except ExceptionGroup:
            assert name == ".postcssrc.json"
            (site.folder / name).unlink()
    assert "/* on" in site.text("b.css")
    text = (site.folder / "mine.cjs").read_text()
    project(site, {"mine.cjs": text.replace("/* $", "/*$")})
    assert calls(site) == 2
    assert "/*on" in site.text("b.css")


def test_options_variables_and_versions_have_all_run_again(site, counted, monkeypatch):
    monkeypatch.setenv("MODE", "x")
    assert calls(site) == 2
    assert "off x" in site.text("b.css")
    monkeypatch.setenv("NODE_ENV", "production")
    assert calls(site) == 2
    configure(site, '[tools]\nnode = "bin/node"\n', inputs=["more/*.txt"], variables=["MODE"], env="test")
    assert calls(site) == 2
    body = counted.file.read_text().partition("\n")[2]
    counted.write(f"if '--version' in sys.argv: print('v0.1'); sys.exit()\n{body}")
    assert calls(site) == 2


def test_anything_else_has_nothing_run_again(site, counted, monkeypatch):
    site.write({"a.txt": "", "img/a.png": ""})
    project(site, {"other.txt": "", "more/x.md": "", "data/other.txt": ""})
    monkeypatch.setenv("OTHER", "x")
    assert calls(site) == 0


def test_what_changes_while_it_is_read_is_not_taken_for_what_was_read(site):
    configure(site)
    plugin = """const fs = require('fs'), file = __dirname + '/data.txt';
const once = (root) => { root.append(`/* ${fs.readFileSync(file, 'utf8')} */`); fs.writeFileSync(file, 'new'); };
module.exports = { plugins: [{ postcssPlugin: 'x', Once: once }] };"""
    project(site, {"postcss.config.cjs": plugin, "data.txt": "old"})
    site.write({"a.css": "a{}"})
    with pytest.raises(ExceptionGroup) as caught:
        site.publish()
    assert messages(caught.value) == ["data.txt: changed while it was being built; build again"]
    site.publish()
    assert site.text("a.css") == "a{}/* new */"
