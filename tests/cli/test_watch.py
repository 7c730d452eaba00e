"""``pipeline watch`` as people use it: a process that is told nothing but what happens to the files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from pipeline.incremental.watching import KEPT
from pipeline.runtime import Assets
from tests.cli.watching import Watch, until
from tests.engine.test_reload import serving
from tests.sites import Site
from tests.tools import require_tool
from tests.transforms.webassets_steps import need_package

CONFIG = 'sources = ["src"]\noutput = "out"\n[bundles]\n"all.css" = ["css/*.css"]\n'
LINE = re.compile(r"[^;]+ changed; \d+ assets? made in \d+ ms")


@pytest.fixture
def project(site: Site) -> Site:
    site.configure(CONFIG)
    site.write(
        {"css/a.css": "a { color: red }\n", "page.html": '<link href="css/a.css" rel="stylesheet">', "x.js": "1"}
    )
    return site


def released(site: Site) -> dict[str, bytes]:
    """What the manifest names, and the manifest."""
    return {file: (site.output / file).read_bytes() for file in [*site.manifest.files(), "manifest.json"]}


def as_wanted(site: Site, want: dict[str, bytes]) -> bool:
    return released(site) == want


def clean(site: Site, *arguments: str) -> dict[str, bytes]:
    """What a build without memory gives that does as watch does."""
    environment = {"PIPELINE_MINIFY": "false", "PIPELINE_COMPRESS": "[]"}
    run = site.run("build", "--no-cache", "--output", "clean", *arguments, env=environment)
    assert run.returncode == 0, run.stderr
    other = Site.__new__(Site)
    other.folder, other.output = site.folder, site.folder / "clean"
    found = released(other)
    shutil.rmtree(other.output)
    return found


def save(file: Path, text: str) -> None:
    """All at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_it_builds_at_once_and_again_when_a_file_is_saved_and_says_so_in_one_line(project: Site) -> None:
    with Watch(project) as watch:
        assert re.fullmatch(r"4 assets made in \d+ ms", watch.hears("made in"))
        assert "color: red" in project.text("all.css")
        save(project.folder / "src/css/a.css", "a { color: tan }")
        line = watch.hears("made in")
        assert re.fullmatch(r"css/a\.css changed; 3 assets made in \d+ ms", line)
        assert project.text("all.css") == "a { color: tan }"
        assert watch.rest() == []
        assert released(project) == clean(project)


EDITS: dict[str, Callable[[Path], object]] = {
    "new": lambda src: save(src / "css/b.css", "b{}"),
    "new folder": lambda src: save(src / "a/b/c/d.css", "d{}"),
    "deleted": lambda src: (src / "x.js").unlink(),
    "renamed": lambda src: (src / "x.js").rename(src / "y.js"),
    "renamed folder": lambda src: (src / "deep").rename(src / "deeper"),
    "deleted folder": lambda src: shutil.rmtree(src / "deep"),
    "folder moved in": lambda src: (src.parent / "beside").rename(src / "beside"),
    "folder moved out": lambda src: (src / "deep").rename(src.parent / "away"),
    "vim": lambda src: by_vim(src / "css/a.css", "v{}"),
    "jetbrains": lambda src: by_jetbrains(src / "css/a.css", "j{}"),
    "renamed over": lambda src: by_rename(src / "css/a.css", "r{}"),
    "same time": lambda src: with_its_time(src / "css/a.css"),
    "link": lambda src: (src / "z.js").symlink_to("x.js"),
}


def by_vim(file: Path, text: str) -> None:
    """As vim does with backupcopy=no: a probe, the old file away, a new one in its place."""
    save(file.with_name("4913"), "")
    file.with_name("4913").unlink()
    file.rename(file.with_name(f"{file.name}~"))
    save(file, text)
    file.with_name(f"{file.name}~").unlink()


def by_jetbrains(file: Path, text: str) -> None:
    save(file.with_name(f"{file.name}___jb_tmp___"), text)
    file.rename(file.with_name(f"{file.name}___jb_old___"))
    file.with_name(f"{file.name}___jb_tmp___").rename(file)
    file.with_name(f"{file.name}___jb_old___").unlink()


def by_rename(file: Path, text: str) -> None:
    save(file.with_name(f".{file.name}.tmp"), text)
    file.with_name(f".{file.name}.tmp").replace(file)


