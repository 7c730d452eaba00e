"""What single settings must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.rules import base_url, gitignore_glob, naming_pattern, source_pattern


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("/", "/"),
        ("/static/", "/static/"),
        ("/static", "/static/"),
        ("/a/b..c/%20", "/a/b..c/%20/"),
        ("//cdn.example.com", "//cdn.example.com/"),
        ("//cdn.example.com/x", "//cdn.example.com/x/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("https://cdn.example.com/static/", "https://cdn.example.com/static/"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x/"),
        ("https://[::1]", "https://[::1]/"),
    ],
)
def test_a_base_url_ends_in_a_slash(text: str, normal: str) -> None:
    assert base_url(text) == base_url(normal) == normal


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("static/", "must be '/…/', '//host/…/' or 'https://host/…/'"),
        ("ftp://x/", "must be '/…/'"),
        ("javascript:x", "must be '/…/'"),
        ("http:/x/", "must be '/…/'"),
        ("HTTP://x/", "must be '/…/'"),
        ("/a?v=1", "has a query or fragment"),
        ("/a#b", "has a query or fragment"),
        ("/a/../b/", "has the segment '..'"),
        ("/a/%2E%2e/", "has the segment '%2E%2e'"),
        ("/./", "has the segment '.'"),
        ("/a//", "has the segment ''"),
        ("https://x//", "has the segment ''"),
        ("/a b/", "has the character ' ', which must be written %20"),
        ("/a\n", "has the character '\\n', which must be written %0A"),
        ("/é/", "has the character 'é', which must be written %C3%A9"),
        ("/a\\b/", "has the character '\\\\', which must be written %5C"),
        ('/"x/', "has the character '\"', which must be written %22"),
        ("/\udc80/", "has the character '\\udc80'"),
        ("//", "has no host"),
        ("///x/", "has no host"),
        ("http:///x/", "has no host"),
        ("https://me:pw@host/", "has a user name, which every page would show"),
        ("https://host:99999/", "has no valid port: '99999'"),
        (f"https://host:{'9' * 5_000}/", "has no valid port: '999"),
        ("https://host:/", "has no valid port: ''"),
        ("https://[::1/", "has no valid host: '[:'"),
    ],
)
def test_what_is_no_base_url_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        base_url(text)
    assert str(caught.value).startswith(message)


@given(st.text("/.:%2eE?#@[] htps\\é", max_size=20) | st.text().map("https://{}".format))
def test_any_text_is_a_base_url_that_is_its_own_normal_form_or_is_refused(text: str) -> None:
    try:
        normal = base_url(text)
    except ValueError:
        return
    assert normal in {text, f"{text}/"}
    assert normal.endswith("/")
    assert base_url(normal) == normal


@pytest.mark.parametrize("text", ["{stem}-{fingerprint}{suffix}", "{fingerprint}.{stem}.x{suffix}"])
def test_a_pattern_has_each_field_once(text: str) -> None:
    assert naming_pattern(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{stem}{suffix}", "must have {fingerprint} once, not 0 times"),
        ("{stem}{stem}{fingerprint}{suffix}", "must have {stem} once, not 2 times"),
        ("{stem}{fingerprint}{suffix}{hash}", "has a brace that does not belong to {stem}, {fingerprint}, {suffix}"),
        ("{stem}{fingerprint}{suffix}}", "has a brace that does not belong to"),
        ("{{stem}{fingerprint}{suffix}", "has a brace that does not belong to"),
        ("{{stem}}{fingerprint}{suffix}", "has a brace that does not belong to"),
        ("{st{suffix}em}{fingerprint}", "must have {stem} once, not 0 times"),
        ("v/{stem}{fingerprint}{suffix}", "must be a file name, without a folder"),
        ("v\\{stem}{fingerprint}{suffix}", "must be a file name, without a folder"),
        ("{stem}{fingerprint}{suffix}\0", "has a NUL character"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        naming_pattern(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("text", ["*.map", "**/_*", "!keep.txt", "/top", "a/", "[a-c]?.css", "[!a].js", "\\#x"])
def test_a_glob_is_one_that_gitignore_could_have(text: str) -> None:
    assert gitignore_glob(text) == text


@pytest.mark.parametrize("text", ["[z-a]", "!", "a\\", "[[:alpha:]]"])
def test_a_glob_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be understood: "):
        gitignore_glob(text)


@pytest.mark.parametrize("text", ["", " ", "# comment", "/", "["])
def test_a_glob_that_can_match_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="matches nothing"):
        gitignore_glob(text)


@pytest.mark.parametrize("text", ["css/a.css", "js/**/*.js", "[ab].css", "[", "[[]x].css"])
def test_a_source_is_a_path_or_glob_within_the_site(text: str) -> None:
    assert source_pattern(text) == text


def test_a_source_is_normalised_as_paths_are() -> None:
    assert source_pattern("cafe\u0301/*.css") == "caf\u00e9/*.css"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("/etc/passwd", "is absolute"),
        ("../x.css", "has the segment '..'"),
        ("css/../../*.css", "has the segment '..'"),
        ("css//x.css", "has the segment ''"),
        ("css/", "has the segment ''"),
        ("[z-a].css", "cannot be understood: bad character range z-a"),
    ],
)
def test_what_is_no_source_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        source_pattern(text)
    assert str(caught.value).startswith(message)


@given(st.text("[]!-^&~|*?/a\\#", max_size=12))
def test_any_text_is_a_glob_and_a_source_or_is_refused(text: str) -> None:
    for rule in (gitignore_glob, source_pattern):
        try:
            assert rule(text) == text
        except ValueError as error:
            assert str(error)  # noqa: PT017 - either is right
