"""The configuration: settings of any origin are read and merged (`settings`), then made into data (`validation`).

A build that has nothing to do looks at the settings alone, so the data and all that it takes is imported on demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.config.description import describe
    from pipeline.config.validation import (
        KEYS,
        NAMING_KEYS,
        Bundle,
        Compiling,
        Config,
        Modules,
        Naming,
        Root,
        Step,
        Watch,
        validate,
    )

__all__ = [
    "KEYS",
    "NAMING_KEYS",
    "Bundle",
    "Compiling",
    "Config",
    "Modules",
    "Naming",
    "Root",
    "Step",
    "Watch",
    "describe",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipeline.config import description, validation

    return getattr(description if name == "describe" else validation, name)
