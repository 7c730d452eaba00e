"""The elements that stand for assets in a page, with everything in them escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.runtime.preloading import SCRIPT, crossing, destination, kind_of, preloads, wanted

TYPE_CHECKING = False
if TYPE_CHECKING:  # an app that is being imported does not wait for it
    from collections.abc import Iterable

    from pipeline.runtime.lookup import Lookup

NAME = r"[^\x00-\x20\x7f-\x9f\"'<>/=]+"
"""An attribute's name (https://html.spec.whatwg.org/#attributes-2)."""
ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#x27;"}
LINKS = {"image/x-icon": "icon", "application/manifest+json": "manifest"}
"""Types of what a page has a link of its own kind to."""


class Html(str):
    """Text that is markup already, by the protocol that Jinja, Django and MarkupSafe share."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def stylesheet(lookup: Lookup, path: str, **given: object) -> Html:
    """``<link rel="stylesheet">``; for what may be given see `pipeline.runtime.Assets`."""
    return _element("link", {"rel": "stylesheet", "href": lookup.urls[path], **_checks(lookup, path, given)}, given)


def script(lookup: Lookup, path: str, **given: object) -> Html:
    """``<script>``, for ``module=True`` of type ``module``; for what may be given see `pipeline.runtime.Assets`."""
    type_ = {"type": "module"} if given.pop("module", False) else {}
    checks = _checks(lookup, path, given)
    return _element("script", {**type_, "src": lookup.urls[path], **checks}, given, "</script>")


def image(lookup: Lookup, path: str, **given: object) -> Html:
    """``<img>``, with its size unless one is given; for what may be given see `pipeline.runtime.Assets`."""
    size = lookup.size(path) if not {"width", "height"} & given.keys() else None
    width, height = size or (None, None)
    return _element("img", {"src": lookup.urls[path], "width": width, "height": height}, given)


def preload(lookup: Lookup, path: str, **given: object) -> Html:
    """``<link rel="preload">`` or ``modulepreload``; for what may be given see `pipeline.runtime.Assets`.

    Raises:
        ValueError: browsers do not preload such an asset.
    """
    url, entry = lookup.urls[path], lookup.entry(path)
    if _is_module(path, given):
        # An import map tells the integrity of modules: a preload without it would be fetched again.
        given.setdefault("integrity", lookup.elsewhere or bool(lookup.manifest.imports))
        return _element("link", {"rel": "modulepreload", "href": url, **_checks(lookup, path, given)}, given)
    kind = str(given.get("as_") or given.get("as") or destination(entry))
    if not kind:
        raise ValueError(f"{path!r} is {kind_of(entry)}, which browsers do not preload")
    if kind not in {"style", "script"}:
        given = {"integrity": False, "crossorigin": "anonymous" if crossing(lookup, kind) else None, **given}
    type_ = kind_of(entry) if kind in {"font", "image"} else None
    attributes = {"rel": "preload", "href": url, "as": kind, "type": type_}
    return _element("link", {**attributes, **_checks(lookup, path, given)}, given)


def tag(lookup: Lookup, path: str, **given: object) -> Html:
    """The element that an asset of its type stands in; for what may be given see `pipeline.runtime.Assets`."""
    kind = kind_of(lookup.entry(path))
    if kind == SCRIPT:
        return script(lookup, path, module=_is_module(path, given), **given)
    given.pop("module", None)
    if kind == "text/css":
        return stylesheet(lookup, path, **given)
    if kind in LINKS or kind.startswith("image/"):
        given = {name: value for name, value in given.items() if name not in {"nonce", "integrity"}}
        if kind in LINKS:
            return _element("link", {"rel": LINKS[kind], "href": lookup.urls[path]}, given)
        return image(lookup, path, **given)
    return preload(lookup, path, **given)


def preload_tags(lookup: Lookup, paths: Iterable[str], nonce: object = "") -> Html:
    """`preload` for all that some assets reference and a browser will want, a line each."""
    found = wanted(preloads(lookup, paths))
    return Html("\n".join(preload(lookup, path, nonce=nonce, module=module) for path, module in found.items()))


def import_map(lookup: Lookup, nonce: object = "") -> Html:
    """``<script type="importmap">``; nothing if the release has no import map."""
    text = lookup.import_map
    return _element("script", {"type": "importmap", "nonce": nonce or None}, {}, f"{text}</script>") if text else Html()


def live_reload(url: str, nonce: object = "") -> Html:
    """The element that loads a script of `pipeline watch --reload`."""
    return _element("script", {"type": "module", "src": url, "nonce": nonce or None}, {}, "</script>")


def _is_module(path: str, given: dict[str, object]) -> bool:
    found = given.pop("module", None)
    return path.endswith(".mjs") if found is None else bool(found)


def _checks(lookup: Lookup, path: str, given: dict[str, object]) -> dict[str, object]:
    """The attributes by which a browser takes what comes from elsewhere, and nothing else; they are given no more."""
    integrity, crossorigin = given.pop("integrity", None), given.pop("crossorigin", None)
    if integrity is None:
        integrity = lookup.elsewhere
    if integrity is True:
        integrity = lookup.entry(path).integrity
        crossorigin = crossorigin or "anonymous"
    return {"integrity": integrity, "crossorigin": crossorigin, "nonce": given.pop("nonce", None) or None}


def _element(name: str, attributes: Mapping[str, object], given: Mapping[str, object], end: str = "") -> Html:
    """A start tag, and what follows it.

    Raises:
        ValueError: the name of an attribute could not be one.
    """
    merged = {**attributes, **{_name(key): value for key, value in given.items()}}
    return Html(f"<{name}{''.join(_attribute(key, value) for key, value in merged.items())}>{end}")


def _name(key: str) -> str:
    name = key.removesuffix("_").replace("_", "-").lower()
    if not re.fullmatch(NAME, name):
        raise ValueError(f"{key!r} cannot be the name of an attribute")
    return name


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    # What is markup already keeps its entities; a quote in it does not end the attribute all the same.
    text = str.replace(value.__html__(), '"', "&quot;") if hasattr(value, "__html__") else str(value).translate(ESCAPES)
    return f' {name}="{text}"'
