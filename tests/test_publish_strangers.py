"""Publishing into a folder where something stands: whose files are replaced, and whose never."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.sites import Site, messages

PLAIN = 'sources = ["src"]\noutput = "out"\nminify = false\ncompress = ["gzip"]\n[naming]\nstyle = "plain"\n'
LONG = "a { color: red }\n" * 100


def refused(site: Site) -> list[str]:
    """What publishing complains of, which changes nothing."""
    before = site.files()
    with pytest.raises(ExceptionGroup) as group:
        site.publish()
    assert site.files() == before
    assert os.listdir(site.output / ".pipeline/partial") == []
    return messages(group.value)


def test_a_file_of_somebody_elses_with_a_name_of_their_choosing_is_not_replaced(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": "a{}", "b.css": "b{}"})
    site.write({"b.css": "mine"}, below="out")
    assert refused(site) == [
        "b.css: is not a file of pipeline's, so it is not replaced; move it away, or choose another place"
    ]


def test_a_file_of_somebody_elses_with_the_same_bytes_is_taken_over(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": "a{}"})
    site.write({"a.css": "a{}"}, below="out")
    assert site.publish().unchanged == 1


def test_a_folder_with_a_files_name_is_refused_before_anything_is_written(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": "a{}", "b.css": "b{}"})
    (site.output / "b.css").mkdir(parents=True)
    assert "b.css: is not a file of pipeline's" in refused(site)[0]


def test_a_folder_with_the_manifests_name_is_refused_before_anything_is_written(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": "a{}"})
    (site.output / "manifest.json").mkdir(parents=True)
    assert "manifest.json: is not a file of pipeline's" in refused(site)[0]


@pytest.mark.parametrize("content", ['{"name": "My app", "icons": []}', '{"version": "1.0.0", "assets": {}}', "x"])
@pytest.mark.parametrize("place", ["out/manifest.json", "package.json"])
def test_a_manifest_of_another_kind_is_not_replaced(site: Site, content: Any, place: str) -> None:
    site.write({"a.css": "a{}"})
    site.write({place: content}, below=".")
    with pytest.raises(ExceptionGroup) as group:
        site.publish(manifest=str(site.folder / place))
    assert f"{place}: is not a file of pipeline's" in messages(group.value)[0]
    assert (site.folder / place).read_text() == content


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: b"\0" * len(data), lambda data: b"?" + data[1:]])
@pytest.mark.parametrize("place", ["out/manifest.json", "assets.json"])
def test_a_damaged_manifest_is_replaced(site: Site, damage: Any, place: str) -> None:
    site.write({"a.css": "a{}"})
    site.publish(manifest=str(site.folder / place))
    whole = (site.folder / place).read_bytes()
    (site.folder / place).write_bytes(damage(whole))
    assert site.publish(manifest=str(site.folder / place)).renewed
    assert (site.folder / place).read_bytes() == whole


def test_an_output_that_was_copied_without_the_tools_own_folder_can_be_built_again(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": LONG})
    site.publish()
    for file in [*(site.output / ".pipeline").rglob("*")]:
        if file.is_file():
            file.unlink()
    site.write({"a.css": LONG * 2})
    assert site.publish().written == ("a.css", "a.css.gz")
    assert site.verify() == []


def test_the_manifest_in_the_place_of_a_link_is_replaced_and_the_links_target_stays(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.write({"target.json": "mine"}, below=".")
    site.output.mkdir()
    (site.output / "manifest.json").symlink_to(site.folder / "target.json")
    site.publish()
    assert (site.folder / "target.json").read_text() == "mine"
    assert not (site.output / "manifest.json").is_symlink()
    assert json.loads((site.output / "manifest.json").read_bytes())["version"] == 1
