"""Bundles of the old tools that contain each other, which no order of making them can satisfy."""

from __future__ import annotations

from pipeline.diagnostic import Diagnostic
from pipeline.engine.graph import components
from pipeline.migrating import Bundle, Step

Members = list[tuple[str, tuple[Step, ...]]]
"""Sources as they are written, and their steps before they are joined."""


def without_rings(
    found: dict[str, tuple[Bundle, Members]], left: list[Diagnostic]
) -> dict[str, tuple[Bundle, Members]]:
    """The same bundles without those of their members that contain them.

    Args:
        found: each bundle and its members, by path.
        left: where goes what was left out.
    """
    nested = {path: [name for name, _ in members if name in found] for path, (_, members) in found.items()}
    for ring in components(nested):
        for path in ring if len(ring) > 1 else ():
            bundle, members = found[path]
            names = [name for name, _ in members if name in ring and name != path]
            message = f"{', '.join(map(repr, names))} of {path!r} contains that in turn, so it was left out"
            left.append(bundle.place.warning(message))
            found[path] = bundle, [each for each in members if each[0] not in names]
    return found
