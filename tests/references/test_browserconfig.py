"""References in browserconfig.xml."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references import splice
from pipeline.references.browserconfig import BROWSERCONFIG

CONFIG = b"""<?xml version="1.0" encoding="utf-8"?>
<!-- <square70x70logo src="no.png"/> -->
<browserconfig><msapplication><tile>
  <square70x70logo src="/mstile-70x70.png"/><square150x150logo src='a&amp;b.png' /><TileImage src="t.png"/>
  <TileColor>#da532c</TileColor><badge polling-uri="no.xml"/><wide310x150logo src=""/><square310x310logo src="&x;"/>
</tile></msapplication></browserconfig>
"""
URLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)


def sources(text: bytes) -> list[str]:
    read = ET.fromstring(text.replace(b"&x;", b""))
    return [element.get("src", "") for element in read.iter() if element.get("src")]


def test_the_images_of_the_tiles_are_references() -> None:
    references = BROWSERCONFIG.find(CONFIG)
    assert [each.specifier for each in references] == ["/mstile-70x70.png", "a&b.png", "t.png"] == sources(CONFIG)
    assert {each.kind for each in references} == {"url"}


@given(URLS)
def test_any_url_reads_back(url: str) -> None:
    references = BROWSERCONFIG.find(CONFIG)
    new = splice(CONFIG, [(each.start, each.stop, BROWSERCONFIG.embed(url, CONFIG, each)) for each in references])
    assert sources(new) == [url] * 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<urlset><image src='a'/></urlset>",
        b"<x><browserconfig src='a'/></x>",
        b"<browserconfig",
        b"<browserconfig src='a",
    ],
)
def test_other_and_broken_files_are_left_alone(content: bytes) -> None:
    assert BROWSERCONFIG.find(content) == []
