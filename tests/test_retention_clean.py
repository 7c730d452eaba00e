"""Cleaning: all that was published goes, and nothing that somebody else wrote."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from pipeline.publish.retention import Removed, clean, prune
from tests.sites import Site


def publish(site: Site, *versions: str) -> list[str]:
    """Publish one version after another; the file that ``a.css`` has in each."""
    names = []
    for version in versions:
        site.write({"a.css": version})
        site.publish()
        names.append(site.manifest["a.css"].file)
    return names


def test_clean_leaves_no_trace(site: Site) -> None:
    site.configure('sources=["src"]\noutput="out"\n')
    site.write({"deep/b.css": "b" * 3000})
    publish(site, "1", "2")
    removed = clean(site.config())
    assert len(removed.files) == 4
    assert not site.output.exists()
    assert clean(site.config()) == Removed((), ())


def test_clean_removes_empty_folders_but_not_those_of_somebody_else(site: Site) -> None:
    site.write({"deep/er/b.css": "b"})
    publish(site, "1")
    site.write({"deep/mine.txt": "mine", ".pipeline/mine": "mine"}, below="out")
    (site.output / "empty").mkdir()
    clean(site.config())
    names = {file.relative_to(site.output).as_posix() for file in site.output.rglob("*")}
    assert names == {"deep", "deep/mine.txt", ".pipeline", ".pipeline/mine", "empty"}


def test_clean_leaves_and_names_what_was_changed(site: Site) -> None:
    (file,) = publish(site, "1")
    (site.output / file).write_text("changed")
    (site.output / "manifest.json").write_text("changed")
    assert clean(site.config()) == Removed((), ("manifest.json", file))
    assert sorted(site.files()) == [file, "manifest.json"]


@pytest.mark.parametrize("files", [{}, {"manifest.json": "{}", "a.css": "x", ".pipeline/x": "y", ".pipeline/lock": ""}])
def test_S5_clean_in_a_folder_that_is_not_ours_deletes_nothing(site: Site, files: dict[str, str]) -> None:
    site.output.mkdir()
    site.write(files, below="out")
    before = sorted(site.output.rglob("*"))
    assert clean(site.config()) == Removed((), ())
    assert sorted(site.output.rglob("*")) == before
    assert site.output.exists()


def test_S5_clean_elsewhere_leaves_the_manifest_of_the_real_output(site: Site) -> None:
    site.configure('sources=["src"]\noutput="out"\nmanifest="assets.json"')
    site.write({"a.css": "x"})
    site.publish()
    assert site.run("clean", "--output", "other").returncode == 0
    assert (site.folder / "assets.json").exists()
    assert site.run("clean").returncode == 0
    assert not (site.folder / "assets.json").exists()


def test_clean_works_by_the_manifest_alone(site: Site) -> None:
    publish(site, "1")
    shutil.rmtree(site.output / ".pipeline")
    assert len(clean(site.config()).files) == 1
    assert site.files() == {}


def test_S3_nothing_is_deleted_through_a_link(site: Site, other_site: Site) -> None:
    (file,) = publish(site, "1")
    other_site.output.mkdir()
    shutil.copy(site.output / "manifest.json", other_site.output)
    (other_site.output / ".pipeline").symlink_to(site.output / ".pipeline")
    before = sorted((site.output / ".pipeline").rglob("*"))
    clean(other_site.config())
    prune(other_site.config(), 0, timedelta(0))
    assert sorted((site.output / ".pipeline").rglob("*")) == before
    assert (site.output / file).exists()
