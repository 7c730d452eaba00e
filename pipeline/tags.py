"""The elements that stand for assets in a page, all of them escaped: `Html`, which template engines leave as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from pipeline.lookup import Lookup
from pipeline.preloading import as_of, crossing, is_script

NAME = re.compile(r"[^\x00-\x20\x7f-\x9f\"'<>/=]++")
"""An attribute's name (https://html.spec.whatwg.org/#attributes-2)."""

Value = object
"""Of an attribute: ``True`` for a bare one, ``None`` or ``False`` for none, else its text."""


class Html(str):
    """Text that is markup already, by the protocol that Jinja, Django and MarkupSafe share."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def element(name: str, attributes: Mapping[str, Value], given: Mapping[str, Value]) -> Html:
    """The start tag of an element.

    Args:
        name: of the element.
        attributes: in order.
        given: more of them, that win; ``data_x`` stands for ``data-x``, ``async_`` for ``async``.

    Raises:
        ValueError: a name that could not be one.
    """
    merged = {**attributes, **{_name(key): value for key, value in given.items()}}
    return Html(f"<{name}{''.join(_attribute(key, value) for key, value in merged.items())}>")


def _name(key: str) -> str:
    name = key.removesuffix("_").replace("_", "-").lower()
    if not NAME.fullmatch(name):
        raise ValueError(f"{key!r} cannot be the name of an attribute")
    return name


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    # What is markup already keeps its entities; nothing in it can end the attribute.
    text = value.__html__().replace('"', "&quot;") if hasattr(value, "__html__") else html.escape(str(value))
    return f' {name}="{text}"'


def stylesheet(
    lookup: Lookup,
    path: str,
    nonce: Value = "",
    integrity: bool | None = None,
    crossorigin: str | None = None,
    **given: Value,
) -> Html:
    """``<link rel="stylesheet">``; for the arguments see `pipeline.runtime.Assets`."""
    attributes = {"rel": "stylesheet", "href": lookup.urls[path]}
    return element("link", attributes | _checks(lookup, path, nonce, integrity, crossorigin), given)


def script(
    lookup: Lookup,
    path: str,
    nonce: Value = "",
    integrity: bool | None = None,
    crossorigin: str | None = None,
    **given: Value,
) -> Html:
    """``<script>``; for the arguments see `pipeline.runtime.Assets`."""
    attributes = {"src": lookup.urls[path]} | _checks(lookup, path, nonce, integrity, crossorigin)
    return Html(element("script", attributes, given) + "</script>")


def module(
    lookup: Lookup,
    path: str,
    nonce: Value = "",
    integrity: bool | None = None,
    crossorigin: str | None = None,
    **given: Value,
) -> Html:
    """``<script type="module">``; for the arguments see `pipeline.runtime.Assets`."""
    attributes = {"type": "module", "src": lookup.urls[path]}
    return Html(
        element("script", attributes | _checks(lookup, path, nonce, integrity, crossorigin), given) + "</script>"
    )


def image(lookup: Lookup, path: str, crossorigin: str | None = None, **given: Value) -> Html:
    """``<img>``; for the arguments see `pipeline.runtime.Assets`."""
    return element("img", {"src": lookup.urls[path], "crossorigin": crossorigin}, given)


def preload(  # noqa: PLR0913  (all but the first two by name)
    lookup: Lookup,
    path: str,
    nonce: Value = "",
    integrity: bool | None = None,
    crossorigin: str | None = None,
    *,
    module: bool | None = None,
    **given: Value,
) -> Html:
    """``<link rel="preload">`` or ``modulepreload``; for the arguments see `pipeline.runtime.Assets`."""
    entry = lookup.entry(path)
    attributes: dict[str, Value] = {"rel": "modulepreload", "href": lookup.urls[path]}
    if not (path.endswith(".mjs") if module is None else module):
        kind = as_of(entry.type)
        attributes = {"rel": "preload", "href": lookup.urls[path], "as": kind}
        if kind != "script":
            attributes["type"] = entry.type.partition(";")[0]
        if crossing(lookup, kind) and crossorigin is None:
            crossorigin = "anonymous"
        if kind not in {"script", "style"}:
            integrity = integrity or False
    return element("link", attributes | _checks(lookup, path, nonce, integrity, crossorigin), given)


def tag(lookup: Lookup, path: str, **given: Value) -> Html:
    """The element that an asset of its type stands in; for the arguments see `pipeline.runtime.Assets`."""
    kind = lookup.entry(path).type.partition(";")[0]
    as_module = given.pop("module", None)
    if kind == "text/css":
        return stylesheet(lookup, path, **given)  # type: ignore[arg-type]
    if is_script(kind):
        make = module if as_module or (as_module is None and path.endswith(".mjs")) else script
        return make(lookup, path, **given)  # type: ignore[arg-type]
    if kind.startswith("image/"):
        given = {name: value for name, value in given.items() if name not in {"nonce", "integrity"}}
        return image(lookup, path, **given)  # type: ignore[arg-type]
    return preload(lookup, path, **given)  # type: ignore[arg-type]


def _checks(
    lookup: Lookup, path: str, nonce: Value, integrity: bool | None, crossorigin: str | None
) -> dict[str, Value]:
    """The attributes that let a browser take what comes from elsewhere, and nothing else."""
    wanted = lookup.elsewhere if integrity is None else integrity
    if wanted or (lookup.elsewhere and integrity is None):
        crossorigin = crossorigin or "anonymous"
    return {
        "integrity": lookup.entry(path).integrity if wanted else None,
        "crossorigin": crossorigin,
        "nonce": nonce or None,
    }
