"""An entry of a manifest: what a release says of one asset."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.path import AssetPath


def integrity_of(digest: str) -> str:
    """The SRI string of a SHA-256 given in hexadecimal (https://www.w3.org/TR/SRI/)."""
    return "sha256-" + b64encode(bytes.fromhex(digest)).decode()


def digest_of(integrity: str) -> str:
    """The SHA-256 in hexadecimal that an SRI string of ours holds."""
    return b64decode(integrity.removeprefix("sha256-")).hex()


@dataclass(frozen=True, slots=True)
class Variant:
    """One compressed copy of an output.

    Attributes:
        file: below the output folder.
        size: in bytes.
        integrity: SRI of the compressed bytes, so that a flipped bit in them is found too.
    """

    file: str
    size: int
    integrity: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one asset.

    Attributes:
        file: where the output lies below the output folder.
        url: percent-encoded, relative to the base URL.
        size: in bytes, uncompressed.
        type: the value of ``Content-Type``.
        integrity: SRI string of the bytes that are served.
        references: logical paths of the assets that it points at, sorted.
        variants: by encoding.
    """

    file: str
    url: str
    size: int
    type: str
    integrity: str
    references: tuple[AssetPath, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        """Every file of this entry and the digest of its bytes."""
        copies = {each.file: digest_of(each.integrity) for each in self.variants.values()}
        return {self.file: digest_of(self.integrity), **copies}
