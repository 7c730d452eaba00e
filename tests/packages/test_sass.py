"""Bootstrap and Bulma from their Sass sources, by this pipeline, mean what their distributed stylesheets mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.packages.css_meaning import alike, meaning
from tests.packages.test_build import folder_of
from tests.sites import Site
from tests.test_source_maps import traced

pytestmark = pytest.mark.skipif(not os.environ.get("PIPELINE_PACKAGES"), reason="downloads packages: nox -s packages")

FRAMEWORKS = {"bootstrap": ("scss", "dist/css/bootstrap.css"), "bulma": ("", "css/bulma.css")}


def framework(site: Site, name: str) -> None:
    """A site with a stylesheet that loads a framework from a folder outside of its sources."""
    folder = site.folder / "node_modules" / name
    folder.parent.mkdir()
    folder.symlink_to(folder_of(name))
    inner = Path(name, FRAMEWORKS[name][0], name).as_posix()
    site.write({"css/site.scss": f"@import '{inner}';\n"})
    site.configure(
        'sources = ["src"]\noutput = "out"\nminify = false\ncompress = []\n'
        '[compile]\n"*.scss" = [{ use = "sass", load_paths = ["node_modules"] }]\n'
    )


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_from_its_sources_means_what_its_own_stylesheet_means(site: Site, name: str) -> None:
    framework(site, name)
    site.publish()
    ours = meaning(site.text("css/site.css"))
    theirs = meaning((folder_of(name) / FRAMEWORKS[name][1]).read_text())
    assert len(ours) > 1000
    assert [pair for pair in zip(ours, theirs, strict=False) if not alike(*pair)] == []
    assert len(ours) == len(theirs)


@pytest.mark.parametrize(
    ("name", "word", "file"),
    [
        ("bootstrap", "spinner-border", "scss/_spinners.scss"),
        ("bootstrap", "accordion-button", "scss/_accordion.scss"),
        ("bulma", "breadcrumb", "sass/components/breadcrumb.scss"),
    ],
)
def test_the_map_of_what_is_served_leads_to_the_framework_s_own_files(
    site: Site, name: str, word: str, file: str
) -> None:
    framework(site, name)
    text = (site.folder / "pipeline.toml").read_text()
    site.configure(f'source_maps = "file"\n{text.replace("minify = false", "minify = true")}')
    site.publish()
    traces = traced(site, "css/site.css")
    for source, content in zip(traces["sources"], traces["contents"], strict=True):
        assert (site.folder / source.removeprefix("../")).read_text() == content
    named = {source for found, source, _, _ in traces["found"] if found == word}
    assert f"../node_modules/{name}/{file}" in named
