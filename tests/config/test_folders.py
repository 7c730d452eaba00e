"""Where sources, output, manifest and cache may lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.config import Root, validate
from tests.config.configurations import configured, declared, errors_of

OWN = 'give it a folder of its own, such as "build"'
LIST = 'name the folders of your files: sources = ["assets"]'


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("# none", f"pipeline.toml: 'sources' is missing; {LIST}"),
        ("sources = []", f"pipeline.toml:1:1: 'sources' is empty; {LIST}"),
        (
            'sources = "assets"',
            "pipeline.toml:1:1: 'sources' must be a list of folders, not a string; write [\"assets\"]",
        ),
        ("sources = 3", "pipeline.toml:1:1: 'sources' must be a list of folders, not an integer"),
        ("sources = [\n  3 ]", "pipeline.toml:2:3: 'sources[0]' must be a folder or a table, not an integer"),
        ('sources = [""]', "pipeline.toml:1:12: 'sources[0]' must not be empty"),
        ('sources = ["a\\u0000"]', "pipeline.toml:1:12: 'sources[0]' is not a path: 'a\\x00'"),
        (
            'sources = ["assets",\n"./asets/"]',
            "pipeline.toml:2:1: the source folder './asets/' does not exist; did you mean './assets'?",
        ),
        ('sources = ["no/where/x"]', "pipeline.toml:1:12: the source folder 'no/where/x' does not exist"),
        (
            'sources = ["pipeline.toml"]',
            "pipeline.toml:1:12: the source 'pipeline.toml' is a file, not a folder; name the folder that it is in",
        ),
        (
            'sources = [{ prefix = "x" }]',
            'pipeline.toml:1:12: a source needs a \'path\'; write { path = "folder", prefix = "vendor" }',
        ),
        (
            'sources = [{ path = "assets", prefx = "x" }]',
            "pipeline.toml:1:31: unknown key 'prefx' in a source; did you mean 'prefix'?",
        ),
        ("sources = [{ path = 1.5 }]", "pipeline.toml:1:14: 'sources[0].path' must be a string, not a float"),
        (
            'sources = [{ path = "assets", prefix = "../x" }]',
            "pipeline.toml:1:31: the prefix '../x' has the segment '..'",
        ),
        (
            'sources = [{ path = "assets", prefix = false }]',
            "pipeline.toml:1:31: 'sources[0].prefix' must be a string, not a boolean",
        ),
        (
            'sources = [{ path = "assets", exclude = ["x", "!"] }]',
            "pipeline.toml:1:47: the glob '!' cannot be understood: Invalid git pattern: '!'",
        ),
        (
            '[[sources]]\npath = "assets"\n[[sources]]\npth = 1',
            "pipeline.toml:4:1: unknown key 'pth' in a source; did you mean 'path'?",
        ),
    ],
)
def test_a_wrong_source_is_named_with_its_place(tmp_path: Path, toml: str, message: str) -> None:
    assert message in errors_of(declared(tmp_path, toml))


def test_roots_are_absolute_and_without_links(tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to("vendor")
    toml = 'sources = ["assets/", { path = "linked", prefix = "lib/x", include = ["*.js"], exclude = ["t*"] }]'
    assert validate(declared(tmp_path, toml)).sources == (
        Root(tmp_path / "assets", "", (), ()),
        Root(tmp_path / "vendor", "lib/x", ("*.js",), ("t*",)),
    )


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("output", "assets", f"pipeline.toml:2:1: 'output' is the source folder 'assets'; {OWN}"),
        ("output", ".", f"pipeline.toml:2:1: 'output' contains the source folder 'assets'; {OWN}"),
        ("output", "linked", f"pipeline.toml:2:1: 'output' is the source folder 'assets'; {OWN}"),
        ("cache", "x/../assets", f"pipeline.toml:2:1: 'cache' is the source folder 'assets'; {OWN}"),
        ("output", "/", f"pipeline.toml:2:1: 'output' is the root of the file system; {OWN}"),
        ("output", "home", f"pipeline.toml:2:1: 'output' is or contains your home folder; {OWN}"),
        ("cache", "home", f"pipeline.toml:2:1: 'cache' is or contains your home folder; {OWN}"),
        ("output", "file", f"pipeline.toml:2:1: 'output' is a file, not a folder; {OWN}"),
        ("output", "file/x", f"pipeline.toml:2:1: 'output' cannot be made: 'file' is a file, not a folder; {OWN}"),
        ("cache", "build", "pipeline.toml:2:1: 'cache' lies in the output and would be served; move it out of there"),
        ("output", ".pipeline-cache/x", "pipeline.toml: 'cache' contains the output; give it a folder of its own"),
        (
            "manifest",
            "build",
            "pipeline.toml:2:1: 'manifest' is a folder; name a file, such as \"build/manifest.json\"",
        ),
        ("manifest", ".", "pipeline.toml:2:1: 'manifest' is a folder; name a file, such as \"build/manifest.json\""),
        (
            "manifest",
            "vendor",
            "pipeline.toml:2:1: 'manifest' is a folder; name a file, such as \"build/manifest.json\"",
        ),
        ("manifest", "file/x.json", "pipeline.toml:2:1: 'manifest' cannot be written: 'file' is a file, not a folder"),
        ("output", "", "pipeline.toml:2:1: 'output' must not be empty"),
    ],
)
def test_nothing_may_be_written_where_it_would_do_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: str, message: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "linked").symlink_to("assets")
    (tmp_path / "home").mkdir()
    if value == "home":
        monkeypatch.setenv("HOME", str(tmp_path / "home" / "me"))
    assert errors_of(declared(tmp_path, f'sources = ["assets"]\n{key} = "{value}"')) == [message]


def test_what_only_begins_like_a_source_folder_does_not_contain_it(tmp_path: Path) -> None:
    assert configured(tmp_path, 'output = "assets-evil"').output == tmp_path / "assets-evil"
    assert configured(tmp_path, 'output = "asset"').output == tmp_path / "asset"


def test_output_cache_and_manifest_may_lie_in_a_source_folder(tmp_path: Path) -> None:
    config = configured(tmp_path, 'output = "assets/out"\ncache = "assets/.cache"\nmanifest = "assets/made.json"')
    assert config.output == tmp_path / "assets" / "out"
    assert config.manifest == tmp_path / "assets" / "made.json"


def test_a_manifest_stays_a_link_but_the_folders_above_it_do_not(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    (tmp_path / "real" / "m.json").symlink_to("elsewhere.json")
    config = configured(tmp_path, 'output = "out"\nmanifest = "out/m.json"')
    assert (config.output, config.manifest) == (tmp_path / "real", tmp_path / "real" / "m.json")


def test_an_output_outside_the_project_with_vendored_sources_may_be_anywhere(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "elsewhere").mkdir()
    settings = declared(project, 'sources = ["../elsewhere"]\noutput = "../out"')
    assert validate(settings).output == tmp_path / "out"


def test_a_folder_that_cannot_be_listed_gives_no_hint_but_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "no", path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert errors_of(declared(tmp_path, 'sources = ["asets"]')) == [
        "pipeline.toml:1:12: the source folder 'asets' does not exist"
    ]
