from __future__ import annotations

import pytest

from pipeline.npm.exports import resolve as target_of
from tests.npm.packages import BROKEN


@pytest.mark.parametrize(
    ("exports", "specifier", "file"),
    [
        ("./a.js", "lib", "a.js"),
        ({".": "./a.js"}, "lib", "a.js"),
        ({"./b.js": "./dist/b.js"}, "lib/b.js", "dist/b.js"),
        ({"./b": "./dist/b.js"}, "lib/b", "dist/b.js"),
        ({"import": "./a.js", "require": "./c.cjs"}, "lib", "a.js"),
        ({"require": "./c.cjs", "default": "./a.js"}, "lib", "a.js"),
        ({"node": "./n.js", "browser": "./b.js", "default": "./a.js"}, "lib", "b.js"),
        ({"development": "./n.js", "default": "./a.js"}, "lib", "a.js"),
        ({"production": "./a.js", "default": "./n.js"}, "lib", "a.js"),
        ({"module": "./a.js", "default": "./n.js"}, "lib", "a.js"),
        ({"types": "./a.d.ts", "default": "./a.js"}, "lib", "a.js"),
        ({"default": "./a.js", "browser": "./b.js"}, "lib", "a.js"),  # the first that holds, not the best
        ({"browser": {"development": "./n.js"}, "default": "./a.js"}, "lib", "a.js"),  # goes on behind a dead end
        ({"browser": {"import": {"default": "./a.js"}}}, "lib", "a.js"),
        ({".": {"browser": ["./a.js", "./n.js"]}}, "lib", "a.js"),
        (["a.js", "../a.js", None, {"node": "./n.js"}, "./a.js", "./b.js"], "lib", "a.js"),
        ([{"import": "./a.js"}, "./b.js"], "lib", "a.js"),
        ({"./f/*.js": "./dist/*.js"}, "lib/f/b.js", "dist/b.js"),
        ({"./f/*": "./dist/*.js"}, "lib/f/b", "dist/b.js"),
        ({"./f/*": "./dist/*/*.js"}, "lib/f/b", "dist/b/b.js"),
        ({"./*": "./*"}, "lib/dist/sub/b.js", "dist/sub/b.js"),
        ({"./*": "./n.js", "./dist/*": "./dist/b.js"}, "lib/dist/b", "dist/b.js"),  # the longest base
        ({"./d*": "./n.js", "./d*.js": "./a.js"}, "lib/d1.js", "a.js"),  # then the longest key
        ({"./d*s": "./n.js", "./d*.js": "./a.js"}, "lib/d1.js", "a.js"),
        ({"./*": None, "./b.js": "./b.js"}, "lib/b.js", "b.js"),  # an exact key before all patterns
        ({"./dist/*": "./dist/*", "./dist/sub/*": None}, "lib/dist/b.js", "dist/b.js"),
        ({"./%62": "./b%2ejs"}, "lib/%62", "b.js"),  # names are as written, targets are URLs
    ],
)
def test_exports_name_the_file(install, resolve, exports, specifier, file):
    files = ["a.js", "b.js", "n.js", "c.cjs", "dist/b.js", "dist/sub/b.js", "dist/b/b.js"]
    install("lib", {"exports": exports, "module": "n.js", "main": "n.js"}, files)
    assert resolve(specifier) == f"lib/{file}"


