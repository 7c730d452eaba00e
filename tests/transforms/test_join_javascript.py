from __future__ import annotations

import json
import subprocess

import pytest

from pipeline.errors import TransformError
from pipeline.transforms._join_javascript import join
from tests.tools import require_tool


def joined(*parts):
    return join([(f"{index}.js", part.encode()) for index, part in enumerate(parts)])


def printed(*parts):
    """What Node prints of the value of the last part."""
    code = joined(*parts).content.decode()
    program = f"console.log(JSON.stringify(require('vm').runInThisContext({json.dumps(code)})))"
    run = subprocess.run([require_tool("node"), "-e", program], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (["var a=1", "var b=2", "a+b"], 3),
        (["var f=function(){return 7}", "(function(){globalThis.x=1})()", "typeof f"], "function"),
        (["var a=1 // end", "var b=2", "a+b"], 3),
        (["var a=1 /* end */", "[2].forEach(x => a += x)", "a"], 3),
        (["var a=1;\n// end", "`x`", "a"], 1),
        (["'use strict';var a=1;", "undeclared=2;", "a+undeclared"], 3),
        (["'use strict';var a=1", "'use strict';function f(){ return this === undefined }", "'use strict';f()"], True),
        (["#!/usr/bin/env node\nvar a=1", "#!/usr/bin/env node\nvar b=2", "a+b"], 3),
        (["\ufeffvar a=1", "\ufeffvar b=2", "a+b"], 3),
        (["var a='<!--'", "var b='-->'", "a+b"], "<!---->"),
        (["<!-- hidden\nvar a=1\n--> hidden", "a"], 1),
        (["", "// nothing", "var a=1", "a"], 1),
        (["var a=1\r\n", "var b=2\r\n", "a+b"], 3),
        (["function f(){return 1}", "f()"], 1),
        (["var a = {}", "/x/.test('x')"], True),
    ],
)
def test_no_script_breaks_the_next_one(parts, value):
    assert printed(*parts) == value


@pytest.mark.parametrize(
    ("module", "line", "column"),
    [
        ("import a from 'a'", 1, 1),
        ("let x;\nimport 'a'", 2, 1),
        ("let a\nexport {a}", 2, 1),
        ("export default 1", 1, 1),
        ("function f(){}export const b = 1", 1, 15),
        ("f(import.meta.url)", 1, 3),
        ("import.meta.url", 1, 1),
        ("let a = await fetch('x')", 1, 9),
        ("await f()", 1, 1),
        ("await import('x')", 1, 1),
        ("if (x) { await f() }", 1, 10),
        ("try { x = [await f()] } catch {}", 1, 12),
        ("f(await g())", 1, 3),
        ("const f = async () => 1, g = await h()", 1, 30),
    ],
)
def test_a_module_is_refused_with_its_place_and_a_hint(module, line, column):
    with pytest.raises(TransformError, match="is a module, and modules cannot be joined") as caught:
        joined("a", module)
    assert (caught.value.path, caught.value.line, caught.value.column) == ("1.js", line, column)
    assert 'type="module"' in caught.value.hint


@pytest.mark.parametrize(
    "script",
    [
        "import('a')",
        "x.import.y; x.export = 1",
        "// import a from 'a'\n'export default 1'",
        "`import a from 'a'`",
        "({import: 1, export: 2})",
        "const f = async () => await g()",
        "async function f(){ await g() }",
        "const f = async () => { if (x) { await g() } }",
        "x = { async f(a) { await g(a) } }",
        "f(async () => await g(), [async () => h(await i())])",
        "x.await (y)",
        "var await = 1; await = 2",
    ],
)
def test_what_only_looks_like_a_module_is_joined(script):
    assert script.encode() in joined("a", script).content


@pytest.mark.parametrize(
    ("script", "message", "line", "column"),
    [
        ("a\n'b", "string without an end", 2, 1),
        ("/* a", "comment without an end", 1, 1),
        ("`a${b", "'}' is missing at the end", 1, 6),
        ("a(]", "']' closes nothing, not ')'", 1, 3),
        ("function f(){", "'}' is missing at the end", 1, 14),
    ],
)
def test_a_script_that_would_swallow_the_next_one_is_refused(script, message, line, column):
    with pytest.raises(TransformError) as caught:
        joined("a", script, "b")
    assert caught.value.message == f"cannot be read to its end: {message}"
    assert (caught.value.path, caught.value.line, caught.value.column) == ("1.js", line, column)


def test_one_script_comes_back_as_it_is_also_a_module():
    assert joined("\ufeffimport 'a'\n//# sourceMappingURL=x.map").content == b"import 'a'\n//# sourceMappingURL=x.map"


def test_source_maps_that_would_be_wrong_are_dropped_and_line_ends_stay():
    content = joined("a;\r\n//# sourceMappingURL=a.map\r\n", "b;\n/*# sourceMappingURL=b.map */ c;").content
    assert content == b"a;\r\n\r\nb;\n c;\n"


def test_a_directive_that_is_put_out_of_force_is_told():
    assert joined("'use strict'; a", "b").notes
    assert joined("a", "'use strict'; b").notes
    assert joined("'use strict'; a", "'use strict'; b").notes == ()
    assert joined("'use strict'.length; a", "b").notes == ()
    assert joined("'use strict' in {}; a", "b").notes == ()
    assert joined("'use strict'; a", "/* nothing */").notes == ()
