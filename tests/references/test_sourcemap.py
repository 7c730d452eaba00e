"""References in source maps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references import splice
from pipeline.references.sourcemap import SOURCE_MAP


def found(**members: Any) -> list[str]:
    return [reference.specifier for reference in SOURCE_MAP.find(json.dumps(members).encode())]


def rewritten(content: bytes, url: str) -> Any:
    changes = [(each.start, each.stop, SOURCE_MAP.embed(url, content, each)) for each in SOURCE_MAP.find(content)]
    return json.loads(splice(content, changes))


def test_a_map_points_at_its_file_and_its_sources_and_needs_neither() -> None:
    content = (
        b'{"version":3,"sources":["a.js","sub/b.js",null,""],"sourcesContent":["c.js"],"names":["d"],"file":"e.js"}'
    )
    references = SOURCE_MAP.find(content)
    assert [reference.specifier for reference in references] == ["a.js", "sub/b.js", "e.js"]
    assert [reference.kind for reference in references] == ["source", "source", "file"]


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("", ["a.js", "../b.js"]),
        ("src", ["src/a.js", "src/../b.js"]),
        ("./src/", ["./src/a.js", "./src/../b.js"]),
        ("a/b c", ["a/b c/a.js", "a/b c/../b.js"]),
        ("../src", []),
        ("/src", []),
        ("https://example.org/", []),
        ("webpack://", []),
        ("a?b", []),
        (None, ["a.js", "../b.js"]),
    ],
)
def test_sources_stand_below_the_source_root(root: str | None, expected: list[str]) -> None:
    assert found(sourceRoot=root, sources=["a.js", "../b.js"], file="f.js") == [*expected, "f.js"]


def test_an_absolute_source_does_not_stand_below_the_source_root() -> None:
    assert found(sourceRoot="src", sources=["/a.js", "https://example.org/b.js"]) == []
    assert found(sources=["/a.js"]) == ["/a.js"]


@pytest.mark.parametrize(("root", "up"), [("", ""), ("src", "../"), ("./a//b/", "../../")])
def test_a_source_is_written_so_that_it_leads_back_through_the_source_root(root: str, up: str) -> None:
    content = json.dumps({"sourceRoot": root, "file": "f.js", "sources": ["a.js"]}).encode()
    assert rewritten(content, "x/y.js") == {"sourceRoot": root, "file": "x/y.js", "sources": [f"{up}x/y.js"]}


def test_an_absolute_url_stands_by_itself_behind_a_source_root_too() -> None:
    content = b'{"sourceRoot":"src","sources":["a.js"]}'
    assert rewritten(content, "https://example.org/a.js")["sources"] == ["https://example.org/a.js"]


@given(st.text(min_size=1))
def test_any_url_reads_back(url: str) -> None:
    content = b'{"file":"\\u0061.js","sources":["b.js"],"mappings":"AAAA"}'
    assert rewritten(content, url) == {"file": url, "sources": [url], "mappings": "AAAA"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"file"',
        b'{"file":1}',
        b'{"x":{"file":"a"}}',
        b'{"sections":[{"map":{"sources":["a"]}}]}',
        b'{"sources":"a"}',
    ],
)
def test_what_names_no_file_has_no_references(content: bytes) -> None:
    assert SOURCE_MAP.find(content) == []


@pytest.mark.parametrize("content", [b"[", b'"', b'"\\', b'{"sources":['])
def test_hostile_maps_are_read_to_their_end(content: bytes) -> None:
    assert isinstance(SOURCE_MAP.find(b'{"file":' + content * (1_000_000 // len(content))), list)
