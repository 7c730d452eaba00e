"""Pruning and cleaning: what no kept release needs goes, and nothing that somebody else wrote."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.destinations.directory import Directory
from pipeline.publish.history import History, Past
from pipeline.publish.retention import Removed, prune
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


def aged(site: Site, *ages: timedelta | None) -> None:
    """Say how long ago each published release was retired."""
    directory = Directory(site.output)
    history = History.read(directory)
    now = datetime.now(UTC)
    pairs = zip(history.releases, ages, strict=True)
    past = tuple(Past(each.digest, None if age is None else now - age) for each, age in pairs)
    directory.write(".pipeline/history.json", History(past, {}).dump())


@pytest.mark.parametrize(("keep", "stay"), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 4), (99, 4)])
def test_as_many_releases_before_the_current_one_stay_as_are_to_be_kept(site: Site, keep: int, stay: int) -> None:
    names = publish(site, "1", "2", "3", "4")
    removed = prune(site.config(), keep, NONE)
    assert there(site) == {*names[4 - stay :]}
    assert removed == Removed(tuple(sorted(names[: 4 - stay])), ())
    assert len(os.listdir(site.output / ".pipeline/releases")) == stay
    assert site.verify() == []
    assert prune(site.config(), keep, NONE) == Removed((), ())


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("age", "young"),
    [(NONE, 0), (timedelta(seconds=0.5), 0), (timedelta(seconds=90), 1), (DAY, 2), (DAY * 9, 3), (timedelta.max, 3)],
)
def test_a_release_goes_when_it_is_neither_recent_nor_young(site: Site, keep: int, age: Any, young: int) -> None:
    names = publish(site, "1", "2", "3", "4")
    aged(site, 2 * DAY, timedelta(hours=5), timedelta(minutes=1), None)
    prune(site.config(), keep, age)
    assert there(site) == {*names[3 - max(keep, young) :]}
    assert site.verify() == []


def test_a_fraction_of_a_second_counts(site: Site) -> None:
    names = publish(site, "1", "2")
    prune(site.config(), 0, timedelta(seconds=0.75))
    assert there(site) == {*names}
    time.sleep(0.8)
    prune(site.config(), 0, timedelta(seconds=0.75))
    assert there(site) == {names[1]}


@pytest.mark.parametrize(
    ("age", "stay"), [("0", 1), ("1s", 1), ("2m", 2), ("1.5h", 2), ("6h", 3), ("1 d", 3), ("1w", 4)]
)
def test_ages_have_units(site: Site, age: Any, stay: int) -> None:
    names = publish(site, "1", "2", "3", "4")
    aged(site, 2 * DAY, timedelta(hours=5), timedelta(minutes=1), None)
    assert site.run("prune", "--keep", "0", "--age", age).returncode == 0
    assert there(site) == {*names[4 - stay :]}


def test_files_that_releases_share_stay_as_long_as_one_of_them(site: Site) -> None:
    site.write({"same.css": "same", "dropped.css": "x"})
    first, _ = publish(site, "1", "2")
    (site.folder / "src/dropped.css").unlink()
    publish(site, "2")
    prune(site.config(), 0, NONE)
    assert first not in there(site)
    assert site.manifest["same.css"].file in site.files()
    assert not any(name.startswith("dropped") for name in site.files())
    assert site.verify() == []


def test_a_release_that_came_back_is_the_current_one(site: Site) -> None:
    a, b, _ = publish(site, "a", "b", "a")
    prune(site.config(), 0, NONE)
    assert there(site) == {a}
    assert b not in there(site)
    assert site.verify() == []


@pytest.mark.parametrize("when", [0, 1, 4_000_000_000])
def test_F7_the_current_release_stays_whatever_the_times_of_files_say(site: Site, when: int) -> None:
    *old, current = publish(site, "1", "2", "3")
    for number, file in enumerate(sorted(site.output.rglob("*"))):
        os.utime(file, (when + number, when + number))
    os.utime(site.output / current, (0, 0))
    prune(site.config(), 0, NONE)
    assert there(site) == {current}
    assert not {*old} & there(site)


def test_F7_a_clock_that_runs_backwards_keeps_rather_than_deletes(site: Site) -> None:
    names = publish(site, "1", "2")
    aged(site, -DAY, None)
    prune(site.config(), 0, timedelta(seconds=1))
    assert there(site) == {*names}


def test_F7_a_copy_on_a_fresh_machine_can_be_pruned(site: Site, other_site: Site) -> None:
    *_, last, current = publish(site, "1", "2", "3")
    shutil.copytree(site.output, other_site.output, copy_function=shutil.copyfile)
    prune(other_site.config(), 1, NONE)
    assert there(other_site) == {last, current}
    assert other_site.verify() == []


def test_F7_files_of_somebody_elses_stay_and_changed_ones_are_named(site: Site) -> None:
    old, current = publish(site, "1", "2")
    (site.output / old).write_text("changed")
    site.write({"a-0123456789abcdef.css": "mine", "mine/x.txt": "mine"}, below="out")
    assert prune(site.config(), 0, NONE) == Removed((), (old,))
    assert there(site) == {old, current, "a-0123456789abcdef.css"}
    assert "mine/x.txt" in site.files()
    assert f"{old}: was changed since it was published, so it is left" in changed_again(site)


def changed_again(site: Site) -> str:
    """What `prune` says of a changed file of a release."""
    old, _ = publish(site, "1", "2")
    (site.output / old).write_text("changed")
    return site.run("prune", "--keep", "0", "--age", "0").stderr


def test_nothing_is_pruned_in_a_folder_without_releases(site: Site) -> None:
    site.write({"a.css": "mine", ".pipeline/config": "mine"}, below="out")
    before = sorted(site.output.rglob("*"))
    assert prune(site.config(), 0, NONE) == Removed((), ())
    assert sorted(site.output.rglob("*")) == before


@pytest.mark.parametrize("style", ["plain", "rewrite"])
def test_files_that_keep_their_names_go_with_the_last_release_that_has_them(site: Site, style: str) -> None:
    site.configure(f'sources=["src"]\noutput="out"\nminify=false\n[naming]\nstyle="{style}"')
    site.write({"d/gone.css": "x" * 2000})
    publish(site, "1", "2")
    (site.folder / "src/d/gone.css").unlink()
    publish(site, "2")
    assert prune(site.config(), 0, NONE).files == ("d/gone.css", "d/gone.css.gz")
    assert there(site) == {"a.css"}
    assert not (site.output / "d").exists()
    assert site.verify() == []
