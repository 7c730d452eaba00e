from __future__ import annotations

import pytest

from pipeline.link.node_modules import BUILTIN, resolve_package
from tests.npm.packages import MODULE


def test_a_package_without_a_path_is_its_entry(install, resolve):
    install("lib", {"exports": "./index.js"}, ["index.js"])
    assert resolve("lib") == "lib/index.js"


def test_a_scoped_name_has_two_parts(install, resolve):
    install("@scope/lib", {"exports": {".": "./index.js", "./deep/a.js": "./deep/a.js"}}, ["index.js", "deep/a.js"])
    assert resolve("@scope/lib") == "@scope/lib/index.js"
    assert resolve("@scope/lib/deep/a.js") == "@scope/lib/deep/a.js"


@pytest.mark.parametrize(
    "specifier",
    ["", "@scope", "@scope/", "./lib", "../lib", "/lib", ".lib", "@scope/..", "#inside", "a\\b"]
    + ["a%2fb", "lib/", "@scope/lib/", "https://cdn.example/lib", "a\0b", "a\x1b[2Jb", "x" * 300, "lib/" + "x" * 3000],
)
def test_what_is_no_name_of_a_package_is_refused(install, refused, specifier):
    install("lib", {"exports": {".": "./index.js", "./*": "./*"}}, ["index.js"])
    install("@scope/lib", {"exports": {".": "./index.js", "./*": "./*"}}, ["index.js"])
    assert "is no name of a package" in refused(specifier)


def test_the_first_folder_that_has_the_package_decides(tmp_path):
    for folder in "abc":
        (tmp_path / folder).mkdir()
    for folder in "bc":
        (tmp_path / folder / "lib").mkdir()
        (tmp_path / folder / "lib/package.json").write_text('{"exports": "./x.js"}')
        (tmp_path / folder / "lib/x.js").write_text(MODULE)
    assert resolve_package("lib", [tmp_path / "a", tmp_path / "b", tmp_path / "c"]) == tmp_path / "b/lib/x.js"


def test_a_package_that_is_not_there_is_to_be_installed(install, refused):
    install("other", {}, [])
    assert refused("lit/html.js") == "is not installed (npm install lit, or map it in [modules.imports])"


def test_a_name_that_an_alias_in_a_bundler_gave_is_to_be_mapped(refused):
    assert refused("@/components/x.js") == "is not installed (map it in [modules.imports])"


def test_no_command_is_proposed_that_a_shell_reads_otherwise(refused):
    assert "npm install" not in refused("x;reboot")


@pytest.mark.parametrize("specifier", ["node:fs", "node:nonsense", "fs", "fs/promises", "path"])
def test_a_part_of_node_is_no_package(refused, specifier):
    assert refused(specifier).startswith("is a part of Node, which browsers do not have (map it in")


def test_a_package_may_stand_in_for_a_part_of_node(install, resolve):
    assert "events" in BUILTIN
    install("events", {"exports": "./events.js"}, ["events.js"])
    assert resolve("events") == "events/events.js"
