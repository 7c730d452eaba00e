"""S17: what finds references, minifies and joins takes linear time and no recursion, whatever the text."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.errors import TransformError
from pipeline.references import languages
from pipeline.references._html_size import too_large
from pipeline.transforms._join_css import join as join_css
from pipeline.transforms._join_javascript import join as join_javascript
from pipeline.transforms.minify import Minify
from tests.failures.hostile_texts import IN_JSON, IN_PAGES, IN_SCRIPTS, IN_STYLESHEETS, IN_XML
from tests.sites import Site

Reader = Callable[[bytes], object]

SMALL, LARGE, HUGE = 15_000, 150_000, 10_000_000
RATIO, SLACK = 40, 0.5
"""Ten times the text may take this many times as long, and some seconds: quadratic time would be a hundred times."""


def finds(suffix: str) -> Reader:
    """Find all references, and write another URL into each."""
    language = languages()[suffix]
    return lambda content: [
        language.embed("../img/logo-0123456789abcdef.svg", content, each) for each in language.find(content)
    ]


def minifies(suffix: str) -> Reader:
    fetch = Fetch({}, (), Path("out"), "/")
    return lambda content: Minify()(Asset(AssetPath(f"a{suffix}"), Blob.of(content)), fetch)


def joins_scripts(content: bytes) -> None:
    with suppress(TransformError):
        join_javascript([("a.js", content), ("b.js", b"b()")])


def joins_stylesheets(content: bytes) -> object:
    return join_css([content, b"a{}", content[:1000]])


CASES: dict[str, tuple[Reader, list[bytes], list[bytes]]] = {
    # what reads, what stands in front, what is repeated
    "css": (finds(".css"), [b"a{b:url(x)}", b"@import "], IN_STYLESHEETS),
    "minify css": (minifies(".css"), [b"", b"a{b:"], IN_STYLESHEETS),
    "join css": (joins_stylesheets, [b""], IN_STYLESHEETS),
    "javascript": (finds(".js"), [b"import'./a.js';{}"], IN_SCRIPTS),
    "rjsmin": (minifies(".js"), [b"", b"x="], IN_SCRIPTS),
    "join javascript": (joins_scripts, [b""], IN_SCRIPTS),
    "html": (finds(".html"), [b"<img src='a'>"], IN_PAGES),
    "svg": (finds(".svg"), [b"<svg href='a'>"], IN_XML),
    "browserconfig": (finds(".xml"), [b"<browserconfig>"], IN_XML),
    "sourcemap": (finds(".map"), [b'{"file":"a","sources":["b",'], IN_JSON),
    "webmanifest": (finds(".webmanifest"), [b'{"icons":[{"src":"a"},'], IN_JSON),
}


def filled(head: bytes, part: bytes, size: int) -> bytes:
    return head + part * ((size - len(head)) // len(part))


def seconds(read: Reader, content: bytes) -> float:
    begin = time.process_time()
    read(content)
    return time.process_time() - begin


@pytest.mark.parametrize("name", CASES)
def test_S17_ten_times_the_text_takes_ten_times_as_long(name: str) -> None:
    read, heads, parts = CASES[name]
    slow = []
    for head in heads:
        for part in parts:
            small = seconds(read, filled(head, part, SMALL))
            large = seconds(read, filled(head, part, LARGE))
            if large > RATIO * small + SLACK:
                slow.append((head, part, small, large))
    assert slow == []


MEGABYTES = [
    ("css", b"a{b:", b"url( "),
    ("css", b"", b"/*"),
    ("css", b"@a ", b"([{"),
    ("css", b"a{b:url(", b" "),
    ("minify css", b"", b"/*"),
    ("minify css", b"a{b:", b"url( "),
    ("minify css", b"", b"\\"),
    ("join css", b"", b"url( "),
    ("javascript", b"import'a';{}", b"}/["),
    ("javascript", b"import'a';", b"=/["),
    ("javascript", b"import'a';", b"`${"),
    ("rjsmin", b"", b"'\\"),
    ("rjsmin", b"", b"=/["),
    ("rjsmin", b"", b"a\\/"),
    ("join javascript", b"", b"a\\/"),
    ("html", b"", b"<div>"),
    ("html", b"", b"<a "),
    ("svg", b"<svg href='a'>", b"<!--"),
    ("browserconfig", b"<browserconfig>", b"<a "),
    ("sourcemap", b'{"file":', b"["),
    ("sourcemap", b'{"file":"', b"\\"),
    ("webmanifest", b'{"icons":', b'{"a":'),
]


@pytest.mark.parametrize(("name", "head", "part"), MEGABYTES)
def test_S17_ten_megabytes_take_a_hundred_times_as_long_as_a_hundred_kilobytes(name, head, part):
    read = CASES[name][0]
    small = seconds(read, filled(head, part, HUGE // 100))
    assert seconds(read, filled(head, part, HUGE)) <= 4 * 100 * small + 10 * SLACK


def test_S17_a_page_that_a_browser_would_make_huge_is_published_as_it_is_and_it_says_where(site: Site) -> None:
    page = b"<img src=x.png>\n" + b"".join(b"<font a=%d><p>" % number for number in range(700_000))
    site.write({"a.html": page, "x.png": "x"})
    release = site.build()
    (said,) = release.diagnostics
    assert (said.severity, said.path, said.line) == ("warning", "a.html", 2)
    assert "4,000,000 elements" in said.message
    assert release.files()[release.manifest["a.html"].file].read() == page


@pytest.mark.parametrize(
    "page",
    [
        b"<p>" * 1_300_000,
        b"<b>x</b>" * 500_000,
        b"".join(b"<font a=%d>x</font>" % number for number in range(100_000)),
        b"<b>" + b"<p>x</p>" * 300_000,
        b"<code>a < b" * 300_000,
    ],
)
def test_a_large_page_that_is_not_made_huge_is_followed(page: bytes) -> None:
    assert too_large(page) is None


@pytest.mark.parametrize("name", ["a.css", "a.js", "a.html", "a.map"])
def test_S17_a_build_takes_linear_time_however_many_references_one_line_has(tmp_path: Path, name: str) -> None:
    line = {
        "a.css": lambda count: b"".join(b"a{b:url(%d.png)}" % number for number in range(count)),
        "a.js": lambda count: b"import './nope.js';" * count,
        "a.html": lambda count: b"<img src=nope.png>" * count,
        "a.map": lambda count: b'{"sourceRoot":"a","sources":[' + b'"../x.png",' * count + b'"../x.png"]}',
    }[name]

    def builds(count: int) -> float:
        site = Site(tmp_path / str(count))
        site.write({name: line(count), "x.png": "x"})
        return seconds(lambda _: site.build(strict=False, minify=True), b"")

    assert builds(20_000) <= RATIO * builds(2_000) + SLACK
