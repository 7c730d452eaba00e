"""The compressed copies of outputs, and what a release says of them: made when it is asked for, and not kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.asset import AssetPath, Blob
from pipeline.compressors import Compressor
from pipeline.manifest import Entry, Variant, integrity_of
from pipeline.media_types import media_type
from pipeline.release import Output, Outputs, Sizes

Squeezed = tuple[tuple[str, Blob | None], ...]
"""What compressors made of some bytes, each behind its identity, as in `pipeline.asset.Blob`."""


class Copies(NamedTuple):
    """Those of a build.

    Attributes:
        outputs: of which they are.
        compressors: by their identities.
        made: what they made of each output.
    """

    outputs: Outputs
    compressors: Mapping[str, Compressor]
    made: Mapping[AssetPath, Squeezed]

    def all(self) -> Iterator[tuple[Output, str, Blob]]:
        """Every copy with what it is of, and its file."""
        return ((self.outputs[path], file, blob) for path in self.made for _, file, blob in self._of(path))

    def files(self, path: AssetPath) -> dict[str, Blob]:
        """The files of an asset and their bytes."""
        output = self.outputs[path]
        return {output.file: output.content} | {file: blob for _, file, blob in self._of(path)}

    def sizes(self, path: AssetPath) -> Sizes:
        """How large an asset is, and its copies are."""
        pairs = ((self.compressors[identity].encoding, blob) for identity, blob in self.made[path] if blob)
        return self.outputs[path].content.size, {encoding: blob.size for encoding, blob in pairs}

    def entry(self, path: AssetPath) -> Entry:
        """What the manifest says of an asset."""
        output = self.outputs[path]
        return Entry(
            file=output.file,
            url=output.url,
            size=output.content.size,
            type=media_type(output.path),
            integrity=integrity_of(output.content.digest),
            references=output.references,
            variants={
                encoding: Variant(file, blob.size, integrity_of(blob.digest)) for encoding, file, blob in self._of(path)
            },
        )

    def _of(self, path: AssetPath) -> list[tuple[str, str, Blob]]:
        """The encoding, the file and the bytes of each copy of an asset."""
        pairs = [(self.compressors[identity], blob) for identity, blob in self.made[path] if blob]
        return [(each.encoding, self.outputs[path].file + each.suffix, blob) for each, blob in pairs]
