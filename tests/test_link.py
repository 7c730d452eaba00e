from __future__ import annotations

import hashlib
import json

import pytest

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.link import link
from pipeline.references import found_in
from tests.sites import messages

PNG = b"\x89PNG"


def fails(site):
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    return messages(caught.value)


def warnings(site):
    return [str(each) for each in site.build().diagnostics if each.severity == "warning"]


def renamed(site, change):
    """The paths whose URLs are others after ``change()``."""
    before = {path: entry.url for path, entry in site.build().manifest.entries.items()}
    change()
    after = {path: entry.url for path, entry in site.build().manifest.entries.items()}
    return sorted(path for path in after if before.get(path) != after[path])


def test_F4_a_file_is_named_by_the_digest_of_the_bytes_that_are_served(site):
    site.write({"css/a.css": "a{background:url(../img/x.png)}", "img/x.png": PNG})
    site.publish()
    entry = site.manifest["css/a.css"]
    content = site.published("css/a.css")
    assert entry.file == f"css/a-{hashlib.sha256(content).hexdigest()[:16]}.css"
    assert content == f"a{{background:url(../{site.manifest['img/x.png'].url})}}".encode()
    assert entry.references == ("img/x.png",)


def test_F4_a_changed_leaf_renames_what_reaches_it_and_nothing_else(site):
    site.write({"a.css": "@import 'b.css';", "b.css": "b{background:url(x.png)}", "c.css": "c{}", "x.png": PNG})
    assert renamed(site, lambda: site.write({"x.png": b"other"})) == ["a.css", "b.css", "x.png"]
    assert renamed(site, lambda: site.write({"c.css": "c{top:0}"})) == ["c.css"]


def test_a_cycle_is_named_together_and_every_name_in_it_is_right(site):
    files = {"a.css": "@import 'b.css';a{}", "b.css": "@import 'a.css';b{}", "c.css": "@import 'c.css';c{}"}
    site.write(files)
    site.publish()
    a, b, c = (site.manifest[f"{name}.css"].url for name in "abc")
    assert site.text("a.css") == f"@import '{b}';a{{}}"
    assert site.text("b.css") == f"@import '{a}';b{{}}"
    assert site.text("c.css") == f"@import '{c}';c{{}}"
    assert renamed(site, lambda: site.write({"b.css": files["b.css"] + "i{}"})) == ["a.css", "b.css"]


def test_swapping_references_inside_a_cycle_renames_it(site):
    site.write({"a.css": "@import 'b.css';@import 'c.css';", "b.css": "@import 'a.css';", "c.css": "@import 'a.css';"})
    swapped = {"a.css": "@import 'c.css';@import 'b.css';"}
    assert renamed(site, lambda: site.write(swapped)) == ["a.css", "b.css", "c.css"]


def test_a_broken_reference_names_file_line_column_and_the_nearest_name(site):
    site.write(
        {"css/a.css": "a{}\n  b{background:url(img/x.png)}", "css/img/x.jpg": "", "css/b.css": "@import 'no.css';"}
    )
    assert fails(site) == [
        "css/a.css:2:20: 'img/x.png' does not exist; did you mean 'css/img/x.jpg'?",
        "css/b.css:1:10: 'no.css' does not exist",
    ]


def test_thousands_of_broken_references_are_all_reported_each_with_its_nearest_name(site):
    assets = {f"img/{number % 50}/photo-{number}.jpg": "" for number in range(2_000)}
    wrong = [path.replace("photo", "phot") for path in assets]
    styles = {f"css/{part}.css": "\n".join(f"a{{b:url(../{path})}}" for path in wrong[part::20]) for part in range(20)}
    config = site.config()
    made = {AssetPath(path): Asset(AssetPath(path), Blob.of(text.encode())) for path, text in (assets | styles).items()}
    with pytest.raises(ExceptionGroup) as caught:
        link(made, {path: found_in(asset.content.read(), path) for path, asset in made.items()}, frozenset(), config)
    said = dict(message.split("; ") for message in messages(caught.value))
    assert {message.split("'")[1].removeprefix("../"): hint for message, hint in said.items()} == {
        path.replace("photo", "phot"): f"did you mean {path!r}?" for path in assets
    }


def test_S1_a_reference_that_leads_out_of_the_site_is_refused_where_it_stands(site):
    site.write({"css/a.css": "a{background:url(../../secret.png)}"})
    (site.folder / "secret.png").write_text("secret")
    assert fails(site) == ["css/a.css:1:18: '../../secret.png' leads out of the site"]


