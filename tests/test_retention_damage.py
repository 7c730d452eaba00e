"""Pruning a folder in which something is damaged, missing or left behind: in doubt, files stay."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from typing import Any

import pytest

from pipeline.asset import Blob
from pipeline.destinations.directory import Directory
from pipeline.manifest import Manifest
from pipeline.publish.retention import prune
from tests.sites import Site

NONE = timedelta(0)
DAY = timedelta(days=1)


def publish(site: Site, *versions: str) -> list[str]:
    """Publish one version after another; the file that ``a.css`` has in each."""
    names = []
    for version in versions:
        site.write({"a.css": version})
        site.publish()
        names.append(site.manifest["a.css"].file)
    return names


def there(site: Site) -> set[str]:
    return {file for file in site.files() if file.startswith("a")}


def test_what_a_killed_build_recorded_and_never_published_goes(site: Site) -> None:
    (current,) = publish(site, "1")
    site.write({"a.css": "2", "deep/b.css": "b"})
    release = site.build()
    directory = Directory(site.output)
    data = release.manifest.to_json()
    directory.write(f".pipeline/releases/{hashlib.sha256(data).hexdigest()}.json", Blob.of(data))
    for file, blob in release.files().items():
        directory.write(file, blob)
    (site.output / ".pipeline/partial/x").write_bytes(b"half")
    removed = prune(site.config(), 9, DAY)
    assert [*removed.files] == sorted(release.files())
    assert there(site) == {current}
    assert not (site.output / "deep").exists()
    assert os.listdir(site.output / ".pipeline/partial") == []
    assert site.verify() == []


def test_without_the_list_releases_count_as_just_retired(site: Site) -> None:
    names = publish(site, "1", "2", "3")
    (site.output / ".pipeline/history.json").write_bytes(b"damaged")
    prune(site.config(), 0, DAY)
    assert there(site) == {*names}
    assert site.verify() == []
    prune(site.config(), 0, NONE)
    assert there(site) == {names[2]}


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_without_a_manifest_the_last_release_stays(site: Site, content: Any) -> None:
    *_, last, current = publish(site, "1", "2", "3")
    (site.output / "manifest.json").unlink()
    if content is not None:
        (site.output / "manifest.json").write_bytes(content)
    prune(site.config(), 1, NONE)
    assert there(site) == {last, current}
    prune(site.config(), 0, NONE)
    assert there(site) == {current}


def test_without_a_manifest_and_without_the_list_everything_stays(site: Site) -> None:
    names = publish(site, "1", "2", "3")
    (site.output / "manifest.json").unlink()
    (site.output / ".pipeline/history.json").unlink()
    prune(site.config(), 0, NONE)
    assert there(site) == {*names}


def test_without_its_record_the_current_release_stays(site: Site) -> None:
    publish(site, "1", "2")
    site.write({"b.css": "new"})
    (shared,) = publish(site, "1")  # the first release has it too, and goes
    data = (site.output / "manifest.json").read_bytes()
    (site.output / f".pipeline/releases/{hashlib.sha256(data).hexdigest()}.json").unlink()
    prune(site.config(), 0, NONE)
    assert shared in there(site)
    site.publish()
    assert site.verify() == []


def test_damaged_records_go_so_that_verify_is_content_again(site: Site) -> None:
    publish(site, "1", "2")
    data = Manifest({}).to_json()
    (site.output / f".pipeline/releases/{'0' * 64}.json").write_bytes(data)
    (site.output / ".pipeline/releases/mine.json").write_text("mine")
    assert len(site.verify()) == 1
    prune(site.config(), 2, DAY)
    assert site.verify() == []
    assert (site.output / ".pipeline/releases/mine.json").exists()
