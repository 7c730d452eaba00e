from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from pipeline.engine.globs import Globs, glob, is_glob


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("*.css", ["a.css", ".css"], ["d/a.css", "a.css/x.txt", "a.cssx"]),
        ("css/*.css", ["css/a.css"], ["a.css", "css/d/a.css", "x/css/a.css"]),
        ("**/*.css", ["a.css", "d/a.css", "d/e/a.css"], ["a.js"]),
        ("js/**", ["js/a.js", "js/d/a.js"], ["js", "a.js"]),
        ("js/**/x.js", ["js/x.js", "js/a/b/x.js"], ["js/ax.js"]),
        ("a?.js", ["ab.js"], ["a/.js", "a.js", "abc.js"]),
        ("[ab].js", ["a.js", "b.js"], ["c.js", "[ab].js"]),
        ("[!ab].js", ["c.js"], ["a.js", "/.js"]),
        ("[a-c].js", ["b.js"], ["d.js", "-.js"]),
        ("[]].js", ["].js"], ["a.js"]),
        ("[.js", ["[.js"], ["x.js"]),
        ("a+(b).js", ["a+(b).js"], ["aab.js"]),
        ("[[&&~~|].js", ["[.js", "&.js", "~.js", "|.js"], ["a.js"]),
        ("[\\].js", ["\\.js"], ["a.js"]),
    ],
)
def test_a_pattern_matches_whole_paths_and_a_star_stays_in_its_folder(pattern, matching, other):
    assert [path for path in matching + other if glob(pattern).fullmatch(path)] == matching


@given(st.text(st.sampled_from("a*?[]!-/.&~|^\\(")), st.text())
def test_any_pattern_can_be_asked_but_for_ranges_that_end_before_they_begin(pattern, path):
    """These the configuration refuses."""
    try:
        glob(pattern).fullmatch(path)
    except re.error as error:
        assert "bad character range" in str(error)  # noqa: PT017  (most patterns raise nothing)


def test_a_name_without_wildcards_is_no_pattern():
    assert not is_glob("css/site+(1).css")
    assert all(map(is_glob, ["*", "a?", "[x]"]))


def test_no_patterns_match_nothing_and_a_later_one_decides():
    assert not Globs(()).match("a")
    assert Globs(("*.css",)).match("d/a.css")
    assert not Globs(("*.css", "!a.css")).match("d/a.css")


NAMES = st.sampled_from(["a", "b", "a b", "c.css", "[x]"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@given(
    st.lists(PATHS.map("/{}".format) | PATHS, max_size=4), PATHS, st.sampled_from(["", "!/a", "*.css"]), st.booleans()
)
def test_paths_that_are_written_out_mean_the_same_as_other_patterns(patterns, path, more, folder):
    path += "/" * folder
    patterns += [more] * bool(more)
    assert Globs(patterns).match(path) == GitIgnoreSpec.from_lines(patterns).match_file(path)


def test_thousands_of_paths_that_are_written_out_cost_no_more_than_one():
    paths = [f"css/{number}.css" for number in range(20_000)]
    globs = Globs(f"/{path}" for path in paths)
    assert all(globs.match(path) for path in paths)
    assert not globs.match("css/x.css")
