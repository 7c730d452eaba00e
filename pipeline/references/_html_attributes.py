"""Which attributes of HTML elements name files: https://html.spec.whatwg.org/multipage/indices.html#attributes-3."""

from __future__ import annotations

from collections.abc import Mapping

_URLS = {
    "audio": {"src"},
    "body": {"background"},
    "embed": {"src"},
    "feimage": {"href", "xlink:href"},
    "filter": {"href", "xlink:href"},
    "image": {"href", "xlink:href"},
    "img": {"src"},
    "lineargradient": {"href", "xlink:href"},
    "object": {"data"},
    "pattern": {"href", "xlink:href"},
    "radialgradient": {"href", "xlink:href"},
    "script": {"src", "href", "xlink:href"},
    "source": {"src"},
    "table": {"background"},
    "td": {"background"},
    "th": {"background"},
    "track": {"src"},
    "use": {"href", "xlink:href"},
    "video": {"src", "poster"},
}
_SRCSETS = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}
_PAGES = {"frame": "src", "iframe": "src"}
_LOADED = frozenset(
    [
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
        "fluid-icon",
        "icon",
        "manifest",
        "mask-icon",
        "modulepreload",
        "prefetch",
        "preload",
        "stylesheet",
    ]
)
_NAVIGATION = frozenset(["canonical", "dns-prefetch", "next", "pingback", "preconnect", "prerender", "prev"])
_PREVIEWS = frozenset(
    [
        "og:image",
        "og:image:url",
        "og:image:secure_url",
        "og:video",
        "og:video:url",
        "og:video:secure_url",
        "og:audio",
        "og:audio:url",
        "og:audio:secure_url",
        "twitter:image",
        "twitter:image:src",
        "twitter:player:stream",
        "image",
        "thumbnailurl",
        "msapplication-config",
        "msapplication-tileimage",
        "msapplication-square70x70logo",
        "msapplication-square150x150logo",
        "msapplication-wide310x150logo",
        "msapplication-square310x310logo",
    ]
)


def kind_of(tag: str, name: str, others: Mapping[str, str]) -> str:
    """What an attribute holds.

    Args:
        tag: name of the element, in lower case.
        name: of the attribute, in lower case.
        others: all attributes of the element.

    Returns:
        ``url``, ``srcset``, ``file`` for what need not be published, or nothing.
    """
    if name in _URLS.get(tag, ()) or (tag == "input" and name == "src" and _is(others, "type", "image")):
        return "url"
    if _SRCSETS.get(tag) == name:
        return "srcset"
    if _PAGES.get(tag) == name:
        return "file"
    if tag == "link" and name == "href":
        return _link(frozenset(others.get("rel", "").lower().split()))
    if tag == "meta" and name == "content":
        said = {others.get(key, "").strip().lower() for key in ("property", "name", "itemprop")}
        return "file" if said & _PREVIEWS else ""
    return ""


def _link(relations: frozenset[str]) -> str:
    if relations & _LOADED:
        return "url"
    return "" if not relations or relations & _NAVIGATION else "file"


def _is(attributes: Mapping[str, str], name: str, value: str) -> bool:
    return attributes.get(name, "").strip().lower() == value
