"""Why a published asset has the name that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.asset import AssetPath
from pipeline.config import Naming
from pipeline.engine.globs import Globs
from pipeline.engine.graph import components
from pipeline.naming import name
from pipeline.release import Output


@dataclass(frozen=True, slots=True)
class Named:
    """Why a published asset has its name.

    Attributes:
        style: of naming.
        kept: whether it keeps its own name by `naming.keep`.
        fingerprint: the digits in its name or URL, or ``""``.
        digest: SHA-256 of the bytes that are served.
        cycle: the other assets that are named together with it, itself if it points at itself.
        why: all that in one sentence without a full stop.
    """

    style: str
    kept: bool
    fingerprint: str
    digest: str
    cycle: tuple[AssetPath, ...]
    why: str


def named(output: Output, outputs: Mapping[AssetPath, Output], naming: Naming) -> Named:
    """What there is to say of the name of one of some outputs."""
    kept = Globs(naming.keep).match(output.path)
    digits = "" if kept else _fingerprint(output, naming)
    by_bytes = digits and output.content.digest.startswith(digits)  # then no name inside a cycle is part of them
    cycle = () if by_bytes else _cycle(output.path, outputs)
    return Named(
        naming.style, kept, digits, output.content.digest, cycle, _why(output.path, naming, digits, cycle, kept)
    )


def _why(path: AssetPath, naming: Naming, digits: str, cycle: Sequence[AssetPath], kept: bool) -> str:
    if kept:
        return "`naming.keep` matches it, so it keeps its own name"
    if not digits:
        return f"the naming style {naming.style!r} keeps all names"
    if not cycle:
        return f"{digits} begins the SHA-256 of the bytes that are served"
    if cycle == (path,):
        return f"{digits} comes of its bytes with its own name left plain, for it points at itself"
    others = ", ".join(map(repr, cycle))
    return f"{digits} comes of its path, its bytes and those of {others}, for they point at each other in a cycle"


def _cycle(path: AssetPath, outputs: Mapping[AssetPath, Output]) -> tuple[AssetPath, ...]:
    edges: dict[AssetPath, Sequence[AssetPath]] = {each: output.references for each, output in outputs.items()}
    members = next(members for members in components(edges) if path in members)
    if len(members) == 1:
        return (path,) if path in edges[path] else ()
    return tuple(sorted(each for each in members if each != path))


def _fingerprint(output: Output, naming: Naming) -> str:
    """Where URLs made with different digests begin to differ, there it stands."""
    low, high = (name(output.path, digit * 64, naming, keep=False)[1] for digit in "01")
    start = next((index for index, pair in enumerate(zip(low, high, strict=True)) if len({*pair}) > 1), None)
    return "" if start is None else output.url[start : start + naming.length]
