"""What a build takes over from the last one: as much as still holds, and never more."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable

import pytest

from pipeline.build import silent
from pipeline.engine.cache_use import opened
from pipeline.incremental.renewal import Renewal, Renewed
from pipeline.incremental.seen import compared, place_of
from pipeline.incremental.unchanged import key_of
from tests.sites import Site

CONFIG = """
sources = ["src", {{ path = "more", prefix = "more" }}]
output = "out"
strict = false
compress = ["gzip"]
modules = "{modules}"
[naming]
style = "{style}"
keep = ["robots.txt"]
[bundles]
"all.css" = ["css/*.css"]
"outer.css" = ["all.css", "top.css"]
"""
FILES = {
    "css/a.css": "a { background: url(../img/a.png) }\n" * 20,
    "css/b.css": "b { color: red }\n" * 20,
    "top.css": "@import url(missing.css);\n",
    "js/app.js": "import './leaf.js'; import './ring.js';\n",
    "js/leaf.js": "export default 1;\n",
    "js/ring.js": "import './other.js'; export default 1;\n",
    "js/other.js": "import './ring.js'; export default 2;\n",
    "img/a.png": "png",
    "robots.txt": "User-agent: *",
    "page.html": '<link rel="stylesheet" href="css/a.css"><script type="module" src="js/app.js"></script>',
}


def old(site: Site) -> None:
    """Let all sources be older than the clock's tick."""
    for file in (*site.folder.joinpath("src").rglob("*"), *site.folder.joinpath("more").rglob("*")):
        if not file.is_symlink():
            os.utime(file, (1_600_000_000, file.stat().st_mtime - 1_000))
    time.sleep(0.03)


def save(site: Site, files: dict[str, str]) -> None:
    """Write sources, and wait until the next tick of the clock: sooner nobody could tell one save from the next."""
    site.write(files)
    time.sleep(0.03)


def as_link(site: Site) -> None:
    (site.folder / "src/top.css").unlink()
    (site.folder / "src/top.css").symlink_to("css/a.css")


def forget_state(site: Site) -> None:
    (file,) = site.folder.glob(".pipeline-cache/state-*/*.json")
    file.unlink()


def renewed(site: Site) -> Renewed | None:
    """What a new process with the same command does; ``None`` if there is nothing to do."""
    config = site.config()
    key = key_of(["build"], str(site.folder / "pipeline.toml"))
    seen = compared(place_of(str(config.cache), key), key)
    if seen and seen.edited == []:
        return None
    with opened(config.cache, config.cache_limit) as cache:
        renewal = Renewal(config, cache, key, seen, silent)
        found = renewal.renew()
    renewal.leave(found, lambda: ("", "", "", ""))
    return found


@pytest.fixture
def project(site: Site) -> Site:
    return built(site)


def built(site: Site, style: str = "fingerprint", modules: str = "rewrite") -> Site:
    site.configure(CONFIG.format(style=style, modules=modules))
    site.write(FILES)
    site.write({"x.css": "x{top:0}"}, below="more")
    old(site)
    renewed(site)
    assert renewed(site) is None
    return site


def everything(site: Site) -> dict[str, bytes]:
    return {file: (site.output / file).read_bytes() for file in ["manifest.json", *site.manifest.files()]}


def assert_as_clean(site: Site) -> None:
    found = everything(site)
    config = site.config(output=str(site.folder / "clean"), cache=str(site.folder / "clean-cache"))
    other = Site.__new__(Site)
    other.folder, other.output = site.folder, config.output
    with opened(config.cache, config.cache_limit) as cache:
        Renewal(config, cache, b"", None, silent, memory=False).renew()
    assert found == everything(other)
    shutil.rmtree(config.output)
    shutil.rmtree(config.cache, ignore_errors=True)


