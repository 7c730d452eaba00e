"""TypeScript and JSX, file by file, by the real esbuild: what becomes what, what is an input, what has it run again."""

from __future__ import annotations

import json

import pytest

from tests.sites import Site, messages
from tests.transforms.esbuild_steps import HEAD, counting, esbuild, loose, runs


@pytest.fixture(autouse=True)
def configured(site):
    loose(site)


def made(site: Site, path: str, text: str) -> str:
    site.write({path: text})
    site.publish()
    (published,) = (each for each in site.manifest.entries if each.endswith(("js", "cjs")))
    return site.text(published)


@pytest.mark.parametrize(
    ("path", "text", "becomes", "result"),
    [
        ("js/a.ts", "let x: number = 1; export { x }", "js/a.js", "let x = 1;\nexport { x };\n"),
        ("a.mts", "export const x = 1 as const", "a.mjs", "export const x = 1;\n"),
        ("a.cts", "enum A { B }", "a.cjs", 'var A = /* @__PURE__ */ ((A2) => {\n  A2[A2["B"] = 0] = "B";'),
        ("a.tsx", "let x: any = <b c='d'/>", "a.js", 'let x = /* @__PURE__ */ React.createElement("b", { c: "d" });\n'),
        ("a.jsx", "x = <>é</>", "a.js", 'x = /* @__PURE__ */ React.createElement(React.Fragment, null, "é");\n'),
        ("a.b.TS", "type X = 1", "a.b.js", ""),
        ("bom.ts", "\ufefflet x: 1", "bom.js", "let x;\n"),
        ("empty.ts", "", "empty.js", ""),
    ],
)
def test_a_file_becomes_a_script(site, path, text, becomes, result):
    assert made(site, path, text).startswith(result)
    assert [*site.manifest.entries] == [becomes]


def test_a_script_may_be_declared_to_have_elements(site):
    loose(site, '"*.js" = [{ use = "jsx", jsx = "automatic", jsx_import_source = "preact" }]')
    text = made(site, "a.js", "export let x = <b/>")
    assert 'from "preact/jsx-runtime"' in text
    assert 'jsx("b", {})' in text


def test_a_file_of_another_suffix_becomes_a_script_too(site):
    loose(site, '"*.es6" = ["jsx"]')
    assert made(site, "a.es6", "let x") == "let x;\n"
    assert [*site.manifest.entries] == ["a.js"]


def test_options_are_those_of_esbuild(site):
    loose(site, '"*.tsx" = [{ use = "typescript", jsx_factory = "h", jsx_fragment = "F", target = ["es2019"] }]')
    assert made(site, "a.tsx", "x = <>{a?.b}</>") == ("x = /* @__PURE__ */ h(F, null, a == null ? void 0 : a.b);\n")


def test_the_nearest_tsconfig_counts_and_what_it_extends(site):
    site.write({"tsconfig.json": '{"compilerOptions": {"jsxFactory": "far"}}'}, below=".")
    assert "far(" in made(site, "deep/js/a.tsx", "x = <b/>")
    site.write({"deep/tsconfig.json": '{"extends": ["../../conf/base"] /* , */, } // x'})
    site.write({"base.json": '{"extends": "preset/sub", "compilerOptions": {"target": "es2020"}}'}, below="conf")
    site.write({"sub.json": '{"compilerOptions": {"jsxFactory": "preset"}}'}, below="node_modules/preset")
    site.publish()
    assert "preset(" in site.text("deep/js/a.js")
    loose(site, '"*.tsx" = [{ use = "typescript", tsconfig = "conf/own.json" }]')
    site.write({"own.json": '{"compilerOptions": {"jsxFactory": "own"}}'}, below="conf")
    site.publish()
    assert "own(" in site.text("deep/js/a.js")


def test_an_earlier_step_may_make_it(site):
    site.write({"a.ts.jinja": "export let x: number = {{ 1 + 1 }}"})
    site.publish()
    assert site.text("a.js") == "export let x = 2;\n"


def test_imports_stay_and_are_followed(site):
    site.write({"b.ts": "export let b: 1", "js/a.ts": 'import { b } from "../b.js"; b'})
    site.publish()
    assert f'from "../{site.manifest["b.js"].url}"' in site.text("js/a.js")


