"""References in SVG images."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree as ET

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references import splice
from pipeline.references.svg import SVG

XLINK = "{http://www.w3.org/1999/xlink}href"
IMAGE = """<?xml version="1.0"?>
<?xml-stylesheet type="text/css" href="look.css"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<style>@import "theme.css"; a &gt; b { fill: url(paint.svg#a) }</style>
<image href='a.png?x=1&amp;y=2'/><use xlink:href = "sprite.svg#i"/><feImage href="é.png"></feImage>
<rect fill="url('p.svg#q')" stroke='url(&quot;s.svg#t&quot;)' style="mask:url(m.svg#n)"/>
<a href="page.html"><text>image href="no.png" url(no.png)</text></a><script href="s.js"/>
<style><![CDATA[ b > a { cursor: url("c.cur") } ]]></style></svg>
"""
URLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)


def found(content: bytes | str) -> list[tuple[str, str]]:
    content = content.encode() if isinstance(content, str) else content
    return [(reference.kind, reference.specifier) for reference in SVG.find(content)]


def css_urls(text: str) -> list[str]:
    """The addresses in a style, read by a parser that is not ours."""
    waiting, urls = list(tinycss2.parse_component_value_list(text)), []
    while waiting:
        token = waiting.pop(0)
        if token.type in {"url", "string"}:
            urls.append(token.value)
        waiting[:0] = getattr(token, "content", None) or getattr(token, "arguments", None) or []
    return urls


def addresses(text: bytes) -> list[str]:
    """The addresses in an image, read by a parser that is not ours."""
    urls = []
    for element in ET.fromstring(text).iter():
        if not element.tag.endswith("}a"):
            urls += [element.get(name, "") for name in ("href", XLINK) if element.get(name)]
        for name in ("fill", "stroke", "style"):
            urls += css_urls(element.get(name, ""))
        urls += css_urls(element.text or "") if element.tag.endswith("}style") else []
    return urls


def test_every_file_that_a_browser_loads_is_a_reference() -> None:
    assert found(IMAGE) == [
        ("url", "look.css"),
        ("style", "theme.css"),
        ("style", "paint.svg#a"),
        ("url", "a.png?x=1&y=2"),
        ("url", "sprite.svg#i"),
        ("url", "é.png"),
        ("style", "p.svg#q"),
        ("style", "s.svg#t"),
        ("style", "m.svg#n"),
        ("url", "s.js"),
        ("style", "c.cur"),
    ]
    assert addresses(IMAGE.encode()) == [specifier for _, specifier in found(IMAGE)[1:]]


@given(URLS)
def test_any_url_reads_back_and_nothing_else_changes(url: str) -> None:
    content = IMAGE.encode()
    references = SVG.find(content)
    new = splice(content, [(each.start, each.stop, SVG.embed(url, content, each)) for each in references])
    assert addresses(new) == [url] * (len(references) - 1)
    pairs = zip(references, SVG.find(new), strict=False) if not url.startswith("#") and url.strip() else ()
    back = splice(new, [(after.start, after.stop, content[before.start : before.stop]) for before, after in pairs])
    assert back == (content if pairs else new)


@pytest.mark.parametrize("url", ["\0\x01\x1f\ufffe\ud800", "a\tb\nc\rd"])
def test_what_xml_cannot_say_does_not_break_the_image(url: str) -> None:
    content = IMAGE.encode()
    new = splice(content, [(each.start, each.stop, SVG.embed(url, content, each)) for each in SVG.find(content)])
    assert len(addresses(new)) == len(addresses(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<svg><use href="#a"/><use href=""/><rect fill="url(#a)"/></svg>', [("style", "#a")]),
        ('<!-- <image href="a"/> --><svg href="b"/>', [("url", "b")]),
        ('<svg><![CDATA[<image href="a"/>]]></svg>', []),
        ("<svg><style><!-- a{b:url(x)} --></style></svg>", []),
        ("<svg><style/><text>url(x)</text><style></style></svg>", []),
        ("<svg><style>a{b:url(x)}<style></style></style></svg>", [("style", "x")]),
        ("<svg><style></style><text>url(x)</text></svg>", []),
        ("<svg><style>/* <![CDATA[ */ @import 'x'; /* ]]> */</style></svg>", [("style", "x")]),
        ("<svg><style>a{b:url(x<![CDATA[y]]>z)}</style></svg>", []),
        ("<svg><style><g>a{b:url(x)}</g><style/></style></svg>", [("style", "x")]),
        ("<svg><style>a{}@import 'x';/*# sourceMappingURL=m */</style></svg>", [("late-import", "x")]),
        ("<svg:svg><svg:style>a{b:url(x)}</svg:style><svg:a l:href='n'/></svg:svg>", [("style", "x")]),
        ('<!DOCTYPE svg [<!ENTITY e "<image href=\'a\'/>"><!-- ] " -->]><svg href="&e;b"/>', []),
        ('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg href="b"/>', [("url", "b")]),
        ('<svg style="a:url(&e;)"/><svg style="a:url(&#x61;&#98;)"/>', [("style", "ab")]),
        ('<svg fill="&#117;rl(x)" opacity="url(y)"/>', [("style", "x")]),
        ('<svg xml:base="/x/"><image href="a"/></svg>', []),
        ('<?xml-stylesheet href="#a"?><?other href="x"?><? ?><svg/>', []),
        ("<svg alt=\"<image href='a'/>\"/>", [("url", "a")]),
        ('<svg title=" href=\'a\' " href = "b>c"/>', [("url", "b>c")]),
        ('\ufeff<svg href="&#xe9;é"/>', [("url", "éé")]),
        ("<svg/>", []),
    ],
)
def test_what_counts_as_a_reference(content: str, expected: list[tuple[str, str]]) -> None:
    assert found(content) == expected


@given(st.text(alphabet="<>/!?[]-=\"' &;ahref:style\\(url)CDT").map(str.encode) | st.binary())
def test_no_text_raises(content: bytes) -> None:
    references = SVG.find(b"<svg href>" + content)
    assert all(one.stop <= other.start for one, other in itertools.pairwise(references))


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<!--",
        "<![CDATA[",
        "<?",
        "<!DOCTYPE [",
        "<!DOCTYPE a [<!-- ",
        '<a b="',
        "<a b='",
        "<svg>",
        "<style>",
        "&#",
        "</",
        "<a b=c ",
    ],
)
def test_hostile_images_are_read_to_their_end(part: str) -> None:
    assert SVG.find(("<svg href>" + part * (500_000 // len(part))).encode()) == []
