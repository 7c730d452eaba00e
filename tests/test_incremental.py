"""A build that goes on from an earlier one gives what a clean one gives, byte for byte, after any edits."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.build import silent
from pipeline.engine.cache_use import opened
from pipeline.engine.watch import Watcher
from pipeline.errors import PipelineError
from pipeline.incremental import unchanged
from pipeline.incremental.renewal import Renewal
from pipeline.incremental.seen import compared, place_of
from pipeline.incremental.watching import KeptSite
from tests.sites import Site, messages

CONFIG = """
exclude = ["*.excluded"]
sources = ["src"]
output = "out"
minify = true
compress = ["gzip"]
strict = false
executor = "inline"
modules = "{modules}"
source_maps = "{maps}"
[naming]
style = "{style}"
keep = ["kept.css"]
[bundles]
"all.css" = ["css/*.css", "css/*.jinja"]
"all.js" = ["js/*.js", "!js/m*.js"]
"outer.css" = ["all.css", "kept.css"]
"""
PATHS = [
    *(f"css/{name}.css" for name in "abc"),
    *(f"js/{name}.js" for name in "ab"),
    *(f"js/m{name}.js" for name in "xyz"),
    "kept.css",
    "img/one.png",
    "img/two.svg",
    "deep/er/d.css",
    "all.css.map",
    "page.css.jinja",
    "css/t.css.jinja",
    "_part.jinja",
]
REFERENCES = ["css/b.css", "img/one.png", "img/two.svg", "deep/er/d.css", "css/a.css", "kept.css", "no.png"]
MODULES = ["js/mx.js", "js/my.js", "js/mz.js"]


def text(path: str, targets: list[int], mark: int) -> str:
    up = "../" * path.count("/")
    if path.endswith(".css.jinja"):
        included = "{% include '_part.jinja' ignore missing %}"
        return included + text(path.removesuffix(".jinja"), targets, mark) + "{{ nope }}" * (mark == 3)
    if path.endswith(".css"):
        urls = [f"{up}{REFERENCES[each % len(REFERENCES)]}" for each in targets]
        return "".join(f".m{mark} {{ background: url({url}) }}\n" for url in urls) + f"a {{ top: {mark}px }} " * 9
    if path.startswith("js/m"):
        return "".join(f'import "{up}{MODULES[each % 3]}";\n' for each in targets) + f"export default {mark};\n"
    if path.endswith(".js"):
        return f"var v{mark} = asset_url('{REFERENCES[mark % 3 + 1]}');\n"
    return f"<svg><!-- {mark} --></svg>" if path.endswith(".svg") else f"{mark}"


paths = st.sampled_from(PATHS)
content = st.tuples(paths, st.lists(st.integers(0, 6), max_size=3), st.integers(0, 3))
edits = st.lists(
    st.one_of(
        st.tuples(st.just("write"), content),
        st.tuples(st.just("write"), content),
        st.tuples(st.just("delete"), paths),
        st.tuples(st.just("touch"), paths),
        st.tuples(st.just("rename"), st.tuples(paths, paths)),
        st.tuples(st.just("same time"), content),
    ),
    min_size=1,
    max_size=8,
)
sites = st.tuples(
    st.lists(content, min_size=3, max_size=14),
    edits,
    st.sampled_from(["fingerprint", "fingerprint", "query"]),
    st.sampled_from(["rewrite", "importmap"]),
    st.sampled_from(["off", "off", "file", "inline"]),
)
patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def write(site: Site, path: str, targets: list[int], mark: int) -> None:
    site.write({path: text(path, targets, mark)})


def edit(site: Site, how: str, what) -> list[str]:
    """Do one edit; the files that it is about."""
    root = site.folder / "src"
    if how == "write":
        write(site, *what)
        return [what[0]]
    if how == "same time":
        status = (root / what[0]).stat() if (root / what[0]).exists() else None
        write(site, *what)
        if status:
            os.utime(root / what[0], ns=(status.st_atime_ns, status.st_mtime_ns))
        return [what[0]]
    if how == "rename":
        if (root / what[0]).exists():
            (root / what[1]).parent.mkdir(parents=True, exist_ok=True)
            (root / what[0]).replace(root / what[1])
        return [*what]
    if (root / what).exists():
        (root / what).unlink() if how == "delete" else os.utime(root / what)
    return [what]


def released(site: Site) -> tuple[bytes, dict[str, bytes]]:
    """The manifest, and the files that it names."""
    manifest = (site.output / "manifest.json").read_bytes()
    return manifest, {file: (site.output / file).read_bytes() for file in site.manifest.files()}


def clean(site: Site, folder: Path, config: str) -> tuple[bytes, dict[str, bytes]] | str:
    """What a build of the same sources in an empty folder gives, or why it gives nothing."""
    other = Site(folder)
    (other.folder / "src").rmdir()
    (other.folder / "src").symlink_to(site.folder / "src")
    other.configure(config.replace('sources = ["src"]', f'sources = ["{site.folder / "src"}"]'))
    return outcome(other)


def outcome(site: Site, build=None) -> tuple[bytes, dict[str, bytes]] | str:
    try:
        (build or site.publish)()
    except ExceptionGroup as group:
        return str(sorted(messages(group)))
    return released(site)


def check(case, build_with) -> None:
    start, changes, style, modules, maps = case
    config = CONFIG.format(style=style, modules=modules, maps=maps)
    with tempfile.TemporaryDirectory() as place:
        site = Site(Path(place) / "project")
        site.configure(config)
        for each in [("css/a.css", [], 0), ("js/a.js", [], 0), ("kept.css", [], 0), *start]:
            write(site, *each)
        with build_with(site) as build:
            for number, (how, what) in enumerate([("touch", "css/a.css"), *changes]):
                files = edit(site, how, what)
                made = outcome(site, lambda files=files: build(files))
                assert made == clean(site, Path(place) / f"clean-{number}", config)


class InMemory:
    """A site that is kept built by one process, which is told what was edited."""

    def __init__(self, site: Site) -> None:
        self.site = site
        config = site.config()
        self._cache = opened(config.cache, config.cache_limit)
        self._config = config

    def __enter__(self):
        kept = KeptSite(self._config, self._cache.__enter__())
        return lambda files: kept.update([str(self.site.folder / "src" / file) for file in files])

    def __exit__(self, *_: object) -> None:
        self._cache.__exit__(None, None, None)


class ByCommand:
    """A site that `pipeline build` builds each time anew, from what the last one left."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __enter__(self):
        return lambda _files: self.build()

    def __exit__(self, *_: object) -> None: ...

    def build(self) -> None:
        config = self.site.config()
        key = unchanged.key_of(["build"], str(self.site.folder / "pipeline.toml"))
        last = compared(place_of(str(config.cache), key), key)
        if last and last.edited == []:
            return
        with opened(config.cache, config.cache_limit) as cache:
            renewal = Renewal(config, cache, key, last, silent)
            renewed = renewal.renew()
        renewal.leave(renewed, lambda: ("", "", "", ""))


