"""What the tests of the webassets step share: a small site, a step, and filters registered for one test."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest
import webassets.filter

from pipeline.asset import AssetPath
from pipeline.engine import plugins
from pipeline.engine.fetch import Fetch
from pipeline.transforms import Made
from pipeline.transforms.webassets import WebassetsFilter


def site(folder: Path, **texts: str) -> Fetch:
    """Sources written into ``folder``, and the Fetch for them."""
    files = {}
    for path, content in texts.items():
        file = folder / "assets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
        files[AssetPath(path)] = file
    return Fetch(files, (folder / "assets",), folder / "build", "/static/")


def register(monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    """Make a filter known to webassets until the test ends."""
    monkeypatch.setitem(webassets.filter._FILTERS, kind.name, kind)


def step(filter_name: str, **options: Any) -> WebassetsFilter:
    """The step as the configuration makes it."""
    made = plugins.make("pipeline.transforms", "webassets", {"filter": filter_name, **options})
    assert isinstance(made, WebassetsFilter)
    return made


def run(transform: WebassetsFilter, path: str, fetch: Fetch) -> Made:
    """The step applied to a source of the site."""
    asset = fetch(AssetPath(path))
    assert asset
    return transform(asset, fetch)


def text(made: Made) -> str:
    """The text of the one asset that was made."""
    (asset,) = made.assets
    return asset.content.read().decode()


def need_package(name: str) -> None:
    """Without the package the test is skipped, or fails if ``CI`` is set."""
    if importlib.util.find_spec(name):
        return
    if os.environ.get("CI"):
        pytest.fail(f"the package {name} is not installed")
    pytest.skip(f"the package {name} is not installed")
