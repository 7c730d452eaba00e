"""What a build returns: outputs, and the release made of them; nothing has been written yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.asset import AssetPath, Blob
from pipeline.derived import Derived
from pipeline.diagnostic import Diagnostic
from pipeline.edited import Edited
from pipeline.manifest import Entry, Manifest


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the release with its final name and bytes.

    Attributes:
        path: logical path of the asset.
        file: below the output folder.
        url: relative to the base URL.
        content: the bytes that are served.
        references: what it points at, sorted.
        immutable: whether the name changes when the bytes do.
    """

    path: AssetPath
    file: str
    url: str
    content: Blob
    references: tuple[AssetPath, ...]
    immutable: bool


Places = dict[str, AssetPath | tuple[AssetPath, ...]]
"""The path of what lies in each file, by its name with case folded; several in a tuple, which few need."""


class Outputs(Derived[AssetPath, Output]):
    """The outputs of a site by their paths, in order.

    Args:
        by_path: each output.
        places: see `Places`.
    """

    def __init__(self, by_path: Mapping[AssetPath, Output], places: Places) -> None:
        super().__init__(by_path, by_path.__getitem__)
        self._by_path, self._places = by_path, places

    @classmethod
    def of(cls, outputs: Iterable[Output]) -> Outputs:
        """The same from the outputs, in the order of their paths."""
        by_path: dict[AssetPath, Output] = {}
        places: Places = {}
        for output in outputs:
            by_path[output.path] = output
            put(places, output.file, output.path)
        return cls(by_path, places)

    def followed_by(self, edited: Mapping[AssetPath, Output]) -> Outputs:
        """The same, some of them being others."""
        places = self._places.copy()
        for path in edited:
            folded = self[path].file.casefold()
            places[folded] = tuple(each for each in _paths(places, folded) if each != path)
        for path, output in edited.items():
            folded = output.file.casefold()
            places[folded] = tuple(sorted((*_paths(places, folded), path)))
        return Outputs(Edited(self._by_path, edited), places)

    def at(self, file: str) -> list[Output]:
        """Those that lie in this file, or in one that only case tells from it."""
        return [self[path] for path in _paths(self._places, file.casefold())]

    def is_shared(self, folded: str) -> bool:
        """Whether several lie in a file, given with case folded, and in those that only case tells from it."""
        return len(_paths(self._places, folded)) > 1


def put(places: Places, file: str, path: AssetPath) -> None:
    """Add an asset that lies in a file."""
    folded = file.casefold()
    if folded in places:
        places[folded] = (*_paths(places, folded), path)
    else:
        places[file if folded == file else folded] = path  # the name need not be there twice


def _paths(places: Places, folded: str) -> tuple[AssetPath, ...]:
    found = places.get(folded, ())
    return found if isinstance(found, tuple) else (found,)


Sizes = tuple[int, Mapping[str, int]]
"""Of an asset uncompressed, and of its copy in each encoding."""


def sizes_of(entry: Entry) -> Sizes:
    """As a manifest says them."""
    return entry.size, {encoding: variant.size for encoding, variant in entry.variants.items()}


@dataclass(frozen=True, slots=True)
class Totals:
    """How much a release is.

    Attributes:
        files: how many, variants too.
        size: of all assets, uncompressed, in bytes.
        variants: of all variants of an encoding, in bytes.
    """

    files: int = 0
    size: int = 0
    variants: Mapping[str, int] = field(default_factory=dict)

    def adjusted(self, gone: Iterable[Sizes], come: Iterable[Sizes]) -> Totals:
        """The same without some assets and with others."""
        files, size, variants = self.files, self.size, Counter(self.variants)
        for assets, sign in ((gone, -1), (come, 1)):
            for whole, copies in assets:
                files += sign * (1 + len(copies))
                size += sign * whole
                for encoding, small in copies.items():
                    variants[encoding] += sign * small
        return Totals(
            files, size, {encoding: variants[encoding] for encoding in sorted(variants) if variants[encoding]}
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A built site, as a value.

    Attributes:
        manifest: what is in it.
        contents: the files of each asset below the output folder and their bytes, variants too.
        mutable: the assets whose files have names that do not change with their bytes.
        diagnostics: what the build has to say, in a stable order.
        fresh: the assets that are others than in the release before, and their sizes.
        totals: of its files.
    """

    manifest: Manifest
    contents: Mapping[AssetPath, Mapping[str, Blob]]
    mutable: frozenset[AssetPath]
    diagnostics: tuple[Diagnostic, ...]
    fresh: Mapping[AssetPath, Sizes]
    totals: Totals

    def files(self) -> dict[str, Blob]:
        """Every file below the output folder and its bytes."""
        return {file: blob for files in self.contents.values() for file, blob in files.items()}
