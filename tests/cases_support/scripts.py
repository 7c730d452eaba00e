"""A small reader of the source map comment of a published script, and a run of it in Node."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from tests.cases_support.stylesheets import Found
from tests.tools import require_tool

PIECE = re.compile(
    r"(?P<string>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`)"
    r"|(?P<line>//[^\n\r\u2028\u2029]*)|(?P<block>/\*.*?\*/)|.",
    re.DOTALL,
)
NAMED = re.compile(r"//[#@]\s+sourceMappingURL=(\S+)\s*")
EVALUATE = """
const vm = require("vm"), [code, expression] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const context = vm.createContext({}); context.window = context; context.self = context;
vm.runInContext(code, context);
console.log(JSON.stringify(vm.runInContext(expression, context)));
"""


def source_maps(text: str) -> list[Found]:
    """The last line comment that names a source map; strings and templates hold none."""
    comments = [piece["line"] for piece in PIECE.finditer(text) if piece["line"]]
    named = [match[1] for comment in comments if (match := NAMED.fullmatch(comment))]
    return [Found("sourcemap", named[-1])] if named else []


def evaluate(code: str, expression: str) -> Any:
    """The value of an expression after a script has run in a context of its own."""
    done = subprocess.run(
        [require_tool("node"), "-e", EVALUATE],
        input=json.dumps([code, expression]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
