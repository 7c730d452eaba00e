"""References in web app manifests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references import splice
from pipeline.references.webmanifest import WEBMANIFEST

MANIFEST = """{
  "name": "icons/a.png", "start_url": "/index.html", "scope": "/", "id": "src",
  "icons": [{"src": "icons\\/a.png", "sizes": "48x48"}, {"sizes": "1x1", "src": "icons/b.png?v=1", "src2": "no"}],
  "screenshots": [{"src": "shot.webp", "label": "src"}],
  "shortcuts": [{"name": "x", "url": "/x", "icons": [{"src": "é.png"}]}],
  "share_target": {"src": "no", "icons": {"src": "no"}},
  "file_handlers": [{"action": "/open", "icons": [{"src": "h.png"}]}], "src": "no"
}"""


def images(manifest: Any) -> list[str]:
    return [
        *(icon["src"] for icon in manifest["icons"]),
        *(shot["src"] for shot in manifest["screenshots"]),
        *(icon["src"] for shortcut in manifest["shortcuts"] for icon in shortcut["icons"]),
        *(icon["src"] for handler in manifest["file_handlers"] for icon in handler["icons"]),
    ]


def test_images_are_references_and_pages_are_not() -> None:
    found = WEBMANIFEST.find(MANIFEST.encode())
    assert [reference.specifier for reference in found] == images(json.loads(MANIFEST))
    assert {reference.kind for reference in found} == {"url"}


@given(st.text(min_size=1))
def test_only_the_images_change_and_read_back(url: str) -> None:
    content = MANIFEST.encode()
    found = WEBMANIFEST.find(content)
    new = splice(content, [(each.start, each.stop, WEBMANIFEST.embed(url, content, each)) for each in found])
    assert images(json.loads(new)) == [url] * 5
    back = splice(
        new, [(b.start, b.stop, content[a.start : a.stop]) for a, b in zip(found, WEBMANIFEST.find(new), strict=True)]
    )
    assert back == content


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"icons":[{"src":"a', b'{"icons":"src"}', b'{"icons":[{"src":""}]}', b'[[{"src":"a"}]]', b"\xff"],
)
def test_what_is_no_manifest_has_no_references(content: bytes) -> None:
    assert WEBMANIFEST.find(content) == []


@pytest.mark.parametrize("content", [b"[", b'{"icons":[', b'"\\', b'"src":', b'{"src":"'])
def test_hostile_manifests_are_read_to_their_end(content: bytes) -> None:
    assert len(WEBMANIFEST.find(b'{"src":' + content * (1_000_000 // len(content)))) == 0
