"""Stylesheets by the real Tailwind CSS, of the wheel and of npm: what it finds, what is an input and what is not."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path

import pytest

from tests.npm_tools import use_npm
from tests.programs import Program
from tests.sites import Site, messages
from tests.test_source_maps import traced

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'
TAILWIND = '@import "tailwindcss";\n'


def configure(site: Site, more: str = "", head: str = HEAD, **options: object) -> None:
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"use": "tailwind", **options}.items())
    site.configure(f'{head}[compile]\n"tw*.css" = [{{ {fields} }}]\n{more}')


def project(site: Site, files: dict[str, str]) -> None:
    site.write(files, below=".")


def css(site: Site, text: str = TAILWIND, path: str = "css/tw.css") -> str:
    site.write({path: text})
    site.publish()
    return site.text(path)


def explained(site: Site, path: str = "css/tw.css") -> set[str]:
    return {each for each in json.loads(site.run("explain", "--json", path).stdout)["inputs"] if "*" not in each}


def classes(text: str, *names: str) -> list[str]:
    """Which of some classes there are rules for."""
    return [name for name in names if f".{name} {{" in text]


@pytest.mark.parametrize("source", ["wheel", "npm"])
def test_classes_that_templates_pages_and_scripts_name_get_rules_and_others_do_not(site, source):
    if source == "npm":
        use_npm(site)
    configure(site)
    project(site, {"app/templates/deep/a.jinja": '<p class="p-1">', "other/b.jinja": '<p class="p-2">'})
    site.write({"page.html": '<p class="p-3">', "js/a.js": "x.className = 'p-4'", "notes.txt": "p-5"})
    text = css(site)
    assert classes(text, "p-1", "p-2", "p-3", "p-4", "p-5") == ["p-1", "p-3", "p-4"]
    assert "tailwindcss v4" in text
    assert (
        json.loads(site.run("doctor", "--json").stdout)[0]["found"]
        == {
            "npm": "node_modules",
            "wheel": "the Python environment",
        }[source]
    )


def test_content_and_sources_in_stylesheets_say_where_classes_are_looked_for(site):
    configure(site, content=["ui/*.txt"])
    project(
        site, {"ui/a.txt": "p-1", "templates/a.html": "p-2", "ui2/b.md": "p-3", "ui3/c.md": "p-4 p-5", "x.md": "p-6"}
    )
    project(site, {"ui4/d.md": "p-7"})
    text = '@source "../../ui2";\n/* @source "../../x.md"; */\n@source "../../{ui3,ui4}/*.{md,html}";\n'
    text += '@source not "../../ui4";'
    made = css(site, TAILWIND + text + '\n@source inline("p-9");')
    names = [f"p-{number}" for number in range(1, 10)]
    assert classes(made, *names) == ["p-1", "p-3", "p-4", "p-5", "p-9"]
    assert classes(css(site, '@import "tailwindcss" source(none);\n@source "../../x.md";'), *names) == ["p-6"]
    configure(site)
    assert classes(css(site, '@import "tailwindcss" source("../../ui3");'), *names) == ["p-4", "p-5"]


def test_imports_theme_plug_ins_and_references_to_images_work(site):
    use_npm(site)
    configure(site)
    project(site, {"templates/a.html": '<p class="bg-brand prose spin mine">', "conf/p.js": "export default () => {}"})
    text = '@import "./part.css";\n@import "./more";\n@plugin "@tailwindcss/typography";\n@plugin "../../conf/p.js";\n'
    site.write({"css/part.css": "@theme { --color-brand: #123456 }", "img/x.png": "x"})
    site.write({"css/more.css": "@utility spin { background: url(../img/x.png) }"})
    made = css(site, TAILWIND + text + ".btn { @apply p-4 hover:p-2 }")
    assert classes(made, "bg-brand", "prose", "spin", "btn") == ["bg-brand", "prose", "spin", "btn"]
    assert f"url(../{site.manifest['img/x.png'].url})" in made.replace('"', "")
    assert {"css/part.css", "css/more.css", "conf/p.js"} <= explained(site)
    assert any(each.endswith("@tailwindcss/typography/package.json") for each in explained(site))
    assert "&:hover" not in made
    configure(site, optimize=False)
    assert "&:hover" in css(site, TAILWIND + text + ".btn { @apply p-4 hover:p-2 }")


def test_a_source_map_leads_to_what_people_wrote(site):
    configure(site, head='source_maps="file"\n' + HEAD)
    site.write({"css/part.css": "\n\n.thing {\n  color: teal;\n}\n"})
    css(site, TAILWIND + '@import "./part.css";\n.own { @apply p-4 }')
    found = {word: (source, line) for word, source, line, _ in traced(site, "css/tw.css")["found"] if source}
    assert found["thing"] == ("part.css", 3)
    assert found["own"] == ("tw.css", 3)


def test_it_takes_what_earlier_steps_made(site):
    configure(site)
    site.write({"tw.css.jinja": TAILWIND + ".x { @apply p-{{ 1 + 1 }} }"})
    site.publish()
    assert "--spacing) * 2)" in site.text("tw.css")


@pytest.fixture
def counted(site, monkeypatch):
    """A site with two stylesheets by a Tailwind that keeps count, and starts for each run."""
    monkeypatch.setattr("pipeline.transforms.tailwind.made", lambda *_: None)
    real = str(Path(sysconfig.get_path("scripts"), "tailwindcss"))
    program = Program(site.folder, "tailwindcss", f"os.execv({real!r}, [{real!r}, *sys.argv[1:]])", "bin")
    configure(site, '[tools]\ntailwindcss = "bin/tailwindcss"\n', content=["pages/**"], inputs=["conf/*.json"])
    project(site, {"pages/a.html": "p-1", "conf/x.json": "", "ui/b.txt": "p-2"})
    site.write({"tw1.css": f'{TAILWIND}@import "./part.css";\n@source "../ui/*.txt";', "part.css": "a { b: c }"})
    site.write({"tw2.css": "b { color: red }"})
    assert ran(site, program) == 2
    assert ran(site, program) == 0
    return program


def ran(site: Site, program: Program) -> int:
    before = sum("--input" in each for each in program.runs())
    site.publish()
    return sum("--input" in each for each in program.runs()) - before


def test_what_it_reads_has_it_run_again_and_nothing_else(site, counted, monkeypatch):
    for name, text, times in (
        ("pages/a.html", "p-3", 2),
        ("pages/deep/new.html", "p-4", 2),
        ("conf/x.json", "{}", 2),
        ("ui/b.txt", "p-5", 1),
        ("ui/new.txt", "p-6", 1),
        ("src/part.css", "a { b: d }", 1),
        ("ui/c.md", "", 0),
        ("conf/y.yaml", "", 0),
        ("src/other.css", "", 0),
    ):
        project(site, {name: text})
        assert ran(site, counted) == times, name
    assert classes(site.text("tw1.css"), *(f"p-{n}" for n in range(1, 7))) == ["p-3", "p-4", "p-5", "p-6"]
    (site.folder / "pages/a.html").unlink()
    assert ran(site, counted) == 2
    monkeypatch.setenv("OTHER", "x")
    assert ran(site, counted) == 0


def test_other_options_and_another_version_have_it_run_again(site, counted):
    configure(site, '[tools]\ntailwindcss = "bin/tailwindcss"\n', content=["pages/**"], optimize=False)
    assert ran(site, counted) == 2
    body = counted.file.read_text().rstrip().rpartition("\n")[2]
    counted.write(f"if '--help' in sys.argv: print('tailwindcss v4.9.9'); sys.exit()\n{body}")
    assert ran(site, counted) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0}, "'timeout' must be a number of seconds above 0"),
        ({"content": ["../x/**"]}, "the glob '../x/**' "),
        ({"contents": []}, "unknown option 'contents' of 'tailwind'; did you mean 'content'?"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    configure(site, **options)
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    assert message in messages(caught.value)[0]
