"""``pipeline cache``: what is kept on this machine, measured and cleared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sites import Site, rules


def folder_of(site: Site) -> Path:
    return site.folder / ".pipeline-cache"


def filled(site: Site) -> None:
    site.configure('sources = ["src"]\noutput = "out"\n')
    site.write({"a.css": rules(1), "b.css": rules(2)})
    assert site.run("build").returncode == 0


def size(site: Site) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(site.run("cache", "size", "--json").stdout)
    return said


def test_size_counts_bytes_and_entries_of_each_format(site):
    filled(site)
    other = folder_of(site) / "99"
    other.mkdir()
    (other / "cache.sqlite").write_bytes(b"x" * 1234)
    said = size(site)
    assert said["entries"] == 4
    assert set(said["formats"]) == {"2", "state-3", "99"}
    assert said["formats"]["99"] == 1234
    assert said["size"] == sum(said["formats"].values())
    assert said["formats"]["2"] > 8192
    assert "99: kept by another version" in site.run("cache", "size").stderr


def test_without_a_cache_there_is_nothing_and_none_is_made(site):
    assert size(site)["size"] == 0
    assert site.run("cache", "clear").returncode == 0
    assert not folder_of(site).exists()


def test_clear_deletes_entries_and_states_and_the_next_build_makes_all_again(site):
    filled(site)
    before = site.files()
    done = site.run("cache", "clear")
    assert done.returncode == 0
    assert "deleted from" in done.stderr
    assert sorted(each.name for each in folder_of(site).iterdir()) == [".gitignore", "CACHEDIR.TAG"]
    assert size(site)["entries"] == 0
    again = site.run("build")
    assert "nothing changed" not in again.stderr
    assert site.files() == before


def test_clear_leaves_other_formats_and_what_is_not_the_tools(site):
    filled(site)
    folder = folder_of(site)
    kept = {"notes.txt", "2/mine.txt", "state-3/mine.json", "99/cache.sqlite", "99/mine.txt", "mine/cache.sqlite"}
    for name in kept:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("kept")
    site.run("cache", "clear")
    assert {name for name in kept if (folder / name).exists()} == kept
    assert not (folder / "2/cache.sqlite").exists()
    site.run("cache", "clear", "--all")
    assert {name for name in kept if (folder / name).exists()} == kept - {"99/cache.sqlite"}


def test_clear_follows_no_link(site, tmp_path):
    filled(site)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "cache.sqlite").write_text("kept")
    (folder_of(site) / "98").symlink_to(outside)
    site.run("cache", "clear", "--all")
    assert (outside / "cache.sqlite").read_text() == "kept"
