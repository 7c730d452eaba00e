from __future__ import annotations

from dataclasses import dataclass

import pytest

from pipeline.asset import AssetPath
from pipeline.naming import joint_digests, name

DIGEST = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Style:
    style: str = "fingerprint"
    pattern: str = "{stem}-{fingerprint}{suffix}"
    length: int = 8


@pytest.mark.parametrize(
    ("style", "file", "url"),
    [
        (Style(), "css/site-01234567.css", "css/site-01234567.css"),
        (Style("query"), "css/site.css", "css/site.css?v=01234567"),
        (Style("rewrite", "{stem}.{fingerprint}{suffix}"), "css/site.css", "css/site.01234567.css"),
        (Style("plain"), "css/site.css", "css/site.css"),
        (Style(pattern="{fingerprint}.{stem}{suffix}", length=16), "css/0123456789abcdef.site.css", None),
    ],
)
def test_a_style_decides_the_file_and_the_url(style, file, url):
    assert name(AssetPath("css/site.css"), DIGEST, style, keep=False) == (file, url or file)


@pytest.mark.parametrize("style", ["fingerprint", "query", "rewrite", "plain"])
def test_what_is_kept_has_its_own_name_in_every_style(style):
    assert name(AssetPath("robots.txt"), DIGEST, Style(style), keep=True) == ("robots.txt", "robots.txt")


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("png", "png-01234567"),
        ("a.min.js", "a.min-01234567.js"),
        ("a.css.map", "a.css-01234567.map"),
        (".htaccess", ".htaccess-01234567"),
        ("{stem}.{suffix}", "{stem}-01234567.{suffix}"),
        ("a b?.png", "a b?-01234567.png"),
    ],
)
def test_the_fingerprint_stands_before_the_last_suffix(path, file):
    assert name(AssetPath(path), DIGEST, Style(), keep=False)[0] == file


@pytest.mark.parametrize("long", ["n" * 251 + ".png", "é" * 120 + ".png", "a." + "x" * 250, "x" * 255])
def test_N1_a_name_that_is_too_long_is_cut_and_leaves_room_for_a_variant(long):
    file, url = name(AssetPath(f"d/{long}"), DIGEST, Style(length=64), keep=False)
    assert len((file.removeprefix("d/") + ".zst").encode()) <= 255
    assert DIGEST in file
    assert DIGEST in url


def test_names_in_a_cycle_depend_on_every_draft_and_on_the_own_path():
    a, b = AssetPath("a.css"), AssetPath("b.css")
    first = joint_digests({a: "1", b: "2"})
    assert first == joint_digests({b: "2", a: "1"})
    assert first[a] != first[b]
    assert joint_digests({a: "1", b: "3"})[a] != first[a]
