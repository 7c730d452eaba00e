"""Tailwind stays up from the second time on: what it makes is what a new one makes, and a mistake does not stay."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pipeline.engine import running
from pipeline.transforms import _tailwind_staying as staying
from tests.npm_tools import node_modules, use_npm
from tests.programs import Program, gone
from tests.sites import Site, failed
from tests.transforms.test_tailwind import HEAD, TAILWIND, configure, project

PAGE = '<p class="p-1 shadow animate-spin ring-2 hover:flex">'
SAVES: dict[str, dict[str, str | None]] = {
    "a class comes": {"pages/a.html": '<p class="p-2 md:p-3">'},
    "a class goes": {"pages/a.html": '<p class="p-3">'},
    "a page comes": {"pages/deep/b.html": PAGE},
    "a page goes": {"pages/deep/b.html": None},
    "a theme": {"src/tw.css": TAILWIND + "@theme { --spacing: 3px }\n.card { @apply p-4 shadow-lg }"},
    "a part": {"src/_part.css": "@keyframes x { to { opacity: 0 } }\n.part { @apply p-6; &:hover { color: red } }\n"},
    "it is imported": {"src/tw.css": TAILWIND + '@import "./_part.css";\n'},
    "it changes": {"src/_part.css": "@theme { --animate-x: x 1s }\n@property --y { syntax: '*'; inherits: false }"},
    "it is not imported": {"src/tw.css": TAILWIND + ".own { @apply p-7 } /* and */"},
    "no end": {"src/tw.css": TAILWIND + ".own { @apply p-7 }\n@import './_part.css'"},
    "several": {"src/tw.css": TAILWIND + ".own { @apply p-8 }", "pages/c.html": PAGE, "pages/d.html": "p-9"},
}
PARENT = """
import os, signal, sys
from pathlib import Path
from tests.sites import Site
folder = Path(sys.argv[1])
text = (folder / "pipeline.toml").read_text()
site = Site(folder)
site.configure(text)
for number in (1, 2):
    site.write({"pages/a.html": f"m-{number}"}, below=".")
    site.publish()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _none_left(monkeypatch):
    monkeypatch.setattr(staying, "PATIENCE", 60)  # also on a machine that has much to do
    yield
    staying.end_all()


def counted(site: Site, source: str) -> Program:
    """A Tailwind that keeps count of how often it is started."""
    real = Path(sysconfig.get_path("scripts"), "tailwindcss")
    if source == "npm":
        use_npm(site)
        real = node_modules() / ".bin" / "tailwindcss"
    note = f"open({str(site.folder / 'pids')!r}, 'a').write(f'{{os.getpid()}} ')"
    body = f"{note}\nos.execv({str(real)!r}, [{str(real)!r}, *sys.argv[1:]])"
    return Program(site.folder, "tailwindcss", body, "bin")


def started(program: Program) -> list[int]:
    """How many were started to stay, and how many not."""
    runs = [each for each in program.runs() if "--input" in each]
    staying_up = sum("--watch" in each for each in runs)
    return [staying_up, len(runs) - staying_up]


def set_up(site: Site, source: str = "wheel", head: str = "", **options: object) -> Program:
    program = counted(site, source)
    configure(site, '[tools]\ntailwindcss = "bin/tailwindcss"\n', head + HEAD, content=["pages/**"], **options)
    project(site, {"pages/a.html": PAGE, "src/tw.css": TAILWIND})
    site.publish()
    assert started(program) == [0, 1]
    return program


def current(site: Site) -> dict[str, bytes]:
    """What each asset holds, by path."""
    return {path: site.published(path) for path in site.manifest.entries}


def made_by_a_new_one(site: Site, folder: Path) -> dict[str, bytes]:
    """The same of another project with the same files, which is built for the first time."""
    shutil.copytree(site.folder, folder, ignore=shutil.ignore_patterns("out", ".pipeline-cache"), symlinks=True)
    other = Site(folder)
    shutil.copy(site.folder / "pipeline.toml", folder)
    other.publish()
    return current(other)


