"""Entries bundled by the real esbuild: what becomes an asset, what it is called, and what points where."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from tests.sites import Site, messages
from tests.transforms.esbuild_steps import HEAD, bundle, esbuild, loose, package, step

PIXEL = b"\x89PNG pixel"


def text(site: Site, files: Mapping[str, str | bytes], path: str = "app.js") -> str:
    site.write(files)
    site.publish()
    return site.text(path)


def test_what_is_imported_is_taken_in_but_for_what_nobody_uses(site):
    bundle(site)
    made = text(site, {"app.ts": "import { a } from './lib'; console.log(a)", "lib.ts": "export let a: 1 = 1, b = 2"})
    assert made.split("\n") == [
        "(() => {",
        "  // lib.ts",
        "  var a = 1;",
        "",
        "  // app.ts",
        "  console.log(a);",
        "})();",
        "",
    ]


def test_what_was_taken_in_is_published_by_itself_only_if_something_refers_to_it(site):
    bundle(site)
    files = {"app.ts": "import './lib/a'; import './lib/b'", "lib/a.ts": "import './b'", "lib/b.ts": "", "c.ts": ""}
    text(site, files)
    assert [*site.manifest.entries] == ["app.js", "c.js"]
    text(site, {"p.html": '<script src="lib/b.js"></script>'})
    assert [*site.manifest.entries] == ["app.js", "c.js", "lib/b.js", "p.html"]


def test_a_loose_entry_may_be_declared_and_one_that_another_imports_stays(site):
    loose(site, f'"*.entry.ts" = [{step(bundle=True)}]')
    text(site, {"a.entry.ts": "import './b.entry'; import './c'", "b.entry.ts": "", "c.ts": ""}, "a.entry.js")
    assert [*site.manifest.entries] == ["a.entry.js", "b.entry.js"]


def test_what_a_member_of_a_bundle_took_in_is_not_published_by_itself_either(site):
    loose(site, f'"*.entry.ts" = [{step(bundle=True)}]')
    configuration = (site.folder / "pipeline.toml").read_text()
    site.configure(f'{configuration}[bundles]\n"all.js" = ["a.entry.ts", "b.js"]\n')
    made = text(site, {"a.entry.ts": "import './lib/c'", "lib/c.ts": "console.log('c')", "b.js": "b()"}, "all.js")
    assert made.index('"c"') < made.index("b()")
    assert [*site.manifest.entries] == ["all.js"]


def test_packages_are_found_as_node_finds_them_by_the_conditions_of_releases(site):
    exports = {"production": "./p.js", "development": "./d.js", "default": "./x.js"}
    package(site, "pack", {"p.js": "export default 'right'", "d.js": "", "x.js": ""}, exports=exports)
    package(site, "@s/old", {"lib/m.js": "module.exports = 'common'"}, main="lib/m")
    bundle(site)
    made = text(site, {"js/app.ts": "", "app.ts": "import p from 'pack'; import o from '@s/old'; console.log(p, o)"})
    assert '"right"' in made
    assert '"common"' in made


def test_a_package_may_be_a_link_to_elsewhere_as_workspaces_have_them(site, tmp_path):
    files = {
        "package.json": '{"name": "ui"}',
        "es/package.json": '{"type": "module"}',
        "es/i.js": "import '../lib/x.js'",
    }
    site.write({**files, "lib/x.js": "console.log('linked')"}, below="../packages/ui")
    (site.folder / "node_modules").mkdir()
    (site.folder / "node_modules/ui").symlink_to(tmp_path / "packages/ui")
    bundle(site)
    assert "linked" in text(site, {"app.ts": "import 'ui/es/i.js'"})


def test_a_root_outside_of_the_project_has_the_project_s_packages(site, tmp_path):
    package(site, "pack", {"index.js": "export default 'found'"})
    (tmp_path / "other").mkdir()
    (tmp_path / "other/app.ts").write_text("import p from 'pack'; console.log(p)")
    bundle(site)
    configuration = (
        (site.folder / "pipeline.toml").read_text().replace('["src"]', json.dumps([str(tmp_path / "other")]))
    )
    site.configure(configuration)
    assert "found" in text(site, {})


def test_chunks_are_assets_with_stable_names_and_point_at_each_other(site):
    bundle(site, "js/app.js", "js/app.ts", splitting=True)
    files: dict[str, str | bytes] = {
        "js/app.ts": "import { s } from './s'; s(); import('./lazy').then(m => m.go()); import('./two/lazy')",
        "js/lazy.ts": "import { s } from './s'; export let go = () => s('one')",
        "js/two/lazy.ts": "import { s } from '../s'; s('two')",
        "js/s.ts": "export let s = (x?: string) => console.log(x)",
    }
    made = text(site, files, "js/app.js")
    names = [*site.manifest.entries]
    assert [re.sub("[0-9a-f]{8}", "?", name) for name in names] == [
        "js/app.js",
        "js/chunk-?.js",
        "js/lazy-?.js",
        "js/lazy-?.js",
    ]
    chunk = next(name for name in names if "chunk" in name)
    for name in names:
        if name != chunk:
            assert f'from "./{site.manifest[chunk].url.removeprefix("js/")}"' in site.text(name)
    assert all(f'import("./{site.manifest[name].url.removeprefix("js/")}")' in made for name in names if "lazy" in name)
    text(site, {"js/s.ts": "export let s = (x?: string) => console.log(x, 2)"}, "js/app.js")
    assert [*site.manifest.entries] == names


def test_two_entries_have_chunks_of_their_own(site):
    for name in "ab":
        site.write({f"{name}.ts": "import('./lazy')"})
    site.write({"lazy.ts": "console.log('lazy')"})
    loose(site, f'"[ab].ts" = [{step(bundle=True, splitting=True)}]')
    site.publish()
    assert len([name for name in site.manifest.entries if "lazy" in name]) == 2


def test_a_bundle_may_stand_elsewhere_than_its_source(site):
    bundle(site, "out/main.js", "js/app.ts", splitting=True)
    made = text(site, {"js/app.ts": "import('./lazy')", "js/lazy.ts": "console.log(1)"}, "out/main.js")
    (lazy,) = (entry.url for path, entry in site.manifest.entries.items() if "lazy" in path)
    assert f'import("../{lazy}")' in made


def test_a_module_that_imports_the_entry_gets_the_same_one(site):
    bundle(site)
    made = text(site, {"app.ts": "export let once = 1; import './lib'; console.log('ran')", "lib.ts": "import './app'"})
    assert made.count("ran") == 1


NAMES = ["a=b", "-a", "ü 'x'", "[x]", "{a}", "a#b", "a;b&c", "--bundle", "$(x)", "a%20b", "a%b", "%s"]


@pytest.mark.parametrize("name", NAMES)
def test_files_may_have_any_names(site, name):
    bundle(site, "js/app.js", f"js/{name}.ts".replace("[", "[[]").replace("*", "[*]"), splitting=True)
    module, image = (json.dumps(f"./{name}.{suffix}", ensure_ascii=False) for suffix in ("m", "png"))
    site.write({f"js/{name}.ts": f"import {module}; import({module}); import u from {image}; console.log(u)"})
    site.write({f"js/{name}.m.ts": "console.log('module')", f"js/{name}.png": PIXEL})
    site.publish()
    assert any(
        "'module'" in site.text(each) or '"module"' in site.text(each)
        for each in site.manifest.entries
        if "chunk" in each
    )
    images = [entry.url for path, entry in site.manifest.entries.items() if path.endswith(".png")]
    assert any(f'"/static/{url}"' in site.text("js/app.js") for url in images)


def test_images_of_the_site_stay_where_they_are(site):
    bundle(site, "js/app.js", "js/app.ts", minify=True)
    files: dict[str, str | bytes] = {
        "js/app.ts": "import u from '../img/a b.png'; console.log(u)",
        "img/a b.png": PIXEL,
    }
    made = text(site, files, "js/app.js")
    assert [*site.manifest.entries] == ["img/a b.png", "js/app.js"]
    assert f'"/static/{site.manifest["img/a b.png"].url}"' in made


def test_files_of_packages_become_assets_beside_the_entry(site):
    package(site, "pack", {"m/i.png": "png", "m/s.css": "a { background: url(i.png) }"})
    bundle(site, "js/app.js", "js/app.ts")
    text(site, {"js/app.ts": "import u from 'pack/m/i.png'; import 'pack/m/s.css'; console.log(u)"}, "js/app.js")
    (image,) = (name for name in site.manifest.entries if name.endswith(".png"))
    assert re.fullmatch(r"js/i-[0-9a-f]{8}\.png", image)
    assert f'"/static/{site.manifest[image].url}"' in site.text("js/app.js")
    assert f'url("{site.manifest[image].url.removeprefix("js/")}")' in site.text("js/app.bundle.css")


def test_stylesheets_that_a_script_imports_are_one_asset(site):
    bundle(site)
    files: dict[str, str | bytes] = {
        "app.ts": "import './css/a.css'",
        "css/a.css": "@import 'b.css'; a { background: url(x.png) }",
        "css/b.css": "b{}",
        "css/x.png": PIXEL,
        "app.css": "",
    }
    text(site, files)
    assert [*site.manifest.entries] == ["app.bundle.css", "app.css", "app.js", "css/x.png"]
    assert f'url("{site.manifest["css/x.png"].url}")' in site.text("app.bundle.css")


def test_a_stylesheet_may_be_the_entry(site):
    bundle(site, "css/all.css", "css/app.css")
    files: dict[str, str | bytes] = {
        "css/app.css": "@import 'p/b.css'; a { b: c }",
        "css/p/b.css": "b { c: url(i.svg) }",
    }
    made = text(site, {**files, "css/p/i.svg": "<svg/>"}, "css/all.css")
    assert f'url("{site.manifest["css/p/i.svg"].url.removeprefix("css/")}")' in made
    assert made.index("b {") < made.index("a {")


def test_options_are_those_of_esbuild(site, monkeypatch):
    monkeypatch.setenv("API", 'https://"x')
    package(site, "real", {"index.js": "export default 'alias'"})
    bundle(
        site,
        format="esm",
        target=["es2019"],
        define={"DEBUG": "false"},
        variables=["API", "GONE"],
        external=["far"],
        alias={"stand-in": "real"},
        loader={".txt": "text"},
    )
    site.write({"a.txt": "words"})
    entry = (
        "import f from 'far'; import s from 'stand-in'; import t from './a.txt';"
        "console.log(f, s, t, DEBUG, process.env.API, process.env.GONE, process.env.NODE_ENV)"
    )
    made = text(site, {"app.ts": entry})
    assert 'import f from "far"' in made
    assert made.split("console.log(")[-1].split(")")[0] == (
        'f, real_default, a_default, false, \'https://"x\', void 0, "production"'
    )
    assert 'a_default = "words"' in made
    assert 'real_default = "alias"' in made


def test_without_a_bundle_it_takes_one_file(site):
    site.configure(
        f'{HEAD}[tools]\nesbuild = "{esbuild()}"\n[compile]\n"*.js" = [{step(minify=True, target=["es2019"])}]\n'
        f'"*.css" = [{step(minify=True, target=["chrome80"])}]\n'
    )
    made = text(
        site,
        {"a.js": "import './b.js'\nexport let one = first?.second  // why", "b.js": "1", "c.css": "a { inset: 0 }"},
        "a.js",
    )
    assert made == f'import"./{site.manifest["b.js"].url}";export let one=first==null?void 0:first.second;\n'
    assert site.text("c.css") == "a{top:0;right:0;bottom:0;left:0}\n"


def test_a_bundle_of_several_files_is_minified_after_they_were_joined(site):
    site.configure(
        f'{HEAD}[tools]\nesbuild = "{esbuild()}"\n[bundles."all.js"]\nsources = ["a.js", "b.js"]\n'
        f'steps = ["concat", {step(minify=True)}]\n'
    )
    assert text(site, {"a.js": "var a = 1 ;", "b.js": "/* b */ var b"}, "all.js") == "var a=1,b;\n"


@pytest.mark.parametrize("minify", [True, False])
@pytest.mark.parametrize("splitting", [True, False])
def test_maps_lead_to_what_people_wrote_in_every_part(site, minify, splitting):
    from tests.test_source_maps import traced

    bundle(site, "js/app.js", "js/app.ts", 'source_maps = "file"\n', splitting=splitting, minify=minify)
    site.write({"i.png": PIXEL})
    package(site, "pack", {"index.js": "export let pack = () => console.log(window.packed)"})
    files: dict[str, str | bytes] = {
        "js/app.ts": "type A = 1;\nimport { pack } from 'pack';\nimport u from '../i.png';\n\n"
        "pack(window.first, u, window.second);\nimport('./lazy');",
        "js/lazy.ts": "interface B {}\n\nwindow.third(window.fourth)",
    }
    text(site, files, "js/app.js")
    found = {}
    for path in [each for each in site.manifest.entries if each.endswith(".js")]:
        traces = traced(site, path)
        found.update({word: (source.rpartition("/")[2], line) for word, source, line, _ in traces["found"] if source})
        assert all(traces["contents"])
    wanted = {"first": ("app.ts", 5), "second": ("app.ts", 5), "packed": ("index.js", 1)}
    wanted |= {"third": ("lazy.ts", 3), "fourth": ("lazy.ts", 3)}
    assert {word: found[word] for word in wanted} == wanted


def test_the_map_of_what_an_earlier_step_made_is_followed(site):
    from tests.test_source_maps import traced

    site.configure(
        f'{HEAD}source_maps = "file"\n[tools]\nesbuild = "{esbuild()}"\n[bundles."all.js"]\n'
        f'sources = ["a.js", "b.js"]\nsteps = ["concat", {step(bundle=True, minify=True)}]\n'
    )
    text(site, {"a.js": "window.one = 1\n", "b.js": "\n\nwindow.two = 2"}, "all.js")
    found = {word: (source[-4:], line) for word, source, line, _ in traced(site, "all.js")["found"] if source}
    assert (found["one"], found["two"]) == (("a.js", 1), ("b.js", 3))


def test_a_build_from_nothing_gives_the_same_bytes(site, other_site):
    for each in (site, other_site):
        bundle(each, "js/app.js", "js/app.ts", splitting=True)
        each.write(
            {"js/app.ts": "import('./lazy'); import './s'", "js/lazy.ts": "import './s'", "js/s.ts": "console.log(1)"}
        )
    site.write({"js/s.ts": "console.log(2)"})
    site.publish()
    site.write({"js/s.ts": "console.log(1)"})
    site.publish()
    other_site.publish()
    last = {entry.file for entry in site.manifest.entries.values()}
    assert {name: site.files()[name] for name in last} == {name: other_site.files()[name] for name in last}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "umd"}, "'format' must be one of iife, esm, cjs, not 'umd'"),
        ({"splitting": True}, "'splitting' takes bundle = true, and no format but 'esm'"),
        ({"splitting": True, "bundle": True, "format": "iife"}, "'splitting' takes bundle = true"),
        ({"define": {"A": 1}}, "'define' must be a table of strings, and 'A' is none"),
        ({"bundel": True}, "unknown option 'bundel' of 'esbuild'; did you mean 'bundle'?"),
        ({"external": "a"}, "option 'external' of 'esbuild' must be a list, each a string, not a string"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    loose(site, f'"*.ts" = [{step(**options)}]')
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert message in messages(caught.value)[0]
