"""SVG loses the white space that nobody sees, where it is asked for."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.transforms.minify_svg import MinifySvg

FETCH = Fetch({}, (), Path("out"), "/")
OPEN = "<svg xmlns='http://www.w3.org/2000/svg'>"


def made(content: str | bytes) -> tuple[str, list[str]]:
    data = content.encode() if isinstance(content, str) else content
    result = MinifySvg()(Asset(AssetPath("a.svg"), Blob.of(data)), FETCH)
    return result.assets[0].content.read().decode("utf-8", "replace"), [str(each) for each in result.diagnostics]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("\n  <g>\n    <path d='M0 0\n L1 1' />\n  </g>\n", "<g><path d='M0 0\n L1 1'/></g>"),
        ("<rect\n   width = '1'\n\theight=\"2  3\"\n/>", "<rect width = '1' height=\"2  3\"/>"),
        ("<text> a  <tspan> b </tspan> </text> ", "<text> a  <tspan> b </tspan> </text>"),
        ("<g> <title> a </title> <desc> <b/> </desc> </g>", "<g><title> a </title><desc> <b/> </desc></g>"),
        ("<style> a  b { } </style> <defs> </defs>", "<style> a  b { } </style><defs> </defs>"),
        ("<foreignObject> <g> <p/> </g> </foreignObject>", "<foreignObject> <g> <p/> </g> </foreignObject>"),
        ("<g xml:space='preserve'> <g> <g/> </g> </g> <g/>", "<g xml:space='preserve'> <g> <g/> </g> </g><g/>"),
        ("<x:y xmlns:x='z'> <x:g/> </x:y> ", "<x:y xmlns:x='z'> <x:g/> </x:y>"),
        (" <!-- a  b --> <g/> ", "<!-- a  b --><g/>"),
        ("<g> &#32; <g/> </g>", "<g> &#32; <g/></g>"),
        ("<g> <![CDATA[ ]]> <g/> </g>", "<g> <![CDATA[ ]]> <g/></g>"),
        ("<g> x <g/> </g>", "<g> x <g/></g>"),
        ("<a> <g/> </a>", "<a> <g/> </a>"),
    ],
)
def test_white_space_stays_where_it_may_show(inside, expected):
    assert made(f"{OPEN}{inside}</svg>") == (f"{OPEN}{expected}</svg>", [])


def test_white_space_around_the_root_is_left_out_and_comments_stay():
    source = (
        f"<?xml version='1.0'  ?>\n<!-- a\n b -->\n<!DOCTYPE svg PUBLIC 'a  b' 'c > d'>\n\n{OPEN}</svg>\n<!-- d -->\n"
    )
    expected = f"<?xml version='1.0'  ?><!-- a\n b --><!DOCTYPE svg PUBLIC 'a  b' 'c > d'>{OPEN}</svg><!-- d -->"
    assert made(source) == (expected, [])
    assert made(f"\n{OPEN[:-1]} />\n") == (f"{OPEN[:-1]}/>", [])


@pytest.mark.parametrize(
    "source",
    [
        f"{OPEN} <script> a </script> <g/> </svg>",
        f"<!DOCTYPE svg [ <!ENTITY a ' '> ]>{OPEN} <g/> </svg>",
        f"<!DOCTYPE svg SYSTEM 'a>' [ <!ENTITY a ' '> ]>{OPEN} <g/> </svg>",
        f"{OPEN} <g/> </svg>".encode("utf-16"),
        f"<?xml version='1.0' encoding='latin-1'?>{OPEN} <g id='ü'/> </svg>".encode("latin-1"),
    ],
)
def test_what_may_be_looked_at_otherwise_stays_as_it_is(source):
    content, said = made(source)
    assert content == (source if isinstance(source, str) else source.decode("utf-8", "replace"))
    assert said == []


@pytest.mark.parametrize(
    ("source", "warning"),
    [
        ("", "a.svg:1:1: is published as it is: no XML: no element found"),
        ("<svg>\n <g>\n</svg>", "a.svg:3:3: is published as it is: no XML: mismatched tag"),
        ("<svg/>\n<svg/>", "a.svg:2:1: is published as it is: no XML: junk after document element"),
        ("<svg> &a; </svg>", "a.svg:1:7: is published as it is: no XML: undefined entity"),
        ("<svg><a:b/></svg>", "a.svg:1:6: is published as it is: no XML: unbound prefix"),
    ],
)
def test_what_is_no_xml_is_published_as_it_is_with_a_warning(source, warning):
    assert made(source) == (source, [warning])


PIECES = ["<g>", "</g>", "<text>", "</text>", "<path d='a  b' />", " ", "\n", "a", "<!-- c -->", "<g\n a='b'/>", "&#9;"]


def shape(element: ET.Element, *, text: bool = False) -> object:
    """An element as it is drawn: white space counts in texts only."""
    text = text or element.tag.endswith("text")
    own = [each or "" for each in (element.text, *(child.tail for child in element))]
    return (
        element.tag,
        element.attrib,
        [each if text or each.strip() else "" for each in own],
        [shape(child, text=text) for child in element],
    )


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_whatever_is_put_together_is_drawn_the_same(pieces):
    source = f"{OPEN}{''.join(pieces)}</svg>"
    content, said = made(source)
    assert content == source if said else shape(ET.fromstring(content)) == shape(ET.fromstring(source))
    assert made(content)[0] == content


@pytest.mark.parametrize("text", ["<g>", " ", "<g/> ", "<!--", "<", "&#32;", "<g a='b'\n", "<?a ?>", "'"])
def test_a_hostile_text_comes_to_an_end(text):
    many = text * (200_000 // len(text))
    for source in (OPEN + many, OPEN + many + "</svg>", many):
        assert len(made(source)[0]) <= len(source)


def test_it_is_done_where_the_configuration_says_so_and_nowhere_else(site):
    site.configure('sources=["src"]\noutput="out"\ncompress=[]\n[compile]\n"icons/*.svg" = ["minify_svg"]\n')
    site.write(
        {"a.svg": f"{OPEN} <g/> </svg>", "icons/a.svg": f"{OPEN} <image href='../b.png' /> </svg>", "b.png": "x"}
    )
    site.publish()
    assert site.text("a.svg") == f"{OPEN} <g/> </svg>"
    assert site.text("icons/a.svg") == f"{OPEN}<image href='../{site.manifest[AssetPath('b.png')].url}'/></svg>"
