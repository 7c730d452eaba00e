"""Publishing: what is written, what is left as it is, and whose files are never replaced."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest

from pipeline.errors import PublishError
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


def tree(site: Site) -> dict[str, tuple[int, int]]:
    """Inode and time of every file of the output."""
    files = (file for file in site.output.rglob("*") if file.is_file())
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


def test_the_first_build_writes_all_and_the_second_nothing(site: Site) -> None:
    site.write({"a.css": "a{}", "img/b.png": b"\x89"})
    first = site.publish()
    assert [name.split("-")[0] for name in first.written] == ["a", "img/b"]
    assert (first.unchanged, first.renewed) == (0, True)
    before = tree(site)
    second = site.publish()
    assert (second.written, second.unchanged, second.renewed) == ((), 2, False)
    assert tree(site) == before
    assert site.verify() == []


def test_only_what_changed_is_written(site: Site) -> None:
    site.write({"a.css": "a{}", "b.css": "b{}"})
    site.publish()
    site.write({"b.css": "b{top:0}"})
    published = site.publish()
    assert published.written == (site.manifest["b.css"].file,)
    assert (published.unchanged, published.renewed) == (1, True)


def test_a_damaged_or_missing_file_is_repaired(site: Site) -> None:
    site.write({"a.css": "a{}", "b.css": "b{}"})
    site.publish()
    (site.output / site.manifest["a.css"].file).write_bytes(b"A{}")
    (site.output / site.manifest["b.css"].file).unlink()
    assert len(site.publish().written) == 2
    assert site.verify() == []


def test_a_manifest_elsewhere_is_written_there_and_leaves_nothing_beside_it(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.publish(manifest=str(site.folder / "deep/below/assets.json"))
    assert os.listdir(site.folder / "deep/below") == ["assets.json"]
    assert not (site.output / "manifest.json").exists()


def test_what_a_build_that_was_killed_left_beside_the_manifest_goes_even_if_the_manifest_stays(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.publish()
    config = site.config()
    name = hashlib.sha256(f"{config.output}/manifest.json".encode()).hexdigest()[:16]
    leftover = site.output / f".{name}.pipeline-tmp"
    leftover.write_bytes(b"{")
    site.publish()
    assert not leftover.exists()


@pytest.mark.parametrize("style", ["plain", "query", "rewrite"])
def test_F14_a_copy_that_a_file_has_no_more_is_taken_away_before_a_web_server_sends_it(site: Site, style: str) -> None:
    site.configure(PLAIN.replace("plain", style))
    site.write({"a.css": LONG, "b.css": LONG, "robots.txt": "mine"})
    site.publish()
    assert (site.output / "a.css.gz").exists()
    site.write({"a.css": "a{}"})
    site.publish()
    assert not (site.output / "a.css.gz").exists()
    assert (site.output / "b.css.gz").exists()
    assert site.verify() == []


def test_F14_a_copy_that_somebody_else_made_is_left(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": LONG})
    site.publish()
    (site.output / "a.css.gz").write_bytes(b"mine")
    (site.output / "a.css.br").write_bytes(b"mine")
    site.write({"a.css": "a{}"})
    site.publish()
    assert (site.output / "a.css.gz").read_bytes() == b"mine"
    assert (site.output / "a.css.br").read_bytes() == b"mine"


def test_files_that_keep_their_names_are_all_on_the_disk_before_the_first_is_replaced(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": "old a", "z/b.css": "old b"})
    site.publish()
    before = site.files()
    site.write({"a.css": "new a", "z/b.css": "new b", "zz/c.css": "c"})
    (site.output / "zz").write_bytes(b"a file where a folder must be")
    with pytest.raises(ExceptionGroup, match="publish failed"):
        site.publish()
    assert site.files() == {**before, "zz": b"a file where a folder must be"}


def test_all_files_that_cannot_be_written_are_named_by_one_build_at_most_once(site: Site) -> None:
    site.write({"a/x.css": "a{}", "b/y.css": "b{}"})
    site.write({"a": "", "b": ""}, below="out")
    found = refused(site)
    assert 1 <= len(found) <= 2
    assert all("is a link or a file where a folder must be" in each for each in found)


FORKED = """
import json, os
from pipeline.cli import main
forks = []
os.register_at_fork(before=lambda: forks.append(os.path.exists("out/.pipeline/lock")))
try:
    main(["build", "--jobs", "2"])