@pytest.mark.parametrize(
    ("exports", "specifier"),
    [
        ({}, "lib"),
        ([], "lib"),
        ([None], "lib"),
        ([None, {"bun": "./a.js"}], "lib"),
        ({".": None}, "lib"),
        ({"bun": "./a.js"}, "lib"),
        ({"browser": None, "default": "./a.js"}, "lib"),  # null ends the search
        ({"./b": "./a.js"}, "lib"),
        ("./a.js", "lib/a.js"),
        ({".": "./a.js"}, "lib/a.js"),
        ({".": "./a.js"}, "lib/package.json"),
        ({"./dist/*": "./*", "./dist/sub/*": None}, "lib/dist/sub/a.js"),
        ({"./dist/*": "./a.js"}, "lib/dist/"),
        ({"./dist/*": "./a.js"}, "lib/dist"),
        ({"./dist/": "./"}, "lib/dist/a.js"),  # folders ended with Node 17
        ({"./f/*": "./a.js"}, "lib/f/*/"),
        ({"./*x*": "./a.js"}, "lib/axa"),  # no key with two stars
        ({"./*x*": "./a.js"}, "lib/*x*"),
        ({"./*x*": "./a.js"}, "lib/ax*"),
        ({"./ab*ba": "./a.js"}, "lib/aba"),  # no letter twice
        ({"./dist*": "./a.js"}, "lib/dist"),  # a star is never empty
        (["../a.js", None], "lib"),  # the last one says why
    ],
)
def test_what_exports_do_not_name_is_refused(install, refused, exports, specifier):
    install("lib", {"exports": exports, "main": "./a.js"}, ["a.js", "dist/a.js"])
    expected = "is no name" if specifier.endswith("/") else "is not exported by 'lib'"
    assert expected in refused(specifier)


def test_what_is_not_exported_is_answered_with_the_nearest_name(install, refused):
    install("lib", {"exports": {".": "./a.js", "./decorators.js": "./a.js", "./internal": None}}, ["a.js"])
    assert "(did you mean 'lib/decorators.js'?)" in refused("lib/decorator.js")
    assert "(it exports 'lib', 'lib/decorators.js')" in refused("lib/zzz")
    assert "'lib/internal'" not in refused("lib/internals").partition("(")[2]


def test_a_package_that_exports_nothing_says_so(install, refused):
    install("lib", {"exports": {"./a": None}}, [])
    assert refused("lib/a") == "is not exported by 'lib' (it exports nothing)"


def test_a_name_is_not_proposed_for_itself(install, refused):
    install("lib", {"exports": {"./name": {"bun": "./a.js"}, "./names": "./a.js"}}, ["a.js"])
    assert "(did you mean 'lib/names'?)" in refused("lib/name")


def test_a_subpath_that_ends_in_a_slash_has_no_target():
    assert target_of({"./dist/": "./", "./*": "./*"}, "./dist/", frozenset()) is None


def test_only_some_of_many_names_are_shown(install, refused):
    install("lib", {"exports": {f"./{name}": "./a.js" for name in "abcdef"}}, [])
    assert refused("lib/zzzzzz").endswith("(it exports 'lib/a', 'lib/b', 'lib/c', …)")


@pytest.mark.parametrize(
    ("condition", "purpose"), [("node", "Node"), ("types", "TypeScript's types"), ("sass", "Sass")]
)
def test_what_is_for_others_only_says_for_whom(install, refused, condition, purpose):
    install("lib", {"exports": {condition: "./a.js"}}, ["a.js"])
    assert f"is exported by 'lib' for {purpose} only" in refused("lib")


@pytest.mark.parametrize("exports", [False, 5, {".": True}, {"import": 1}, [5], ["../a.js", 5]])
def test_a_target_that_is_no_string_is_refused(install, refused, exports):
    install("lib", {"exports": exports}, [])
    assert BROKEN in refused("lib")


def test_subpaths_and_conditions_side_by_side_are_refused(install, refused):
    install("lib", {"exports": {".": "./a.js", "import": "./a.js"}}, ["a.js"])
    assert f"{BROKEN}: its exports mix subpaths and conditions" in refused("lib")


def test_a_number_is_no_condition(install, refused):
    install("lib", {"exports": {".": {"0": "./a.js", "default": "./a.js"}}}, ["a.js"])
    assert f"{BROKEN}: a condition is a number" in refused("lib")


def test_a_target_that_does_not_exist_is_refused(install, refused):
    install("lib", {"exports": "./dist/a.js"}, ["dist/b.js"])
    assert refused("lib") == "leads to 'dist/a.js', which is no file (install 'lib' again: it should have this file)"
