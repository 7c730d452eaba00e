"""Stylesheets of Less by npm's real compiler: what is found where, what is an input, what has it run again."""

from __future__ import annotations

import json

import pytest

from tests.npm_tools import calls, counting_node, use_npm
from tests.sites import Site, messages
from tests.test_source_maps import traced

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'


@pytest.fixture(autouse=True)
def npm(site):
    use_npm(site)


def configure(site: Site, more: str = "", head: str = HEAD, **options: object) -> None:
    fields = ", ".join(f"{key} = {_toml(value)}" for key, value in {"use": "less", **options}.items())
    site.configure(f'{head}[compile]\n"*.less" = [{{ {fields} }}]\n{more}')


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    return json.dumps(value)


def css(site: Site, text: str, path: str = "a.less") -> str:
    site.write({path: text})
    site.publish()
    return site.text(path.rpartition(".")[0] + ".css")


def test_less_becomes_css_under_the_same_name_and_partials_nothing(site):
    site.write({"_p.less": ".m() { left: 0 }"})
    assert css(site, "@import '_p'; @x: 1px; a { b { top: @x; .m() } }") == "a b {\n  top: 1px;\n  left: 0;\n}\n"
    assert list(site.manifest.entries) == ["a.css"]


def test_what_comes_of_several_files_of_a_site_in_one_build(site):
    site.write(
        {"e.less": "@x: 1;", "u.less": "a { content: 'ü' }", "d e/ü.less": "@import 'q';", "d e/q.less": "a{b:c}"}
    )
    site.write({"i.less": "@import (inline) 'raw.txt'; @import (optional) 'gone'; @import 'plain.css';"})
    site.write({"raw.txt": "x{y:z}", "plain.css": "b{}", "bg.less": "a { background: url(x.png) }", "x.png": "x"})
    site.publish()
    assert site.text("e.css") == ""
    assert site.text("u.css") == "a {\n  content: 'ü';\n}\n"
    assert site.text("d e/ü.css") == "a {\n  b: c;\n}\n"
    assert "x{y:z}" in site.text("i.css")
    assert site.manifest["plain.css"].url in site.text("i.css")
    assert f"url({site.manifest['x.png'].url})" in site.text("bg.css")


def test_what_is_not_beside_a_file_is_looked_for_in_load_paths_and_then_from_the_root_of_the_site(site):
    configure(site, load_paths=["lib", "src/own"])
    for place in ("lib", "src/own", "src", "src/css"):
        site.write({"_p.less": f"a{{b:'{place}'}}"}, below=place)
    for place in ("src/css", "lib", "src/own", "src"):
        assert f"'{place}'" in css(site, "@import '_p';", "css/a.less")
        (site.folder / place / "_p.less").unlink()


def test_files_of_other_roots_are_found_below_their_prefixes(site):
    roots = HEAD.replace('["src"]', '["src", { path = "shared", prefix = "s" }]')
    configure(site, head=roots)
    site.write({"_q.less": "d{e:f}", "i.bin": "x"}, below="shared")
    text = css(site, "@import 's/_q'; a { b: data-uri('s/i.bin') }", "css/a.less")
    assert "d {\n  e: f;\n}" in text
    assert "data:application/octet-stream;base64,eA==" in text
    assert {"s/_q.less", "s/i.bin"} <= set(explained(site, "css/a.css"))


def test_options_are_those_of_less(site):
    configure(
        site, math="always", rewrite_urls="all", javascript=True, global_vars={"g": "1px"}, modify_vars={"m": "2px"}
    )
    site.write({"d/p.less": "i { j: url(k.png) }", "d/k.png": ""})
    text = css(site, "@import 'd/p'; @m: 9px; a { b: 4/2; c: @g @m; d: `1 + 1` }")
    assert "b: 2;\n  c: 1px 2px;\n  d: 2;" in text
    assert "url(d/k-" in text


def test_it_takes_what_earlier_steps_made(site):
    site.write({"d/b.less.jinja": "@import '_p'; a { top: {{ 1 + 1 }}px }", "d/_p.less": "p{q:r}"})
    site.publish()
    assert site.text("d/b.css") == "p {\n  q: r;\n}\na {\n  top: 2px;\n}\n"


def test_a_source_map_leads_to_what_people_wrote(site):
    configure(site, head='source_maps="file"\n' + HEAD)
    site.write({"css/_p.less": "\n.thing() { color: teal }"})
    css(site, "@import '_p';\n\n.part { .thing(); border: 0 }", "css/a.less")
    found = {word: (source, line) for word, source, line, _ in traced(site, "css/a.css")["found"] if source}
    assert found["part"] == ("a.less", 3)
    assert found["color"] == ("_p.less", 2)
    assert found["border"] == ("a.less", 3)


