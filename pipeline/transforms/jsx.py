"""The step ``jsx``: JSX to JavaScript by esbuild, one file at a time: ``{ use = "jsx", jsx = "automatic" }``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.transforms._esbuild import Script

__all__ = ["Jsx"]


@dataclass(frozen=True, slots=True)
class Jsx(Script):
    """``.jsx`` and ``.tsx`` become ``.js``; a ``.js`` that it is declared for may have elements too; see `Script`."""

    loader_for_scripts: ClassVar[str] = "jsx"
