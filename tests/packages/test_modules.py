"""The scripts of popular front-end packages: the references found in them are those that es-module-lexer finds."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.references.javascript import JAVASCRIPT
from tests.packages import lexer
from tests.packages.npm import Package, packages, unpacked

pytestmark = pytest.mark.skipif(
    not os.environ.get("PIPELINE_PACKAGES"), reason="downloads 140 MB of packages: nox -s packages"
)
EXPLAINED = json.loads(Path(__file__).with_name("differences.json").read_bytes())


def scripts(package: Package) -> list[Path]:
    return sorted(file for file in unpacked(package).rglob("*") if file.suffix in {".js", ".mjs"} and file.is_file())


def modules(content: bytes) -> list[list[object]]:
    return [[each.start, each.stop, each.specifier] for each in JAVASCRIPT.find(content) if each.kind == "module"]


def differing(package: Package) -> set[str]:
    """Files in which something else is found, or that cannot be compared."""
    folder, files = unpacked(package) / "package", scripts(package)
    return {
        f"{package.name}/{file.relative_to(folder).as_posix()}"
        for file, answer in zip(files, lexer.read(files), strict=True)
        if "error" in answer or modules(file.read_bytes()) != [literal[1:] for literal in answer["found"]]
    }


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_the_modules_that_a_package_names_are_found_where_they_are(package: Package) -> None:
    assert differing(package) == {name for name in EXPLAINED if name.startswith(f"{package.name}/")}


def test_every_explained_difference_is_one_of_a_package_of_the_list() -> None:
    names = tuple(f"{package.name}/" for package in packages())
    assert [name for name in EXPLAINED if not name.startswith(names)] == []


def test_the_comparison_is_of_many_packages_and_of_many_modules() -> None:
    assert len(packages()) >= 80
    files = [
        file for package in packages() if package.name in {"lodash-es", "rxjs", "three"} for file in scripts(package)
    ]
    assert sum(len(answer.get("found", ())) for answer in lexer.read(files)) > 5_000
