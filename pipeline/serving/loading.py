"""Makes the table of a release from its manifest, its files, and the records of earlier releases beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigError, ManifestError
from pipeline.expressions import expression
from pipeline.manifest import Entry, Manifest
from pipeline.serving.earlier import earlier
from pipeline.serving.lifetimes import ANOTHER, FOREVER, SHORT
from pipeline.serving.negotiation import IDENTITY
from pipeline.serving.representation import ALL_HELD, LARGEST_HELD, Representation, represent
from pipeline.serving.table import Resource, Table, without_fingerprint

ORIGIN = expression(r"\*|null|https?://[A-Za-z0-9._\[\]-]++(?::[A-Za-z0-9._\[\]-]++)*+|")


def load(manifest: Path, base_url: str, root: Path | None = None, allow_origin: str | None = None) -> Table:
    """Read the manifest of a release and look at every file of it.

    Args:
        manifest: the file that the build wrote.
        base_url: where browsers find the release: ``/static/`` or ``https://cdn.example.com/static/``.
        root: the output folder; the one that the manifest lies in, unless it lies elsewhere.
        allow_origin: the value of ``Access-Control-Allow-Origin``, which fonts and whatever has ``integrity`` need on
            pages of another origin; ``""`` for none; ``*`` by default if the base URL has a host.

    Raises:
        ManifestError: it cannot be read, or a file of it is missing.
        ConfigError: an argument that cannot be.
    """
    try:
        data = manifest.read_bytes()
    except OSError as error:
        hint = "run `pipeline build` first"
        raise ManifestError(f"cannot be read: {error.strerror}", path=str(manifest), hint=hint) from error
    base = base_path(base_url)
    allowed = allowed_origin(base_url, allow_origin)
    folder = manifest.parent if root is None else root
    current = Manifest.from_json(data, str(manifest))
    making = _Making(base, str(folder), allowed, _held(current))
    making.add(current)
    for old in earlier(folder, data):
        making.add(old, current=False)
    return making.table()


def base_path(base_url: str) -> str:
    """The path of a base URL, percent-decoded, with ``/`` at its end.

    Raises:
        ConfigError: it has none.
    """
    base = unquote(urlsplit(base_url).path).rstrip("/") + "/"
    if not base.startswith("/"):
        raise ConfigError(f"the base_url {base_url!r} has no path that starts with '/'", hint='write "/static/"')
    return base


def allowed_origin(base_url: str, allow_origin: str | None) -> str:
    """The value of ``Access-Control-Allow-Origin`` as it is meant, see `load`.

    Raises:
        ConfigError: it is no origin.
    """
    if allow_origin is None:
        return "*" if urlsplit(base_url).netloc else ""
    if not ORIGIN.fullmatch(allow_origin):
        raise ConfigError(f"allow_origin {allow_origin!r} is no origin", hint='write "*" or "https://example.com"')
    return allow_origin


def _held(manifest: Manifest) -> frozenset[str]:
    """The files that are read into memory."""
    sizes = {entry.file: entry.size for entry in manifest.entries.values()}
    sizes |= {each.file: each.size for entry in manifest.entries.values() for each in entry.variants.values()}
    held, total = [], 0
    for file, size in sorted(sizes.items(), key=lambda item: item[1]):
        total += size
        if size > LARGEST_HELD or total > ALL_HELD:
            break
        held.append(file)
    return frozenset(held)


class _Making:
    """Gathers resources of releases, the newest first."""

    def __init__(self, base: str, root: str, allow_origin: str, held: frozenset[str]) -> None:
        self.base, self.root, self.held = base, root, held
        self.fields = {"X-Content-Type-Options": "nosniff"}
        if allow_origin:
            self.fields["Access-Control-Allow-Origin"] = allow_origin
        self.files: dict[str, Resource] = {}
        self.resources: dict[str, Resource] = {}
        self.renamed: dict[str, Resource] = {}
        self.lengths: set[int] = set()

    def table(self) -> Table:
        """All of it."""
        return Table(self.base, self.resources, self.renamed, frozenset(self.lengths))

    def add(self, manifest: Manifest, *, current: bool = True) -> None:
        """Take what no newer release has; a file that has its name from a newer one has other bytes now."""
        for path in manifest.entries:
            file, _ = manifest.glance(path)
            if file in self.files and file != path:
                continue  # its name is that of its bytes: most of an earlier release
            entry = manifest.entries[path]
            url, _, version = entry.url.partition("?")
            name = unquote(url)
            lifetime = SHORT if name == entry.file == path and not version else FOREVER
            if known := self.files.get(entry.file):
                if name != entry.file:
                    self.resources.setdefault(self.base + name, replace(known, lifetime=ANOTHER))
            elif made := self._resource(entry, lifetime, version, current=current):
                self.files[entry.file] = made
                self.resources.setdefault(self.base + name, made)
                if name != entry.file:
                    self._rename(name, entry.file, made)

    def _rename(self, name: str, file: str, made: Resource) -> None:
        """Have the file found by its own name too, and by its URL with another fingerprint."""
        self.resources.setdefault(self.base + file, replace(made, lifetime=SHORT))
        self.renamed.setdefault(self.base + file, replace(made, lifetime=ANOTHER))
        found = without_fingerprint(os.path.basename(name))
        self.lengths |= {length for length, plain in found if plain == os.path.basename(file)}

    def _resource(self, entry: Entry, lifetime: str, version: str, *, current: bool) -> Resource | None:
        """The files of an entry; ``None`` if it is of an earlier release and they are there no more."""
        variants = sorted(entry.variants.items(), key=lambda item: (item[1].size, item[0]))
        plain = {**self.fields, "Content-Type": entry.type}
        if variants:
            plain["Vary"] = "Accept-Encoding"
        try:
            made = {IDENTITY: self._file(entry.file, entry.size, entry.integrity, plain)}
            for encoding, each in variants:
                fields = {**plain, "Content-Encoding": encoding}
                made[encoding] = self._file(each.file, each.size, each.integrity, fields)
        except ManifestError:
            if current:
                raise
            return None
        if not current and not all(each.stamp for each in made.values()):
            return None
        held = all(each.data is not None for each in made.values())
        return Resource(made, tuple(encoding for encoding, _ in variants), lifetime, held, version)

    def _file(self, file: str, size: int, integrity: str, fields: Mapping[str, str]) -> Representation:
        return represent(os.path.join(self.root, file), size, integrity, fields, hold=file in self.held)
