"""What a page will need besides its entries: all that they reference, and how a browser is told to fetch it early."""

from __future__ import annotations

import re
from posixpath import splitext

TYPE_CHECKING = False
if TYPE_CHECKING:  # an app that is being imported does not wait for it
    from collections.abc import Iterable

    from pipeline.manifest.entry import Entry
    from pipeline.runtime.lookup import Lookup

SCRIPT = "text/javascript"
DESTINATIONS = {
    "text/css": "style",
    SCRIPT: "script",
    "text/vtt": "track",
    "application/json": "fetch",
    "application/wasm": "fetch",
}
"""What preloads are ``as`` (https://html.spec.whatwg.org/#match-preload-type), besides images and fonts."""
FONTS = ".woff2", ".woff", ".otf", ".ttf"
"""The formats of fonts, best first: a browser takes one of those that a stylesheet offers."""


def kind_of(entry: Entry) -> str:
    """The media type of an asset without parameters."""
    return entry.type.partition(";")[0]


def destination(entry: Entry) -> str:
    """What a preload of an asset is ``as``, or ``""`` for what browsers do not preload."""
    kind = kind_of(entry)
    main = kind.partition("/")[0]
    return main if main in {"image", "font"} else DESTINATIONS.get(kind, "")


def crossing(lookup: Lookup, destination: str) -> bool:
    """Whether what goes to a destination is fetched with CORS: a preload must be too, or it is fetched twice."""
    return destination in {"font", "fetch"} or (lookup.elsewhere and destination in {"style", "script"})


def preloads(lookup: Lookup, paths: Iterable[str]) -> dict[str, bool]:
    """Everything that some assets reference and browsers preload, at any distance, each once and nearest first.

    Returns:
        The paths, and for each whether it is a module: a script is, if a script references it.

    Raises:
        ManifestError: there is no such asset, with the nearest name.
    """
    waiting = list(paths)
    seen, found = set(waiting), dict[str, bool]()
    for path in waiting:  # it grows meanwhile
        entry = lookup.entry(path)
        for other in entry.references:
            referenced = lookup.manifest.get(other)
            if referenced and other not in seen and not other.endswith(".map"):
                seen.add(other)
                waiting.append(other)
                if destination(referenced):
                    found[other] = kind_of(entry) == kind_of(referenced) == SCRIPT
    return found


def wanted(found: dict[str, bool]) -> dict[str, bool]:
    """The same without fonts of which there is a better format."""
    parts = {path: splitext(path) for path in found}
    best: dict[str, int] = {}
    for stem, suffix in parts.values():
        if suffix in FONTS:
            best[stem] = min(best.get(stem, len(FONTS)), FONTS.index(suffix))
    return {
        path: module
        for path, module in found.items()
        if parts[path][1] not in FONTS or FONTS.index(parts[path][1]) == best[parts[path][0]]
    }


def link_headers(lookup: Lookup, paths: Iterable[str], nonce: str = "") -> list[str]:
    """Values of ``Link`` (https://www.rfc-editor.org/rfc/rfc8288) for some assets and all that they reference.

    Raises:
        ManifestError: there is no such asset, with the nearest name.
        ValueError: the nonce cannot be one.
    """
    if not re.fullmatch(r"[A-Za-z0-9+/_=-]*", nonce):
        raise ValueError(f"{nonce!r} cannot be a nonce: it has characters that are not of base 64")
    entries = {path: _is_module(lookup, path) for path in paths}
    every = {**entries, **wanted(preloads(lookup, entries))}
    return [_link(lookup, path, module, nonce) for path, module in every.items() if destination(lookup.entry(path))]


def _is_module(lookup: Lookup, path: str) -> bool:
    """Whether a script of a page is a module: one that references scripts is."""
    entry = lookup.entry(path)
    others = (lookup.manifest.get(other) for other in entry.references)
    return path.endswith(".mjs") or (
        kind_of(entry) == SCRIPT and any(kind_of(other) == SCRIPT for other in others if other)
    )


def _link(lookup: Lookup, path: str, module: bool, nonce: str) -> str:
    entry = lookup.entry(path)
    kind = destination(entry)
    mapped = bool(lookup.manifest.imports)
    # A header comes before the page's import map, which some browsers refuse once modules are on their way.
    parts = [f"<{lookup.urls[path]}>", f"rel=preload; as={kind}" if mapped or not module else "rel=modulepreload"]
    if kind in {"font", "image"}:
        parts.append(f'type="{kind_of(entry)}"')
    if crossing(lookup, kind) or (module and mapped):
        parts.append("crossorigin")
    if (lookup.elsewhere or (module and mapped)) and kind in {"style", "script"}:
        parts.append(f'integrity="{entry.integrity}"')
    if nonce and kind in {"style", "script"}:
        parts.append(f'nonce="{nonce}"')
    return "; ".join(parts)
