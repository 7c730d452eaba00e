"""Storages of Django and WhiteNoise that go on where a reference is broken, as their users make them do."""

from __future__ import annotations

import os
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Forgiving:
    """Leaves a name alone if there is no such file; ``manifest_strict`` has no say while files are collected."""

    def hashed_name(self, name: str, *arguments: Any, **options: Any) -> Any:
        try:
            return super().hashed_name(name, *arguments, **options)  # type: ignore[misc]
        except ValueError:
            return name


class Manifest(Forgiving, ManifestStaticFilesStorage):  # type: ignore[misc]
    pass


class Compressed(Forgiving, CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli="brotli" in os.environ["BENCHMARK_ENCODINGS"], **options)
