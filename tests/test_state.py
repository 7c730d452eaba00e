"""What the last build left: if nothing changed nothing is read, and what changed leads to a clean build's bytes."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.incremental import seen as last
from tests.sites import Site, rules
from tests.tools import require_tool
from tests.transforms.webassets_steps import need_package

CONFIG = """
sources = ["src", "more"]
output = "out"
minify = true
compress = ["gzip"]
[bundles]
"all.css" = ["css/*.css"]
[bundles."stamped.css"]
sources = ["stamp/a.css"]
steps = ["steps:Stamp"]
"""
STEPS = """
from dataclasses import dataclass
from typing import ClassVar
import helper
from pipeline.asset import Asset, Blob
from pipeline.transforms import Made

@dataclass(frozen=True)
class Stamp:
    text: str = "one"
    joins: ClassVar[bool] = False
    def __call__(self, asset, fetch):
        with open({runs!r}, "a") as stream:
            stream.write("x")
        words = fetch("stamp/words.txt")
        text = words.content.read().decode() if words else "none"
        body = asset.content.read().decode() + "/*! " + text + self.text + helper.WORD + " */"
        return Made((Asset(asset.path, Blob.of(body.encode()), asset.origin or (asset,)),))
"""
FILES = {
    "css/a.css": "a { background: url(../img/a.png) }\n",
    "css/b.css": "b { color: red }\n" * 20,
    "js/app.js": "console.log(1);  // why\n",
    "stamp/a.css": "s { top: 0 }\n",
    "img/a.png": "png",
    "page.html": '<link rel="stylesheet" href="css/a.css">',
}


@pytest.fixture
def project(site: Site) -> Site:
    """A site that was built, with a step of its own that counts its runs; all its files are old."""
    site.configure(CONFIG)
    site.write(FILES)
    site.write({"extra.css": "e{}"}, below="more")
    site.write({"steps.py": STEPS.format(runs=str(site.folder / "runs")), "helper.py": "WORD = 'w'\n"}, below=".")
    for file in site.folder.rglob("*"):
        os.utime(file, (1_600_000_000, 1_600_000_000))
    time.sleep(0.05)
    summary(site)
    return site


def summary(site: Site, *arguments: str, **options: object) -> dict[str, object]:
    run = site.run("build", "--json", *arguments, **options)
    assert run.returncode == 0, run.stderr
    found: dict[str, object] = json.loads(run.stdout)
    found["said"] = run.stderr
    return found


def unchanged(site: Site, *arguments: str, **options: object) -> bool:
    """Whether a build sees that there is nothing to do."""
    run = site.run("build", *arguments, **options)
    assert run.returncode == 0, run.stderr
    return "; nothing changed in " in run.stderr


def runs(site: Site) -> int:
    return len((site.folder / "runs").read_text())


def output(site: Site) -> dict[str, bytes]:
    """The manifest and what it names."""
    manifest = site.manifest
    return {file: (site.output / file).read_bytes() for file in ["manifest.json", *manifest.files()]}


def assert_as_clean(site: Site, *arguments: str, **options: object) -> None:
    """A build gives what a build without any memory in an empty folder gives."""
    assert "; nothing changed in " not in str(summary(site, *arguments, **options)["said"])
    made = output(site)
    summary(site, "--no-cache", "--output", "clean", *arguments, **options)
    other = Site.__new__(Site)
    other.folder, other.output = site.folder, site.folder / "clean"
    assert made == output(other)
    shutil.rmtree(other.output)


def opened_files(site: Site, *arguments: str) -> list[str]:
    """What a build opens inside its project, and what it says."""
    trace = site.folder.parent / "trace"
    command = [require_tool("strace"), "-f", "-o", str(trace), "-e", "trace=open,openat,openat2,creat"]
    command += [sys.executable, "-m", "pipeline", "build", *arguments]
    run = subprocess.run(command, cwd=site.folder, capture_output=True, text=True, check=True)
    found = re.findall(r'"([^"]*)", (\S+)', trace.read_text())
    inside = [(os.path.join(site.folder, file), flags) for file, flags in found if "O_DIRECTORY" not in flags]
    return [
        *sorted({os.path.relpath(file, site.folder) for file, _ in inside if file.startswith(f"{site.folder}/")}),
        run.stderr,
    ]


def seen(site: Site) -> Path:
    """The file of what the last build saw."""
    (file,) = site.folder.glob(".pipeline-cache/state-*/*.seen")
    return file


def test_when_nothing_changed_nothing_is_opened_but_the_state_and_the_configuration(project: Site) -> None:
    *files, said = opened_files(project)
    assert "; nothing changed in " in said
    assert files == [os.path.relpath(seen(project), project.folder), "pipeline.toml"]


def test_a_build_with_something_to_do_reads_only_what_changed(project: Site) -> None:
    project.write({"js/app.js": "console.log(2);"})
    files = opened_files(project)
    assert {file for file in files if file.startswith(("src/", "more/"))} <= {"src/js/app.js", "src/page.html"}


def test_W1_one_byte_changed_with_the_same_size_and_the_old_time_is_noticed(project: Site) -> None:
    file = project.folder / "src/css/b.css"
    status = file.stat()
    file.write_bytes(file.read_bytes().replace(b"red", b"tan"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert_as_clean(project)
    assert "tan" in project.text("all.css")


def test_W1_a_file_changed_within_the_tick_of_the_build_is_noticed(site: Site) -> None:
    """Each build begins right after a save, and the next save of the same size follows at once."""
    for number in range(10):
        site.write({"a.css": f"a{{top:{number:02}px}}"})
        assert not unchanged(site)
        assert site.text("a.css") == f"a{{top:{number:02}px}}"


def test_W1_a_file_that_is_saved_while_the_build_goes_on_is_noticed(project: Site) -> None:
    """The status that was listed is older than what was read."""
    wait = "import time, pipeline.compile as c; old = c.plan\n"
    wait += "def plan(*a):\n open('src/css/b.css', 'w').write('b{top:1px}'); return old(*a)\nc.plan = plan\n"
    wait += "from pipeline.cli import main; main(['build'])"
    project.write({"css/b.css": "b{top:0px}"})
    subprocess.run([sys.executable, "-c", wait], cwd=project.folder, capture_output=True, check=False)
    assert_as_clean(project)
    assert "top:1px" in project.text("all.css")


def test_W2_a_touched_file_costs_a_hash_and_renames_nothing(project: Site) -> None:
    before, written = output(project), runs(project)
    for file in project.folder.joinpath("src").rglob("*.*"):
        os.utime(file)
    assert not unchanged(project)
    assert output(project) == before
    assert runs(project) == written
    assert summary(project)["written"] == 0
    assert unchanged(project)


def as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "index.js").write_text("2")


def as_link(file: Path, target: str) -> None:
    file.unlink()
    file.symlink_to(target)


Edit = Callable[[Site], object]
EDITS: dict[str, Edit] = {
    "new": lambda site: site.write({"css/new.css": "n{}"}),
    "new in a new folder": lambda site: site.write({"a/b/c/new.js": "1"}),
    "deleted": lambda site: (site.folder / "src/css/b.css").unlink(),
    "renamed": lambda site: (site.folder / "src/css/b.css").rename(site.folder / "src/css/0.css"),
    "renamed folder": lambda site: (site.folder / "src/js").rename(site.folder / "src/scripts"),
    "moved to another root": lambda site: (site.folder / "src/page.html").rename(site.folder / "more/page.html"),
    "shadowed": lambda site: site.write({"extra.css": "shadow{}"}),
    "missing input appears": lambda site: site.write({"stamp/words.txt": "words"}),
    "missing input appears in a later root": lambda site: site.write({"stamp/words.txt": "w"}, below="more"),
    "file becomes a folder": lambda site: as_folder(site.folder / "src/js/app.js"),
    "file becomes a link": lambda site: as_link(site.folder / "src/css/b.css", "a.css"),
    "new link": lambda site: (site.folder / "src/css/c.css").symlink_to("b.css"),
    "configuration": lambda site: site.configure(CONFIG.replace('["css/*.css"]', '["css/b.css"]')),
    "option of a step": lambda site: site.configure(CONFIG.replace('"steps:Stamp"', '{use="steps:Stamp",text="2"}')),
    "order of sources": lambda site: site.configure(CONFIG.replace('"src", "more"', '"more", "src"')),
    "base_url": lambda site: site.configure(CONFIG.replace("minify", 'base_url = "/x/"\nminify')),
    "plug-in": lambda site: site.write({"steps.py": STEPS.format(runs="/dev/null").replace("/*!", "/*!!")}, below="."),
    "helper of a plug-in": lambda site: site.write({"helper.py": "WORD = 'other'\n"}, below="."),
    "output changed": lambda site: (site.output / site.manifest["page.html"].file).write_text("x"),
    "output truncated": lambda site: (site.output / site.manifest["all.css"].file).write_text(""),
    "output missing": lambda site: (site.output / site.manifest["img/a.png"].file).unlink(),
    "variant missing": lambda site: next(site.output.rglob("*.gz")).unlink(),
    "output folder missing": lambda site: shutil.rmtree(site.output),
    "manifest changed": lambda site: (site.output / "manifest.json").write_text("{}"),
    "manifest missing": lambda site: (site.output / "manifest.json").unlink(),
    "cache missing": lambda site: shutil.rmtree(site.folder / ".pipeline-cache"),
}


@pytest.mark.parametrize("name", EDITS)
def test_W3_W13_whatever_changes_leads_to_the_same_bytes_as_a_clean_build(project: Site, name: str) -> None:
    EDITS[name](project)
    assert_as_clean(project)
    assert project.verify() == []


def test_W1_an_output_of_the_same_size_and_time_is_noticed(project: Site) -> None:
    file = project.output / project.manifest["page.html"].file
    status = file.stat()
    file.write_bytes(file.read_bytes()[::-1])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not unchanged(project)
    assert project.verify() == []


def test_a_file_that_is_added_to_the_output_stays_and_is_looked_at_once(project: Site) -> None:
    (project.output / "mine.txt").write_text("mine")
    assert not unchanged(project)
    assert unchanged(project)
    assert (project.output / "mine.txt").read_text() == "mine"


def test_a_manifest_elsewhere_counts_too(project: Site) -> None:
    project.configure(CONFIG.replace("minify", 'manifest = "elsewhere.json"\nminify'))
    assert not unchanged(project)
    assert unchanged(project)
    good = (project.folder / "elsewhere.json").read_bytes()
    for change in (Path.unlink, lambda file: file.write_bytes(good.replace(b"image/png", b"image/gif"))):
        change(project.folder / "elsewhere.json")
        assert not unchanged(project)
        assert (project.folder / "elsewhere.json").read_bytes() == good
        assert unchanged(project)


def test_a_variable_a_flag_and_another_output_count_too(project: Site) -> None:
    for arguments, environment in (
        ([], {"PIPELINE_MINIFY": "false"}),
        ([], {"PIPELINE_NAMING_LENGTH": "20"}),
        (["--output", "other"], {}),
        ([], {"PIPELINE_BASE_URL": "/y/"}),
    ):
        assert not unchanged(project, *arguments, env=environment)
        assert unchanged(project, *arguments, env=environment)
    assert unchanged(project, "--output", "other")
    assert_as_clean(project, env={"PIPELINE_MINIFY": "false"})


def test_a_configuration_in_python_counts_too(project: Site) -> None:
    """Its value: what does not change that changes nothing."""
    settings = 'from more_settings import STYLE\nSETTINGS = {"sources": ["src"], "output": "out", "naming": STYLE}\n'
    project.write({"settings.py": settings, "more_settings.py": "STYLE = {'style': 'query'}"}, below=".")

    def build() -> bool:
        run = project.run("--config", "settings:SETTINGS", "build")
        assert run.returncode == 0, run.stderr
        return "; nothing changed in " in run.stderr

    build()
    project.write({"more_settings.py": "STYLE = {'style': 'plain' }"}, below=".")
    assert not build()
    assert project.manifest["page.html"].url == "page.html"


def test_W13_another_version_of_a_tool_is_looked_for_and_does_not_serve_old_bytes(project: Site) -> None:
    """A folder of packages is new in the path; then another version comes into it."""
    packages = project.folder.parent / "packages"
    (packages / "tool").mkdir(parents=True)
    (packages / "tool/__init__.py").write_text("def __call__(): ...\n")
    environment = {"PYTHONPATH": str(packages)}
    assert not unchanged(project, env=environment)
    assert unchanged(project, env=environment)
    (packages / "tool-2.dist-info").mkdir()
    assert not unchanged(project, env=environment)
    assert unchanged(project, env=environment)


def same(place: str, key: bytes) -> bool:
    """Whether a record says that nothing changed."""
    found = last.compared(place, key)
    return found is not None and found.edited == []


def test_a_damaged_state_is_as_good_as_none(project: Site) -> None:
    """What the last build saw, and what it knew of the sources; whatever is made of them is what it was, or nothing."""
    place = str(seen(project))
    whole = Path(place).read_bytes()
    lengths = [int(each) for each in whole[len(last.MAGIC) + 1 : whole.index(b"\n")].split(b" ")]
    key = whole[whole.index(b"\n") + 1 :][: lengths[0]]
    assert same(place, key)
    for length in range(0, len(whole), 7):
        Path(place).write_bytes(whole[:length])
        assert not same(place, key), length
    for offset in range(0, len(whole), 5):
        Path(place).write_bytes(whole[:offset] + bytes([whole[offset] ^ 4]) + whole[offset + 1 :])
        assert not same(place, key), offset
    for other in (b"", b"[]\n", b"\xff\n", last.MAGIC, last.MAGIC + b" 1" * last.PARTS + b"\n", whole + b"x"):
        Path(place).write_bytes(other)
        assert not same(place, key)
    (rows,) = project.folder.glob(".pipeline-cache/state-*/*.json")
    known = rows.read_bytes()
    for length in (0, 40, len(known) - 3):
        rows.write_bytes(known[:length])
        project.write({"css/b.css": f"b{{top:{length}px}}"})
        assert_as_clean(project)
    for file in (Path(place), rows):
        file.unlink()
        file.mkdir()
    project.write({"css/b.css": "b{top:7px}"})
    assert_as_clean(project)


def kept(project: Site) -> dict[Path, tuple[int, int, int]]:
    """Each file of the cache, and what changes with it."""
    files = project.folder.joinpath(".pipeline-cache").rglob("*")
    return {file: (status.st_ino, status.st_size, status.st_mtime_ns) for file in files for status in [file.stat()]}


def test_without_a_cache_nothing_is_read_and_nothing_is_kept(project: Site) -> None:
    before = kept(project)
    files = opened_files(project, "--no-cache")
    assert not [file for file in files if ".pipeline-cache" in file]
    assert {"src/css/a.css", "more/extra.css"} <= {*files}
    assert kept(project) == before
    shutil.rmtree(project.folder / ".pipeline-cache")
    assert not unchanged(project, "--no-cache")
    assert not (project.folder / ".pipeline-cache").exists()
    assert runs(project) == 3


def test_a_cache_that_is_copied_to_another_place_serves_there(project: Site, other_site: Site) -> None:
    for name in ("src", "more", "steps.py", "helper.py", "pipeline.toml"):
        source, target = project.folder / name, other_site.folder / name
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        shutil.copytree(source, target, copy_function=shutil.copyfile) if source.is_dir() else shutil.copyfile(
            source, target
        )
    shutil.copytree(project.folder / ".pipeline-cache", other_site.folder / ".pipeline-cache")
    before = runs(project)
    assert not unchanged(other_site)
    assert runs(project) == before
    assert output(other_site) == output(project)
    shutil.rmtree(other_site.folder / ".pipeline-cache")
    assert not unchanged(other_site)
    assert runs(project) == before + 1


def test_a_cache_whose_rows_are_lost_while_they_are_needed_is_no_failure(project: Site) -> None:
    """Another process throws out all rows between the look and the use."""
    code = (
        "import sqlite3, pipeline.build as b; old = b.link\n"
        "def link(*a):\n"
        " c = sqlite3.connect('.pipeline-cache/2/cache.sqlite')\n"
        " c.execute('DELETE FROM entries'); c.commit(); c.close()\n"
        " b.link = old\n"
        " return old(*a)\n"
        "b.link = link\n"
        "from pipeline.cli import main; main(['build'])"
    )
    project.write({"img/a.png": "other"})
    run = subprocess.run([sys.executable, "-c", code], cwd=project.folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert project.verify() == []
    assert_as_clean(project)


def test_what_changes_in_a_comment_only_makes_nothing_else(project: Site) -> None:
    """Early cutoff: minified it is the same, so nothing that points at it is made or renamed."""
    project.configure(CONFIG.replace("[bundles]\n", '[bundles]\n"outer.css" = ["all.css", "extra.css"]\n'))
    summary(project)
    before = output(project)
    project.write({"css/b.css": FILES["css/b.css"] + "/* said later */\n"})
    ran = keys(project)
    after = summary(project)
    assert (after["written"], after["renewed"]) == (0, False)
    assert output(project) == before
    assert len(keys(project) - ran) == 2  # the file by itself, and the bundle that has it, but not the outer bundle


def keys(site: Site) -> set[str]:
    """What the cache has."""
    connection = sqlite3.connect(site.folder / ".pipeline-cache/2/cache.sqlite")
    found = {key for (key,) in connection.execute("SELECT key FROM entries")}
    connection.close()
    return found


def test_W12_what_is_in_the_cache_but_has_no_right_check_is_not_published(project: Site) -> None:
    """And nothing outside the folder of the project's own cache is ever asked."""
    with sqlite3.connect(project.folder / ".pipeline-cache/2/cache.sqlite") as connection:
        changed = connection.execute("UPDATE entries SET data = CAST(replace(data, 'one', 'two') AS BLOB)").rowcount
        assert changed
    connection.close()
    project.write({"stamp/b.css": "anything"})
    assert_as_clean(project)
    assert b"two" not in b"".join(output(project).values())


