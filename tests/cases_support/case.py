"""Cases from the lines of ``tests/cases/*.jsonl``: what they hold, and which of them are run."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cases_support.decisions import NEEDS, UNMET

FOLDER = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    """One line; ``data`` has its fields."""

    id: str
    data: Mapping[str, Any]

    def __getitem__(self, field: str) -> Any:
        return self.data[field]

    def get(self, field: str, otherwise: Any = None) -> Any:
        return self.data.get(field, otherwise)

    @property
    def files(self) -> dict[str, bytes]:
        """The sources, by their path below the root."""
        return {path: content(value) for path, value in self.data.get("files", {}).items()}

    @property
    def prefix(self) -> str:
        """What ``base_url`` is."""
        prefix: str = self.data.get("url_prefix", "/static/")
        return prefix


def content(value: Any) -> bytes:
    """A file's bytes as a case describes them."""
    if isinstance(value, str):
        return value.encode()
    if "b64" in value:
        return base64.b64decode(value["b64"])
    if "repeat" in value:
        text, count = value["repeat"]
        return str(text).encode() * int(count)
    before, times, middle, after, again = value["repeat3"]
    return f"{before * times}{middle}{after * again}".encode()


def read(category: str) -> list[Case]:
    """All cases of a category: those of other projects and our own."""
    lines = [
        line
        for file in (FOLDER / f"{category}.jsonl", FOLDER / f"own_{category}.jsonl")
        if file.exists()
        for line in file.read_text("utf-8").split("\n")
        if line
    ]
    return [Case(data["id"], data) for data in map(json.loads, lines)]


def parameters(category: str) -> list[Any]:
    """The cases of a category for ``pytest.mark.parametrize``; those that cannot pass are marked with the reason."""
    return [pytest.param(case, id=case.id.partition("/")[2], marks=_marks(case)) for case in read(category)]


def missing_need(case: Case) -> str:
    """The first feature that a case needs and that is not there."""
    return next((need for need in case.get("needs", []) if need in NEEDS), "")


def _marks(case: Case) -> list[pytest.MarkDecorator]:
    need = missing_need(case)
    if need:
        return [pytest.mark.skip(reason=f"needs {need}: {NEEDS[need]}")]
    if case.id in UNMET:
        return [pytest.mark.xfail(strict=True, reason=UNMET[case.id])]
    return []
