"""The same tree gives the same bytes: in another folder, at another time, in another order, on another machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.sites import Site

CONFIG = """
sources = ["src"]
output = "out"
minify = true
compress = ["gzip"]
[naming]
keep = ["robots.txt"]
style = "{style}"
[bundles]
"css/all.css" = ["css/one/*.css", "css/two.css"]
"js/all.js" = ["js/*.js"]
"""
FILES: dict[str, bytes] = {
    "css/one/a.css": b'@import "../ring/x.css";\na { background: url(../../img/a.png) }\n'
    + b"a { color: red }\n" * 200,
    "css/one/b.css": "b { content: 'é' }\n".encode(),
    "css/two.css": b"c { background: url('../img/b c.png') }\n",
    "css/ring/x.css": b'@import "y.css";\nx { top: 0 }\n',
    "css/ring/y.css": b'@import "x.css";\ny { background: url(../../img/a.png) }\n',
    "small.css": b"e {\n  top: 0;\n}\n",
    "js/a.js": b"let a = 1\nfunction f() { return a }\n" * 100,
    "js/b.js": b"let b = 2 // no more\n",
    "img/a.png": bytes(range(256)) * 20,
    "img/b c.png": b"\x89PNG",
    "robots.txt": b"User-agent: *\n" * 50,
    "late.css": "d { background: url(img/ü.svg) }".encode(),
    "img/ü.svg": b"<svg xmlns='http://www.w3.org/2000/svg'></svg>\n" * 40,
}


def make(folder: Path, names: Iterable[str], style: str, *, modified: int) -> Site:
    """A project whose files are written in this order and are said to be this old."""
    site = Site(folder)
    site.configure(CONFIG.format(style=style))
    for name in names:
        site.write({name: FILES[name]})
        os.utime(site.folder / "src" / name, (modified, modified))
    return site


def tree(site: Site) -> dict[str, bytes]:
    """Every file of the output, the tool's own among them."""
    return {str(file.relative_to(site.output)): file.read_bytes() for file in site.output.rglob("*") if file.is_file()}


@pytest.mark.parametrize("style", ["fingerprint", "query", "rewrite", "plain"])
def test_N7_the_same_tree_gives_the_same_bytes_everywhere(tmp_path: Path, style: str) -> None:
    one = make(tmp_path / "one", FILES, style, modified=1_000_000_000)
    two = make(tmp_path / "another folder/ü/deep", reversed(FILES), style, modified=1_700_000_123)
    here = {"TZ": "UTC", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1", "HOME": "/"}
    there = {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242"}
    first = one.run("build", "--jobs", "1", env=here)
    second = two.run("build", "--jobs", "7", env=there, umask=0o077)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert tree(one) == tree(two)
    assert {".pipeline/history.json", ".pipeline/lock", "manifest.json"} < tree(one).keys()
    assert len(tree(one)) >= 15
    assert one.verify() == []


def test_N7_it_has_a_bundle_a_cycle_references_and_compressed_copies(tmp_path: Path) -> None:
    site = make(tmp_path, FILES, "fingerprint", modified=1)
    assert site.run("build").returncode == 0
    entries = site.manifest
    assert entries["css/ring/x.css"].references == ("css/ring/y.css",)
    assert "css/ring/x.css" in entries["css/ring/y.css"].references
    assert {"css/ring/x.css", "img/a.png", "img/b c.png"} <= {*entries["css/all.css"].references}
    assert entries["css/all.css"].variants.keys() == {"gzip"}
    assert site.text("small.css") == "e{top:0}"


def test_N7_a_release_is_the_same_whatever_was_published_before(tmp_path: Path) -> None:
    one = make(tmp_path / "one", FILES, "fingerprint", modified=1)
    two = make(tmp_path / "two", FILES, "fingerprint", modified=2)
    two.write({"js/b.js": "let c = 3\n", "more.css": "e{}"})
    two.publish()
    two.write({"js/b.js": FILES["js/b.js"]})
    (two.folder / "src/more.css").unlink()
    for site in (one, two):
        site.publish()
    assert (one.output / "manifest.json").read_bytes() == (two.output / "manifest.json").read_bytes()
    assert one.files().items() <= two.files().items()


def test_N7_a_second_build_changes_no_byte_and_no_time_of_the_output(tmp_path: Path) -> None:
    site = make(tmp_path, FILES, "fingerprint", modified=1)
    site.publish()
    before = {file: file.stat().st_mtime_ns for file in site.output.rglob("*") if file.is_file()}
    shutil.copytree(site.folder / "src", site.folder / "copy")
    shutil.rmtree(site.folder / "src")
    (site.folder / "copy").rename(site.folder / "src")
    site.publish()
    assert {file: file.stat().st_mtime_ns for file in site.output.rglob("*") if file.is_file()} == before


def test_N7_gzip_itself_reads_what_was_compressed(tmp_path: Path) -> None:
    site = make(tmp_path, FILES, "fingerprint", modified=1)
    site.publish()
    code = "import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())"
    for entry in site.manifest.entries.values():
        for variant in entry.variants.values():
            command = [sys.executable, "-c", code, str(site.output / variant.file)]
            restored = subprocess.run(command, check=True, capture_output=True).stdout
            assert restored == (site.output / entry.file).read_bytes()
