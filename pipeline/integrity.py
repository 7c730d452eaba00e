"""Which files hold the integrity of others, and in which order they can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.asset import AssetPath
from pipeline.engine.graph import components
from pipeline.errors import SourceError
from pipeline.resolution import Link

KIND = "integrity"


def in_order(members: Iterable[AssetPath], links: Mapping[AssetPath, list[Link]]) -> list[AssetPath]:
    """The members of a cycle such that each comes after those whose integrity it holds.

    Their names do not depend on that: they are drafted without it.
    """
    return [path for group in _groups(members, links) for path in group]


def circular(links: Mapping[AssetPath, list[Link]]) -> list[SourceError]:
    """An error for all files that hold the integrity of each other: no bytes could satisfy them."""
    errors: list[SourceError] = []
    if not any(each.reference.kind == KIND for found in links.values() for each in found):
        return errors
    for group in _groups(links, links):
        if len(group) > 1 or group[0] in _held(group[0], links):
            names = " and ".join(map(repr, sorted(group)[1:])) or "itself"
            message = f"holds the integrity of {names}, and is held by it: no file can satisfy that"
            errors.append(SourceError(message, path=min(group), hint="leave out one `integrity`"))
    return errors


def _groups(members: Iterable[AssetPath], links: Mapping[AssetPath, list[Link]]) -> list[list[AssetPath]]:
    inside = sorted(members)
    among = set(inside)
    return components({path: [each for each in _held(path, links) if each in among] for path in inside})


def _held(path: AssetPath, links: Mapping[AssetPath, list[Link]]) -> list[AssetPath]:
    return [each.target for each in links[path] if each.target and each.reference.kind == KIND]