def explained(site: Site, path: str = "a.css") -> list[str]:
    found: list[str] = json.loads(site.run("explain", "--json", path).stdout)["inputs"]
    return [each for each in found if "node_modules" not in each]


def test_inputs_are_exactly_what_was_read_and_looked_for(site):
    site.write({"_p.less": "@import 'd/q';", "d/q.less": "@x: 1;", "_unused.less": "", "b.less": "b{}"})
    configure(site, load_paths=["lib"])
    css(site, "@import '_p'; @import (optional) 'gone';")
    assert set(explained(site)) == {
        *("a.less", "_p.less", "d/q.less"),
        *("src/gone.less", "lib/gone.less", "gone.less"),
    }


@pytest.fixture
def counted(site):
    """A site with two stylesheets of which one has partials, and a Node that keeps count."""
    program = counting_node(site)
    configure(site, '[tools]\nnode = "bin/node"\n', load_paths=["lib"])
    site.write(
        {"a.less": "@import '_p'; @import '_far'; a { top: @x }", "_p.less": "@x: 1px;", "b.less": "b { top: 0 }"}
    )
    site.write({"_far.less": "@y: 1px;"}, below="lib")
    assert calls(site) == 2
    assert calls(site) == 0
    return program


def test_only_what_a_changed_file_concerns_is_compiled_again(site, counted):
    site.write({"_p.less": "@x: 2px;"})
    assert calls(site) == 1
    assert "2px" in site.text("a.css")
    site.write({"_far.less": "@y: 2px;"}, below="lib")
    assert calls(site) == 1
    site.write({"_far.less": "c { top: 0 }"})  # which is found first now
    assert calls(site) == 1
    assert "c {" in site.text("a.css")


def test_other_options_and_another_version_have_all_compiled_again(site, counted):
    configure(site, '[tools]\nnode = "bin/node"\n', load_paths=["lib"], math="always")
    assert calls(site) == 2
    body = counted.file.read_text().partition("\n")[2]
    counted.write(f"if '--version' in sys.argv: print('v0.1'); sys.exit()\n{body}")
    assert calls(site) == 2
    own = site.folder / "own/node_modules"
    own.mkdir(parents=True)
    package = (site.folder / "node_modules/less").resolve()
    for each in package.iterdir():
        (own / "less").mkdir(exist_ok=True)
        (own / "less" / each.name).symlink_to(each)
    (own / "less/package.json").unlink()
    (own / "less/package.json").write_text((package / "package.json").read_text().replace("4.9.1", "4.9.2"))
    (own / "less/bin").unlink()
    (own / "less/bin").mkdir()
    (own / "less/bin/lessc").write_text((package / "bin/lessc").read_text())
    (own / "less/bin/lessc").chmod(0o755)
    configure(
        site,
        '[tools]\nnode = "bin/node"\nlessc = "own/node_modules/less/bin/lessc"\n',
        load_paths=["lib"],
        math="always",
    )
    assert calls(site) == 2


def test_anything_else_has_nothing_compiled_again(site, counted, monkeypatch):
    site.write({"_q.less": "@x: 2px;", "c.css": "c{}", "a.txt": ""})
    site.write({"other.less": ""}, below="lib")
    monkeypatch.setenv("OTHER", "x")
    assert calls(site) == 0


def test_a_build_with_nothing_to_do_sees_a_file_outside_the_sources(site, counted):
    for _ in range(2):
        said = site.run("build").stderr
    assert "nothing changed" in said
    site.write({"_far.less": "@y: 3px;"}, below="lib")
    assert "nothing changed" not in site.run("build").stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"math": "no"}, "'math' must be one of parens-division, always, parens, strict, not 'no'"),
        ({"rewrite_urls": "some"}, "'rewrite_urls' must be one of off, local, all, not 'some'"),
        ({"timeout": 0}, "'timeout' must be a number of seconds above 0"),
        ({"load_path": []}, "unknown option 'load_path' of 'less'; did you mean 'load_paths'?"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    configure(site, **options)
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    assert message in messages(caught.value)[0]


def test_where_node_cannot_stay_up_each_file_has_one_of_its_own(site, monkeypatch):
    monkeypatch.setattr("pipeline.transforms._node.Session._staying", lambda _session, _besides: None)
    counting_node(site)
    configure(site, '[tools]\nnode = "bin/node"\n')
    site.write({"a.less": "@import '_p';", "_p.less": "p { q: r }", "b.less": "b { c: d }"})
    assert calls(site) == 2
    assert site.text("a.css") == "p {\n  q: r;\n}\n"
    assert calls(site) == 0
