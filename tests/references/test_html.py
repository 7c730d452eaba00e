"""References in pages."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references import Reference, rebase, splice
from pipeline.references.html import HTML


def references(content: bytes | str) -> list[Reference]:
    return HTML.find(content.encode() if isinstance(content, str) else content)


def found(content: bytes | str) -> list[tuple[str, str]]:
    return [(reference.kind, reference.specifier) for reference in references(content)]


def rewritten(content: bytes, url: str) -> bytes:
    return splice(content, [(each.start, each.stop, HTML.embed(url, content, each)) for each in references(content)])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<img src=a>", [("url", "a")]),
        ("<IMG SRC = 'a'>", [("url", "a")]),
        ("<img/src=a/>", [("url", "a/")]),
        ("<img src=a src=b>", [("url", "a")]),
        ("<img src=a'b><img src=\"c'\">", [("url", "a'b"), ("url", "c'")]),
        ("<image src=a>", [("url", "a")]),
        ("<script src=a></script>", [("url", "a")]),
        ("<script>'<img src=a>'</script>", []),
        ("<script><!--<script>'<img src=a></script><img src=b>--></script><img src=c>", [("url", "c")]),
        ("<video src=a poster=b><source src=c><track src=d></video>", [("url", each) for each in "abcd"]),
        ("<audio src=a></audio><embed src=b><object data=c></object>", [("url", each) for each in "abc"]),
        ("<input type=IMAGE src=a><input type=text src=b><input src=c>", [("url", "a")]),
        ("<link rel='shortcut icon' href=a><link rel=PRELOAD href=b>", [("url", "a"), ("url", "b")]),
        ("<link rel='alternate stylesheet' href=a><link rel=alternate href=b>", [("url", "a"), ("file", "b")]),
        ("<link rel=canonical href=a><link href=b><link rel=preconnect href=c>", []),
        ("<meta property=og:image content=a><meta name=twitter:image content=b>", [("file", "a"), ("file", "b")]),
        ("<meta name=description content=a><meta content=b>", []),
        ("<iframe src=a></iframe>", [("file", "a")]),
        ("<frameset><frame src=a></frameset>", [("file", "a")]),
        ("<a href=a></a><form action=b></form><area href=c>", []),
        ("<body background=a>", [("url", "a")]),
        ("<img src='#a'><img src=''><img src=' '><img src>", []),
        ("<img src='{{ a }}'><img src='<%= a %>'><img src='${a}'><img src=\"{% static 'a' %}\">", []),
        ("<base href=/x/><img src=a>", []),
        ("<base target=_top><img src=a>", [("url", "a")]),
        ("<!-- <img src=a> --><!--[if IE]><img src=b><![endif]--><!--x--!><img src=c>", [("url", "c")]),
        ("<template><img src=a></template><noscript><img src=b></noscript>", [("url", "a"), ("url", "b")]),
        ("<textarea><img src=a></textarea><title><img src=b></title><xmp><img src=c></xmp>", []),
        ("<table><img src=a><tr><td background=b></table>", [("url", "a"), ("url", "b")]),
        ("<b><p><img src=a></b><img src=b></p>", [("url", "a"), ("url", "b")]),
        ("<img alt='\r\n\r' src=a>\r\n\r\0é<img src=é>", [("url", "a"), ("url", "é")]),
        ("\ufeff<img src=a>", [("url", "a")]),
        (b"<img src=\xe9>", [("url", "\ufffd")]),
        ("<img src='a", []),
        ("plain", []),
    ],
)
def test_what_a_browser_loads_is_a_reference(content: bytes | str, expected: list[Any]) -> None:
    assert found(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a?b&amp;c&copy=d&copy;&copy&#x61;&#98&nope;", "a?b&c&copy=d©©ab&nope;"),
        ("&ampx&notit;&lt", "&ampx&notit;<"),
        ("&#0;&#x110000;&#128;", "\ufffd\ufffd€"),
    ],
)
def test_character_references_are_those_of_attribute_values(content: str, expected: str) -> None:
    assert found(f'<img src="{content}">') == [("url", expected)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a", ["a"]),
        ("a, b 2x", ["a", "b"]),
        ("a 1x,b 2x,", ["a", "b"]),
        (" , a ,, b", ["a", "b"]),
        ("a,b", ["a,b"]),
        ("a,, b", ["a", "b"]),
        ("data:image/png;base64,xx 2x, b", ["data:image/png;base64,xx", "b"]),
        ("a (x, y) 1x, b", ["a", "b"]),
        ("a (x, b", ["a"]),
        ("a\t1x,\nb 2x", ["a", "b"]),
        ("a&amp;b&#32;1x, c", ["a&b", "c"]),
        ("", []),
        (",", []),
    ],
)
def test_a_srcset_is_cut_as_browsers_cut_it(content: str, expected: list[str]) -> None:
    for element in ("<img srcset", "<source srcset", "<link imagesrcset"):
        assert found(f'{element}="{content}">') == [("srcset", each) for each in expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p style='a:url(x)'>", [("style", "x")]),
        ("<p style='url() url(\"\")'><p style=''><p style='url()'>", [("style", "")] * 3),
        ('<p style="a:url(&quot;x&quot;),url(y)">', [("style", "x"), ("style", "y")]),
        ("<p style=a:url(x)>", [("style", "x")]),
        ("<style>@import 'x';a>b{c:url(y)}</style>", [("style", "x"), ("style", "y")]),
        ("<style>a{b:url(x?a&amp;b)}", [("style", "x?a&amp;b")]),
        ("<style type=text/less>a{b:url(x)}</style><style></style>", []),
        (
            "<svg><style>a{b:url(x?a&amp;b)}<style>a{b:url(y)}</style></style></svg>",
            [("style", "x?a&b"), ("style", "y")],
        ),
        ("<svg fill='url(x)'><p fill='url(y)'>", [("style", "x")]),
        ("<svg><image xlink:href=a /><use href=#b /><use href=c#d /></svg>", [("url", "a"), ("url", "c#d")]),
        ("<use href=a><fill fill=url(b)>", [("url", "a")]),
    ],
)
def test_css_and_images_in_a_page_count(content: str, expected: list[Any]) -> None:
    assert found(content) == expected


def test_a_span_ends_at_whole_character_references() -> None:
    content = b"<p style='a:url(&quot;&#120;y&eacute;&quot;)'><img srcset='&#120; 1x,&amp;y&amp; 2x'>"
    spans = [content[each.start : each.stop] for each in references(content)]
    assert spans == [b"&#120;y&eacute;", b"&#120;", b"&amp;y&amp;"]


def test_the_addresses_of_an_import_map_count_and_its_names_do_not() -> None:
    content = (
        '<script type="importmap">{"imports":{"a":"./a.js","./b.js":"/b.js","d":"bare","e":null},'
        '"scopes":{"./s/":{"f":"../f.js","g":{"h":"./no.js"}}}}</script>'
    )
    assert found(content) == [("importmap", "./a.js"), ("importmap", "/b.js"), ("importmap", "../f.js")]
    assert b'{"a":"./x.js","./b.js":"./x.js",' in rewritten(content.encode(), "x.js")
    assert b'"f":"https://x/\\u003c/"' in rewritten(content.encode(), "https://x/</")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<script src=a integrity=x></script>", [("url", "a"), ("integrity", "a")]),
        ("<script integrity=x src='&#x61;&eacute;é'></script>", [("integrity", "aéé"), ("url", "aéé")]),
        ("<LINK REL=stylesheet HREF=a INTEGRITY = 'x y'>", [("url", "a"), ("integrity", "a")]),
        ("<link rel=preload href=a integrity=x integrity=y>", [("url", "a"), ("integrity", "a")]),
        ("<link rel=canonical href=a integrity=x>", []),
        ("<script src=a integrity></script><script src=b integrity=' '></script>", [("url", "a"), ("url", "b")]),
        ("<script src=a integrity='{{ sri }}'></script>", [("url", "a")]),
        ("<script src='{{ a }}' integrity=x></script>", []),
        ("<script integrity=x></script><img src=a integrity=x>", [("url", "a")]),
    ],
)
def test_an_integrity_is_that_of_the_file_which_its_element_loads(content: str, expected: list[Any]) -> None:
    assert found(content) == expected


def in_map(text: str) -> bytes:
    return f"<script type=importmap>{text}</script>".encode()


def prefixed(text: str, listed: Any) -> Any:
    """What an import map says when its first prefix is replaced, all of it valid JSON."""
    content = in_map(text)
    reference = next(each for each in references(content) if each.kind == "prefix")
    new = splice(content, [(reference.start, reference.stop, HTML.embed(json.dumps(listed), content, reference))])
    return json.loads(new.removeprefix(b"<script type=importmap>").removesuffix(b"</script>"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"imports":{"a/":"./v/"}}', [("prefix", "./v/")]),
        ('{"scopes":{"./s/":{"a/":"/v/"}}}', [("prefix", "/v/")]),
        ('{"imports":{"a/":"https://x/v/","b/":"v/","c":"./v/","d/":"./v/?x/","e/":null}}', []),
        ('{"imports":{"{{ a }}/":"./v/"}}', []),
        ('{"imports":{"a/":"./v/","b":"./b.js",}}', [("importmap", "./b.js")]),
        (
            '{"integrity":{"./a.js":"sha256-x","b.js":"x","./c.js":""}}',
            [("importmap", "./a.js"), ("integrity", "./a.js"), ("importmap", "./c.js")],
        ),
        ('{"integrity":{"./a.js":"sha256-x"}', []),
    ],
)
def test_prefixes_and_integrity_in_an_import_map_count(text: str, expected: list[Any]) -> None:
    assert found(in_map(text)) == expected


def test_a_prefix_becomes_a_pair_for_each_file_and_every_other_byte_stays() -> None:
    content = in_map('{ "imports" : {"x":"y", "lit/" : "./v/" , "z":null} }')
    (prefix,) = references(content)
    assert content[prefix.start : prefix.stop] == b'"lit/" : "./v/"'
    new = HTML.embed('{"a b.js": "v/a-1.js", "c/\\"</d.js": "../d.js"}', content, prefix)
    assert new == b'"lit/a b.js": "./v/a-1.js", "lit/c/\\"\\u003c/d.js": "../d.js"'
    assert HTML.embed("{}", content, prefix) == b'"lit/" : "./v/"'


def test_a_name_that_says_it_more_exactly_wins_over_a_prefix() -> None:
    names = '"a/":"./v/","a/x.js":"./x.js","a/b/":"https://y/","a/null.js":null,"a/n/":null'
    listed = {"x.js": "1", "y.js": "2", "b/z.js": "3", "null.js": "4", "n/z.js": "5", "nz.js": "6"}
    for text in (f'{{"imports":{{{names}}}}}', f'{{"imports":{{"a/y.js":"n"}},"scopes":{{"/":{{{names}}}}}}}'):
        said = prefixed(text, listed)
        assert said.get("scopes", {"/": said["imports"]})["/"] == {
            "a/y.js": "./2",
            "a/nz.js": "./6",
            "a/x.js": "./x.js",
            "a/b/": "https://y/",
            "a/null.js": None,
            "a/n/": None,
        }
    assert prefixed('{"imports":{"a/":"./v/","a/x.js":"./x.js"}}', {"x.js": "1"})["imports"]["a/"] == "./v/"


def test_below_a_url_names_are_urls_too() -> None:
    assert prefixed('{"imports":{"./a/":"./v/"}}', {"x y?.js": "1"}) == {"imports": {"./a/x%20y%3F.js": "./1"}}


def test_a_moved_page_keeps_its_prefixes_and_its_integrity() -> None:
    page = in_map('{"imports":{"a/":"./v/"},"integrity":{"./a.js":"x"}}') + b"<script src=a.js integrity=x></script>"
    assert rebase(page, "p/i.html", "i.html", "/") == (
        in_map('{"imports":{"a/": "./p/v/"},"integrity":{"./p/a.js":"x"}}')
        + b"<script src=p/a.js integrity=x></script>"
    )


ATTRIBUTES = (b'<img src="%b">', b"<img src='%b'>", b"<img src=%b>", b"<svg><use href='%b'/></svg>")
STYLES = (
    b'<p style="a:url(%b)">',
    b"<p style=a:url(%b)>",
    b"<p style='a:url(\"%b\")'>",
    b'<p style="a:url(&quot;%b&quot;) b">',
    b"<style>a{b:url(%b)}</style>",
    b"<svg><style>a{b:url('%b')}</style></svg>",
)


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(" \t\n\f\"'<>&"), min_size=1
)
URLS = NAMES.filter(lambda url: url.isascii() or not any(char.isspace() for char in url if char > "\x7f"))
URLS = URLS.filter(lambda url: not re.search(r"\{\{|\{%|<%|\$\{", url))


class Reader(HTMLParser):
    """The addresses of a page, read by parsers that are not ours."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"src", "href"}:
                self.urls.append(value or "")
            elif name == "style":
                self._css(value or "")

    def handle_data(self, data: str) -> None:
        self._css(data)

    def _css(self, text: str) -> None:
        waiting = list(tinycss2.parse_component_value_list(text))
        while waiting:
            token = waiting.pop(0)
            if token.type in {"url", "string"}:
                self.urls.append(token.value)
            waiting[:0] = getattr(token, "content", None) or getattr(token, "arguments", None) or []


