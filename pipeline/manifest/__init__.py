"""The manifest: what a release holds, by logical path, and its one JSON form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice

from pipeline.edited import Edited
from pipeline.errors import ManifestError, did_you_mean
from pipeline.manifest.entry import Entry, Variant, digest_of, integrity_of
from pipeline.manifest.form import PRINTABLE, location, matching
from pipeline.manifest.form import entry as checked
from pipeline.manifest.lines import Entries, taken_apart
from pipeline.path import AssetPath, asset_path

__all__ = ["VERSION", "Entry", "Manifest", "Variant", "digest_of", "integrity_of"]

VERSION = 1
TOGETHER = 500
"""Entries in a part."""
_ENCODER = json.JSONEncoder(ensure_ascii=False)
"""One for all entries: `json.dumps` makes another each time."""
_HEAD = f'{{\n  "version": {VERSION},\n  "assets": {{\n'


@dataclass(frozen=True, slots=True)
class Manifest:
    """All entries of a release by logical path, and its import map, see `pipeline.link.import_map`."""

    entries: Mapping[AssetPath, Entry]
    imports: Mapping[str, str] = field(default_factory=dict)
    _lines: dict[AssetPath, str] = field(default_factory=dict, compare=False, repr=False)

    def followed_by(self, entries: Mapping[AssetPath, Entry], imports: Mapping[str, str]) -> Manifest:
        """The same with other entries for some paths, and another import map."""
        lines = self.lines() | {path: _written(path, entry) for path, entry in entries.items()}
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

    def get(self, path: str) -> Entry | None:
        """The entry of a path, if there is one."""
        return self.entries.get(AssetPath(path))

    def urls(self) -> Mapping[AssetPath, str]:
        """Every URL, relative to the base URL, by path."""
        if isinstance(self.entries, Entries):
            return self.entries.urls
        return {path: entry.url for path, entry in self.entries.items()}

    def glance(self, path: AssetPath) -> tuple[str, Sequence[AssetPath]]:
        """The file and the references of an asset."""
        if isinstance(self.entries, Entries):
            return self.entries.glance(path)
        return self.entries[path].file, self.entries[path].references

    def files(self) -> dict[str, str]:
        """Every file of the release, variants too, and the digest of its bytes."""
        return {file: digest for entry in self.entries.values() for file, digest in entry.files().items()}

    def to_json(self) -> bytes:
        """The one form it is written in: sorted, an asset a line, one newline at the end."""
        written = BytesIO()  # so that the text of a large site is in memory once
        written.writelines(self.parts())
        return written.getvalue()

    def parts(self) -> Iterator[bytes]:
        """The same a part at a time."""
        imports = json.dumps(dict(sorted(self.imports.items())), ensure_ascii=False)
        imports = f',\n  "imports": {imports}' if self.imports else ""
        lines, before = iter(self._lines.values() or map(self._line, sorted(self.entries))), _HEAD
        while some := ",\n".join(islice(lines, TOGETHER)):
            yield (before + some).encode()
            before = ",\n"
        yield f"{'' if self.entries else _HEAD}\n  }}{imports}\n}}\n".encode()

    def lines(self) -> dict[AssetPath, str]:
        """How each entry is written, by path, sorted; kept for the manifests that follow."""
        if not self._lines:
            self._lines.update((path, self._line(path)) for path in sorted(self.entries))
        return self._lines

    def _line(self, path: AssetPath) -> str:
        text = self.entries.text(path) if isinstance(self.entries, Entries) else None
        return f'    "{path}": {text}' if text else _written(path, self.entries[path])

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
            found, rest = taken_apart(data, _HEAD.encode())
            tree = json.loads(rest)
            if (version := tree.get("version") if isinstance(tree, dict) else None) != VERSION:
                raise ManifestError(f"has version {version!r}, not {VERSION}", path=name, hint="build again")
            others = {asset_path(path): checked(raw) for path, raw in tree["assets"].items()}
            imports = tree.get("imports", {}).items()
            return cls(others or found, {matching(PRINTABLE, name): location(url) for name, url in imports})
        except ManifestError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ManifestError(f"is not a manifest: {error!r}", path=name, hint="build again") from error


def _written(path: AssetPath, entry: Entry) -> str:
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
    return "    " + _ENCODER.encode({path: plain})[1:-1]
