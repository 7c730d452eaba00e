"""Template tags: URLs, integrity and fingerprints of assets, elements for them, preloads, import map, live reload.

Those that give elements take the page's nonce from the context; ``nonce=`` wins. Each can be stored: ``{% asset_url
"css/site.css" as site %}``. Attributes are those of `pipeline.runtime.Assets`.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from pipeline.adapters.django.current import assets
from pipeline.adapters.django.nonces import nonce_of

register = template.Library()


def asset_url(path: str) -> str:
    """``{% asset_url "css/site.css" %}``: the URL."""
    return assets().url(path)


def asset_integrity(path: str) -> str:
    """``{% asset_integrity "css/site.css" %}``: the value of an ``integrity`` attribute."""
    return assets().integrity(path)


def asset_fingerprint(path: str) -> str:
    """``{% asset_fingerprint "js/app.js" %}``: what of the URL changes with the content."""
    return assets().fingerprint(path)


def asset_tag(context: Any, path: str, **attributes: object) -> str:
    """``{% asset_tag "js/app.js" defer=True %}``: the element for an asset of its type."""
    return assets().tag(path, **_with_nonce(context, attributes))


def asset_tags(context: Any, *paths: str, **attributes: object) -> str:
    """``{% asset_tags "css/site.css" "js/app.js" %}``: an element each."""
    return assets().tags(*paths, **_with_nonce(context, attributes))


def import_map(context: Any, nonce: object = None) -> str:
    """``{% import_map %}``: before all modules and preloads of a page."""
    return assets().import_map(nonce_of(context) if nonce is None else nonce)


def preload_tags(context: Any, *paths: str, nonce: object = None) -> str:
    """``{% preload_tags "css/site.css" %}``: for all that these assets reference."""
    return assets().preload_tags(*paths, nonce=nonce_of(context) if nonce is None else nonce)


def live_reload(context: Any, nonce: object = None) -> str:
    """``{% live_reload %}``: in debug mode, while `pipeline watch --reload` runs, the element that shows its work."""
    return assets().live_reload(nonce_of(context) if nonce is None else nonce) if settings.DEBUG else ""


def _with_nonce(context: Any, attributes: dict[str, object]) -> dict[str, object]:
    return attributes if "nonce" in attributes else {"nonce": nonce_of(context), **attributes}


for _plain in (asset_url, asset_integrity, asset_fingerprint):
    register.simple_tag(_plain)
for _tag in (asset_tag, asset_tags, import_map, preload_tags, live_reload):
    register.simple_tag(_tag, takes_context=True)
