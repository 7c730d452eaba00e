"""What a page will need besides its entries: all that they reference, and how a browser is told to fetch it early."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import splitext

from pipeline.asset import AssetPath
from pipeline.lookup import Lookup

NEVER = {".map", ".html", ".htm", ".txt", ".webmanifest"}
"""What no page that references it fetches by itself."""


def is_script(kind: str) -> bool:
    """Whether a media type is that of scripts."""
    return kind == "text/javascript"


def as_of(media_type: str) -> str:
    """The destination that a preload names (https://html.spec.whatwg.org/#match-preload-type), ``fetch`` for data."""
    kind, _, rest = media_type.partition(";")[0].partition("/")
    if kind in {"image", "font", "audio", "video"}:
        return kind
    return {"css": "style", "javascript": "script", "vtt": "track"}.get(rest, "fetch") if kind == "text" else "fetch"


def crossing(lookup: Lookup, kind: str) -> bool:
    """Whether what is fetched for a destination is fetched with CORS: a preload must be too, or it is fetched twice."""
    return kind in {"font", "fetch"} or (lookup.elsewhere and kind in {"style", "script"})


def preloads(lookup: Lookup, paths: Iterable[str]) -> dict[str, bool]:
    """Everything that some assets reference, at any distance, each once and nearest first.

    Returns:
        The paths, and for each whether it is a module: what scripts reference as scripts.

    Raises:
        ManifestError: there is no such asset, with the nearest name.
    """
    entries = [str(path) for path in paths]
    seen, found = set(entries), dict[str, bool]()
    waiting = list(entries)
    for path in waiting:
        entry = lookup.entry(path)
        for other in entry.references:
            if other in seen or splitext(other)[1] in NEVER or other not in lookup.manifest.entries:
                continue
            seen.add(other)
            waiting.append(other)
            found[other] = _imported(lookup, entry.type, other)
    return found


def link_headers(lookup: Lookup, paths: Iterable[str], nonce: str = "") -> list[str]:
    """Values of ``Link`` (https://www.rfc-editor.org/rfc/rfc8288) for some assets and all that they reference."""
    entries = {str(path): _is_module(lookup, str(path)) for path in paths}
    return [_link(lookup, path, module, nonce) for path, module in {**entries, **preloads(lookup, entries)}.items()]


def _is_module(lookup: Lookup, path: str) -> bool:
    """Whether a script of a page is a module; one that imports is."""
    entry = lookup.entry(path)
    return path.endswith(".mjs") or any(_imported(lookup, entry.type, other) for other in entry.references)


def _imported(lookup: Lookup, by: str, path: str) -> bool:
    found = lookup.manifest.entries.get(AssetPath(path))
    return found is not None and is_script(by.partition(";")[0]) and is_script(found.type.partition(";")[0])


def _link(lookup: Lookup, path: str, module: bool, nonce: str) -> str:
    entry = lookup.entry(path)
    kind = as_of(entry.type)
    parts = [f"<{lookup.urls[path]}>", "rel=modulepreload" if module else f"rel=preload; as={kind}"]
    if kind in {"font", "image"}:
        parts.append(f'type="{entry.type.partition(";")[0]}"')
    if crossing(lookup, kind):
        parts.append("crossorigin")
    if lookup.elsewhere and kind in {"style", "script"}:
        parts.append(f'integrity="{entry.integrity}"')
    if nonce and kind in {"style", "script"}:
        parts.append(f'nonce="{nonce}"')
    return "; ".join(parts)