@given(URLS, st.sampled_from(ATTRIBUTES + STYLES))
def test_any_url_reads_back_from_where_it_was_written(url: str, page: bytes) -> None:
    new = rewritten(page % b"old", url)
    before, after = page.split(b"%b")
    assert new.startswith(before)
    assert new.endswith(after)
    assert Reader(new).urls == [url]
    if url.strip() and not url.startswith("#"):
        assert [specifier for _, specifier in found(new)] == [url]


@given(URLS.filter(lambda url: "<" not in url))
def test_no_url_cuts_a_srcset(url: str) -> None:
    specifiers = [specifier for _, specifier in found(rewritten(b"<img srcset='a 1x,b 2x, c'>", url))]
    assert len(specifiers) == 3
    assert len(set(specifiers)) == 1
    if not any(char in url for char in ", \t\n\r\f"):
        assert specifiers == [url] * 3


@given(st.text(alphabet="<>/!?-=\"' &;\r\nasrcimgtyle:{}()url\\").map(str.encode) | st.binary())
def test_no_text_raises_and_spans_are_in_order(content: bytes) -> None:
    content = b"<img src=a><style>b{c:url(d)}</style><img srcset='" + content
    spans = [(each.start, each.stop) for each in references(content)]
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<a ",
        '<a b="',
        "<!--",
        "<div>",
        "<b><p>",
        "<table>",
        "<svg><style>url(",
        "<style>",
        "<template>",
        "&",
        "<a b=c ",
    ],
)
@pytest.mark.parametrize("head", ["", "<img srcset='", "<svg><style>"])
def test_hostile_pages_are_read_to_their_end(head: str, part: str) -> None:
    assert len(references(head + part * (500_000 // len(part)))) <= 1
