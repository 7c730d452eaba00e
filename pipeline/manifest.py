"""The manifest: what a release holds, by logical path, and its one JSON form."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.asset import AssetPath, asset_path
from pipeline.edited import Edited
from pipeline.errors import ManifestError, did_you_mean

VERSION = 1
URL = re.compile(r"[A-Za-z0-9_~.@!+,=%/-]++(?:\?v=[0-9a-f]++)?+")
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*+")
ELSEWHERE = re.compile(r"(?:https?:)//[^\s\"'<>]++")
SRI = re.compile(r"sha256-[A-Za-z0-9+/]{43}=")


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


@dataclass(frozen=True, slots=True)
class Manifest:
    """All entries of a release by logical path, and its import map, see `pipeline.import_map`."""

    entries: Mapping[AssetPath, Entry]
    imports: Mapping[str, str] = field(default_factory=dict)
    _lines: dict[AssetPath, str] = field(default_factory=dict, compare=False, repr=False)

    def followed_by(self, entries: Mapping[AssetPath, Entry], imports: Mapping[str, str]) -> Manifest:
        """The same with other entries for some paths, and another import map."""
        lines = self._written() | {path: _line(path, entry) for path, entry in entries.items()}
        return Manifest(Edited(self.entries, entries), imports, lines)

    def __getitem__(self, path: str) -> Entry:
        """The entry of a path.

        Raises:
            ManifestError: there is none, with the nearest name.
        """
        try:
            return self.entries[AssetPath(path)]
        except KeyError:
            hint = did_you_mean(path, [*self.entries])
            raise ManifestError(f"no asset {path!r} in the manifest", hint=hint) from None

    def files(self) -> dict[str, str]:
        """Every file of the release, variants too, and the digest of its bytes."""
        return {file: digest for entry in self.entries.values() for file, digest in entry.files().items()}

    def to_json(self) -> bytes:
        """The one form it is written in: sorted, an asset a line, one newline at the end."""
        body = ",\n".join(self._written().values())
        imports = json.dumps(dict(sorted(self.imports.items())), ensure_ascii=False)
        imports = f',\n  "imports": {imports}' if self.imports else ""
        return f'{{\n  "version": {VERSION},\n  "assets": {{\n{body}\n  }}{imports}\n}}\n'.encode()

    def _written(self) -> dict[AssetPath, str]:
        if not self._lines:
            self._lines.update({path: _line(path, self.entries[path]) for path in sorted(self.entries)})
        return self._lines

    @classmethod
    def from_json(cls, data: bytes, name: str = "manifest.json") -> Manifest:
        """Read a manifest, trusting nothing in it: every path is checked.

        Args:
            data: the bytes of the file.
            name: the file's name, for messages.

        Raises:
            ManifestError: not JSON, another version, or not of the form of ``manifest.schema.json``.
        """
        try:
            tree = json.loads(data)
            if (version := tree.get("version") if isinstance(tree, dict) else None) != VERSION:
                raise ManifestError(f"has version {version!r}, not {VERSION}", path=name, hint="build again")
            entries = {asset_path(path): _entry(raw) for path, raw in tree["assets"].items()}
            imports = tree.get("imports", {}).items()
            return cls(entries, {_matching(PRINTABLE, name): _location(url) for name, url in imports})
        except ManifestError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ManifestError(f"is not a manifest: {error!r}", path=name, hint="build again") from error


def _line(path: AssetPath, entry: Entry) -> str:
    plain = {
        "file": entry.file,
        "url": entry.url,
        "size": entry.size,
        "type": entry.type,
        "integrity": entry.integrity,
        "references": list(entry.references),
        "variants": {
            encoding: {"file": variant.file, "size": variant.size, "integrity": variant.integrity}
            for encoding, variant in sorted(entry.variants.items())
        },
    }
    return "    " + json.dumps({path: plain}, ensure_ascii=False)[1:-1]


def _entry(raw: Any) -> Entry:
    return Entry(
        file=_file(raw["file"]),
        url=_url(raw["url"]),
        size=_size(raw["size"]),
        type=_matching(PRINTABLE, raw["type"]),
        integrity=_matching(SRI, raw["integrity"]),
        references=tuple(map(asset_path, raw["references"])),
        variants={
            _matching(PRINTABLE, encoding): Variant(
                _file(variant["file"]), _size(variant["size"]), _matching(SRI, variant["integrity"])
            )
            for encoding, variant in raw["variants"].items()
        },
    )


def _size(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError(f"{value!r} is not a size")
    return value


def _file(value: Any) -> str:
    if os.name == "nt" and (set(value) & set("\\:")):
        raise ValueError(f"{value!r} is not a file name here")
    return asset_path(value)


def _url(value: Any) -> str:
    asset_path((url := _matching(URL, value)).partition("?")[0])  # no "//host", no ".."
    return url


def _location(value: Any) -> str:
    text = _matching(PRINTABLE, value)
    return f"./{_url(text.removeprefix('./'))}" if text.startswith("./") else _matching(ELSEWHERE, text)


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{value!r} is not of the expected form")
    return value