def test_in_a_bundle_a_broken_reference_is_shown_where_it_was_written(site):
    site.write({"css/one.css": "a{}", "css/two.css": "\n\nb{background:url(x.png)}"})
    site.configure('sources=["src"]\n[bundles]\n"all.css"=["css/*.css"]')
    assert fails(site) == ["css/two.css:3:18: 'x.png' does not exist"]


@pytest.mark.parametrize("strict", ["false", '["css/vendor/**"]', '["css/vendor/x.png"]'])
def test_a_broken_reference_may_be_a_warning_and_stays_as_it_is(site, strict):
    site.write({"css/vendor/a.css": "a{background:url(x.png)}"})
    site.configure(f'sources=["src"]\noutput="out"\nminify=false\nstrict={strict}')
    assert warnings(site) == ["css/vendor/a.css:1:18: 'x.png' does not exist"]
    site.publish()
    assert site.text("css/vendor/a.css") == "a{background:url(x.png)}"


def test_an_import_that_browsers_ignore_is_only_warned_about(site):
    site.write({"a.css": "a{}@import 'no.css';"})
    (warning,) = warnings(site)
    assert warning.startswith("a.css:1:13: 'no.css' is an @import that browsers ignore here; move it")


@pytest.mark.parametrize(
    ("name", "content", "left"),
    [
        ("a.js", "let a;\n//# sourceMappingURL=no.map\n", "let a;\n\n"),
        ("a.css", "a{}\n/*# sourceMappingURL=no.map */\n", "a{}\n\n"),
        ("d/a.css", "a{}/*# sourceMappingURL=../../no.map */", "a{}"),
    ],
)
def test_a_missing_source_map_is_a_warning_and_its_comment_is_left_out(site, name, content, left):
    site.write({name: content})
    (warning,) = warnings(site)
    assert warning.startswith(f"{name}:")
    assert "so its comment is left out" in warning
    site.publish()
    assert site.text(name) == left


def test_a_map_and_its_file_name_each_other(site):
    site.write(
        {"d/a.js": "let a;\n//# sourceMappingURL=a.js.map", "d/a.js.map": '{"version":3,"file":"a.js","sources":[]}'}
    )
    site.publish()
    entries = site.manifest
    assert site.text("d/a.js") == f"let a;\n//# sourceMappingURL={entries['d/a.js.map'].url.removeprefix('d/')}"
    assert json.loads(site.text("d/a.js.map"))["file"] == entries["d/a.js"].url.removeprefix("d/")


@pytest.mark.parametrize(
    "content", ["not json", '{"file":"gone.js"}', '{"file":3}', '{"x":{"file":"a.js"}}', '["file"]', ""]
)
def test_a_map_that_names_nothing_of_the_site_is_left_alone(site, content):
    site.write({"a.js": "", "a.js.map": content})
    site.publish()
    assert site.text("a.js.map") == content


@pytest.mark.parametrize(
    ("style", "files", "reference"),
    [
        ("fingerprint", {"a-{a}.css", "i-{i}.eot"}, "i-{i}.eot?#iefix"),
        ("query", {"a.css", "i.eot"}, "i.eot?v={i}&#iefix"),
        ("rewrite", {"a.css", "i.eot"}, "i.{i}.eot?#iefix"),
        ("plain", {"a.css", "i.eot"}, "i.eot?#iefix"),
    ],
)
def test_every_naming_style_publishes_and_refers_in_its_own_way(site, style, files, reference):
    site.write({"a.css": "a{src:url(i.eot?#iefix)}", "i.eot": "font"})
    site.configure(f'sources=["src"]\noutput="out"\ncompress=[]\nminify=false\n[naming]\nstyle="{style}"')
    site.publish()
    entries = site.manifest.entries
    prints = {path[0]: entry.integrity for path, entry in entries.items()}
    from pipeline.manifest import digest_of

    names = {key: digest_of(value)[:16] for key, value in prints.items()}
    assert site.files().keys() - {"manifest.json"} == {file.format(**names) for file in files}
    assert site.text("a.css") == f"a{{src:url({reference.format(**names)})}}"
    assert site.verify() == []


