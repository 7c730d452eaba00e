"""esbuild in the place of the step ``minify``, for loose scripts and stylesheets."""

from __future__ import annotations

import json

import pytest

from tests.sites import Site, messages
from tests.transforms.esbuild_steps import counting, esbuild, runs, step

FILES: dict[str, str | bytes] = {
    "a.js": "// why\nexport let a = (b ?? {}).c ;\nimport('./b.mjs'); let unused = asset_url('i.png')",
    "b.mjs": "export let  c  =  `a${b?` c  d`:''}`",
    "c.css": "a { inset : 0 ; background : url( i.png ) }",
    "i.png": "png",
    "p.html": "<b>  </b>",
}


def configure(site: Site, minify: str, more: str = "") -> None:
    head = f'sources = ["src"]\noutput = "out"\ncompress = []\nminify = {minify}\n{more}'
    site.configure(f'{head}[tools]\nesbuild = "{esbuild()}"\n')


@pytest.fixture(autouse=True)
def configured(site):
    configure(site, step(minify=True, target=["es2019", "chrome80"]))


def test_loose_files_are_minified_for_a_target_and_their_references_are_followed(site):
    site.write(FILES)
    site.publish()
    image, module = site.manifest["i.png"].url, site.manifest["b.mjs"].url
    assert site.text("a.js") == (f'export let a=(b!=null?b:{{}}).c;import("./{module}");let e="/static/{image}";\n')
    assert site.text("b.mjs") == 'export let c=`a${b?" c  d":""}`;\n'
    assert site.text("c.css") == f"a{{top:0;right:0;bottom:0;left:0;background:url({image})}}\n"
    assert site.text("p.html") == "<b>  </b>"


def test_maps_lead_to_what_people_wrote(site):
    from tests.test_source_maps import traced

    configure(site, step(minify=True), 'source_maps = "file"\n')
    site.write({"a.css": "/* x */\n\n.one { inset: 0 }\n  .two { top: 0 }", "b.js": "\n\nwindow . three = 1"})
    site.publish()
    found: dict[str, tuple[str, int]] = {}
    for path in ("a.css", "b.js"):
        found |= {word: (source[-5:], line) for word, source, line, _ in traced(site, path)["found"] if source}
    assert (found["one"], found["two"], found["three"]) == (("a.css", 3), ("a.css", 4), ("b.js", 3))


def test_bundles_and_what_is_compiled_are_minified_too(site):
    site.write({"x.ts": "let long: number = 1", "y.js": "var  y", "z.js": "var  z"})
    configure(site, f"[{step(minify=True)}]")
    text = (site.folder / "pipeline.toml").read_text()
    site.configure(f'{text}[bundles]\n"all.js" = ["y.js", "z.js"]\n')
    site.publish()
    assert (site.text("x.js"), site.text("all.js")) == ("let long=1;\n", "var y,z;\n")


def test_what_is_minified_or_has_a_map_of_its_own_is_left_as_it_is(site):
    files: dict[str, str | bytes] = {
        "a.min.js": "let  a",
        "b.js": "let  b\n//# sourceMappingURL=b.js.map",
        "b.js.map": '{"version":3,"sources":[],"mappings":""}',
        "c.css": "c  {}\n/*# sourceMappingURL=data:x */",
    }
    site.write(files)
    site.publish()
    assert site.text("a.min.js") == "let  a"
    assert site.text("b.js").startswith("let  b\n//# sourceMappingURL=b.js")
    assert site.text("c.css") == files["c.css"]


def test_what_cannot_be_read_is_published_as_it_is_with_a_warning_that_says_where(site):
    site.write({"a.js": "let  a = 1\nlet b = ;", "b.js": "let  b"})
    release = site.build()
    assert [str(each) for each in release.diagnostics] == [
        'a.js:2:9: esbuild: Unexpected ";", so it is published as it is'
    ]
    site.publish()
    assert site.text("a.js") == "let  a = 1\nlet b = ;"
    assert site.text("b.js") == "let b;\n"


def test_an_esbuild_that_fails_is_an_error(site):
    configure(site, step(minify=True, target=["nonsense"]))
    site.write({"a.js": "1"})
    with pytest.raises(ExceptionGroup) as caught:
        site.publish()
    assert 'a.js: esbuild: Invalid target "nonsense"' in messages(caught.value)[0]


def test_only_what_changed_runs_again_and_all_for_another_version(site):
    site.write(FILES)
    program = counting(site)
    assert runs(site, program) == 3
    assert runs(site, program) == 0
    site.write({"a.js": "2", "tsconfig.json": "{}"})
    assert runs(site, program) == 1
    for _ in range(2):
        said = site.run("build").stderr
    assert "nothing changed" in said
    body = program.file.read_text().rstrip().rpartition("\n")[2]
    program.write(f"if '--version' in sys.argv: print('0.1'); sys.exit()\n{body}")
    assert "nothing changed" not in site.run("build").stderr
    assert len([each for each in program.runs() if each != "--version"]) == 7


def test_doctor_and_config_know_of_it(site):
    assert json.loads(site.run("doctor", "--json").stdout) == []
    site.write(FILES)
    (row,) = json.loads(site.run("doctor", "--json").stdout)
    assert (row["name"], row["steps"], row["command"]) == ("esbuild", "esbuild", esbuild())
    said = site.run("config").stdout
    assert 'minify = {"use": "esbuild", "minify": true, "target": ["es2019", "chrome80"]}' in said
    assert f"# minify runs {row['version']}" in said


@pytest.mark.parametrize(
    ("minify", "message"),
    [
        ('"yes"', "'minify' must be true, false or a step: { use = \"esbuild\", minify = true }, not a string"),
        ('{ use = "esbuilt" }', "unknown transform 'esbuilt'; did you mean 'esbuild'?"),
        ('["concat"]', "the step 'concat' joins files, and a loose one is alone"),
        ('{ use = "esbuild", bundle = true }', "the step 'esbuild' joins files, and a loose one is alone"),
        ("[]", "'minify' is empty; write false if nothing is to be minified"),
    ],
)
def test_what_cannot_be_a_minifier_is_refused(site, minify, message):
    configure(site, minify)
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert message in messages(caught.value)[0]
