"""The table of a release: what may be asked for, by path, and the files that answer; made once, then looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.expressions import expression
from pipeline.serving.lifetimes import ANOTHER, SHORT
from pipeline.serving.representation import Representation

FINGERPRINT = expression(r"[0-9a-f]{8,64}+")


@dataclass(frozen=True, slots=True)
class Resource:
    """What one path stands for.

    Attributes:
        representations: by encoding, ``identity`` among them.
        encodings: of the variants, the smallest first.
        lifetime: how long an answer may be kept.
        held: whether no file is opened to answer.
        version: if there is one, the query with which that holds.
    """

    representations: Mapping[str, Representation]
    encodings: tuple[str, ...]
    lifetime: str
    held: bool
    version: str = ""

    def lifetime_with(self, query: str) -> str:
        """How long an answer may be kept if it was asked for with this query."""
        if not self.version or query == self.version:
            return self.lifetime
        return ANOTHER if query else SHORT


@dataclass(frozen=True, slots=True)
class Table:
    """Everything of a release that may be asked for, and files of earlier ones that are still there.

    Attributes:
        base: what all paths start with, such as ``/static/``.
        resources: by path, percent-decoded.
        renamed: by path of the file, those whose URL has a fingerprint that the file's name lacks (style ``rewrite``).
        lengths: of those fingerprints.
    """

    base: str
    resources: Mapping[str, Resource]
    renamed: Mapping[str, Resource] = field(default_factory=dict)
    lengths: frozenset[int] = frozenset()

    def find(self, path: str) -> Resource | None:
        """What a path stands for, or ``None``; a fingerprint that is not known leads to what the file has now."""
        found = self.resources.get(path)
        if found or not self.renamed:
            return found
        folder, _, name = path.rpartition("/")
        plain = (f"{folder}/{each}" for length, each in without_fingerprint(name) if length in self.lengths)
        return next((self.renamed[each] for each in plain if each in self.renamed), None)


def without_fingerprint(name: str) -> Iterator[tuple[int, str]]:
    """The names that a file may have if what looks like a fingerprint in ``name`` is one, and how long that is."""
    for match in FINGERPRINT.finditer(name):
        start, stop = match.span()
        before, after = name[:start], name[stop:]
        if before and not before[-1].isalnum():
            yield stop - start, before[:-1] + after
        if after and not after[0].isalnum():
            yield stop - start, before + after[1:]
        yield stop - start, before + after