def test_W4_a_build_that_fails_leaves_release_and_state_as_they_were(project: Site) -> None:
    before = output(project)
    project.write({"page.html": '<link rel="stylesheet" href="css/missing.css">'})
    for _ in range(2):
        run = project.run("build")
        assert run.returncode == 1
        assert "page.html:1:30: " in run.stderr
        assert output(project) == before
    project.write({"page.html": FILES["page.html"]})
    assert summary(project)["written"] == 0
    assert output(project) == before
    assert unchanged(project)


def test_warnings_are_said_again_when_nothing_changed(project: Site) -> None:
    project.configure("strict = false\n" + CONFIG)
    project.write({"page.html": '<link rel="stylesheet" href="css/missing.css">'})
    first, second = project.run("build").stderr, project.run("build").stderr
    assert "; nothing changed in " in second
    (warning,) = [line for line in first.splitlines() if line.startswith("warning: ")]
    assert warning in second.splitlines()


SASS = """
sources = ["src"]
output = "out"
minify = false
compress = []
exclude = ["partials/"]
[bundles."main.css"]
sources = ["main.scss"]
steps = [{ use = "webassets", filter = "libsass" }]
"""


@pytest.fixture
def sass_project(site: Site) -> Site:
    """A stylesheet that imports a partial from a folder that is excluded."""
    need_package("sass")
    site.configure(SASS)
    site.write(
        {"main.scss": "@import 'partials/colour'; a { color: $colour }", "partials/_colour.scss": "$colour: red;"}
    )
    time.sleep(0.05)
    assert not unchanged(site)
    assert unchanged(site)
    return site


