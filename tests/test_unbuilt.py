"""Apps that have no manifest: in debug mode, and in tests."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.asset import Blob
from pipeline.errors import ConfigError, ManifestError
from pipeline.manifest import integrity_of
from pipeline.runtime import Assets, unbuilt
from tests.sites import Site

CONFIGURATION = 'sources = ["src"]\noutput = "out"\n[bundles]\n"css/all.css" = ["css/*.css"]\n'


@pytest.fixture
def project(site: Site) -> Site:
    """A site that was never built."""
    site.write({"css/site.css": "a{}", "img/a b.svg": '<svg width="2" height="1">'})
    site.configure(CONFIGURATION)
    return site


def in_debug(project: Site, **options) -> Assets:
    return unbuilt.load(project.output / "manifest.json", "/s/", debug=True, **options)


def test_in_debug_mode_the_sources_are_named_as_they_are_with_one_warning(project, caplog):
    assets = in_debug(project)
    assert assets.url("css/site.css") == "/s/css/site.css"
    assert assets.url("img/a b.svg") == "/s/img/a%20b.svg"
    assert assets.tags("css/site.css", "img/a b.svg") == (
        '<link rel="stylesheet" href="/s/css/site.css">\n<img src="/s/img/a%20b.svg" width="2" height="1">'
    )
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("pipeline", logging.WARNING)
    assert record.getMessage() == (
        f"{project.output}/manifest.json is not there: sources are shown as they are; "
        "run `pipeline build` or `pipeline watch`"
    )


def test_in_debug_mode_an_unknown_name_still_fails_and_a_file_that_is_new_does_not(project):
    assets = in_debug(project)
    with pytest.raises(ManifestError, match=r"no asset 'css/sit.css' among the sources; did you mean 'css/site.css'\?"):
        assets.url("css/sit.css")
    project.write({"css/sit.css": "b{}"})
    assert assets.url("css/sit.css") == "/s/css/sit.css"


def test_in_debug_mode_what_would_be_made_says_so(project):
    assets = in_debug(project)
    for ask in (assets.url, assets.tag, assets.integrity):
        with pytest.raises(
            ManifestError, match=r"'css/all.css' is a bundle, and nothing is built; run `pipeline build`"
        ):
            ask("css/all.css")


def test_in_debug_mode_what_a_loose_file_would_become_is_known_too(project):
    project.write({"css/loose.scss": "a{}", "css/_part.scss": "", "css/both.scss": "", "css/both.css": ""})
    assert in_debug(project).url("css/both.css").endswith("css/both.css")
    with pytest.raises(ManifestError, match=r"'css/loose.css' is .*; run `pipeline build`"):
        in_debug(project).url("css/loose.css")


def test_in_debug_mode_integrity_is_that_of_the_file_as_it_is(project):
    assets = unbuilt.load(project.output / "manifest.json", "https://cdn.example/", debug=True)
    for text in ("a{}", "b{}"):
        project.write({"css/site.css": text})
        assert integrity_of(Blob.of(text.encode()).digest) in assets.tag("css/site.css")
    (project.folder / "src/css/site.css").unlink()
    with pytest.raises(ManifestError, match=r"site.css: cannot be read: No such file or directory"):
        assets.tag("css/site.css")


def test_in_debug_mode_the_release_takes_over_as_soon_as_it_is_there(project):
    assets = in_debug(project, reload=True)
    assets.refresh()
    assert assets.url("css/site.css") == "/s/css/site.css"
    project.publish()
    assert assets.url("css/site.css") == "/s/css/site.css"
    assets.refresh()
    assert assets.url("css/all.css") == f"/s/{project.manifest['css/all.css'].url}"


def test_in_debug_mode_the_manifest_is_used_if_there_is_one(project, caplog):
    project.publish()
    assert in_debug(project).url("css/all.css") == f"/s/{project.manifest['css/all.css'].url}"
    (project.output / "manifest.json").write_text("{")
    with pytest.raises(ManifestError, match="is not a manifest"):
        in_debug(project)
    assert not caplog.records


def test_in_debug_mode_an_app_may_bring_its_own_sources(project, tmp_path):
    assets = in_debug(project, sources=lambda: {"x/y.css": project.folder / "src/css/site.css"})
    assert assets.url("x/y.css") == "/s/x/y.css"
    assert assets.entry("x/y.css").size == 3
    with pytest.raises(ManifestError, match=r"no asset 'css/site.css' among the sources"):
        assets.url("css/site.css")


def test_in_production_there_is_no_app_without_a_manifest(project):
    with pytest.raises(ManifestError, match=r"cannot be read: .*; run `pipeline build` first"):
        unbuilt.load(project.output / "manifest.json", "/s/")


def test_a_mistake_in_the_configuration_is_told_in_debug_mode(project):
    project.configure("sources = [")
    with pytest.raises(ConfigError, match=r"pipeline.toml:1:"):
        in_debug(project)


@pytest.mark.parametrize("built", [False, True])
def test_in_tests_every_manifest_is_one_of_sources_and_bundles_whether_they_are_built_or_not(project, built):
    if built:
        project.publish()
    with unbuilt.testing():
        for load in (Assets.load, unbuilt.load):
            assets = load(project.output / "manifest.json", "/s/", reload=True)
            assets.refresh()
            assert assets.url("css/all.css") == "/s/css/all.css"
            assert assets.tags("css/all.css", "img/a b.svg") == (
                '<link rel="stylesheet" href="/s/css/all.css">\n<img src="/s/img/a%20b.svg" width="2" height="1">'
            )
            assert assets.preload_tags("css/all.css") == assets.import_map() == ""
            assert len(assets.fingerprint("css/all.css")) == 16
            with pytest.raises(ManifestError, match=r"no asset 'css/al.css' among the sources; did you mean"):
                assets.url("css/al.css")
    if not built:
        with pytest.raises(ManifestError, match="cannot be read"):
            Assets.load(project.output / "manifest.json", "/s/")


def test_in_tests_an_app_may_bring_its_own_sources(project):
    with unbuilt.testing():
        assets = unbuilt.load(project.output / "manifest.json", "/s/", sources=lambda: {"made.css": None})
        assert assets.tag("made.css") == '<link rel="stylesheet" href="/s/made.css">'
        with pytest.raises(ManifestError):
            assets.url("css/site.css")


def test_in_tests_the_project_is_that_of_the_manifest_or_else_of_the_working_directory(project, tmp_path, monkeypatch):
    monkeypatch.chdir(project.folder)
    with unbuilt.testing():
        assert Assets.load("/srv/manifest.json").url("css/site.css") == "/css/site.css"


def test_an_app_in_production_loads_nothing_of_the_build_for_what_it_does_not_need(project):
    project.publish()
    program = (
        "import sys\nfrom pipeline.runtime import unbuilt\n"
        f"assets = unbuilt.load({str(project.output / 'manifest.json')!r}, debug=True)\n"
        "assets.tag('css/all.css')\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pipeline.config", "pipeline.discover", "pathspec", "click"} & {*done.stdout.split()}


def test_sources_may_be_any_files(tmp_path: Path):
    (tmp_path / "x").write_text("a{}")
    assets = Assets.plain({"ü.css": tmp_path / "x"}, "/s")
    assert assets.url("u\u0308.css") == "/s/%C3%BC.css"
    assert [*assets.manifest.entries] == ["ü.css"]
    assert assets.entry("ü.css").type == "text/css; charset=utf-8"
