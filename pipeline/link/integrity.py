"""Which files hold the integrity of others, and in which order they can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.asset import AssetPath
from pipeline.engine.graph import components
from pipeline.errors import SourceError
from pipeline.link.resolution import Link

KIND = "integrity"


def in_order(members: Iterable[AssetPath], links: Mapping[AssetPath, list[Link]]) -> list[AssetPath]:
    """The members of a cycle such that each comes after those whose integrity it holds.

    Their names do not depend on that: they are drafted without it.
    """
    return [path for group in _groups({path: _held(links[path]) for path in members}) for path in group]


def circular(links: Mapping[AssetPath, list[Link]]) -> list[SourceError]:
    """An error for all files that hold the integrity of each other: no bytes could satisfy them."""
    held = {path: targets for path, found in links.items() if (targets := _held(found))}
    errors: list[SourceError] = []
    for group in _groups(held):
        if len(group) > 1 or group[0] in held[group[0]]:
            names = " and ".join(map(repr, sorted(group)[1:])) or "itself"
            message = f"holds the integrity of {names}, and is held by it: no file can satisfy that"
            errors.append(SourceError(message, path=min(group), hint="leave out one `integrity`"))
    return errors


def _groups(held: Mapping[AssetPath, list[AssetPath]]) -> list[list[AssetPath]]:
    return components({path: [each for each in held[path] if each in held] for path in sorted(held)})


def _held(links: Iterable[Link]) -> list[AssetPath]:
    return [each.target for each in links if each.target and each.reference.kind == KIND]