finally:
    print(json.dumps(forks))
"""


def forked(site: Site) -> tuple[list[bool], str]:
    """Whether a build was publishing, each time that it forked; and what it said."""
    run = subprocess.run([sys.executable, "-c", FORKED], cwd=site.folder, capture_output=True, text=True, check=False)
    return json.loads(run.stdout.splitlines()[-1]), run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads write")
def test_several_processes_write_many_files(site: Site) -> None:
    site.write({f"{each % 7}/{each}.txt": f"{each}" for each in range(1100)})
    found, said = forked(site)
    assert any(found), said
    assert site.verify() == []
    assert len(site.files()) == 1101
    assert os.listdir(site.output / ".pipeline/partial") == []
    before = tree(site)
    site.write({"0/0.txt": "new"})
    forked(site)
    assert site.text("0/0.txt") == "new"
    assert {
        name: found for name, found in tree(site).items() if name in before and name[:1].isdigit()
    }.items() <= before.items()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads write")
def test_what_several_processes_cannot_write_is_named_and_the_last_release_stays(site: Site) -> None:
    site.write({"a.txt": "a"})
    site.publish()
    before = site.files()
    site.write({f"{each % 7}/{each}.txt": f"{each}" for each in range(1100)})
    site.write({"3": ""}, below="out")
    _, said = forked(site)
    assert "out/3: is a link or a file where a folder must be" in said
    assert "Traceback" not in said
    assert os.listdir(site.output / ".pipeline/partial") == []
    assert site.manifest.files().keys() == before.keys() - {"manifest.json"}
    (site.output / "3").unlink()
    forked(site)
    assert site.verify() == []


def test_the_output_holds_a_file_and_no_folder_above_the_outputs_place(site: Site) -> None:
    site.write({"a.css": "a{}"})
    release, config = site.build(), site.config()
    site.output.write_text("mine")
    from pipeline.engine.executors import threads
    from pipeline.publish import publish

    with threads(1) as run, pytest.raises(PublishError, match="out: cannot be written: File exists"):
        publish(release, config, run)


def collision(start: str) -> tuple[str, str]:
    """Two stylesheets whose digests begin with the same eight digits; one in 2¹⁶ tries finds a pair."""
    seen: dict[str, str] = {}
    number = 0
    while True:
        text = f"/* {start}{number} */"
        short = hashlib.sha256(text.encode()).hexdigest()[:8]
        if short in seen:
            return seen[short], text
        seen[short] = text
        number += 1


def test_F9_a_name_that_an_earlier_release_gave_other_bytes_is_refused(site: Site) -> None:
    one, two = collision("")
    site.configure('sources=["src"]\noutput="out"\nminify=false\n[naming]\nlength=8')
    site.write({"a.css": one})
    site.publish()
    file = site.manifest["a.css"].file
    site.write({"a.css": two})
    assert refused(site) == [f"{file}: stands for other bytes in an earlier release; choose a longer `naming.length`"]
    (site.output / file).write_bytes(b"damaged")
    assert site.publish().written == (file,)
    assert site.text("a.css") == two


def test_F8_a_file_that_would_have_to_be_a_folder_is_refused_with_both_names(site: Site) -> None:
    site.write({"vendor": "x"})
    site.write({"vendor/a.css": "a{}"}, below="more")
    site.configure('sources=["src", "more"]\noutput="out"\nminify=false\n[naming]\nstyle="plain"')
    with pytest.raises(ExceptionGroup) as group:
        site.publish()
    assert "'vendor/a.css' needs a folder where 'vendor' would be published as a file" in messages(group.value)[0]


def test_F15_a_compressed_copy_never_takes_the_manifests_place(site: Site) -> None:
    site.write({"a.css": LONG})
    site.configure(f'manifest="out/a.css.gz"\n{PLAIN}')
    with pytest.raises(ExceptionGroup) as group:
        site.publish()
    assert messages(group.value) == [
        "a compressed copy of 'a.css' has the manifest's name; set `manifest` to another place"
    ]


def test_F8_a_compressed_copy_and_a_source_may_not_differ_only_in_case(site: Site) -> None:
    site.configure(PLAIN)
    site.write({"a.css": LONG, "A.CSS.GZ": b"x"})
    with pytest.raises(ExceptionGroup) as group:
        site.publish()
    assert "'a.css.gz' is also the name of a compressed copy of 'a.css'" in messages(group.value)[0]