def test_what_naming_keeps_has_its_own_name_and_is_referred_to_by_it(site):
    site.write({"a.css": "a{background:url(favicon.ico)}", "favicon.ico": "x", "robots.txt": "y"})
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\n[naming]\nkeep=["favicon.ico", "robots.txt"]\nlength=20'
    )
    site.publish()
    assert {"favicon.ico", "robots.txt"} < site.files().keys()
    assert site.text("a.css") == "a{background:url(favicon.ico)}"
    assert len(site.manifest["a.css"].file) == len("a-.css") + 20


def test_absolute_urls_below_the_base_url_become_relative_so_that_a_release_knows_no_host(site):
    site.write({"css/a.css": "a{background:url(/s/x.png)}b{background:url(/t/x.png)}", "x.png": PNG})
    site.configure('sources=["src"]\noutput="out"\nminify=false\nbase_url="https://cdn.example/s/"')
    site.publish()
    assert (
        site.text("css/a.css") == f"a{{background:url(../{site.manifest['x.png'].url})}}b{{background:url(/t/x.png)}}"
    )


def test_a_consumed_source_is_published_only_if_something_refers_to_it(site):
    site.write({"a.css": "a{}", "b.css": "b{}", "page.css": "@import 'b.css';"})
    site.configure('sources=["src"]\n[bundles]\n"all.css"=["a.css","b.css"]')
    assert [*site.build().manifest.entries] == ["all.css", "b.css", "page.css"]
    site.configure('sources=["src"]\n[bundles."all.css"]\nsources=["a.css","b.css"]\nkeep=true')
    assert [*site.build().manifest.entries] == ["a.css", "all.css", "b.css", "page.css"]


@pytest.mark.parametrize("style", ["plain", "fingerprint"])
def test_F15_a_source_may_not_be_published_over_the_tools_own_files(site, style):
    site.write({"manifest.json": "{}", "a.css": ""})
    site.configure(f'sources=["src"]\noutput="out"\n[naming]\nstyle="{style}"')
    if style == "plain":
        (message,) = fails(site)
        assert message.startswith("'manifest.json' would be published over the tool's own files")
    else:
        assert "manifest.json" in site.build().manifest.entries


def test_F8_two_assets_in_one_file_are_refused_with_both_names(site):
    site.write({"a.css": "x", "b.css": "y", "A.css": "z"}, below="src/d")
    (site.folder / "src/d/A.css").unlink()
    site.write({"d/A.txt": "x"})
    site.configure('sources=["src"]\nminify=false\n[naming]\nstyle="plain"\n[bundles."d/a.txt"]\nsources=["d/a.css"]')
    assert fails(site) == ["'d/a.txt' and 'd/A.txt' would both be published as 'd/a.txt'"]


def test_F9_equal_names_with_equal_bytes_are_one_file(site):
    long = "n" * 250
    site.write({f"{long}a.png": "same", f"{long}b.png": "same"})
    site.publish()
    entries = site.manifest.entries
    assert len(entries) == 2
    assert len({entry.file for entry in entries.values()}) == 1
    assert site.verify() == []


def test_modules_name_each_other_by_content_also_in_cycles(site):
    site.write(
        {
            "js/a.js": "import './b.js'; import(\"../lib/c.js?x#y\")",
            "js/b.js": "export * from './a.js'",
            "lib/c.js": "new URL('i.png', import.meta.url)",
            "lib/i.png": PNG,
        }
    )
    site.publish()
    a, b, c, image = (site.manifest[path].url for path in ("js/a.js", "js/b.js", "lib/c.js", "lib/i.png"))
    assert site.text("js/a.js") == f"import './{b.removeprefix('js/')}'; import(\"../{c}?x#y\")"
    assert site.text("js/b.js") == f"export * from './{a.removeprefix('js/')}'"
    assert site.text("lib/c.js") == f"new URL('{image.removeprefix('lib/')}', import.meta.url)"
    assert renamed(site, lambda: site.write({"lib/i.png": b"other"})) == [
        "js/a.js",
        "js/b.js",
        "lib/c.js",
        "lib/i.png",
    ]


def test_a_bare_name_means_what_the_configuration_says_or_stays(site):
    site.write(
        {"a.js": "import 'lit'; import 'lit/x.js'; import 'd3'; import 'far'", "vendor/lit.js": "", "vendor/x.js": ""}
    )
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\n[modules.imports]\n"lit"="vendor/lit.js"\n"lit/"="vendor/"\n'
        '"far"="https://cdn.example/far.js"\n'
    )
    site.publish()
    lit, x = site.manifest["vendor/lit.js"].url, site.manifest["vendor/x.js"].url
    assert site.text("a.js") == f"import './{lit}'; import './{x}'; import 'd3'; import 'far'"


