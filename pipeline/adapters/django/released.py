"""What lies in the output now, as its manifest says: what development serves, and what ``collectstatic`` spares."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import unquote

from pipeline.adapters.django.options import options
from pipeline.errors import ManifestError
from pipeline.manifest import Manifest
from pipeline.statuses import status_at


class Released:
    """The release that a manifest named when it was read.

    Attributes:
        manifest: of the release, without entries if there is none.
    """

    def __init__(self) -> None:
        file = options().manifest
        self._read = str(file), status_at(str(file))
        try:
            self.manifest = Manifest.from_json(file.read_bytes()) if file else Manifest({})
        except (OSError, ManifestError):  # there is none, or what the next one replaces
            self.manifest = Manifest({})

    def now(self) -> Released:
        """This one if it is still the current one, or else that."""
        file = str(options().manifest)
        return self if self._read == (file, status_at(file)) else Released()

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file of the release below the output, and the manifest if it is there too."""
        file, output = options().manifest, options().output
        own = [file.relative_to(output).as_posix()] if file and output and file.is_relative_to(output) else []
        return frozenset([*self.manifest.files(), *own])

    @cached_property
    def urls(self) -> dict[str, str]:
        """The file behind what follows the base URL in a URL, of every asset."""
        return {unquote(entry.url.partition("?")[0]): entry.file for entry in self.manifest.entries.values()}
