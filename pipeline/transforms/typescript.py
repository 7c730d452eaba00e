"""The step ``typescript``: TypeScript to JavaScript by esbuild, file by file; types are taken out, not checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.transforms._esbuild import Script

__all__ = ["Typescript"]


@dataclass(frozen=True, slots=True)
class Typescript(Script):
    """``.ts`` and ``.tsx`` become ``.js``, ``.mts`` ``.mjs``, ``.cts`` ``.cjs``; see `Script` for the options."""

    loader_for_scripts: ClassVar[str] = "ts"