def notes(site):
    return [each for each in site.build().diagnostics if each.severity == "note"]


def test_a_bare_name_that_nothing_maps_is_noted_once_a_name_and_file_and_left_alone(site):
    site.write({"a.js": "import 'd3';\nimport('lit'); import 'd3'", "b.js": "export * from 'd3'; import './a.js'"})
    said = "is a bare name that the configuration does not map, so it is left as it is; map it in [modules.imports]"
    found = notes(site)
    assert [str(each).partition(", set modules.node_modules")[0] for each in found] == [
        f"a.js:1:9: 'd3' {said}",
        f"a.js:2:9: 'lit' {said}",
        f"b.js:1:16: 'd3' {said}",
    ]
    assert found[0].excerpt == "import 'd3';\n        ^~"
    site.publish()
    assert site.text("a.js") == "import 'd3';\nimport('lit'); import 'd3'"


def test_a_bare_name_in_a_minified_script_is_noted_where_it_was_written(site):
    site.write({"a.js": "// a comment\n\nimport   'd3'  ;  f()\n"})
    site.configure('sources=["src"]\noutput="out"')
    (note,) = (each for each in notes(site) if "bare name" in each.message)
    assert (note.path, note.line, note.column) == ("a.js", 3, 11)


@pytest.mark.parametrize("line", ['d3="https://cdn.example/d3.js"', 'd3="d3.js"', '"d"="x.js"\nd3="d3.js"'])
def test_a_bare_name_that_the_configuration_maps_is_not_noted(site, line):
    site.write({"a.js": "import 'd3'; import 'node:fs'; import 'https://x/y.js'", "d3.js": "", "x.js": ""})
    site.configure(f'sources=["src"]\noutput="out"\nminify=false\n[modules.imports]\n{line}')
    assert notes(site) == []


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('modules = "rewrit"', "unknown style of modules 'rewrit'; did you mean 'rewrite'?"),
        ("modules = 3", "must be a table"),
        ('[modules]\nstile = "rewrite"', "unknown key 'stile' in [modules]; did you mean 'style'?"),
        ('[modules.imports]\na = "../b.js"', "the target '../b.js' has the segment '..'"),
        ('[modules.imports]\na = "data:text/javascript,"', "is no URL that begins with 'http://' or 'https://'"),
        ('[modules.imports]\n"a\\n" = "b.js"', "has a control character"),
        ('[modules.imports]\n"a/" = "b.js"', "must both end in a slash, or neither"),
    ],
)
def test_a_mistake_about_modules_is_a_configuration_error(site, toml, message):
    site.configure(f'sources=["src"]\n{toml}')
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert message in messages(caught.value)[0]


def test_asset_url_in_a_script_becomes_the_url_below_the_base_url(site):
    site.write({"js/a.js": "f(asset_url('img/l o.svg#x'))", "img/l o.svg": "<svg/>"})
    site.configure('sources=["src"]\noutput="out"\nminify=false\nbase_url="https://cdn.example/s/"')
    site.publish()
    assert site.text("js/a.js") == f'f("https://cdn.example/s/{site.manifest["img/l o.svg"].url}#x")'
    site.write({"js/a.js": "f(asset_url('img/lo.svg'))"})
    assert fails(site) == ["js/a.js:1:3: 'img/lo.svg' does not exist; did you mean 'img/l o.svg'?"]


def test_asset_manifest_becomes_a_list_for_a_service_worker(site):
    site.write(
        {
            "sw.js": "precache(asset_manifest('*.js', \"css/**\"))",
            "app.js": "register(asset_url('sw.js'))",
            "css/a.css": "a{}",
            "css/b.css": "b{}",
            "x.png": PNG,
            "robots.js": "",
        }
    )
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\n[naming]\nkeep=["robots.js"]\n[bundles]\n"css/all.css"=["css/?.css"]'
    )
    site.publish()
    listed = json.loads(site.text("sw.js").removeprefix("precache(").removesuffix(")"))
    entries = site.manifest
    assert [each["url"] for each in listed] == [
        f"/static/{entries[path].url}" for path in ("app.js", "css/all.css", "robots.js")
    ]
    assert [each["revision"] is None for each in listed] == [True, True, False]
    assert site.text("app.js") == f'register("/static/{entries["sw.js"].url}")'
    assert renamed(site, lambda: site.write({"css/b.css": "i{}"})) == ["app.js", "css/all.css", "sw.js"]


