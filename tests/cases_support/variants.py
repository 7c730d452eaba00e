"""What can be expected of compressed copies and integrity strings."""

from __future__ import annotations

import gzip
import json

from tests.cases_support.case import Case
from tests.sites import Site


def gzip_equal(case: Case, site: Site, path: str) -> None:
    assert gzip.decompress(_packed(site, path)) == site.published(path)


def gzip_header_fixed(case: Case, site: Site, path: str) -> None:
    """No time, no name: RFC 1952, section 2.3."""
    head = _packed(site, path)[:10]
    assert head[:3] == b"\x1f\x8b\x08"
    assert head[3] == 0
    assert head[4:8] == bytes(4)


def no_variant(case: Case, site: Site, path: str) -> None:
    assert site.manifest[path].variants == {}
    name = site.output / site.manifest[path].file
    assert [file.name for file in name.parent.iterdir() if file.name.startswith(f"{name.name}.")] == []


def integrity(case: Case, site: Site, path: str) -> None:
    written = json.loads((site.output / "manifest.json").read_bytes())["assets"][path]["integrity"]
    assert written in case["expected_sri"].values()


def _packed(site: Site, path: str) -> bytes:
    return (site.output / site.manifest[path].variants["gzip"].file).read_bytes()
