"""What goes wrong between a build and what a web server sends: each test is a row of a list of real failures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.executors import Item, Result, as_it_is, one, threads
from pipeline.publish import publish
from tests.sites import Site, messages

PLAIN = 'sources = ["src"]\noutput = "out"\nminify = false\ncompress = []\n[naming]\nstyle = "plain"\n'


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("damage", [b"", b"a{ top", b"a{ top: 1px }\0\0\0"])
def test_F3_a_file_that_was_written_half_is_written_again(site: Site, damage: Any) -> None:
    site.write({"a.css": "a{ top: 1px }"})
    site.publish()
    (site.output / site.manifest["a.css"].file).write_bytes(damage)
    site.publish()
    assert site.text("a.css") == "a{ top: 1px }"


def test_F6_files_of_the_last_release_stay_and_right_files_are_not_touched(site: Site) -> None:
    site.write({"a.css": "old", "b.css": "same"})
    site.publish()
    old, same = (site.output / site.manifest[path].file for path in ("a.css", "b.css"))
    before = same.stat()
    site.write({"a.css": "new"})
    site.publish()
    assert old.read_text() == "old"
    assert (same.stat().st_ino, same.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


class Meddler:
    """Maps a function over items like the threads do, but does something before the first."""

    def __init__(self, deed: Callable[[], object]) -> None:
        self.deed = deed

    def __call__(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        weigh: Callable[[Any], int] = one,
        then: Callable[[Result], Result] = as_it_is,
    ) -> list[Result]:
        self.deed()
        return [then(function(item)) for item in items]


@pytest.mark.parametrize("style", ["fingerprint", "plain"])
@pytest.mark.parametrize(
    ("deed", "message"),
    [
        (lambda file: file.write_bytes(b"another!"), "changed while it was being built; build again"),
        (lambda file: file.write_bytes(b""), "changed while it was being built; build again"),
        (lambda file: file.unlink(missing_ok=True), "cannot be read any more: No such file or directory"),
    ],
)
def test_F12_a_source_that_changes_meanwhile_is_refused_and_the_last_release_stays(
    site: Site, style: str, deed: Any, message: str
) -> None:
    site.configure(PLAIN.replace("plain", style))
    site.write({"a.bin": b"original", "b.bin": b"x"})
    site.publish()
    before = contents(site.output)
    source = site.folder / "src/a.bin"
    source.write_bytes(b"modified")
    release, config = site.build(), site.config()
    with pytest.raises(ExceptionGroup) as group:
        publish(release, config, Meddler(lambda: deed(source)))
    assert messages(group.value) == [f"{source}: {message}"]
    after = contents(site.output)
    assert {file: after[file] for file in before} == before
    assert site.verify() == []


def test_F12_the_progress_of_a_build_may_change_a_source_and_no_torn_file_is_published(site: Site) -> None:
    site.write({"a.bin": b"original", "a.css": "a{ background: url(a.bin) }"})
    source = site.folder / "src/a.bin"

    def progress(phase: str, _total: int) -> Any:
        if phase == "compress":
            source.write_bytes(b"changed!")
        return lambda _: None

    config = site.config()
    release = site.build(progress)
    with threads(1) as run, pytest.raises(ExceptionGroup, match="publish failed"):
        publish(release, config, run)
    assert not (site.output / "manifest.json").exists()


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640)])
def test_F13_a_web_server_of_the_group_may_read_all_that_is_published(site: Site, umask: int, mode: int) -> None:
    site.write({"a.css": "a{}" * 500})
    site.configure('sources = ["src"]\noutput = "out"\n')
    before = os.umask(umask)
    try:
        site.publish()
    finally:
        os.umask(before)
    found = {file.stat().st_mode & 0o777 for file in site.output.rglob("*") if file.is_file()}
    assert found == {mode}


def test_F15_a_manifest_among_the_sources_is_published_under_a_name_of_its_own(site: Site) -> None:
    site.write({"manifest.json": "{}", "a.css": "a{}"})
    site.publish()
    assert json.loads((site.output / "manifest.json").read_bytes())["assets"].keys() == {"a.css", "manifest.json"}
    assert site.manifest["manifest.json"].file.startswith("manifest-")
