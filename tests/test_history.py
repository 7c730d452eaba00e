"""The releases of a folder, as the folder itself remembers them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pipeline.destinations.directory import Directory
from pipeline.manifest import Manifest
from pipeline.publish.history import History, Past, up_to_date
from tests.sites import Site

NOW = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)


def history_of(site: Site) -> History:
    return History.read(Directory(site.output))


def publish(site: Site, *versions: str) -> list[str]:
    """Publish one version after another; the digests of their manifests."""
    digests = []
    for version in versions:
        site.write({"a.css": version})
        site.publish()
        digests.append(hashlib.sha256((site.output / "manifest.json").read_bytes()).hexdigest())
    return digests


def listing(rows: object) -> bytes:
    """A list of releases with the right check, whatever it says."""
    check = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    return json.dumps({"check": check, "releases": rows}, indent=1).encode() + b"\n"


def test_a_folder_without_releases_has_no_history(tmp_path: Path) -> None:
    assert History.read(Directory(tmp_path)) == History((), {})
    assert History.read(Directory(tmp_path / "none")) == History((), {})


def test_releases_are_listed_in_order_and_all_but_the_last_are_retired(site: Site) -> None:
    digests = publish(site, "one", "two", "three")
    history = history_of(site)
    assert [past.digest for past in history.releases] == digests
    assert [past.retired is None for past in history.releases] == [False, False, True]
    assert history.damaged == ()
    assert history.manifests.keys() == {*digests}


def test_the_first_release_has_no_time_in_it(site: Site) -> None:
    (digest,) = publish(site, "one")
    assert json.loads((site.output / ".pipeline/history.json").read_bytes())["releases"] == [[digest, None]]


def test_a_release_that_comes_back_is_the_last_one_again(site: Site) -> None:
    a, b, _ = publish(site, "a", "b", "a")
    assert [past.digest for past in history_of(site).releases] == [b, a]
    assert history_of(site).releases[-1].retired is None


def test_the_time_of_retirement_is_that_of_the_first_successor() -> None:
    history = History((Past("a"), Past("b")), {}).followed_by("c", NOW).followed_by("d", NOW + timedelta(1))
    assert history.releases == (Past("a", NOW), Past("b", NOW), Past("c", NOW + timedelta(1)), Past("d"))


def test_the_list_is_read_back_as_it_was_written_to_the_microsecond(site: Site) -> None:
    a, b = publish(site, "a", "b")
    directory = Directory(site.output)
    history = history_of(site)
    written = History((Past(a, NOW), Past(b)), history.manifests)
    directory.write(".pipeline/history.json", written.dump())
    assert history_of(site).releases == written.releases


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"releases": 1}',
        listing([[["x"], None]]),
        listing([["x", "yesterday"]]),
        listing([["x", 5]]),
        listing([["x", "0001-01-01T00:00:00+23:59"]]),
        listing([["x", "2024-01-01T00:00:00"]]),
        listing([["x", NOW.astimezone(timezone(timedelta(hours=2))).isoformat()]]),
        listing([["x"]]),
        listing([["x", None]]).rstrip(b"\n"),
    ],
)
def test_without_a_readable_list_every_record_counts_as_published(site: Site, data: Any) -> None:
    digests = publish(site, "a", "b")
    (site.output / ".pipeline/history.json").write_bytes(data)
    history = history_of(site)
    assert history.releases == tuple(Past(digest) for digest in sorted(digests))
    assert history.damaged == (".pipeline/history.json",)


def test_a_damaged_or_missing_record_is_named_and_left_out(site: Site) -> None:
    a, b, c = publish(site, "a", "b", "c")
    records = site.output / ".pipeline/releases"
    (records / f"{a}.json").write_bytes(b"{}")
    (records / f"{b}.json").unlink()
    history = history_of(site)
    assert [past.digest for past in history.releases] == [c]
    assert history.damaged == tuple(sorted(f".pipeline/releases/{digest}.json" for digest in (a, b)))


def test_a_record_with_the_right_digest_that_is_no_manifest_is_damaged(site: Site) -> None:
    publish(site, "a")
    record = f".pipeline/releases/{hashlib.sha256(b'no').hexdigest()}.json"
    (site.output / record).write_bytes(b"no")
    assert history_of(site).damaged == (record,)


def test_other_files_among_the_records_are_nobodys_business(site: Site) -> None:
    publish(site, "a")
    (site.output / ".pipeline/releases/notes.json").write_text("mine")
    assert history_of(site).damaged == ()


def test_a_build_mends_the_record_of_its_release_and_the_list(site: Site) -> None:
    (digest,) = publish(site, "a")
    (site.output / f".pipeline/releases/{digest}.json").write_bytes(b"{}")
    (site.output / ".pipeline/history.json").unlink()
    site.publish()
    assert history_of(site).damaged == ()
    assert site.verify() == []


def test_a_build_that_was_killed_behind_the_manifest_is_found_out(site: Site) -> None:
    a, b = publish(site, "a", "b")
    directory = Directory(site.output)
    directory.write(".pipeline/history.json", History((Past(a),), {}).dump())
    history = up_to_date(directory, site.output / "manifest.json")
    assert [past.digest for past in history.releases] == [a, b]
    assert history.releases[0].retired is not None


def test_a_release_that_was_never_published_is_on_record_and_not_on_the_list(site: Site) -> None:
    (a,) = publish(site, "a")
    unpublished = Manifest({}).to_json()
    digest = hashlib.sha256(unpublished).hexdigest()
    (site.output / f".pipeline/releases/{digest}.json").write_bytes(unpublished)
    history = up_to_date(Directory(site.output), site.output / "manifest.json")
    assert [past.digest for past in history.releases] == [a]
    assert digest in history.manifests


def test_a_manifest_of_another_place_changes_nothing(site: Site) -> None:
    (a,) = publish(site, "a")
    history = up_to_date(Directory(site.output), Path(__file__))
    assert [past.digest for past in history.releases] == [a]


def test_records_behind_a_link_are_not_read(site: Site, other_site: Site) -> None:
    publish(site, "a")
    other_site.output.mkdir()
    (other_site.output / ".pipeline").symlink_to(site.output / ".pipeline")
    assert history_of(other_site) == History((), {})
