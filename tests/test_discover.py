from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from pipeline.discover import discover
from tests.sites import messages


def found(site, **overrides):
    return [*discover(site.config(**overrides)).sources]


def fails(site):
    with pytest.raises(ExceptionGroup) as caught:
        discover(site.config())
    return messages(caught.value)


def test_every_file_below_a_root_is_a_source_in_order_of_paths(site):
    site.write({"b.css": "", "a/z.js": "", "a.css": "", "a/b/c.png": ""})
    assert found(site) == ["a.css", "a/b/c.png", "a/z.js", "b.css"]


def test_a_root_may_be_mounted_at_a_prefix(site):
    site.write({"x.css": ""})
    site.write({"dist/x.css": ""}, below="vendor")
    site.configure('sources = ["src", { path = "vendor/dist", prefix = "vendor/lib" }]')
    assert found(site) == ["vendor/lib/x.css", "x.css"]


def test_the_earlier_root_wins_and_the_other_is_named(site):
    site.write({"one.txt": "first", "x": ""}, below="first")
    site.write({"one.txt": "second", "two.txt": ""}, below="second")
    site.configure('sources = ["first", "second"]')
    result = discover(site.config())
    assert {path: Path(source.file).parent.name for path, source in result.sources.items()} == {
        "one.txt": "first",
        "two.txt": "second",
        "x": "first",
    }
    (note,) = result.diagnostics
    assert str(note) == "one.txt: 'second/one.txt' is not used: 'first/one.txt' comes first"


def test_S2_a_root_whose_name_begins_with_anothers_is_another(site):
    site.write({"js/x.js": "", "js-extra/y.js": ""}, below="app")
    site.configure('sources = ["app/js", "app/js-extra"]')
    assert found(site) == ["x.js", "y.js"]


def test_S10_dotfiles_are_left_out_unless_asked_for(site):
    site.write({".env": "", ".git/config": "", "a/.htaccess": "", "a.css": "", ".well-known/security.txt": ""})
    assert found(site) == ["a.css"]
    site.configure('sources = ["src"]\nexclude = ["!.well-known/"]')
    assert found(site) == [".well-known/security.txt", "a.css"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (["*.scss"], ["a.css", "d/b.css", "d/e/c.txt"]),
        (["**/_*"], ["a.css", "d/b.css", "d/e/c.txt", "d/x.scss"]),
        (["/d"], ["_p.scss", "a.css"]),
        (["d/*", "!d/b.css"], ["_p.scss", "a.css", "d/b.css"]),
        (["e/"], ["_p.scss", "a.css", "d/b.css", "d/x.scss"]),
        (["*"], []),
    ],
)
def test_globs_exclude_as_in_gitignore(site, exclude, left):
    site.write({"a.css": "", "_p.scss": "", "d/b.css": "", "d/x.scss": "", "d/e/c.txt": ""})
    site.configure(f'sources = ["src"]\nexclude = {exclude}')
    assert found(site) == left


def test_globs_include_for_the_site_and_for_one_root(site):
    site.write({"a.css": "", "b.txt": "", "c.js": ""})
    site.configure('sources = [{ path = "src", include = ["*.css", "*.js"], exclude = ["c.js"] }]')
    assert found(site) == ["a.css"]
    site.configure('sources = ["src"]\ninclude = ["*.txt"]')
    assert found(site) == ["b.txt"]


def test_S5_the_output_the_cache_and_the_manifest_are_never_sources(site):
    site.write({"a.css": "", "build/x.css": "", "kept/x": "", "manifest.json": "{}", "d/manifest.json": ""})
    site.configure('sources = ["src"]\noutput = "src/build"\ncache = "src/kept"\nmanifest = "src/manifest.json"')
    assert found(site) == ["a.css", "d/manifest.json"]


