"""References in JSON files, at the places that are declared."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.references import EVERYWHERE, Place, language_of, rebase, splice
from pipeline.references._json import json_at
from tests.sites import messages

PHOTOS = (("photos", None, "src"), ("cover",))
DATA = """{
  "cover" : "img/a.png", "title":"img/a.png",
  "photos": [ {"src": "img\\/b.png?x#y", "alt": "é"}, {"src": 3}, {"src": "c.png"} ],
  "more": {"cover": "no"}, "n": 1.0e+20
}"""


def found(content: str | bytes, *places: Place) -> list[tuple[str, str]]:
    content = content.encode() if isinstance(content, str) else content
    return [(each.kind, each.specifier) for each in json_at(places).find(content)]


def test_strings_at_the_places_are_references_and_no_others() -> None:
    assert found(DATA, *PHOTOS) == [("place", "img/a.png"), ("place", "img/b.png?x#y"), ("place", "c.png")]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("a", None), ["x", "y"]),
        (("a", "1"), ["y"]),
        ((None, None, "b"), ["z"]),
        (("c", "2", "b"), ["z"]),
        (("a",), []),
        (("c", "2", "b", None), []),
    ],
)
def test_a_star_is_any_key_and_any_index(place: Place, expected: list[str]) -> None:
    content = '{"a":["x","y"],"c":{"2":{"b":"z"}}}'
    assert [specifier for _, specifier in found(content, place)] == expected


def test_everywhere_every_string_may_be_one() -> None:
    content = '{"a":["x",{"b":"y","":""}],"c":"z"}'
    assert found(content, EVERYWHERE) == [("mention", each) for each in "xyz"]
    assert found(content, EVERYWHERE, ("c",)) == [("mention", "x"), ("mention", "y"), ("place", "z")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.text(min_size=1), st.booleans(), st.sampled_from([None, 1]))
def test_only_what_is_declared_changes_and_reads_back(
    value: Any, url: str, ascii_only: bool, indent: int | None
) -> None:
    content = json.dumps({"a": [value, "old"], "b": value}, ensure_ascii=ascii_only, indent=indent).encode()
    language = json_at((("a", "1"),))
    (reference,) = language.find(content)
    new = splice(content, [(reference.start, reference.stop, language.embed(url, content, reference))])
    assert json.loads(new) == {"a": [value, url], "b": value}


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [(b'{"a":\n  "x" "b"}', 2, 7), (b"\x89PNG\n", None, None), (b'{"a":"\xff"}', None, None), (b"", 1, 1)],
)
def test_what_is_no_json_is_said_to_be_none(content: bytes, line: int | None, column: int | None) -> None:
    with pytest.raises(SourceError, match="is no JSON in UTF-8, so its references are not followed") as caught:
        json_at((("a",),)).find(content)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize("part", ['{"a":', "[", '["x",', '"x",', "1"])
def test_hostile_json_is_read_to_its_end_or_refused(part: str) -> None:
    content = "[" + part * (1_000_000 // len(part))
    with pytest.raises(SourceError, match="is no JSON"):
        found(content, EVERYWHERE)
    assert found(f'[{"1" * 1_000_000}, "x"]', EVERYWHERE) == [("mention", "x")]


def test_a_suffix_with_a_language_of_its_own_keeps_it() -> None:
    declared = (("data/**", (EVERYWHERE,)),)
    assert language_of("data/a.css", declared) is language_of("a.css")
    assert language_of("a.json", declared) is None
    assert language_of("data/a.JSON", declared) == json_at((EVERYWHERE,))


def test_a_file_that_several_globs_match_has_the_places_of_all() -> None:
    declared = (("data/", (("a",),)), ("*.json", (("b",), ("a",))), ("x.json", (("c",),)))
    assert language_of("data/a.json", declared) == json_at((("a",), ("b",)))


def test_moved_json_leads_to_the_same_places() -> None:
    declared = (("data/*.json", PHOTOS),)
    moved = rebase(DATA.encode(), "data/x.json", "all.json", "/static/", declared).decode()
    assert moved == DATA.replace('"cover" : "', '"cover" : "data/').replace("img\\/b", "data/img/b").replace(
        '"c.png"', '"data/c.png"'
    )
    for content in (b'{"cover":"/static/a.png"}', b'{"cover":"a.png"'):
        assert rebase(content, "data/x.json", "all.json", "/static/", declared) == content


HEAD = 'sources=["src"]\noutput="out"\ncompress=[]\n'


def fails(site: Any) -> list[str]:
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    return messages(caught.value)


def test_declared_json_follows_what_it_names_and_every_other_byte_stays(site):
    site.write({"data/x.json": DATA, "data/img/a.png": "a", "data/img/b.png": "b", "data/c.png": "c"})
    site.configure(HEAD + '[json]\n"data/*.json" = ["photos.*.src", "cover"]')
    site.publish()
    a, b, c = (site.manifest[f"data/{path}"].url.removeprefix("data/") for path in ("img/a.png", "img/b.png", "c.png"))
    new = DATA.replace('"cover" : "img/a.png', f'"cover" : "{a}').replace("img\\/b.png", b).replace("c.png", c)
    assert site.text("data/x.json") == new
    assert site.manifest["data/x.json"].references == ("data/c.png", "data/img/a.png", "data/img/b.png")
    site.configure(HEAD)
    site.publish()
    assert site.text("data/x.json") == DATA


def test_what_is_declared_and_leads_nowhere_is_an_error_with_its_place(site):
    site.write({"x.json": '{"a": "http://x/y",\n "b": ["img/b.pgn", "../c.png"]}', "img/b.png": ""})
    site.configure(HEAD + '[json]\n"*.json" = ["b.*", "a"]')
    assert fails(site) == [
        "x.json:2:9: 'img/b.pgn' does not exist; did you mean 'img/b.png'?",
        "x.json:2:22: '../c.png' leads out of the site",
    ]


def test_everywhere_a_string_counts_only_if_it_names_what_is_published(site):
    site.write({"x.json": '["a.png", "gone.png", "../a.png", "one.css", "http://a.png"]', "a.png": ""})
    site.write({"one.css": "a{}", "two.css": "b{}"})
    site.configure(HEAD + '[json]\n"*.json" = ["**"]\n[bundles]\n"all.css"=["one.css", "two.css"]')
    site.publish()
    others = ["gone.png", "../a.png", "one.css", "http://a.png"]
    assert json.loads(site.text("x.json")) == [site.manifest["a.png"].url, *others]
    assert "one.css" not in site.manifest.entries


def test_an_absolute_url_in_json_stays_absolute_for_nobody_knows_who_reads_it(site):
    site.write({"d/x.json": '{"a":"/s/i.png#f","b":"/other/i.png"}', "i.png": ""})
    for place in ('"*"', '"**"'):
        site.configure(HEAD + f'base_url="https://cdn.example/s/"\n[json]\n"*.json" = [{place}]')
        site.publish()
        url = f"https://cdn.example/s/{site.manifest['i.png'].url}#f"
        assert json.loads(site.text("d/x.json")) == {"a": url, "b": "/other/i.png"}


def test_a_declared_file_that_is_no_json_is_published_as_it_is_with_a_warning(site):
    site.write({"x.json": '{"a": "i.png",}', "i.png": ""})
    site.configure(HEAD + '[json]\n"*.json" = ["a"]')
    (warning,) = (str(each) for each in site.build().diagnostics if each.severity == "warning")
    assert re.match(r"x\.json:1:1\d: is no JSON in UTF-8, so its references are not followed: ", warning)
    site.publish()
    assert site.text("x.json") == '{"a": "i.png",}'


def test_json_and_what_it_names_may_name_each_other(site):
    site.write({"x.json": '{"a":"y.json"}', "y.json": '{"a":"x.json"}'})
    site.configure(HEAD + '[json]\n"*.json" = ["a"]')
    site.publish()
    assert json.loads(site.text("x.json"))["a"] == site.manifest["y.json"].url
    assert json.loads(site.text("y.json"))["a"] == site.manifest["x.json"].url
    assert site.verify() == []
