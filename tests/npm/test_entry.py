from __future__ import annotations

import pytest

from tests.npm.packages import BROKEN


@pytest.mark.parametrize(
    ("fields", "file"),
    [
        ({"module": "m.js", "browser": "b.js", "main": "a.js"}, "m.js"),
        ({"module": "./m.js"}, "m.js"),
        ({"browser": "b.js", "main": "a.js"}, "b.js"),
        ({"main": "a.mjs"}, "a.mjs"),
        ({"main": "a", "type": "module"}, "a.js"),
        ({"main": "sub", "type": "module"}, "sub/index.js"),
        ({"main": "./sub/", "type": "module"}, "sub/index.js"),
        ({"main": "gone.js", "type": "module"}, "index.js"),
        ({"module": "gone.js", "main": "a.js", "type": "module"}, "a.js"),
        ({"main": False, "type": "module"}, "index.js"),
        ({"type": "module"}, "index.js"),
        ({"exports": None, "module": "m.js"}, "m.js"),
    ],
)
def test_without_exports_a_field_names_the_entry(install, resolve, fields, file):
    install("lib", fields, ["a.js", "a.mjs", "b.js", "m.js", "sub/index.js", "index.js"])
    assert resolve("lib") == f"lib/{file}"


def test_a_folder_without_package_json_has_an_index(install, resolve):
    install("lib", None, ["index.js", "b.js"])
    assert (resolve("lib"), resolve("lib/b.js")) == ("lib/index.js", "lib/b.js")


def test_what_main_names_must_be_known_to_be_a_module(install, refused, resolve):
    install("lib", {"main": "a.js"}, {"a.js": "window.lib = 1;"})
    assert "is CommonJS" in refused("lib")
    install("lib", {"main": "a.js", "type": "module"}, {})
    assert resolve("lib") == "lib/a.js"
    install("lib", {"main": "a.js"}, {"a.js": "import './b.js'; window.lib = 1;"})
    assert resolve("lib") == "lib/a.js"


def test_a_package_without_an_entry_says_so(install, refused):
    install("lib", {"style": "lib.css"}, {"lib.css": ""})
    assert refused("lib") == "has no entry (import one of its files: 'lib/…')"
    install("lib", {"main": "gone.js"}, {})
    assert refused("lib") == "leads to 'gone.js', which is not in the package (install it again)"


@pytest.mark.parametrize("field", ["module", "main", "browser"])
def test_a_field_that_is_no_string_is_refused(install, refused, field):
    install("lib", {field: 5}, ["index.js"])
    assert f"{BROKEN}: {field!r} is no string" in refused("lib")


def test_without_exports_any_file_is_as_written(install, resolve, refused):
    install("lib", {"module": "m.js"}, ["dist/a.js", "sub/index.js", "data.json", "x.css"])
    assert resolve("lib/dist/a.js") == "lib/dist/a.js"
    assert resolve("lib/data.json") == "lib/data.json"
    assert resolve("lib/x.css") == "lib/x.css"
    assert "(did you mean 'lib/dist/a.js'?)" in refused("lib/dist/a")
    assert "(did you mean 'lib/sub/index.js'?)" in refused("lib/sub")
    assert "(did you mean 'lib/dist/a.js'?)" in refused("lib/dist/A.js")
    assert "(look for it in " in refused("lib/nowhere/zzz.js")


@pytest.mark.parametrize("key", ["./dist/a.js", "dist/a.js", "./dist/a"])
def test_the_browser_table_replaces_files(install, resolve, key):
    install("lib", {"main": "dist/a.js", "type": "module", "browser": {key: "./b.js"}}, ["dist/a.js", "b.js", "c.js"])
    assert resolve("lib") == "lib/b.js"
    assert resolve("lib/dist/a.js") == "lib/b.js"
    assert resolve("lib/c.js") == "lib/c.js"


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (False, "is switched off for browsers by its package"),
        ("other-package", "is replaced by 'other-package' in browsers (import that)"),
        (5, "'browser' replaces 'a.js' by no string"),
        ("./../../x.js", "is outside of the package"),
    ],
)
def test_a_replacement_that_cannot_be_followed_is_refused(install, refused, new, message):
    install("lib", {"module": "a.js", "browser": {"./a.js": new}}, ["a.js"])
    assert message in refused("lib")


def test_exports_make_the_other_fields_unheard(install, resolve):
    install("lib", {"exports": "./a.js", "browser": {"./a.js": "./b.js"}, "module": 5}, ["a.js", "b.js"])
    assert resolve("lib") == "lib/a.js"
