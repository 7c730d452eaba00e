from __future__ import annotations

import pytest

from tests.npm.packages import BROKEN, COMMONJS, MODULE


@pytest.mark.parametrize(
    "target",
    ["../other/a.js", "./../other/a.js", "./a/../../other/a.js", "/etc/passwd", "a.js", "file:///etc/passwd", "", "./"]
    + ["./%2e%2e/other/a.js", "./%2E./other/a.js", "./a\\..\\..\\x", "./node_modules/x/a.js", "./NODE_modules/x/a.js"]
    + ["./%6eode_modules/x/a.js", "./a//b.js", "./a/./b.js", "./" + "x" * 5000],
)
def test_exports_cannot_lead_out_of_the_package(install, refused, target):
    install("other", {}, ["a.js"])
    install("lib", {"exports": target}, ["a.js", "node_modules/x/a.js", "a/b.js"])
    message = refused("lib")
    assert BROKEN in message
    assert len(message) < 300


@pytest.mark.parametrize(
    "specifier",
    [
        "lib/../other/a.js",
        "lib/x/../../other/a.js",
        "lib/%2e%2e/other/a.js",
        "lib/a\\..\\..\\x.js",
        "lib/node_modules/x",
    ],
)
def test_what_stands_for_a_star_cannot_lead_out_of_the_package(install, refused, specifier):
    install("other", {}, ["a.js"])
    install("lib", {"exports": {"./*": "./*"}}, ["a.js", "node_modules/x"])
    assert "has a part that no specifier may have" in refused(specifier)


def test_a_star_cannot_grow_without_end(install, refused):
    install("lib", {"exports": {"./*": "./" + "*" * 4000}}, [])
    assert "has a path that is too long" in refused("lib/" + "x" * 2000)


@pytest.mark.parametrize(
    "main", ["../other/a.js", "/etc/passwd", "a/../../other/a.js", "%2e%2e/other/a.js", "../lib/a.js"]
)
def test_fields_cannot_lead_out_of_the_package(install, refused, main):
    install("other", {"type": "module"}, ["a.js"])
    install("lib", {"main": main, "type": "module"}, ["a.js"])
    assert refused("lib").startswith("leads to ")


@pytest.mark.parametrize("path", ["../other/a.js", "x/../../other/a.js", "%2e%2e/other/a.js", "/../../a.js", "a%00.js"])
def test_written_paths_cannot_lead_out_of_the_package(install, refused, path):
    install("other", {}, ["a.js"])
    install("lib", {}, ["a.js"])
    assert refused(f"lib/{path}").startswith("leads to ")


@pytest.mark.parametrize("path", ["a%ff.js", "a%2fb.js", "a%5Cb.js", "a\ud800.js", "x" * 1000])
def test_a_path_that_no_file_can_have_is_refused(install, refused, path):
    install("lib", {}, ["a/b.js"])
    assert refused(f"lib/{path}").startswith("leads to ")


def test_a_backslash_is_in_no_path(install, refused):
    install("lib", {"main": "a\\b.js", "type": "module"}, ["a\\b.js"])
    assert "which can be no file" in refused("lib")
    assert "which can be no file" in refused("lib/a\\b.js")


def test_links_inside_of_a_package_cannot_lead_out_of_it(install, refused, resolve, tmp_path):
    (tmp_path / "secret.js").write_text(MODULE)
    home = install("lib", {"exports": {"./*": "./*"}}, ["a.js"])
    (home / "out.js").symlink_to(tmp_path / "secret.js")
    (home / "folder").symlink_to(tmp_path)
    (home / "in.js").symlink_to("a.js")
    (home / "loop.js").symlink_to("loop.js")
    assert "is outside of the package 'lib'" in refused("lib/out.js")
    assert "is outside of the package 'lib'" in refused("lib/folder/secret.js")
    assert resolve("lib/in.js") == "lib/in.js"
    assert "is no file" in refused("lib/loop.js")


def test_a_hint_follows_no_link_out_of_the_package(install, refused, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/lib.esm.js").write_text(MODULE)
    home = install("lib", {"main": "a.js"}, {"a.js": COMMONJS})
    (home / "dist").symlink_to(tmp_path / "out")
    assert refused("lib").endswith("map an ES module build of it in [modules.imports])")


def test_a_package_may_be_a_link_itself(install, resolve, tmp_path):
    install("other", None, [])
    real = tmp_path / "store/lib"
    real.mkdir(parents=True)
    (real / "package.json").write_text('{"exports": "./a.js"}')
    (real / "a.js").write_text(MODULE)
    (tmp_path / "node_modules/lib").symlink_to(real)
    assert resolve("lib") == "lib/a.js"
