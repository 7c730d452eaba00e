from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.urls import Target, moved, relative, resolve, url_of


@pytest.mark.parametrize(
    ("specifier", "path", "suffix"),
    [
        ("img/x.png", "css/img/x.png", ""),
        ("./img/x.png", "css/img/x.png", ""),
        ("../img/x.png", "img/x.png", ""),
        ("./sub/../img/./x.png", "css/img/x.png", ""),
        ("/static/img/x.png", "img/x.png", ""),
        ("/static/./a/../img/x.png", "img/x.png", ""),
        ("../../static/img/x.png", "img/x.png", ""),
        ("../../../../static/img/x.png", "img/x.png", ""),
        ("x.eot?#iefix", "css/x.eot", "?#iefix"),
        ("x.svg#a?b", "css/x.svg", "#a?b"),
        ("x.png?a=1&b=%2F..%2F#c", "css/x.png", "?a=1&b=%2F..%2F#c"),
        ("a%20b.png", "css/a b.png", ""),
        ("100%25.png", "css/100%.png", ""),
        ("%252F.txt", "css/%2F.txt", ""),
        ("a%3Fb.png", "css/a?b.png", ""),
        ("a+b.png", "css/a+b.png", ""),
        ("%2E/x.png", "css/x.png", ""),
        ("%2e%2E/x.png", "x.png", ""),
        (".%2e/x.png", "x.png", ""),
        ("%252e%252e/x.png", "css/%2e%2e/x.png", ""),
        ("a%2Fb.png", "css/a%2Fb.png", ""),
        ("img\\x.png", "css/img/x.png", ""),
        ("im\tg/x\n.png", "css/img/x.png", ""),
        ("  x.png ", "css/x.png", ""),
        ("./a:b.png", "css/a:b.png", ""),
        ("about.png", "css/about.png", ""),
        ("cafe\u0301.png", "css/café.png", ""),
        ("caf%C3%A9.png", "css/café.png", ""),
        ("%.png", "css/%.png", ""),
        ("..", "", ""),
        ("img/", "css/img/", ""),
    ],
)
def test_a_specifier_leads_where_a_browser_would_go(specifier, path, suffix):
    assert resolve(specifier, "css/site.css", "/static/") == Target(path, suffix)


@pytest.mark.parametrize(
    "specifier",
    [
        "",
        "   ",
        "#id",
        "?q=1",
        "//cdn.example/x.png",
        "/\\cdn/x.png",
        "https://h/x",
        "HTTPS://h/x",
        "data:,x",
        "DATA:,x",
    ]
    + [
        "chrome:foobar",
        "about:blank",
        "blob:abc",
        "javascript:void(0)",
        "unknown://h/x",
        "file:///etc/passwd",
        "a:b.png",
    ]
    + ["/etc/passwd", "/staticfiles/x.png", "/static/../secret.css", "/static/%2e%2e/secret.css"],
)
def test_what_is_not_of_the_site_is_left_alone(specifier):
    assert resolve(specifier, "css/site.css", "/static/") is None


@pytest.mark.parametrize("specifier", ["../../x.png", "../../src-evil/x.css", "img/../../../x.css", "%2e%2e/%2e%2e/x"])
def test_a_relative_path_that_leads_out_of_the_site_is_an_error(specifier):
    with pytest.raises(ValueError, match="leads out of the site"):
        resolve(specifier, "css/site.css", "/static/")


def test_the_base_url_may_be_a_cdn_or_the_root():
    assert resolve("/assets/x.png", "a.css", "https://cdn.example/assets/") == Target("x.png", "")
    assert resolve("/x.png", "css/a.css", "https://cdn.example/") == Target("x.png", "")
    assert resolve("/a%20b/x.png", "css/a.css", "/a b/") == Target("x.png", "")


def test_a_folder_with_a_percent_sign_in_its_name_is_not_decoded():
    assert resolve("x.png", "a%20b/c.css", "/") == Target("a%20b/x.png", "")
    assert resolve("../a%20b/x.png", "a%20b/c.css", "/") == Target("a b/x.png", "")


@pytest.mark.parametrize(
    ("target", "base", "expected"),
    [
        ("img/x.png", "css/site.css", "../img/x.png"),
        ("css/x.png", "css/site.css", "x.png"),
        ("x.png", "site.css", "x.png"),
        ("css/img/x.png", "css/site.css", "img/x.png"),
        ("a/b/x.png", "a/c/d/e.css", "../../b/x.png"),
        ("a:b.png", "site.css", "a%3Ab.png"),
        ("css/x?.png", "css/site.css", "x%3F.png"),
        ("a b/x.png", "a b/site.css", "x.png"),
    ],
)
def test_a_url_is_written_relative_to_the_file_it_stands_in(target, base, expected):
    assert relative(url_of(target), base) == expected


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=8).filter(
    lambda name: name not in {".", ".."}
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


@given(paths, paths, st.sampled_from(["/", "/static/", "https://cdn.example/a/b/"]))
def test_what_is_written_leads_back_to_where_it_came_from(target, base, base_url):
    import unicodedata

    written = relative(url_of(target), base)
    assert resolve(written, base, base_url) == Target(unicodedata.normalize("NFC", target), "")


@given(paths)
def test_a_url_needs_no_escaping_anywhere(name):
    assert not set(url_of(name)) & set("\"'()\\<>&;:?# \n\r\t`{}|^")


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("x.png", "../css/x.png"),
        ("../img/x.png?v=1#a", "../img/x.png?v=1#a"),
        ("../js/x.png", "x.png"),
        ("/static/x.png", "/static/x.png"),
        ("#id", "#id"),
        ("https://h/x", "https://h/x"),
        ("../../secret", "../css/../../secret"),
    ],
)
def test_a_moved_file_points_where_it_pointed(specifier, expected):
    assert moved(specifier, "css/a.css", "js/a.css", "/static/") == expected
    assert moved(specifier, "css/a.css", "css/b.css", "/static/") == specifier