class ByProcess(ByCommand):
    """The same by processes."""

    def build(self) -> None:
        run = self.site.run("build", "--json")
        if run.returncode:
            assert "Traceback" not in run.stderr
            lines = [line.removeprefix("error: ") for line in run.stderr.splitlines() if line.startswith("error: ")]
            raise ExceptionGroup("build failed", [PipelineError(line) for line in lines])


class Watched(InMemory):
    """A site that is kept built by one process, which watches the folder and is told nothing."""

    def __enter__(self):
        self._kept = KeptSite(self._config, self._cache.__enter__())
        self._watcher = Watcher([self.site.folder / "src"]).__enter__()
        with suppress(ExceptionGroup):
            self._kept.update(everything=True)
        return self.build

    def __exit__(self, *_: object) -> None:
        self._watcher.__exit__(None, None, None)
        super().__exit__()

    def build(self, _files: list[str]) -> None:
        """Write a file that is no source behind the edit, and follow the changes until it is told of."""
        self._mark = getattr(self, "_mark", 0) + 1
        mark = self.site.folder / f"src/mark-{self._mark}.excluded"
        mark.touch()
        end = time.monotonic() + 60
        told: set[str] = set()
        lost = False
        while str(mark) not in told and not lost:
            assert time.monotonic() < end
            changes = self._watcher.wait(5)
            if changes:
                told, lost = told | changes.paths, changes.everything
        self._kept.update(told, everything=lost)


@patient
@given(sites)
def test_a_site_that_a_new_build_goes_on_with_equals_a_clean_build_after_every_edit(case):
    check(case, ByCommand)


@settings(patient, max_examples=4)
@given(sites)
def test_a_site_that_new_processes_go_on_with_equals_a_clean_build_after_every_edit(case):
    check(case, ByProcess)


@settings(patient, max_examples=20)
@given(sites)
def test_W6_a_site_that_is_watched_equals_a_clean_build_after_every_edit(case):
    check(case, Watched)


@patient
@given(sites)
def test_a_site_that_is_kept_built_equals_a_clean_build_after_every_edit(case):
    check(case, InMemory)


def test_a_bundle_of_a_bundle_follows_what_the_steps_of_the_inner_one_looked_at(site: Site) -> None:
    site.configure(CONFIG.format(style="fingerprint", modules="rewrite", maps="off"))
    site.write({"css/a.css.jinja": "{% include '_part.jinja' %}", "_part.jinja": "a{top:0}", "kept.css": "k{}"})
    site.write({"js/a.js": "f()", "css/b.css": "b{}"})
    with InMemory(site) as build:
        build([])
        site.write({"_part.jinja": "a{top:1px}"})
        build(["_part.jinja"])
    assert "a{top:1px}" in site.text("outer.css")
