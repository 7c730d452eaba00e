from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.encodings import to_utf8
from pipeline.errors import TransformError

RULE = "a::after{content:'é☃'}"
LATIN = "a::after{content:'é'}"


@pytest.mark.parametrize("stylesheet", [True, False])
def test_what_is_utf_8_is_not_touched(stylesheet):
    for content in (b"", RULE.encode(), codecs.BOM_UTF8 + RULE.encode(), b'@charset "utf-8";' + RULE.encode()):
        assert to_utf8(content, stylesheet=stylesheet) is content


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("stylesheet", [True, False])
def test_N3_a_bom_says_which_encoding(codec, stylesheet):
    content = ("\ufeff" + RULE).encode(codec)
    assert to_utf8(content, stylesheet=stylesheet) == codecs.BOM_UTF8 + RULE.encode()


@pytest.mark.parametrize(
    ("label", "codec"),
    [("iso-8859-1", "cp1252"), ("LATIN1", "cp1252"), ("us-ascii", "cp1252"), ("windows-1252", "cp1252")]
    + [("iso-8859-15", "iso-8859-15"), ("macintosh", "mac-roman"), ("windows-1250", "cp1250")],
)
def test_N3_a_charset_rule_says_which_encoding_with_the_meaning_of_browsers(label, codec):
    content = f'@charset "{label}";{LATIN}'.encode(codec)
    assert to_utf8(content, stylesheet=True) == f'@charset "utf-8";{LATIN}'.encode()


def test_a_utf_16_label_means_utf_8_since_the_rule_could_be_read():
    content = b'@charset "utf-16";' + RULE.encode()
    assert to_utf8(content, stylesheet=True) is content


@pytest.mark.parametrize("label", ["nonsense", "utf-7", "rot13", "zip", "unicode_escape", "idna", "\\x00", "é"])
def test_S16_a_label_that_no_browser_knows_declares_nothing(label):
    content = f'@charset "{label}";'.encode() + RULE.encode()
    assert to_utf8(content, stylesheet=True) is content


def test_N3_other_bytes_are_an_error_that_names_the_place():
    with pytest.raises(TransformError, match=r"byte 6 \(0xe9\) is not valid utf-8") as caught:
        to_utf8(b"a{}\nb{\xe9}", stylesheet=True)
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert "@charset" in caught.value.hint
    with pytest.raises(TransformError, match="not valid shift_jis"):
        to_utf8(b'@charset "shift_jis";\xff\xff', stylesheet=True)
    with pytest.raises(TransformError) as caught:
        to_utf8(b'@charset "iso-8859-1";\xe9', stylesheet=False)
    assert caught.value.hint == "save it as UTF-8"


@given(st.binary(), st.booleans())
def test_the_result_is_always_utf_8_without_replacement_characters(content, stylesheet):
    try:
        text = to_utf8(content, stylesheet=stylesheet).decode()
    except TransformError:
        return
    assert ("\ufffd" in text) <= (
        "\ufffd".encode() in content
        or "\ufffd".encode("utf-16-le") in content
        or "\ufffd".encode("utf-16-be") in content
    )
