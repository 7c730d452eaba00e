"""What somebody could plant in sources, names and the output folder: each test is a row of a list of real holes."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import sys

import pytest

from pipeline.manifest import Entry, Variant
from tests.sites import Site, messages

CONFIG = 'sources = ["src"]\noutput = "out"\nminify = false\n{more}'


def refused(site: Site) -> str:
    with pytest.raises(ExceptionGroup) as group:
        site.publish()
    return "\n".join(messages(group.value))


def test_S3_a_link_planted_at_a_published_name_is_replaced_and_its_target_stays(site: Site) -> None:
    site.write({"a.css": "a{}", "css/b.css": "b{}"})
    release = site.build()
    site.write({"target": "mine"}, below=".")
    for file in [*release.files(), "manifest.json"]:
        (site.output / file).parent.mkdir(parents=True, exist_ok=True)
        (site.output / file).symlink_to(site.folder / "target")
    site.publish()
    assert (site.folder / "target").read_text() == "mine"
    assert not any(file.is_symlink() for file in site.output.rglob("*"))
    assert site.verify() == []


@pytest.mark.parametrize("hard", ["fingerprint", "plain"])
def test_S3_a_hard_link_planted_at_a_published_name_is_replaced_and_the_other_stays(site: Site, hard: str) -> None:
    site.configure(CONFIG.format(more=f'[naming]\nstyle = "{hard}"'))
    site.write({"a.css": "a{}"})
    site.publish()
    file = site.output / site.manifest["a.css"].file
    os.link(file, site.folder / "other")
    file.write_text("xyz")  # both names
    site.publish()
    assert (site.folder / "other").read_text() == "xyz"
    assert file.read_text() == "a{}"


@pytest.mark.parametrize("planted", ["css", ".pipeline", ".pipeline/partial", ".pipeline/releases"])
@pytest.mark.parametrize("style", ["fingerprint", "plain"])
def test_S3_a_link_planted_as_a_folder_is_refused_and_never_written_through(
    site: Site, planted: str, style: str
) -> None:
    site.configure(CONFIG.format(more=f'[naming]\nstyle = "{style}"'))
    site.write({"css/b.css": "b{}"})
    elsewhere = site.folder / "elsewhere"
    elsewhere.mkdir()
    (site.output / planted).parent.mkdir(parents=True, exist_ok=True)
    (site.output / planted).symlink_to(elsewhere)
    run = site.run("build")
    assert run.returncode == 1
    assert f"{planted}: is a link or a file where a folder must be" in run.stderr
    assert "Traceback" not in run.stderr
    assert os.listdir(elsewhere) == []
    assert not (site.output / "manifest.json").exists()


@pytest.mark.parametrize("file", [".pipeline/lock", ".pipeline/history.json"])
def test_S3_a_link_planted_at_the_tools_own_files_is_never_followed(site: Site, file: str) -> None:
    site.write({"a.css": "a{}"})
    site.write({"target": "mine"}, below=".")
    (site.output / ".pipeline").mkdir(parents=True)
    (site.output / file).symlink_to(site.folder / "target")
    run = site.run("build")
    assert (site.folder / "target").read_text() == "mine"
    assert "Traceback" not in run.stderr
    if file.endswith("lock"):
        assert (run.returncode, "lock: cannot be written: Too many levels of symbolic links" in run.stderr) == (1, True)
    else:
        assert run.returncode == 0
        assert not (site.output / file).is_symlink()


def test_S3_a_link_planted_where_the_manifest_is_prepared_is_replaced(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.write({"target": "mine"}, below=".")
    name = hashlib.sha256(f"{site.config().output}/manifest.json".encode()).hexdigest()[:16]
    site.output.mkdir()
    (site.output / f".{name}.pipeline-tmp").symlink_to(site.folder / "target")
    site.publish()
    assert (site.folder / "target").read_text() == "mine"


@pytest.mark.parametrize("name", ["../out.css", "/tmp/out.css", "a/../../out.css", "./a.css", "a//b.css", ""])
def test_S4_a_bundle_cannot_lie_outside_of_the_site(site: Site, name: str) -> None:
    site.write({"a.css": "a{}"})
    site.configure(CONFIG.format(more=f'[bundles]\n"{name}" = ["a.css"]'))
    run = site.run("build")
    assert run.returncode == 2
    assert "pipeline.toml:" in run.stderr
    assert not site.output.exists()


@pytest.mark.parametrize(
    "pattern", ["../{stem}{fingerprint}{suffix}", "/x/{stem}{fingerprint}{suffix}", "{stem}{suffix}"]
)
def test_S4_a_pattern_for_names_cannot_lead_anywhere_else(site: Site, pattern: str) -> None:
    site.write({"a.css": "a{}"})
    site.configure(CONFIG.format(more=f'[naming]\npattern = "{pattern}"'))
    assert site.run("build").returncode == 2
    assert not site.output.exists()


@pytest.mark.parametrize(
    "name", ["-rf.css", "--help.css", "$(touch hacked).css", "; touch hacked;.css", "`touch hacked`.css"]
)
def test_S6_a_name_is_never_taken_for_an_option_or_a_command(site: Site, name: str) -> None:
    site.write({name: "a{ color: red }"})
    run = site.run("build")
    assert run.returncode == 0
    assert site.published(name) == b"a{ color: red }"
    assert not list(site.folder.rglob("hacked"))


@pytest.mark.parametrize("style", ["fingerprint", "query", "rewrite", "plain"])
def test_S12_integrity_is_that_of_the_bytes_that_are_published(site: Site, style: str) -> None:
    site.configure(CONFIG.format(more=f'[naming]\nstyle = "{style}"'))
    site.write({"a.css": "@import 'b.css'; a{}", "b.css": "@import 'a.css'; b{}" + " " * 999, "c.png": b"\x89PNG"})
    site.publish()
    for entry in site.manifest.entries.values():
        published: list[Entry | Variant] = [entry, *entry.variants.values()]
        for each in published:
            data = (site.output / each.file).read_bytes()
            assert each.integrity == "sha256-" + base64.b64encode(hashlib.sha256(data).digest()).decode()
            assert each.size == len(data)


def test_S18_imports_that_fan_out_are_visited_once_each(site: Site) -> None:
    last = 31
    for number in range(last):
        site.write({f"{number}.css": f"@import '{number + 1}.css';\n" * 2})
    site.write({f"{last}.css": "a{}"})
    assert site.run("build", timeout=20).returncode == 0
    assert site.manifest["0.css"].references == ("1.css",)


@pytest.mark.parametrize("text", ["\\1 \\g<0> $& $1 %s %(a)s {0} {} {stem}", "$$ $` $' \\\\ \\0"])
def test_S20_what_looks_like_a_template_is_published_as_it_is(site: Site, text: str) -> None:
    comment = f"/* {text} */"
    site.write({"a.css": f"{comment} a{{ background: url(b.png) }}", "b.png": text, "c.js": comment, "{stem}.png": ""})
    site.configure(CONFIG.format(more='[bundles]\n"all.css" = ["a.css"]\n"all.js" = ["c.js"]'))
    site.publish()
    assert comment in site.text("all.css")
    assert comment in site.text("all.js")
    assert site.text("b.png") == text
    assert site.manifest["{stem}.png"].file.startswith("{stem}-")


def test_S21_nothing_that_is_published_says_where_it_was_built(site: Site) -> None:
    site.write({"a.css": "@import 'b.css'; a{ background: url(c.png) }", "b.css": "b{}", "c.png": "", "d.js": "let d"})
    site.configure(CONFIG.format(more='[bundles]\n"all.css" = ["a.css", "b.css"]\n"all.js" = ["d.js"]'))
    site.publish()
    here = os.fsencode(site.folder)
    found = [file for file in site.output.rglob("*") if file.is_file() and here in file.read_bytes()]
    assert found == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes")
def test_S22_nothing_may_be_written_by_others_than_the_umask_says(site: Site) -> None:
    site.configure(CONFIG.format(more='manifest = "deep/assets.json"'))
    site.write({"css/a.css": "a{}" * 500, "favicon.ico": "x"})
    run = site.run("build", umask=0o022)
    assert run.returncode == 0
    files = [*site.output.rglob("*"), site.output, *(site.folder / "deep").rglob("*"), site.folder / "deep"]
    assert len(files) > 8
    assert not [file for file in files if file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.woff2", "font/woff2"),
        ("a.wasm", "application/wasm"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.unknown", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_S23_every_file_has_a_type_from_the_tools_own_table(site: Site, name: str, expected: str) -> None:
    site.write({name: ""})
    assert site.build().manifest[name].type == expected
