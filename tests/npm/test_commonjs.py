from __future__ import annotations

import pytest

from tests.npm.packages import COMMONJS, MODULE


@pytest.mark.parametrize(
    "content",
    [
        "module.exports = 1;",
        "exports.a = 1;",
        "exports['a'] = 1;",
        'Object.defineProperty(exports, "__esModule", { value: true });',
        "const fs = require('fs');",
        "import('x'); module . exports = {}",
        "'import x from \"y\"'; // export {}\nexports.a = `export {}`",
        "import ('x'); exports.a = 1",
        "exports.a = { export : 1 }",
        "if (x) { module.exports = 1 }",
        "!function(g,f){'object'==typeof exports?f(exports):f(g.a={})}(this,function(exports){exports.a=1})",
    ],
)
def test_a_file_that_uses_what_node_gives_to_commonjs_is_refused(install, refused, content):
    install("lib", {"exports": "./a.js"}, {"a.js": content})
    assert "is CommonJS, which browsers cannot load (bundle it with esbuild, or " in refused("lib")


@pytest.mark.parametrize(
    "content",
    [
        "import a from './b.js'; module.exports",
        "const a = 1;export{a as default};",
        "require('x'); function f() { return import.meta.url }",
        "window.lib = 1;",
        "a.exports.b = a.require('x');",
        "// module.exports = 1\n'require(1)'",
        "var lib = (function (exports) { exports.a = 1; return exports })({});",
        "import('./b.js')",
        "",
    ],
)
def test_a_file_that_browsers_can_load_is_no_commonjs(install, resolve, content):
    install("lib", {"exports": "./a.js"}, {"a.js": content})
    assert resolve("lib") == "lib/a.js"


def test_the_name_of_a_file_decides_first(install, resolve, refused):
    install("lib", {"type": "module"}, {"a.cjs": MODULE, "b.mjs": COMMONJS, "c.js": COMMONJS, "d.json": COMMONJS})
    assert "is CommonJS" in refused("lib/a.cjs")
    assert [resolve(f"lib/{name}") for name in ("b.mjs", "c.js", "d.json")] == ["lib/b.mjs", "lib/c.js", "lib/d.json"]


def test_the_nearest_package_json_says_the_type(install, resolve, refused):
    files = {"esm/deep/a.js": COMMONJS, "esm/package.json": '{"type": "module"}', "cjs/a.js": COMMONJS}
    install("lib", {"exports": {"./*": "./*"}}, files)
    assert resolve("lib/esm/deep/a.js") == "lib/esm/deep/a.js"
    assert "is CommonJS" in refused("lib/cjs/a.js")


def test_what_is_exported_for_require_only_is_commonjs(install, refused):
    install("lib", {"exports": {"require": "./a.js"}}, ["a.js"])
    assert "is CommonJS" in refused("lib")


@pytest.mark.parametrize("file", ["dist/lib.esm.js", "dist/lib.module.js", "lib.mjs", "esm/index.js"])
def test_the_es_module_build_of_a_commonjs_package_is_named(install, refused, file):
    other = {"dist/lib.esm.txt": MODULE, "dist/es.old.js": COMMONJS, "esm/constant.js": MODULE}
    install("lib", {"main": "a.js"}, {"a.js": COMMONJS, file: MODULE, **other})
    assert refused("lib").endswith(f"or use its ES module build: 'lib/{file}')")


def test_a_package_that_has_no_es_module_build_is_to_be_mapped(install, refused):
    install("lib", {"main": "a.js"}, {"a.js": COMMONJS})
    assert refused("lib").endswith("(bundle it with esbuild, or map an ES module build of it in [modules.imports])")
