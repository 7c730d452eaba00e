"""The import map of a release as an element of a page (https://html.spec.whatwg.org/#import-maps)."""

from __future__ import annotations

import json

from pipeline.lookup import Lookup
from pipeline.tags import Html, element


def import_map(lookup: Lookup, nonce: str = "") -> Html:
    """``<script type="importmap">`` with the integrity of what it leads to.

    Args:
        nonce: of the page's Content-Security-Policy, if it has one.
    """
    imports = {_at_base(lookup, name): _at_base(lookup, url) for name, url in lookup.manifest.imports.items()}
    known = {lookup.base_url + entry.url: entry.integrity for entry in lookup.manifest.entries.values()}
    integrity = {url: known[url] for url in sorted(set(imports.values()) & known.keys())}
    # "<" could end the element or begin a comment in it.
    text = json.dumps({"imports": imports, "integrity": integrity}).replace("<", "\\u003c")
    return Html(element("script", {"type": "importmap", "nonce": nonce or None}, {}) + text + "</script>")


def _at_base(lookup: Lookup, location: str) -> str:
    return lookup.base_url + location[2:] if location.startswith("./") else location
