"""The stylesheets of popular front-end packages mean the same once minified: esbuild and Lightning CSS read both."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rcssmin

from pipeline.transforms._minify_css import Unfinished, minified
from tests.packages.minifying import Acorn, Judged, Minified, files, judged, table
from tests.packages.npm import installed
from tests.tools import require_tool

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads 140 MB of packages: nox -s packages"
)
PROGRAM = Path(__file__).parent.parent / "node/same_stylesheet.js"
READERS = {"css-tree": "3.1.0", "esbuild": "0.28.2", "lightningcss": "1.33.0"}
KNOWN = {"@mantine/core", "@radix-ui/themes", "bootstrap", "bulma", "daisyui", "flowbite", "swiper", "uikit"}
"""Packages with what rcssmin breaks, or with much."""
MANY = 1200
LEFT = 0.03
"""Share of all bytes that may be left for safety."""
LARGER = 0.01
"""Share by which all files together may be larger after gzip than what the bare minifier makes of them."""


class Readers(Acorn):
    """esbuild and Lightning CSS in a process of their own, that compares what they read in two stylesheets."""

    def __init__(self) -> None:
        folders = [str(installed(name, version)) for name, version in READERS.items()]
        self.process = subprocess.Popen(
            [require_tool("node"), str(PROGRAM)],
            env={**os.environ, "NODE_PATH": os.pathsep.join(folders)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        super().close()
        assert self.process.stdout
        self.process.stdout.close()


def minify(content: bytes) -> Minified:
    """What the step makes of a stylesheet that has no source map of its own."""
    bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    try:
        return bom + minified(content[len(bom) :]), ""
    except Unfinished as unfinished:
        return content, unfinished.reason


def bare(content: bytes) -> bytes:
    """What rcssmin makes of it by itself."""
    made: bytes = rcssmin.cssmin(content)
    return made


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    return judged((".css",), minify, bare, Readers)


def test_every_stylesheet_means_the_same(found: list[Judged], capsys: pytest.CaptureFixture[str]) -> None:
    reasons = [f"{each.package}/{each.path}: {each.reason}" for each in found if each.reason]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *table(found), *reasons, ""]))
    assert len(found) >= MANY
    assert {each.package for each in found} >= KNOWN
    assert [(each.package, each.path, each.verdict) for each in found if each.verdict] == []


def test_next_to_nothing_is_left_for_safety(found: list[Judged]) -> None:
    assert sum(each.kept for each in found) <= LEFT * sum(each.size for each in found)


def test_after_gzip_they_are_no_larger_than_what_the_bare_minifier_makes(found: list[Judged]) -> None:
    assert sum(each.gzipped for each in found) <= (1 + LARGER) * sum(each.bare for each in found)


@pytest.mark.parametrize("name", ["@mantine/core", "bootstrap", "daisyui"])
def test_both_versions_of_the_bare_minifier_lead_to_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [file.read_bytes() for package, file in files((".css",)) if package == name]
    made = [minify(source) for source in sources]
    monkeypatch.setattr(rcssmin, "cssmin", rcssmin._make_cssmin(python_only=True))
    assert [minify(source) for source in sources] == made


DAMAGED = [
    b"@layer a { .b :where(c) { d: e } }",
    b"a { b: url('c d') }",
    b".a/**/.b { c: d }",
    b"a { b: calc(1px + 2px) } @supports selector(a :hover) { b { c: d } }",
    b"a { --b: c :d }",
]


@pytest.mark.parametrize("source", DAMAGED)
def test_the_readers_see_what_rcssmin_breaks(source: bytes, tmp_path: Path) -> None:
    before, after, broken = (tmp_path / name for name in ("a.css", "b.css", "c.css"))
    before.write_bytes(source)
    after.write_bytes(minify(source)[0])
    broken.write_bytes(bare(source))
    compare = Readers()
    try:
        assert compare(before, after) == ""
        assert compare(before, broken).startswith("differs: ")
    finally:
        compare.close()
