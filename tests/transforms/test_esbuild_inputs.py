"""What a bundle of esbuild was made of: that alone has it made again."""

from __future__ import annotations

import json
import os

import pytest

from tests.programs import Program
from tests.sites import Site
from tests.transforms.esbuild_steps import bundle, counting, package


@pytest.fixture
def counted(site, monkeypatch):
    """A site with one entry, and an esbuild that keeps count of what it bundles."""
    monkeypatch.setenv("API", "1")
    package(site, "pack", {"index.js": "export * from './inner.js'", "inner.js": "export let p = 1"})
    site.write({"tsconfig.json": "{}", "package.json": '{"name": "app"}'}, below=".")
    site.write(
        {
            "js/app.js": "import { a } from './lib/a'; import { p } from 'pack'; import i from '../i.png';"
            "import d from './d.json'; console.log(a, p, i, d, process.env.API)",
            "js/lib/a/index.ts": "export let a: number = 1",
            "js/d.json": "{}",
            "i.png": "png",
            "js/other.css": "",
        }
    )
    bundle(site, "js/app.js", "js/app.js", variables=["API"])
    program = counting(site)
    assert bundles(site, program) == 1
    assert bundles(site, program) == 0
    return program


def bundles(site: Site, program: Program) -> int:
    """How many bundles a build makes."""
    before = sum("--bundle" in each for each in program.runs())
    site.publish()
    return sum("--bundle" in each for each in program.runs()) - before


CHANGES = {
    "a module": ("src/js/lib/a/index.ts", "export let a = 2"),
    "a module of a package": ("node_modules/pack/inner.js", "export let p = 2"),
    "data": ("src/js/d.json", '{"x": 1}'),
    "what a package says of itself": ("node_modules/pack/package.json", '{"name": "pack", "main": "inner.js"}'),
    "what the project says of itself": ("package.json", '{"name": "app", "sideEffects": false}'),
    "a package.json that is nearer": ("src/js/package.json", "{}"),
    "tsconfig.json": ("tsconfig.json", '{"compilerOptions": {"target": "es2019"}}'),
    "a tsconfig.json that is nearer": ("src/tsconfig.json", "{}"),
    "a module that is found first": ("src/js/lib/a.tsx", "export let a = 3"),
    "a package that is found first": ("src/js/node_modules/pack/package.json", '{"main": "x.js"}'),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_made_again_for(site, counted, what):
    path, text = CHANGES[what]
    if "package that" in what:
        site.write({"x.js": "export let p = 9"}, below=os.path.dirname(path))
    site.write({path: text}, below=".")
    assert bundles(site, counted) == 1
    assert bundles(site, counted) == 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/js/lib/b.ts", "export let b = 1"),
        ("src/js/other.css", "a {}"),
        ("src/js/a.ts", ""),
        ("node_modules/pack/unused.js", "1"),
        ("node_modules/other/package.json", "{}"),
        ("conf/tsconfig.json", "{}"),
        ("js/lib/a.js", "1"),
    ],
)
def test_it_is_not_made_again_for_anything_else(site, counted, monkeypatch, path, text):
    monkeypatch.setenv("OTHER", "2")
    site.write({path: text}, below=".")
    assert bundles(site, counted) == 0


def test_a_variable_an_option_and_the_version_have_it_made_again(site, counted, monkeypatch):
    monkeypatch.setenv("API", "2")
    assert bundles(site, counted) == 1
    text = (site.folder / "pipeline.toml").read_text()
    site.configure(text.replace('["API"]', '["API"], minify = true'))
    assert bundles(site, counted) == 1
    body = counted.file.read_text().rstrip().rpartition("\n")[2]
    counted.write(f"if '--version' in sys.argv: print('0.1'); sys.exit()\n{body}")
    assert bundles(site, counted) == 1


def test_inputs_are_named_by_explain(site, counted):
    found = set(json.loads(site.run("explain", "--json", "js/app.js").stdout)["inputs"])
    read = {"js/app.js", "js/lib/a/index.ts", "js/d.json", "i.png", "tsconfig.json", "package.json"}
    read |= {f"node_modules/pack/{name}" for name in ("index.js", "inner.js", "package.json")}
    assert read <= found
    assert {"src/js/lib/a.tsx", "src/js/tsconfig.json", "src/js/node_modules/pack/package.json"} <= found
    assert not {each for each in found if "other" in each or "unused" in each}


def test_a_build_with_nothing_to_do_sees_a_change_in_a_package(site, counted):
    for _ in range(2):
        said = site.run("build").stderr
    assert "nothing changed" in said
    site.write({"inner.js": "export let p = 5"}, below="node_modules/pack")
    assert "nothing changed" not in site.run("build").stderr
    assert "5" in site.text("js/app.js")


def test_a_module_that_changes_while_esbuild_reads_it_is_read_again(site, counted):
    body = counted.file.read_text().rstrip().rpartition("\n")[2]
    module = str(site.folder / "src/js/lib/a/index.ts")
    changed = str(site.folder / "changed")
    counted.write(
        "import subprocess\n"
        "if '--version' in sys.argv: print('late'); sys.exit()\n"
        f"code = subprocess.run([{body.split(chr(39))[1]!r}, *sys.argv[1:]]).returncode\n"
        f"if '--bundle' in sys.argv and not os.path.exists({changed!r}):\n"
        f"    open({changed!r}, 'w').close(); open({module!r}, 'w').write('export let a = 77')\n"
        "sys.exit(code)"
    )
    assert bundles(site, counted) == 2
    assert "77" in site.text("js/app.js")
    assert bundles(site, counted) == 0