@pytest.mark.parametrize(
    "name",
    ["a b.png", "a#b", "100%", "a?b.png", "it's", 'a"b', "-rf", "--help", "ü.png", "日本語", "a\\b", "[x]*{y}", "a\nb"]
    + ["n" * 255, " a", "a ", "\x7f", "<x>", "🚀"],
)
def test_N1_any_name_that_is_utf_8_is_a_path(site, name):
    site.write({f"d/{name}": name})
    assert found(site) == [f"d/{name}"]


def test_N1_a_name_is_normalised_to_nfc(site):
    site.write({unicodedata.normalize("NFD", "café.png"): "x"})
    assert found(site) == ["café.png"]


def test_N1_two_names_that_are_one_in_nfc_are_refused(site):
    site.write({unicodedata.normalize(form, "café.png"): form for form in ("NFC", "NFD")})
    (message,) = fails(site)
    assert "have names that are one in Unicode (NFC); rename one" in message


def test_N1_a_name_that_is_not_utf_8_is_refused_with_its_bytes(site):
    with open(os.fsencode(site.folder / "src") + b"/\xff\xfe.png", "wb"):
        pass
    (message,) = fails(site)
    assert message == "src/\\xff\\xfe.png: its name is not valid Unicode; rename it, or exclude it"


def test_F8_names_that_differ_only_in_case_are_refused(site):
    site.write({"a/Logo.png": "", "a/logo.png": "", "b.css": "", "B.CSS": ""})
    assert fails(site) == [
        "a/logo.png: differs from 'a/Logo.png' only in case; rename one: on Windows and macOS they are one file",
        "b.css: differs from 'B.CSS' only in case; rename one: on Windows and macOS they are one file",
    ]


def test_S3_a_link_that_leaves_its_root_is_refused_unless_allowed(site):
    site.write({"secret.css": "x"}, below="src-evil")
    site.write({"a.css": ""})
    (site.folder / "src/link.css").symlink_to(site.folder / "src-evil/secret.css")
    (site.folder / "src/linked").symlink_to(site.folder / "src-evil")
    hint = "is a link that leaves its root; exclude it, or set `follow_links = true`"
    assert fails(site) == [f"src/link.css: {hint}", f"src/linked: {hint}"]
    site.configure('sources = ["src"]\nexclude = ["link*"]')
    assert found(site) == ["a.css"]
    site.configure('sources = ["src"]\nfollow_links = true')
    assert found(site) == ["a.css", "link.css", "linked/secret.css"]


def test_a_link_inside_its_root_is_followed(site):
    site.write({"v2/a.css": "x"})
    (site.folder / "src/latest").symlink_to("v2")
    (site.folder / "src/b.css").symlink_to("v2/a.css")
    assert found(site) == ["b.css", "latest/a.css", "v2/a.css"]


def test_N5_loops_of_links_end_and_dangling_links_are_left_out_with_a_warning(site):
    site.write({"a.css": "", "d/b.css": ""})
    (site.folder / "src/self.css").symlink_to("self.css")
    (site.folder / "src/gone.css").symlink_to("nothing.css")
    (site.folder / "src/d/up").symlink_to("..")
    (site.folder / "src/d/round").symlink_to(".")
    result = discover(site.config())
    assert [*result.sources] == ["a.css", "d/b.css"]
    assert [str(each) for each in result.diagnostics] == [
        "src/gone.css: is a link that leads nowhere, so it is left out",
        "src/self.css: is a link that leads nowhere, so it is left out",
    ]


def test_N4_what_is_no_regular_file_is_left_out_with_a_warning(site):
    site.write({"a.css": ""})
    os.mkfifo(site.folder / "src/pipe.css")
    result = discover(site.config())
    assert [*result.sources] == ["a.css"]
    assert [str(each) for each in result.diagnostics] == ["src/pipe.css: is not a regular file, so it is left out"]


def test_N6_a_path_that_is_too_long_for_the_system_is_an_error_that_says_so(site):
    folder = os.open(site.folder / "src", os.O_RDONLY)
    for _ in range(30):
        os.mkdir("p" * 200, dir_fd=folder)
        deeper = os.open("p" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(folder)
    (message,) = fails(site)
    assert message.endswith("cannot be listed: File name too long; exclude it")