def with_its_time(file: Path) -> None:
    status = file.stat()
    file.write_bytes(file.read_bytes().replace(b"red", b"tan"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("poll", [[], ["--poll", "0.05"]], ids=["events", "poll"])
def test_W1_W3_W5_W9_whatever_happens_to_files_leads_to_what_a_clean_build_gives(project: Site, poll) -> None:
    project.write({"deep/er/d.css": "d{}", "deep/e.css": "e{}"})
    save(project.folder / "beside/f.css", "f{}")
    start = project.folder / "start"
    shutil.copytree(project.folder / "src", start)
    with Watch(project, *poll) as watch:
        watch.hears("made in")
        for name, edit in EDITS.items():
            edit(project.folder / "src")
            assert LINE.fullmatch(watch.hears("made in")), name
            want = clean(project)
            until(partial(as_wanted, project, want))
            watch.rest()
            for left in ("src/beside", "away"):
                if (project.folder / left).exists():
                    (project.folder / left).rename(project.folder / "beside" if "beside" in left else start / "gone")
            shutil.rmtree(start / "gone", ignore_errors=True)
            restore(start, project.folder / "src")
            want = clean(project)
            until(partial(as_wanted, project, want))
            watch.rest()


def restore(start: Path, src: Path) -> None:
    """Make the sources as they were."""
    for entry in sorted(src.rglob("*"), reverse=True):
        if not (start / entry.relative_to(src)).exists():
            entry.rmdir() if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    for entry in sorted(start.rglob("*")):
        target = src / entry.relative_to(start)
        if entry.is_dir():
            target.mkdir(exist_ok=True)
        elif not target.exists() or target.read_bytes() != entry.read_bytes():
            target.write_bytes(entry.read_bytes())


def test_W2_what_editors_keep_on_the_side_and_a_touch_make_nothing(project: Site) -> None:
    with Watch(project) as watch:
        watch.hears("made in")
        before = released(project)
        for name in (".a.css.swp", ".#a.css", ".git/index"):
            save(project.folder / "src/css" / name, "x")
        for name in ("a.css~", "4913", "#a.css#"):
            save(project.folder / "src/css" / name, "x")
            (project.folder / "src/css" / name).unlink()
        os.utime(project.folder / "src/css/a.css")
        save(project.folder / "src/last.css", "l{}")
        watch.hears("last.css")
        assert not [line for line in watch.said if "swp" in line or "~" in line or "4913" in line]
        assert released(project).items() >= {k: v for k, v in before.items() if k != "manifest.json"}.items()


def test_a_changed_configuration_is_taken_over_and_a_broken_one_waits_to_be_mended(project: Site) -> None:
    with Watch(project) as watch:
        watch.hears("made in")
        project.configure(CONFIG.replace('"all.css"', '"more.css"'))
        watch.hears("the configuration changed")
        watch.hears("made in")
        assert "more.css" in project.manifest.entries
        good = released(project)
        project.configure(CONFIG + "bundels = 1\n[")
        assert "pipeline.toml" in watch.hears("error: ")
        assert released(project) == good
        save(project.folder / "src/css/a.css", "a { left: 0 }")
        watch.hears("css/a.css changed; ")
        project.configure(CONFIG + '"b.css" = ["css/missing.css"]\n')
        assert "pipeline.toml:5" in watch.hears("missing.css")
        project.configure(CONFIG + '"b.css" = ["css/a.css"]\n')
        watch.hears("the configuration changed")
        watch.hears("made in")
        assert project.text("b.css") == "a { left: 0 }"
        assert released(project) == clean(project)


def test_what_is_saved_together_with_a_broken_configuration_is_not_forgotten(project: Site) -> None:
    with Watch(project) as watch:
        watch.hears("made in")
        project.configure("[")
        save(project.folder / "src/css/a.css", "a { left: 0 }")
        watch.hears("error: ")
        time.sleep(1.5)
        save(project.folder / "src/x.js", "2")
        watch.hears("x.js")
        until(lambda: project.text("all.css") == "a { left: 0 }")


def test_a_new_folder_of_sources_is_watched(project: Site) -> None:
    save(project.folder / "more/m.css", "m{}")
    with Watch(project) as watch:
        watch.hears("made in")
        project.configure(CONFIG.replace('["src"]', '["src", "more"]', 1))
        watch.hears("the configuration changed")
        watch.hears("made in")
        save(project.folder / "more/m.css", "m { left: 0 }")
        watch.hears("m.css changed; ")
        assert project.text("m.css") == "m { left: 0 }"


def test_W3_a_partial_that_no_bundle_lists_is_noticed(project: Site) -> None:
    need_package("sass")
    step = '[bundles."main.css"]\nsources=["main.scss"]\nsteps=[{ use = "webassets", filter = "libsass" }]\n'
    project.configure(CONFIG.replace("[bundles]", 'exclude = ["**/_*"]\n[bundles]') + step)
    project.write({"main.scss": "@import 'partial'; b { color: $c }", "_partial.scss": "$c: red;"})
    with Watch(project) as watch:
        watch.hears("made in")
        for colour in ("tan", "blue", "red", "tan"):
            save(project.folder / "src/_partial.scss", f"$c: {colour};")
            watch.hears("1 asset made in")
            assert f"color: {colour}" in project.text("main.css")
        save(project.folder / "src/_partial.scss", "$c: ")
        assert "main.scss" in watch.hears("error: ")
        save(project.folder / "src/_partial.scss", "$c: navy;")
        until(lambda: "navy" in project.text("main.css"))


def test_W4_an_error_is_shown_with_its_place_the_last_release_stays_and_the_next_save_mends_it(project: Site) -> None:
    with Watch(project) as watch:
        watch.hears("made in")
        good = released(project)
        save(project.folder / "src/css/a.css", "a {\n  background: url(no.png) }")
        assert watch.hears("error: ") == "error: css/a.css:2:19: 'no.png' does not exist"
        assert released(project) == good
        save(project.folder / "src/x.js", "2")
        watch.hears("error: ")
        assert released(project) == good
        project.write({"css/no.png": "png"})
        watch.hears("made in")
        assert released(project) == clean(project)


def test_a_first_build_that_fails_waits_for_the_save_that_mends_it(project: Site) -> None:
    project.write({"css/a.css": "a { background: url(no.png) }"})
    with Watch(project) as watch:
        watch.hears("error: ")
        assert not (project.output / "manifest.json").exists()
        save(project.folder / "src/css/a.css", "a{}")
        watch.hears("4 assets made in")
        assert released(project) == clean(project)


def test_a_wrong_configuration_at_the_start_is_misuse(project: Site) -> None:
    project.configure("sources = 5\n")
    run = project.run("watch")
    assert (run.returncode, run.stderr.count("Traceback")) == (2, 0)


def test_W6_a_storm_of_events_ends_in_what_a_clean_build_gives(project: Site) -> None:
    with Watch(project) as watch:
        watch.hears("made in")
        for number in range(10_000):
            file = project.folder / f"src/storm/{number % 50}.css"
            save(file, f"s {{ top: {number}px }}") if number % 3 else file.unlink(missing_ok=True)
        save(project.folder / "src/css/a.css", "a { left: 1px }")
        want = clean(project)
        until(lambda: released(project) == want)
        assert not [line for line in watch.said + watch.rest() if "Traceback" in line]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [[], ["--reload"], ["--poll", "5"], ["--no-cache"]], ids="".join)
def test_ctrl_c_and_sigterm_end_it_at_once_and_nothing_stays_behind(project: Site, how, arguments, monkeypatch) -> None:
    temporary = project.folder.parent / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with Watch(project, *arguments) as watch:
        watch.hears("made in")
        status, seconds, said = watch.end(how)
    assert status == 130
    assert seconds < 2
    assert said.strip() == "interrupted"
    assert os.listdir(temporary) == []
    assert os.listdir(project.output / ".pipeline/partial") == []


def test_W14_old_outputs_stay_for_the_last_releases_and_no_longer(project: Site) -> None:
    def files() -> set[str]:
        return {file.name for file in project.output.glob("x-*.js")}

    with Watch(project) as watch:
        watch.hears("made in")
        names = [project.manifest["x.js"].file]
        for number in range(KEPT + 5):
            save(project.folder / "src/x.js", f"'{number}'")
            watch.hears("x.js changed; ")
            names.append(project.manifest["x.js"].file)
            until(lambda: files() == {*names[-KEPT - 1 :]})
    assert len(os.listdir(project.output / ".pipeline/releases")) == KEPT + 1
    assert project.run("clean").returncode == 0
    assert not project.output.exists()


def test_W14_going_back_and_forth_loses_no_file_and_no_record(project: Site) -> None:
    with Watch(project) as watch:
        watch.hears("made in")
        for number in range(2 * KEPT + 5):
            save(project.folder / "src/x.js", f"'{number % 3}'")
            watch.hears("x.js changed; ")
            assert project.published("x.js") == f"'{number % 3}'".encode()
        assert len([*project.output.glob("x-*.js")]) == 3
    assert project.run("clean").returncode == 0
    assert not project.output.exists()


@pytest.mark.parametrize("how", ["clean", "output", "cache", "rows"])
def test_what_was_deleted_meanwhile_is_there_again_after_the_next_save(project: Site, how: str) -> None:
    assert project.run("build", env={"PIPELINE_MINIFY": "false", "PIPELINE_COMPRESS": "[]"}).returncode == 0
    with Watch(project) as watch:
        watch.hears("made in")
        if how == "clean":
            assert project.run("clean").returncode == 0
        elif how == "output":
            shutil.rmtree(project.output)
        elif how == "cache":
            shutil.rmtree(project.folder / ".pipeline-cache")
        else:
            code = (
                "import sqlite3; c = sqlite3.connect('.pipeline-cache/2/cache.sqlite', timeout=60);"
                "c.execute('DELETE FROM entries'); c.commit(); c.close()"
            )
            subprocess.run([sys.executable, "-c", code], cwd=project.folder, check=True)
        for number in range(KEPT + 3):
            save(project.folder / "src/css/a.css", f"a {{ left: {number}px }}")
            watch.hears("css/a.css changed; ")
        want = clean(project)
        until(lambda: released(project) == want)
        assert not [line for line in watch.said if "error" in line]
        save(project.folder / "src/css/b.css", "b{}")
        watch.hears("css/b.css changed; ")
        assert released(project) == clean(project)


def test_rows_that_are_lost_while_an_unchanged_file_needs_them_are_made_again(project: Site) -> None:
    """Of an image that is renamed the stylesheet has to be linked anew, and lies in the cache only."""
    project.configure(CONFIG.replace("[bundles]", "[watch]\nminify = true\n[bundles]"))
    project.write({"css/a.css": "a { background: url(../img/a.png) }\n" * 50, "img/a.png": "0"})
    assert project.run("build", env={"PIPELINE_COMPRESS": "[]"}).returncode == 0
    code = (
        "import sqlite3; c = sqlite3.connect('.pipeline-cache/2/cache.sqlite', timeout=60);"
        "assert c.execute('DELETE FROM entries').rowcount; c.commit(); c.close()"
    )
    with Watch(project) as watch:
        watch.hears("made in")
        subprocess.run([sys.executable, "-c", code], cwd=project.folder, check=True)
        for number in (1, 2):
            save(project.folder / "src/img/a.png", str(number))
            watch.hears("img/a.png changed; ")
            assert project.manifest["img/a.png"].file.encode() in project.published("all.css")
    assert not [line for line in watch.said if "error" in line]


def test_minify_compress_and_poll_are_set_for_watch_by_themselves(project: Site) -> None:
    project.configure(
        CONFIG.replace("[bundles]", '[watch]\nminify = true\ncompress = ["gzip"]\npoll = 0.05\n[bundles]')
    )
    project.write({"css/a.css": "a { color: red }\n" * 100})
    with Watch(project) as watch:
        watch.hears("made in")
        assert project.text("all.css").startswith("a{color:red}a{")
        assert project.manifest["all.css"].variants
        save(project.folder / "src/x.js", "2")
        watch.hears("x.js changed; ")
        descriptors = Path(f"/proc/{watch.process.pid}/fd")
        assert not [each for each in descriptors.iterdir() if "inotify" in os.path.realpath(each)]
    lines = project.run("config").stdout.splitlines()
    assert [line.split(" = ")[0] for line in lines if line.startswith("watch.")] == [
        "watch.minify",
        "watch.compress",
        "watch.poll",
    ]
    assert all("pipeline.toml" in line for line in lines if line.startswith("watch."))


def test_neither_minified_nor_compressed_by_default(project: Site) -> None:
    project.write({"css/a.css": "a { color: red }\n" * 100})
    with Watch(project) as watch:
        watch.hears("made in")
        assert project.text("all.css") == "a { color: red }\n" * 100
        assert not project.manifest["all.css"].variants
    lines = project.run("config").stdout.splitlines()
    assert [line.partition("#")[2].strip() for line in lines if line.startswith("watch.minify")] == ["default"]


def test_without_a_cache_nothing_is_kept_in_the_project(project: Site) -> None:
    with Watch(project, "--no-cache") as watch:
        watch.hears("made in")
        save(project.folder / "src/x.js", "2")
        watch.hears("x.js changed; ")
        assert not (project.folder / ".pipeline-cache").exists()
        assert Path(tempfile.gettempdir()) != project.folder


def test_a_stylesheet_is_exchanged_in_an_open_page_and_an_error_lies_over_it(project: Site) -> None:
    project.configure(CONFIG.replace('output = "out"', 'output = "out"\nbase_url = "/"'))
    project.write({"css/a.css": "p { color: rgb(255, 0, 0) }"})
    (project.folder / "src/page.html").unlink()  # it would be made anew, so the page would have to be loaded again
    chromium = require_tool("chromium")
    with Watch(project, "--reload") as watch, serving(project.output) as port, sync_playwright() as playwright:
        script = watch.hears("pages must load").partition("load ")[2]
        watch.hears("made in")
        assert Assets.load(project.output / "manifest.json", reload=True).live_reload() == script
        link = f'<link rel="stylesheet" href="/{project.manifest["all.css"].url}">'
        (project.output / "index.html").write_text(f"<!doctype html><title>t</title>{link}<p>text</p>{script}")
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        with page.expect_response(lambda response: response.url.endswith("/events")):
            page.goto(f"http://127.0.0.1:{port}/")
        page.evaluate("() => { window.mark = 1 }")
        colour = "() => getComputedStyle(document.querySelector('p')).color"
        save(project.folder / "src/css/a.css", "p { color: rgb(0, 128, 0) }")
        page.wait_for_function(f"() => ({colour})() === 'rgb(0, 128, 0)'")
        assert page.evaluate("() => window.mark") == 1
        save(project.folder / "src/css/a.css", "p { background: url(no.png) }")
        expect(page.get_by_text("'no.png' does not exist").first).to_be_visible()
        expect(page.get_by_text("css/a.css:1:21").first).to_be_visible()
        save(project.folder / "src/css/a.css", "p { color: rgb(0, 0, 255) }")
        page.wait_for_function(f"() => ({colour})() === 'rgb(0, 0, 255)'")
        expect(page.get_by_text("'no.png' does not exist")).to_have_count(0)
        assert page.evaluate("() => window.mark") == 1
        save(project.folder / "src/x.js", "2")
        page.wait_for_function("() => window.mark !== 1")
        browser.close()


def test_apps_are_told_where_it_serves_as_long_as_it_runs(project: Site) -> None:
    with Watch(project, "--reload") as watch:
        watch.hears("made in")
        told = project.output / ".pipeline/reload"
        assert told.stat().st_mode & 0o777 == 0o600
        assets = Assets.load(project.output / "manifest.json", reload=True)
        assert assets.live_reload("n1").startswith('<script type="module" src="http://127.0.0.1:')
        assert 'nonce="n1"' in assets.live_reload("n1")
        assert not Assets.load(project.output / "manifest.json").live_reload()
        watch.end(signal.SIGINT)
        assert not told.exists()
        assert not assets.live_reload()


def test_what_a_step_reads_outside_the_sources_is_watched_too(site: Site) -> None:
    need_package("jinja2")
    site.configure(
        'sources = ["src"]\noutput = "out"\n[compile]\n'
        f'"*.in" = [{{ use = "command", run = ["{sys.executable}", "tools/join.py"], inputs = ["tools/**"] }}]\n'
    )
    site.write({"a.in": "a", "b.txt.jinja": "{% include '_p.jinja' %}", "_p.jinja": "one"})
    site.write({"tools/join.py": "print('first')"}, below=".")
    with Watch(site) as watch:
        watch.hears("2 assets made")
        site.write({"new": "print('second')"}, below=".")
        os.replace(site.folder / "new", site.folder / "tools/join.py")  # an empty one would be a program, too
        watch.hears(" changed; 1 asset made")  # perhaps it was seen when its folder began to be watched
        assert site.text("a.in") == "second\n"
        site.write({"tools/join.py": "print('third')"}, below=".")
        watch.hears("tools/join.py changed; 1 asset made")
        site.write({"_p.jinja": "two"})
        watch.hears("_p.jinja changed; 1 asset made")
        assert site.text("b.txt") == "two"
        site.write({"_p.jinja": "{{ oops }}"})
        watch.hears("error: _p.jinja:1: template: 'oops' is undefined")
        site.write({"_p.jinja": "three"})
        watch.hears("_p.jinja changed; 1 asset made")
        assert site.text("b.txt") == "three"


def test_it_ends_with_the_program_that_holds_its_input_open(project: Site) -> None:
    command = [sys.executable, "-m", "pipeline", "watch", "--until-eof"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project.folder, stdin=pipe, stderr=pipe, text=True) as process:
        assert process.stdin
        assert process.stderr
        assert "assets made in" in process.stderr.readline()
        process.stdin.write("what is read is no end\n")
        process.stdin.flush()
        project.write({"x.js": "2"})
        assert "x.js changed" in process.stderr.readline()
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == ""
