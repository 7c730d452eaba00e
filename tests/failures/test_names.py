"""Names, encodings and sizes, from the source to the published file: each test is a row of a list of real failures."""

from __future__ import annotations

import os
import socket
import urllib.parse
from typing import Any

import pytest

from pipeline.publish.retention import clean
from tests.sites import Site

NAMES = ["a b", "a#b", "100%", "%2F", "%2520", "a?b", "it's", 'a"b', "-rf", "ü", "日本語", "a\\b", "[x]*{y}", "a\nb"]
NAMES += [
    " a",
    "a ",
    "\x7f",
    "<x>",
    "🚀",
    "a;b",
    "a:b",
    "a&b",
    "$x",
    "`",
    "~",
    "b..a",
    "a..",
    "con",
    "\x1b[2J",
    "\u202e",
]


@pytest.mark.parametrize("style", ["fingerprint", "query", "rewrite", "plain"])
def test_N1_any_name_is_published_found_verified_and_cleaned(site: Site, style: str) -> None:
    site.configure(f'sources = ["src"]\noutput = "out"\nminify = false\n[naming]\nstyle = "{style}"')
    site.write({f"d/{name}.txt": name * 400 for name in NAMES})
    site.publish()
    assert site.manifest.entries.keys() == {f"d/{name}.txt" for name in NAMES}
    assert [name for name in NAMES if site.text(f"d/{name}.txt") != name * 400] == []
    assert site.verify() == []
    assert site.publish().written == ()
    assert len(clean(site.config()).files) == 2 * len(NAMES)
    assert not site.output.exists()


@pytest.mark.parametrize("name", NAMES)
def test_N2_a_url_leads_to_its_file_after_decoding_once(site: Site, name: str) -> None:
    site.write({f"d/{name}.png": name, "a.css": f"a{{ background: url('d/{urllib.parse.quote(name)}.png') }}"})
    site.publish()
    entry = site.manifest[f"d/{name}.png"]
    assert urllib.parse.unquote(entry.url) == entry.file
    assert site.manifest["a.css"].references == (f"d/{name}.png",)
    assert f"url('{entry.url}')" in site.text("a.css")


@pytest.mark.parametrize("style", ["fingerprint", "plain"])
def test_N1_the_longest_names_are_published_and_leave_room_for_what_is_half_written(site: Site, style: str) -> None:
    site.configure(f'sources = ["src"]\noutput = "out"\nminify = false\n[naming]\nstyle = "{style}"')
    names = ["n" * 251 + ".css", "ü" * 125 + ".css", "n" * 255, "a." + "s" * 253, "f" * 255 + "/" + "g" * 255]
    site.write(dict.fromkeys(names, "a{ color: red }" * 200))
    site.publish()
    assert site.manifest.entries.keys() == {*names}
    assert site.verify() == []


def test_N4_what_is_no_regular_file_holds_nothing_up_and_is_not_published(site: Site) -> None:
    site.write({"a.css": "a{}"})
    os.mkfifo(site.folder / "src/fifo.css")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(site.folder / "src")  # a socket's path must be short
        try:
            server.bind("socket.css")
        finally:
            os.chdir(here)
        run = site.run("build", timeout=20)
    assert run.returncode == 0
    for name in ("fifo", "socket"):
        assert f"warning: src/{name}.css: is not a regular file, so it is left out" in run.stderr
    assert site.manifest.entries.keys() == {"a.css"}


@pytest.mark.parametrize("make", [os.mkfifo, lambda file: os.mknod(file, 0o140644)])
def test_N4_what_is_no_regular_file_at_a_published_name_is_replaced(site: Site, make: Any) -> None:
    site.write({"a.css": "a{}"})
    (file,) = site.build().files()
    site.output.mkdir()
    make(site.output / file)
    assert site.run("build", timeout=20).returncode == 0
    assert site.verify() == []


def test_N5_a_dangling_link_at_a_published_name_is_replaced(site: Site) -> None:
    site.write({"a.css": "a{}"})
    (file,) = site.build().files()
    site.output.mkdir()
    (site.output / file).symlink_to(file)
    site.publish()
    assert site.verify() == []


def test_N6_a_large_file_is_copied_without_being_held(site: Site) -> None:
    with open(site.folder / "src/film.mp4", "wb") as file:
        file.truncate(300 << 20)
    run = site.run("build", "--jobs", "1", preexec_fn=limit_memory)
    assert run.returncode == 0, run.stderr
    assert (site.output / site.manifest["film.mp4"].file).stat().st_size == 300 << 20


def limit_memory() -> None:
    """Room for the interpreter and its libraries, and not for such a file."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (200 << 20, 200 << 20))


def test_N6_thousands_of_files_and_deep_folders_are_published(site: Site) -> None:
    site.write({f"many/{number}.txt": str(number) for number in range(2000)} | {"d/" * 200 + "deep.txt": "deep"})
    site.publish()
    assert len(site.manifest.entries) == 2001
    assert site.verify() == []
