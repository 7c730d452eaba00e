"""JSON loses white space and nothing else, where it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.transforms.minify_json import MinifyJson

HEAD = 'sources=["src"]\noutput="out"\ncompress=[]\n'
FETCH = Fetch({}, (), Path("out"), "/")


def made(content: bytes) -> tuple[bytes, list[str]]:
    result = MinifyJson()(Asset(AssetPath("a.json"), Blob.of(content)), FETCH)
    return result.assets[0].content.read(), [str(each) for each in result.diagnostics]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b'{ "b" : 1.0 ,\n\t"a": [ ] , "b": 1e+05 }\r\n', b'{"b":1.0,"a":[],"b":1e+05}'),
        (b'[ "a  b\\"  c" , "\\\\" , "  " ]', b'["a  b\\"  c","\\\\","  "]'),
        (b"[ " + b"9" * 5000 + b" , -0 , 1E400 ]", b"[" + b"9" * 5000 + b",-0,1E400]"),
        (b'\xef\xbb\xbf{ "\xc3\xbc" : null }', b'\xef\xbb\xbf{"\xc3\xbc":null}'),
        (b" 1 ", b"1"),
        (b"[1]", b"[1]"),
    ],
)
def test_only_white_space_between_tokens_is_left_out(source, expected):
    assert made(source) == (expected, [])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_any_value_stays_the_same_and_is_as_short_as_it_can_be(value, indent, escaped):
    source = json.dumps(value, indent=indent, ensure_ascii=escaped)
    small, _ = made(source.encode("utf-8", "surrogatepass") if escaped else source.encode("utf-8", "replace"))
    if escaped:
        assert small.decode() == json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize(
    ("source", "warning"),
    [
        (b"", "a.json:1:1: is published as it is: no JSON: Expecting value"),
        (b'{\n "a": 1,\n}', "a.json:3:1: is published as it is: no JSON: Expecting property name"),
        (b"// a\n{}", "a.json:1:1: is published as it is: no JSON: Expecting value"),
        (b"[ NaN ]", "a.json: is published as it is: no JSON: NaN is no value"),
        (b"[ 1 ] 2", "a.json:1:7: is published as it is: no JSON: Extra data"),
        (b'[ "\xff" ]', "a.json: is published as it is: no UTF-8: invalid start byte at byte 3"),
        (b"[ " * 200_000, "a.json: is published as it is: brackets in brackets, too deep to be looked into"),
    ],
)
def test_what_is_no_json_is_published_as_it_is_with_a_warning(source, warning):
    content, (said,) = made(source)
    assert content == source
    assert said.startswith(warning)


def test_it_is_done_where_the_configuration_says_so_and_nowhere_else(site):
    site.configure(HEAD + '[compile]\n"*.map" = ["minify_json"]\n"app.webmanifest" = ["minify_json"]\n')
    site.write({"a.json": "[ 1 ]", "a.map": '{ "version": 3 }', "app.webmanifest": '{ "icons": [ ] }'})
    site.publish()
    assert [site.text(path) for path in ("a.json", "a.map", "app.webmanifest")] == [
        "[ 1 ]",
        '{"version":3}',
        '{"icons":[]}',
    ]


def test_references_in_it_are_still_followed(site):
    site.configure(HEAD + '[compile]\n"*.json" = ["minify_json"]\n[json]\n"a.json" = ["b"]\n')
    site.write({"a.json": '{ "b" : "c.png" }', "c.png": "x"})
    site.publish()
    assert site.text("a.json") == f'{{"b":"{site.manifest[AssetPath("c.png")].url}"}}'