def test_W1_W3_what_a_tool_reads_without_a_word_counts_also_where_it_is_excluded(sass_project: Site) -> None:
    partial = sass_project.folder / "src/partials/_colour.scss"
    for text in ("$colour: tan;", "$colour: blue;"):
        status = partial.stat()
        partial.write_text(text)
        os.utime(partial, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert_as_clean(sass_project)
        assert text[9:12] in sass_project.text("main.css")
    partial.unlink()
    assert sass_project.run("build").returncode == 1


def test_W1_a_partial_that_is_saved_twice_in_a_tick_is_not_mixed_up(site: Site) -> None:
    """The row of a tool that reads without a word must not be taken for what was saved after the look."""
    need_package("sass")
    site.configure(SASS.replace("[bundles", 'executor = "inline"\n[bundles'))
    site.write({"main.scss": "@import 'partials/colour'; a { left: $x }"})
    for number in range(30):
        site.write({"partials/_colour.scss": f"$x: {number:02}px;"})
        site.publish()
        assert f"{number}px" in site.text("main.css")


def test_W13_what_a_tool_takes_from_the_environment_counts(sass_project: Site) -> None:
    assert_as_clean(sass_project, env={"LIBSASS_STYLE": "compressed"})
    assert sass_project.text("main.css").strip() == "a{color:red}"
    assert_as_clean(sass_project, env={"LIBSASS_STYLE": "expanded"})
    assert "color: red" in sass_project.text("main.css")


def test_W13_a_row_does_not_serve_another_version_of_what_made_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.configure('sources = ["src"]\noutput = "out"\ncompress = ["gzip", "brotli", "zstd"]\n')
    site.write({"a.css": rules(1)})
    site.publish()
    first = keys(site)
    site.publish()
    assert keys(site) == first
    for place in ("minify.Minify", "gzip.Gzip", "brotli.Brotli", "zstd.Zstd"):
        package = "transforms" if place.startswith("minify") else "compressors"
        monkeypatch.setattr(f"pipeline.{package}.{place}.version", "another")
        before = keys(site)
        site.publish()
        assert len(keys(site) - before) == 1, place


def test_W13_a_page_is_read_again_when_its_parser_is_installed(site: Site) -> None:
    site.write({"page.html": '<link rel="stylesheet" href="a.css">', "a.css": "a{}"})
    code = "import sys; sys.modules['turbohtml'] = None; from pipeline.cli import main; main(['build'])"
    without = subprocess.run([sys.executable, "-c", code], cwd=site.folder, capture_output=True, text=True, check=True)
    assert "not followed without the package turbohtml" in without.stderr
    assert 'href="a.css"' in site.text("page.html")
    site.write({"a.css": "a{top:0}"})
    assert "turbohtml" not in site.run("build").stderr
    assert f'href="{site.manifest["a.css"].url}"' in site.text("page.html")


def test_W3_a_package_that_says_something_else_of_itself_counts_though_it_lies_outside_the_roots(site: Site) -> None:
    packages = {"lib/dist/a.js": "export default 1", "lib/dist/b.js": "export default 2", "@s/x/package.json": "{}"}
    site.write({**packages, "lib/package.json": '{"exports": "./dist/a.js", "type": "module"}'}, below="node_modules")
    site.write({"m.js": 'import "lib";'})
    site.configure(
        'sources = ["src", { path = "node_modules/lib/dist", prefix = "lib" }]\noutput = "out"\n'
        '[modules]\nnode_modules = "node_modules"\n'
    )
    time.sleep(0.05)
    assert [unchanged(site), unchanged(site)] == [False, True]
    assert site.manifest["lib/a.js"].url in site.text("m.js")
    site.write({"lib/package.json": '{"exports": "./dist/b.js", "type": "module"}'}, below="node_modules")
    assert not unchanged(site)
    assert site.manifest["lib/b.js"].url in site.text("m.js")
