"""The scripts of popular front-end packages mean the same once they are minified: acorn reads both."""

from __future__ import annotations

import codecs
import os
import sys

import pytest
import rjsmin

from pipeline.transforms import _rjsmin
from tests.packages.minifying import Acorn, Judged, Minified, judged, table

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads 140 MB of packages: nox -s packages"
)
SUFFIXES = (".js", ".mjs", ".cjs")
LEFT = 0.03
"""Share of all bytes that may be left for safety."""
LARGER = 0.01
"""Share by which all files together may be larger after gzip than what the bare minifier makes of them."""
MANY = 80
"""Packages that there are at least."""


def minify(content: bytes) -> Minified:
    """What the step makes of a script that has no source map of its own."""
    bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    try:
        return bom + _rjsmin.minified(content[len(bom) :]), ""
    except _rjsmin.RefusedError as refused:
        return content, refused.reason


def bare(content: bytes) -> bytes:
    """What rjsmin makes of it by itself."""
    made: bytes = rjsmin.jsmin(content)
    return made


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    return judged(SUFFIXES, minify, bare, Acorn)


def test_every_script_means_the_same(found: list[Judged], capsys: pytest.CaptureFixture[str]) -> None:
    reasons = [f"{each.package}/{each.path}: {each.reason}" for each in found if each.reason]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *table(found), *reasons, ""]))
    assert len({each.package for each in found}) >= MANY
    differing = [each for each in found if each.verdict and not each.verdict.startswith("unread: ")]
    assert [(each.package, each.path, each.verdict) for each in differing] == []


def test_next_to_nothing_that_parses_is_left_for_safety(found: list[Judged]) -> None:
    assert sum(each.kept for each in found) <= LEFT * sum(each.size for each in found)


def test_next_to_all_scripts_can_be_judged(found: list[Judged]) -> None:
    unread = [each for each in found if each.verdict.startswith("unread: ")]
    assert len(unread) < LEFT * len(found)


def test_after_gzip_they_are_no_larger_than_what_the_bare_minifier_makes(found: list[Judged]) -> None:
    assert sum(each.gzipped for each in found) <= (1 + LARGER) * sum(each.bare for each in found)
