"""A ``node_modules`` folder, what is installed in it, and what specifiers lead to there."""

from __future__ import annotations

import json

import pytest

from pipeline.link.node_modules import resolve_package
from pipeline.npm import PackageError
from tests.npm.packages import MODULE


@pytest.fixture
def install(tmp_path):
    """Writes a package: its package.json, as a value or as text, and its files, by their content or all modules."""

    def write(name, manifest, files):
        home = tmp_path / "node_modules" / name
        home.mkdir(parents=True, exist_ok=True)
        if manifest is not None:
            (home / "package.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
        for path, content in (files if isinstance(files, dict) else dict.fromkeys(files, MODULE)).items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(content)
        return home

    return write


@pytest.fixture
def resolve(tmp_path):
    """What a specifier leads to, as a path below ``node_modules``."""
    folder = tmp_path / "node_modules"

    def find(specifier):
        return resolve_package(specifier, [folder]).relative_to(folder).as_posix()

    return find


@pytest.fixture
def refused(resolve):
    """What is said of a specifier that leads nowhere, with the hint in brackets."""

    def say(specifier):
        with pytest.raises(PackageError) as caught:
            resolve(specifier)
        return f"{caught.value.message} ({caught.value.hint})"

    return say