def test_declarations_and_parts_are_no_assets(site):
    site.write({"a.d.ts": "declare let a: 1", "b.d.mts": "", "_c.ts": "", "d.ts": "1"})
    site.publish()
    assert [*site.manifest.entries] == ["d.js"]


def test_films_in_pieces_are_no_typescript(site):
    film = (b"G\x40\x00\x10" + b"\0" * 184) * 3
    site.write({"film/0.ts": film, "film/list.m3u8": "0.ts"})
    site.publish()
    assert site.published("film/0.ts") == film


def test_bundles_of_files_are_compiled_and_joined(site):
    site.write({"a.ts": "var a: 1", "b.jsx": "b = <i/>"})
    site.configure(f'{HEAD}[tools]\nesbuild = "{esbuild()}"\n[bundles]\n"all.js" = ["a.ts", "b.jsx"]\n')
    site.publish()
    assert site.text("all.js") == 'var a;\nb = /* @__PURE__ */ React.createElement("i", null);\n'


@pytest.mark.parametrize("kind", ["file", "inline"])
def test_maps_lead_through_all_steps_to_what_people_wrote(site, kind):
    from tests.test_source_maps import traced

    loose(site, more=f'source_maps = "{kind}"\n')
    site.write({"js/a.ts": "type Not = 1\n\nlet first: number = 1\n\n  ; (first as any).second()\n"})
    site.publish()
    traces = traced(site, "js/a.js")
    (name,) = traces["sources"]
    assert name.endswith("a.ts")
    lines = traces["contents"][0].split("\n")
    words = {word: lines[line - 1] for word, _, line, _ in traces["found"] if word in {"first", "second"}}
    assert words == {"first": "  ; (first as any).second()", "second": "  ; (first as any).second()"}


@pytest.fixture
def counted(site):
    """A site with two scripts, and an esbuild that keeps count."""
    site.write({"js/a.ts": "let a: 1", "b.tsx": "let b = <b/>"})
    site.write({"tsconfig.json": '{"extends": "./base.json"}', "base.json": "{}"}, below=".")
    program = counting(site)
    assert runs(site, program) == 2
    assert runs(site, program) == 0
    return program


def test_only_what_changed_runs_again(site, counted):
    site.write({"js/a.ts": "let a: 2"})
    assert runs(site, counted) == 1


def test_what_tsconfig_says_has_all_run_again(site, counted):
    site.write({"base.json": '{"compilerOptions": {"jsxFactory": "h"}}'}, below=".")
    assert runs(site, counted) == 2
    assert "h(" in site.text("b.js")
    site.write({"js/tsconfig.json": "{}"})  # a nearer one
    assert runs(site, counted) == 1


def test_other_options_and_another_version_have_it_run_again(site, counted):
    text = (site.folder / "pipeline.toml").read_text()
    site.configure(text.replace("[compile]\n", '[compile]\n"*.ts" = [{ use = "typescript", target = ["es2020"] }]\n'))
    assert runs(site, counted) == 1
    body = counted.file.read_text().rstrip().rpartition("\n")[2]
    counted.write(f"if '--version' in sys.argv: print('0.1'); sys.exit()\n{body}")
    assert runs(site, counted) == 2


def test_anything_else_has_nothing_run_again(site, counted, monkeypatch):
    site.write({"c.css": "", "other.json": "{}", "_d.ts": "x"})
    site.write({"package.json": "{}"}, below=".")
    monkeypatch.setenv("OTHER", "1")
    monkeypatch.setenv("NODE_PATH", "elsewhere")
    counted.file.write_text(counted.file.read_text())
    assert runs(site, counted) == 0


def test_inputs_are_named_by_explain(site, counted):
    found = json.loads(site.run("explain", "--json", "js/a.js").stdout)["inputs"]
    assert found == ["base.json", "js/a.ts", "src/js/tsconfig.json", "src/tsconfig.json", "tsconfig.json"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('jsx = "react"', "'jsx' must be one of transform, automatic, preserve, not 'react'"),
        ("timeout = 0", "'timeout' must be a number of seconds above 0"),
        ('target = "es5"', "option 'target' of 'typescript' must be a list, each a string, not a string"),
        ("targets = []", "unknown option 'targets' of 'typescript'; did you mean 'target'?"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    loose(site, f'"*.ts" = [{{ use = "typescript", {options} }}]')
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert message in messages(caught.value)[0]