EDITS: dict[str, dict[str, str]] = {
    "a loose file": {"js/leaf.js": "export default 3;\n"},
    "what others point at": {"img/a.png": "another png"},
    "a part of a bundle in a bundle": {"css/b.css": "b { color: tan }\n"},
    "a member of a ring": {"js/other.js": "import './ring.js'; export default 3;\n"},
    "what keeps its name": {"robots.txt": "User-agent: me"},
    "what it points at": {"page.html": '<img src="img/a.png">'},
    "only its time": {"css/a.css": FILES["css/a.css"]},
    "a reference that leads nowhere any more": {"css/a.css": "a { background: url(../img/gone.png) }"},
    "several": {"js/leaf.js": "export default 4;\n", "css/a.css": "a{}", "robots.txt": ""},
}


@pytest.mark.parametrize("style", ["fingerprint", "query", "plain", "rewrite"])
@pytest.mark.parametrize("edit", EDITS)
def test_a_build_goes_on_from_the_last_one_and_equals_a_clean_one(site: Site, edit: str, style: str) -> None:
    built(site, style)
    for _ in range(2):  # once from a whole build, once from one that went on itself
        save(site, EDITS[edit])
        found = renewed(site)
        assert found is not None
        assert found.before is not None
        assert_as_clean(site)
        assert site.verify() == []
        assert renewed(site) is None
        save(site, FILES)
        back = renewed(site)
        assert back is not None
        assert back.before is not None
        assert_as_clean(site)


def test_a_second_root_and_its_prefix_count_too(project: Site) -> None:
    project.write({"x.css": "x{top:1px}"}, below="more")
    found = renewed(project)
    assert found is not None
    assert found.before is not None
    assert "top:1px" in project.text("more/x.css")
    assert_as_clean(project)


WHOLE: dict[str, Callable[[Site], object]] = {
    "new": lambda site: site.write({"new.css": "n{}"}),
    "deleted": lambda site: (site.folder / "src/css/b.css").unlink(),
    "a link": as_link,
    "an output": lambda site: (site.output / site.manifest["js/app.js"].file).write_text("x"),
    "the manifest": lambda site: (site.output / "manifest.json").write_text("{}"),
    "the cache": lambda site: shutil.rmtree(site.folder / ".pipeline-cache/2"),
    "the state": forget_state,
}


@pytest.mark.parametrize("what", WHOLE)
def test_where_more_may_have_changed_everything_is_looked_at(project: Site, what: str) -> None:
    WHOLE[what](project)
    project.write({"css/a.css": "a{top:1px}"})
    found = renewed(project)
    assert found is not None
    assert found.before is None
    assert_as_clean(project)
    assert project.verify() == []


def test_with_an_import_map_everything_is_looked_at(site: Site) -> None:
    built(site, modules="importmap")
    site.write({"js/leaf.js": "export default 5;\n"})
    found = renewed(site)
    assert found is not None
    assert found.before is None
    assert_as_clean(site)


def test_what_is_wrong_is_said_by_a_whole_build_and_the_next_goes_on(project: Site) -> None:
    before = everything(project)
    project.write({"top.css": "@import url(css/a.css);\n@import url(../../out.css);", "css/b.css": "b{}"})
    project.configure(CONFIG.format(style="fingerprint", modules="rewrite").replace("strict = false", "strict = true"))
    run = project.run("build")
    assert run.returncode == 1
    assert "top.css:2:13" in run.stderr
    assert everything(project) == before


def test_the_warnings_of_what_stays_are_said_again(project: Site) -> None:
    project.write({"js/leaf.js": "export default 6;\n"})
    found = renewed(project)
    assert found is not None
    assert found.before is not None
    assert any("missing.css" in str(said) for said in found.built.release.diagnostics)
    totals = found.built.release.totals
    entries = project.manifest.entries.values()
    assert totals.files == len(project.manifest.files())
    assert totals.size == sum(entry.size for entry in entries)
    assert totals.variants == {"gzip": sum(v.size for entry in entries for v in entry.variants.values())}