def test_a_worker_is_relative_to_a_page_that_nobody_knows(site):
    site.write({"js/a.js": "new Worker('w.js'); new Worker('/static/js/w.js')", "js/w.js": ""})
    site.publish()
    assert site.text("js/a.js") == f"new Worker('w.js'); new Worker('/static/{site.manifest['js/w.js'].url}')"


def test_the_sources_of_a_map_are_renamed_but_do_not_bring_a_file_into_the_output(site):
    site.write(
        {
            "a.js": "a()\n//# sourceMappingURL=a.js.map",
            "a.js.map": '{"sources":["x.ts","y.js"]}',
            "y.js": "",
            "z.js": "",
        }
    )
    site.configure('sources=["src"]\noutput="out"\nminify=false\n[bundles]\n"all.js"=["y.js","z.js"]')
    assert "y.js" not in site.build().manifest.entries
    site.configure('sources=["src"]\noutput="out"\nminify=false')
    site.publish()
    assert json.loads(site.text("a.js.map"))["sources"] == ["x.ts", site.manifest["y.js"].url]


def test_with_an_import_map_specifiers_stay_and_a_changed_module_renames_only_itself(site):
    site.write(
        {"js/a.js": "import './b.js'; import 'lit'", "js/b.js": "export {}", "vendor/lit.js": "1", "vendor/x y.js": ""}
    )
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\n[modules]\nstyle="importmap"\n'
        '[modules.imports]\nlit="vendor/lit.js"\n"v/"="vendor/"\nd3="https://cdn.example/d3.js"'
    )
    site.publish()
    url = {path: entry.url for path, entry in site.manifest.entries.items()}
    assert site.text("js/a.js") == "import './b.js'; import 'lit'"
    assert site.manifest["js/a.js"].references == ("js/b.js", "vendor/lit.js")
    assert site.manifest.imports == {
        "./js/b.js": f"./{url['js/b.js']}",
        "./vendor/lit.js": f"./{url['vendor/lit.js']}",
        "d3": "https://cdn.example/d3.js",
        "lit": f"./{url['vendor/lit.js']}",
        "v/lit.js": f"./{url['vendor/lit.js']}",
        "v/x y.js": f"./{url['vendor/x y.js']}",
    }
    assert renamed(site, lambda: site.write({"js/b.js": "export {}; 1"})) == ["js/b.js"]
    assert site.verify() == []


def test_a_bare_name_may_be_that_of_an_installed_package_below_a_source_folder(site):
    site.write({"a.js": "import 'lit'; import 'lit/x.js'"})
    site.write({"package.json": '{"exports":{".":"./main.js","./x.js":"./lib/x.js"}}'}, below="node_modules/lit")
    site.write({"main.js": "export {}", "lib/x.js": "export {}"}, below="node_modules/lit")
    head = 'output="out"\nminify=false\n[modules]\nnode_modules="node_modules"\n'
    site.configure(f'sources=["src", {{path="node_modules/lit", prefix="vendor/lit"}}]\n{head}')
    site.publish()
    urls = (site.manifest[path].url for path in ("vendor/lit/main.js", "vendor/lit/lib/x.js"))
    assert site.text("a.js") == "import './{}'; import './{}'".format(*urls)
    site.configure(f'sources=["src"]\n{head}')
    assert fails(site) == [
        "a.js:1:9: 'lit' is 'node_modules/lit/main.js', which is below no folder of `sources`",
        "a.js:1:23: 'lit/x.js' is 'node_modules/lit/lib/x.js', which is below no folder of `sources`",
    ]


def test_a_package_that_is_not_installed_is_an_error_with_its_remedy(site):
    site.write({"a.js": "import 'lit'"})
    (site.folder / "node_modules").mkdir()
    site.configure('sources=["src"]\noutput="out"\n[modules]\nnode_modules=["node_modules"]')
    (message,) = fails(site)
    assert message.startswith("a.js:1:9: 'lit' ")
    assert "npm install lit" in message
    site.configure('sources=["src"]\noutput="out"\n[modules]\nnode_modules=["gone"]')
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert "there is no folder 'gone'; npm install" in messages(caught.value)[0]
