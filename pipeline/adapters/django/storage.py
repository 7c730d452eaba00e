"""The storage for ``STORAGES["staticfiles"]``: URLs from the manifest, and ``collectstatic`` publishes a release."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.utils.encoding import filepath_to_uri

from pipeline.adapters.django.current import assets
from pipeline.errors import ManifestError

if TYPE_CHECKING:
    from pipeline.adapters.django.released import Released

OWN = ".pipeline"
"""The folder in the output that is the build's."""


class UnknownAsset(ManifestError, ValueError):  # noqa: N818  (reads as what it says)
    """No such asset; Django's own storage raises ValueError, and some callers expect it."""


class PipelineStorage(StaticFilesStorage):
    """``{% static %}``, ``static()`` and ``Media`` give the URLs of the release.

    ``collectstatic`` copies every file to ``STATIC_ROOT`` under its own name, as with any storage, for what asks for
    it there; `post_process` builds and publishes the release beside them. What the current release has is neither
    overwritten nor deleted meanwhile, not even with ``--clear``: it stays for the pages that are open.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._release: Released | None = None
        self._deleted: set[str] = set()

    def url(self, name: str, force: bool = False) -> str:  # noqa: ARG002  (the signature of Django's)
        """The URL of an asset; a query or fragment stays, and a folder (``"img/"``) is where it would be.

        Raises:
            UnknownAsset: there is no such asset, with the nearest name.
        """
        now = assets()
        try:
            return now.url(name)
        except ManifestError as error:
            if not name or name.endswith("/"):
                return f"{now.base_url}{filepath_to_uri(name).lstrip('/')}"
            path = name.partition("#")[0].partition("?")[0]
            if path == name:
                raise UnknownAsset(error.message, path=error.path, hint=error.hint) from None
        return _followed(self.url(path), name[len(path) :])

    def stored_name(self, name: str) -> str:
        """The file of an asset below ``STATIC_ROOT``.

        Raises:
            ManifestError: there is no such asset, with the nearest name.
        """
        return assets().entry(name.replace("\\", "/")).file

    def post_process(
        self, paths: Mapping[str, tuple[Any, str]], dry_run: bool = False, **_: object
    ) -> Iterator[tuple[str, str, bool]]:
        """Build what was collected and publish it; with ``dry_run`` only build, so that what is wrong is said.

        Args:
            paths: storages and names in them by path, from ``collectstatic``.
            dry_run: write nothing.

        Yields:
            The path of an asset, its file, and whether that was written.

        Raises:
            CommandError: with all that is wrong; the last release stays.
        """
        from pipeline.adapters.django.building.collecting import release

        deleted, self._deleted = self._deleted, set()
        yield from release(Path(self.location), paths, deleted, dry_run=dry_run)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files, without what the current release and the build itself need."""
        folders, files = super().listdir(path)
        inside = os.path.relpath(self.path(path), self.location).replace(os.sep, "/")
        before = "" if inside == "." else f"{inside}/"
        kept = self._spared()
        return (
            [folder for folder in folders if before or folder != OWN],
            [file for file in files if before + file not in kept],
        )

    def delete(self, name: str) -> None:
        """Delete a file, if the current release does not have it."""
        if (path := name.replace("\\", "/")) not in self._spared():
            super().delete(name)
            self._deleted.add(path)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The same for what the release has, since `_save` leaves that as it is."""
        if name.replace("\\", "/") in self._spared():
            return name
        return str(super().get_available_name(name, max_length))

    def _save(self, name: str, content: object) -> str:
        if name.replace("\\", "/") in self._spared():
            return name
        return str(super()._save(name, content))

    def _spared(self) -> frozenset[str]:
        """The files of the current release, and its manifest."""
        from pipeline.adapters.django.released import Released

        self._release = self._release.now() if self._release else Released()
        return self._release.files


def _followed(url: str, rest: str) -> str:
    """A URL with a query or fragment behind it; one that has a query already gets the other's parts."""
    return f"{url}&{rest[1:]}".replace("&#", "#") if rest.startswith("?") and "?" in url else url + rest