@pytest.mark.parametrize(
    ("source", "head", "options"),
    [
        ("wheel", "", {}),
        ("npm", "", {}),
        ("wheel", 'source_maps="file"\n', {}),
        ("npm", 'source_maps="file"\n', {"optimize": True}),
    ],
)
def test_each_save_gives_what_a_new_one_makes(site, tmp_path_factory, source, head, options):
    program = set_up(site, source, head, **options)
    for what, files in SAVES.items():
        for name, text in files.items():
            if text is None:
                (site.folder / name).unlink()
            else:
                project(site, {name: text})
        site.publish()
        assert current(site) == made_by_a_new_one(site, tmp_path_factory.mktemp("new") / "project"), what
    stayed, others = started(program)
    assert (stayed, others - len(SAVES)) == (4, 2)  # stylesheets came, went, came and went; one could not be continued


def test_one_answers_all_saves(site):
    program = set_up(site)
    for number in range(10):
        project(site, {"pages/a.html": f'<p class="m-{number}">'})
        site.publish()
        assert f".m-{number} " in site.text("tw.css")
        assert f".m-{number - 1} " not in site.text("tw.css")
    assert started(program) == [1, 1]


def test_another_one_starts_where_it_may_have_something_old_in_memory(site):
    use_npm(site)
    program = set_up(site, "npm", inputs=["conf/*.json"])
    plugin = "module.exports = ({addUtilities}) => addUtilities({'.mine': {order: require('../conf/x.json').order}})"
    project(site, {"conf/x.json": '{"order": "1"}', "src/mine.js": plugin, "pages/a.html": "mine"})
    project(site, {"src/tw.css": TAILWIND + '@plugin "./mine.js";'})
    for number in (1, 2, 3):
        project(site, {"conf/x.json": f'{{"order": "{number}"}}'})
        site.publish()
        assert f"order: {number};" in site.text("tw.css")
    project(site, {"src/mine.js": plugin.replace("order:", "widows:")})
    site.publish()
    assert "widows: 3;" in site.text("tw.css")
    assert started(program) == [4, 1]


def test_a_mistake_is_said_as_a_new_one_says_it_and_the_next_save_is_right(site):
    set_up(site)
    project(site, {"src/tw.css": TAILWIND + ".a { @apply p-1 }"})
    site.publish()
    project(site, {"src/tw.css": TAILWIND + ".a { @apply nope }"})
    failed(site, "tw.css:2:13: tailwind: Cannot apply unknown utility class `nope`")
    project(site, {"src/tw.css": TAILWIND + ".a { @apply p-2 }"})
    site.publish()
    assert "--spacing) * 2)" in site.text("tw.css")


def test_one_that_does_not_answer_is_not_asked_again(site, monkeypatch):
    monkeypatch.setattr(staying, "PATIENCE", 0.5)
    program = set_up(site)
    body = program.file.read_text().rpartition("import os, sys")[2].partition("\n")[2].partition("\n")[2]
    program.write(f"if '--watch' in sys.argv: sys.stdin.read()\n{body.partition(chr(10))[2] or body}")
    for number in range(3):
        project(site, {"pages/a.html": f'<p class="m-{number}">'})
        site.publish()
        assert f".m-{number} " in site.text("tw.css")
    assert started(program) == [1, 4]


@pytest.mark.parametrize("source", ["wheel", "npm"])
def test_it_ends_with_its_parent_also_when_that_is_killed(site, source):
    program = set_up(site, source)
    command = [sys.executable, "-c", PARENT, str(site.folder)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert run.returncode == -signal.SIGKILL
    assert started(program) == [1, 2]
    assert gone(int((site.folder / "pids").read_text().split()[-1]))


def test_none_and_no_folder_of_one_is_left_when_all_are_ended(site):
    before = {*running.RUNNING}
    set_up(site)
    project(site, {"pages/a.html": "p-2"})
    site.publish()
    (one,) = staying._STAYING.values()
    (process,) = running.RUNNING - before
    staying.end_all()
    assert gone(process.pid)
    assert not one.folder.parent.exists()
