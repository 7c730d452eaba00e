"""Which variant a client gets (RFC 9110, section 12.5.3)."""

from __future__ import annotations

import pytest

from pipeline.serving.negotiation import choose

SMALLEST_FIRST = ("br", "zstd", "gzip")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("x-gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("gzip ; q=1 ,\tbr ; q=0.9", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.000, br;q=0", "identity"),
        ("deflate, compress", "identity"),
        ("identity", "identity"),
        ("identity, gzip", "gzip"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("identity;q=1, *;q=0", "identity"),
        ("*", "br"),
        ("*;q=0.1, gzip", "gzip"),
        ("br;q=0, *", "zstd"),
        ("*;q=0, gzip;q=0.001", "gzip"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("*;q=0", "identity"),
        ("gzip;q=2", "identity"),
        ("gzip;q=-1", "identity"),
        ("gzip;q=nan", "identity"),
        ("gzip;q=0.1234", "identity"),
        ("gzip;level=9", "identity"),
        ("gzip;q=", "identity"),
        (", ,gzip,,", "gzip"),
        ("gzipped", "identity"),
    ],
)
def test_the_weights_of_the_client_come_first_then_size(accepted: str | None, encoding: str):
    assert choose(accepted, SMALLEST_FIRST) == encoding
    assert choose(accepted, SMALLEST_FIRST) == encoding


def test_without_variants_there_is_nothing_to_choose():
    assert choose("gzip, br", ()) == "identity"


def test_a_field_without_end_is_read_once():
    assert choose("gzip;q=0.5," * 100_000 + "br", SMALLEST_FIRST) == "br"
    assert choose("q=0." + "0" * 1_000_000, SMALLEST_FIRST) == "identity"
