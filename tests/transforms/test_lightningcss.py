"""Stylesheets by the real Lightning CSS: what it makes, for which browsers, and what has it run again."""

from __future__ import annotations

import codecs
import json

import pytest

from pipeline.asset import AssetPath
from pipeline.source_map import from_json
from tests.programs import Program
from tests.sites import Site
from tests.transforms.lightningcss_tool import configure, need_lightningcss


@pytest.fixture(autouse=True)
def lightningcss():
    need_lightningcss()


def made(site: Site, text: str | bytes, **options: object) -> str:
    configure(site, **options)
    site.write({"a.css": text})
    site.publish()
    return site.text("a.css")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a {\n  color: #ff0000;\n  b: c\n}\n/* d */", "a{color:red;b:c}"),
        ("@layer x { .a :hover { color: red } }", "@layer x{.a :hover{color:red}}"),
        ("a { background: url('b c.png') }", 'a{background:url("b c.png")}'),
        ("a { content: 'ü🎈' }", 'a{content:"ü🎈"}'),
        ("", ""),
    ],
)
def test_a_stylesheet_is_minified(site, source, expected):
    assert made(site, source, strict=False).strip() == expected


def test_it_is_printed_for_people_without_minifying(site):
    assert made(site, "a{color:red}", minify=False) == "a {\n  color: red;\n}\n"


def test_targets_have_written_what_they_lack(site):
    source = "a { user-select: none; & b { inset: 0 } }"
    assert "-webkit-user-select" not in made(site, source)
    old = made(site, source, targets=["safari 13", "chrome 80"])
    assert "-webkit-user-select:none" in old
    assert "a b{" in old
    assert "top:0" in old


def test_custom_media_are_replaced_on_request(site):
    source = "@custom-media --wide (width >= 600px); @media (--wide) { a { color: red } }"
    assert "(--wide)" not in made(site, source, custom_media=True, targets=["chrome 90"])


def test_what_is_invalid_is_left_out_on_request_with_a_warning(site):
    assert made(site, "\na! { } b { color: red }", error_recovery=True).strip() == "b{color:red}"
    (diagnostic,) = site.build().diagnostics
    assert str(diagnostic) == "a.css:2:2: lightningcss: left out: Unexpected token Delim('!')"
    assert diagnostic.severity == "warning"


def test_a_byte_order_mark_stays_in_front(site):
    made(site, codecs.BOM_UTF8 + b"a { color: red }")
    assert site.published("a.css").strip() == codecs.BOM_UTF8 + b"a{color:red}"


def test_relative_urls_and_imports_are_those_of_the_site(site):
    site.write({"img/x.png": b"x", "b.css": "b { color: red }"})
    text = made(site, "@import 'b.css'; a { background: url(img/x.png) }")
    assert site.manifest.entries[AssetPath("img/x.png")].url.rpartition("/")[2] in text
    assert site.manifest.entries[AssetPath("b.css")].url in text


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.min.css", "a { }"), ("a.css", "a { }\n/*# sourceMappingURL=a.css.map */"), ("a.txt", "a { }")],
)
def test_what_the_step_minify_would_leave_is_left(site, name, text):
    configure(site)
    site.configure((site.folder / "pipeline.toml").read_text().replace('"*.css"', '"*.*"'))
    site.write({name: text, **({} if name != "a.css" else {"a.css.map": '{"version":3,"sources":[],"mappings":""}'})})
    site.publish()
    assert site.text(name).startswith("a { }")


def test_it_minifies_a_bundle(site):
    configure(site, bundle=["a.css", "b.css"])
    site.write({"a.css": "a { color: red }", "b.css": "b { color: #00f }"})
    site.publish()
    assert site.text("all.css").strip() == "a{color:red}b{color:#00f}"


def test_the_source_map_leads_to_the_source_and_its_comment_is_the_site_s(site):
    configure(site, source_maps="file")
    site.write({"css/a.css": "/* one */\na { color: red }\n\nb {\n  color: blue\n}\n"})
    site.publish()
    text = site.text("css/a.css")
    assert text.count("sourceMappingURL") == 1
    (path,) = [path for path in site.manifest.entries if path.endswith(".map")]
    found = from_json(site.published(path))
    place = found.at(0, text.index("b{"))
    assert place is not None
    assert (found.sources[place[0]].rpartition("/")[2], place[1]) == ("a.css", 3)


def test_another_version_or_target_has_it_run_again_and_nothing_else_does(site):
    program = Program(
        site.folder,
        "lightningcss",
        "if '--version' in sys.argv: print('lightningcss 1'); sys.exit()\nopen('made.css', 'w').write('made{}')",
    )
    assert made(site, "a{}") == "made{}"
    runs = [run for run in program.runs() if run != "--version"]
    assert runs == ["--minify --output-file made.css source.css"]
    made(site, "a{}")
    assert len([run for run in program.runs() if run != "--version"]) == 1
    made(site, "a{}", targets=["chrome 90"])
    assert program.runs()[-1] == "--minify --targets=chrome 90 --output-file made.css source.css"
    program.write("if '--version' in sys.argv: print('lightningcss 2'); sys.exit()\nopen('made.css', 'w').write('2{}')")
    assert made(site, "a{}", targets=["chrome 90"]) == "2{}"


def test_doctor_tells_where_it_is_and_its_version(site):
    configure(site)
    site.write({"a.css": "a{}"})
    run = site.run("doctor", "--json")
    (row,) = json.loads(run.stdout)
    assert row["name"] == "lightningcss"
    assert row["version"].startswith("lightningcss ")
    assert row["install"] == "pip install 'pipeline-assets[lightningcss]'"


def test_it_can_take_the_place_of_the_step_minify_and_leaves_scripts(site):
    site.configure('sources=["src"]\noutput="out"\ncompress=[]\nminify = ["minify", { use = "lightningcss" }]\n')
    site.write({"a.css": "a { color: #ff0000 }", "a.js": "var a  = 1 ;\n"})
    site.publish()
    assert site.text("a.css").strip() == "a{color:red}"
    assert site.text("a.js") == "var a=1;"
    assert site.run("config").returncode == 0
