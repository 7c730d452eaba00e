"""Writes the names of what an asset points at into it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.config import Config
from pipeline.link.resolution import Link
from pipeline.manifest import integrity_of
from pipeline.references import ABSOLUTE, FROM_THE_ROOT, LISTS, Reference, language_of, splice, spliced
from pipeline.urls import relative


class Named(NamedTuple):
    """What an asset is called, and the digest that its fingerprint is cut from; while it is drafted, nothing yet.

    That of its content, and so its integrity, is known when it has been written.
    """

    file: str
    url: str
    digest: str = ""
    immutable: bool = False
    content: str = ""

    @property
    def integrity(self) -> str:
        """For the few that ask: of each asset it would take room all the time."""
        return integrity_of(self.content) if self.content else ""


Names = Mapping[AssetPath, Named]


def rewrite(asset: Asset, links: list[Link], names: Names, config: Config) -> Blob:
    """The content of an asset with the names of what it points at.

    Args:
        asset: as it was made.
        links: its references and where they lead.
        names: of the assets that they lead to.
        config: the base URL, and which JSON files have references.
    """
    language = language_of(asset.path, config.json)
    if not links or not language:
        return asset.content
    content = asset.content.read()
    changes = []
    for each in links:
        reference = each.reference
        if each.target is None and reference.kind not in LISTS:
            start, stop = reference.whole or (reference.start, reference.stop)
            changes.append((start, stop, b""))
        else:
            text = _written(each, asset.path, names, config.base_url)
            changes.append((reference.start, reference.stop, language.embed(text, content, reference)))
    digest, size = hashlib.sha256(), 0
    for part in spliced(content, changes):
        digest.update(part)
        size += len(part)
    return Blob(digest.hexdigest(), size, Rewritten(asset.content, tuple(changes)))


class Rewritten(NamedTuple):
    """Content with some spans replaced: put together whenever it is read, so that it need not be kept."""

    content: Blob
    changes: tuple[tuple[int, int, bytes], ...]

    def read(self) -> bytes:
        """The bytes.

        Raises:
            PublishError: the content is gone.
        """
        return splice(self.content.read(), self.changes)


def _written(each: Link, path: AssetPath, names: Names, base_url: str) -> str:
    """What stands for a reference: a URL relative to the file, or below the base URL if its place tells nothing.

    See `pipeline.references.LISTS` for those; an integrity is not known while its file is drafted.
    """
    if each.reference.kind == "prefix":
        urls = {listed.removeprefix(each.below): names[listed].url for listed in each.listed}
        return json.dumps({rest: relative(url, path) for rest, url in urls.items()})
    if each.target is None:
        return _precache([names[target] for target in each.listed], base_url)
    if each.reference.kind == "integrity":
        return names[each.target].integrity
    url = names[each.target].url
    return _with_suffix(base_url + url if _is_absolute(each.reference) else relative(url, path), each.suffix)


def _is_absolute(reference: Reference) -> bool:
    return reference.kind in FROM_THE_ROOT or (reference.kind in ABSOLUTE and reference.specifier.startswith("/"))


def _precache(listed: list[Named], base_url: str) -> str:
    """A list for a service worker: where a name does not change with the content, a revision does."""
    return json.dumps(
        [{"url": base_url + each.url, "revision": None if each.immutable else each.digest} for each in listed]
    )


def _with_suffix(url: str, suffix: str) -> str:
    """A URL, which may have a query already, and the query and fragment that the specifier had."""
    return url + ("&" + suffix[1:] if "?" in url and suffix.startswith("?") else suffix)
