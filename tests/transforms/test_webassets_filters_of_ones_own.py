"""What a filter is called with, and what it may do to the process."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from webassets.filter import Filter

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.errors import TransformError
from tests.transforms.webassets_steps import register, run, site, step, text


class Recorder(Filter):
    """Writes down what it is called with."""

    name: Any = "recorder"
    calls: list[tuple[str, dict[str, str]]]
    context: Any

    def open(self, out: Any, source_path: str, **kw: str) -> None:
        type(self).calls, type(self).context = [("open", {"path": source_path, **kw})], self.ctx
        out.write("opened")

    def input(self, _in: Any, out: Any, **kw: str) -> None:
        self.calls.append(("input " + _in.read(), kw))
        out.write("entered")

    def output(self, _in: Any, out: Any, **kw: str) -> None:
        self.calls.append(("output " + _in.read(), kw))
        out.write("left")


def test_open_input_and_output_are_called_in_order_with_the_arguments_that_webassets_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Recorder)
    made = run(step("recorder"), "css/a.css", site(tmp_path, **{"css/a.css": "a{}"}))
    place = {"source": "css/a.css", "source_path": str(tmp_path / "assets/css/a.css")}
    target = {"output": "css/a.css", "output_path": str(tmp_path / "build/css/a.css")}
    assert Recorder.calls == [
        ("open", {"path": place["source_path"], "source": "css/a.css", **target}),
        ("input opened", {**place, **target}),
        ("output entered", target),
    ]
    assert text(made) == "left"


def test_a_filter_sees_the_folders_of_the_site_and_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Recorder)
    fetch = site(tmp_path, **{"css/a.css": "a{}", "scss/x.scss": ""})
    run(step("recorder"), "css/a.css", fetch)
    context, source = Recorder.context, str(tmp_path / "assets/css/a.css")
    assert (context.directory, context.url, context.debug) == (str(tmp_path / "build"), "/static/", False)
    assert (context.cache, context.manifest) == (None, None)
    assert context.environment.debug is False
    assert context.resolver.resolve_source_to_url(context, source, "css/a.css") == "/static/css/a.css"
    assert context.resolver.resolve_output_to_url(context, "css/a.css") == "/static/css/a.css"
    assert context.resolver.resolve_source(context, "scss") == str(tmp_path / "assets/scss")
    with pytest.raises(TransformError, match="none of the source folders"):
        context.resolver.resolve_source(context, "less")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets"]


def test_a_file_under_a_prefix_gets_the_url_that_it_has_in_the_site(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    register(monkeypatch, Recorder)
    file = tmp_path / "dist/a.css"
    file.parent.mkdir()
    file.write_text("a{}")
    path = AssetPath("vendor/a.css")
    run(step("recorder"), path, Fetch({path: file}, (file.parent,), tmp_path / "build", "/static"))
    context = Recorder.context
    assert context.resolver.resolve_source_to_url(context, str(file), path) == "/static/vendor/a.css"


def test_a_filter_that_opens_the_file_is_refused_after_another_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Recorder)
    fetch = site(tmp_path, **{"a.css": "a  {}"})
    (changed,) = run(step("rcssmin"), "a.css", fetch).assets
    with pytest.raises(TransformError, match="what earlier steps made of it would be lost"):
        step("recorder")(changed, fetch)


def test_an_asset_in_memory_is_given_the_file_that_the_site_has_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Recorder)
    fetch = site(tmp_path, **{"a.css": "a{}"})
    step("recorder")(Asset(AssetPath("a.css"), Blob.of(b"a{}")), fetch)
    assert Recorder.calls[0][1]["path"] == str(tmp_path / "assets/a.css")
    step("recorder")(Asset(AssetPath("b.css"), Blob.of(b"b{}")), fetch)
    assert Recorder.calls[0][1]["path"] == str(tmp_path / "build/b.css")


class Careless(Filter):
    """Leaves another working directory and other variables behind, and prints."""

    name: Any = "careless"

    def input(self, _in: Any, out: Any, source_path: Any = "", **_kw: Any) -> None:
        os.chdir(Path(source_path).parent)
        os.environ["CARELESS"] = "yes"
        os.environ.pop("HOME", None)
        sys.stdout.write("three sprites packed\n")
        out.write(f"{_in.read()} in {Path.cwd().name}")
        if source_path.endswith("broken.css"):
            raise RuntimeError


def process() -> tuple[Path, dict[str, str]]:
    return Path.cwd(), dict(os.environ)


def test_threads_and_the_process_are_unharmed_by_filters_that_change_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Careless)
    monkeypatch.setenv("HOME", "/home/somebody")
    before = process()
    folders = [f"f{number}" for number in range(12)]
    fetch = site(tmp_path, **{f"{name}/a.css": name for name in folders})
    made: dict[str, str] = {}

    def work(name: str) -> None:
        for _ in range(20):
            made[name] = text(run(step("careless"), f"{name}/a.css", fetch))
            assert made[name] == f"{name} in {name}"

    threads = [threading.Thread(target=work, args=(name,)) for name in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert process() == before
    assert made == {name: f"{name} in {name}" for name in folders}


def test_the_process_is_unharmed_by_a_filter_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Careless)
    before = process()
    with pytest.raises(TransformError, match="RuntimeError"):
        run(step("careless"), "broken.css", site(tmp_path, **{"broken.css": ""}))
    assert process() == before


def test_what_a_filter_prints_becomes_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    register(monkeypatch, Careless)
    (warning,) = run(step("careless"), "a.css", site(tmp_path, **{"a.css": ""})).diagnostics
    assert str(warning) == "a.css: three sprites packed"
    assert capsys.readouterr().out == ""
