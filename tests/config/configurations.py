"""What the tests of the configuration share: projects on disk, their errors as lines, and a writer of TOML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from pipeline.config import Config, validate
from pipeline.config.checks import quoted
from pipeline.config.settings import Settings, read


def declared(folder: Path, toml: str, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """The settings of a project with this ``pipeline.toml`` and the folders ``assets`` and ``vendor``."""
    for name in ("assets", "vendor"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "pipeline.toml").write_text(toml, "utf-8")
    return read(folder=folder, config=None, overrides=overrides, environ=environ or {})


def configured(folder: Path, toml: str) -> Config:
    """The configuration of such a project, whose source folder need not be written."""
    return validate(declared(folder, 'sources = ["assets"]\n' + toml))


def errors_of(settings: Settings) -> list[str]:
    """Everything that is wrong, as it is printed."""
    with pytest.raises(ExceptionGroup) as caught:
        validate(settings)
    return [str(error) for error in caught.value.exceptions]


def as_toml(document: Mapping[str, Any]) -> str:
    """``document`` as TOML, each table in it inline."""
    return "".join(f"{quoted_key(key)} = {_written(value)}\n" for key, value in document.items())


def quoted_key(key: str) -> str:
    """A key in the form that any text can have."""
    escapes = {ord(char): f"\\u{ord(char):04x}" for char in (*map(chr, range(32)), "\x7f")}
    return quoted(key).translate(escapes)


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{quoted_key(key)} = {_written(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ",\n  ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return quoted_key(value)
    return str(value).lower()


def values_of_toml(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Any value that TOML can say, its tables with these keys."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    plain = (
        st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.dates(date(1000, 1, 1)) | st.times() | text
    )
    return st.recursive(
        plain | keys,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )
