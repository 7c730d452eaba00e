from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.references import javascript, splice
from pipeline.references.javascript import JAVASCRIPT
from pipeline.syntax.javascript_skim import skim


def found(text: str) -> list[tuple[str, str]]:
    return [(each.specifier, each.kind) for each in JAVASCRIPT.find(text.encode())]


def written(text: str, url: str) -> str:
    content = text.encode()
    changes = [(each.start, each.stop, JAVASCRIPT.embed(url, content, each)) for each in JAVASCRIPT.find(content)]
    return splice(content, changes).decode()


@pytest.mark.parametrize(
    "text",
    [
        "let a;\n//# sourceMappingURL=a.map",
        "let a;\n//# sourceMappingURL=a.map\n\n",
        "let a;\n//@ sourceMappingURL=a.map\r\n",
        "let a;\n/*# sourceMappingURL=a.map */",
        "let a;/*# sourceMappingURL=a.map*/\n// the end",
        "let a; //# sourceMappingURL=a.map \t",
        "//# sourceMappingURL=b.map\nlet a;\n//# sourceMappingURL=a.map",
        "//# sourceURL=x\n//# sourceMappingURL=a.map",
        "//# sourceMappingURL=a.map\n//# sourceURL=webpack:///a.js\n",
        "#!/usr/bin/env node\n//# sourceMappingURL=a.map",
        "\ufefflet a;\n//# sourceMappingURL=a.map",
        "let s = `//# sourceMappingURL=b.map\n${`x`}`, r = /'/;\n//# sourceMappingURL=a.map",
    ],
)
def test_the_last_comment_that_names_a_map_counts(text: str) -> None:
    assert found(text) == [("a.map", "sourcemap")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "let a;",
        "//# sOuRcEMaPpInGURL=a.map",
        "//# sourceMappingURL=a.map\nlet a;",
        "const s = `\n//# sourceMappingURL=a.map\n`;",
        "const s = '//# sourceMappingURL=a.map'",
        "const r = /[/]# sourceMappingURL=a.map/",
        "// # sourceMappingURL=a.map",
        "//# sourceMappingURL=",
        "// see //# sourceMappingURL=a.map",
    ],
)
def test_what_is_no_such_comment_at_the_end_is_none(text: str) -> None:
    assert found(text) == []


def test_a_script_that_cannot_be_read_is_believed_in_its_last_line_only() -> None:
    assert found("let a = <div>it's</div>\n//# sourceMappingURL=a.map\n") == [("a.map", "sourcemap")]
    assert found("let a = 'x\n//# sourceMappingURL=a.map\nb") == []


@pytest.mark.parametrize(
    ("text", "url", "written"),
    [
        ("//# sourceMappingURL=a.map", "b c.map", "//# sourceMappingURL=b%20c.map"),
        ("/*# sourceMappingURL=a.map */", "b*/c.map", "/*# sourceMappingURL=b%2A/c.map */"),
    ],
)
def test_a_url_ends_neither_the_comment_nor_itself(text: str, url: str, written: str) -> None:
    (reference,) = JAVASCRIPT.find(text.encode())
    new = JAVASCRIPT.embed(url, text.encode(), reference)
    assert splice(text.encode(), [(reference.start, reference.stop, new)]) == written.encode()


def test_the_whole_comment_can_be_taken_out() -> None:
    text = b"let a;\n//# sourceMappingURL=a.map\r\n"
    (reference,) = JAVASCRIPT.find(text)
    assert reference.whole
    assert splice(text, [(*reference.whole, b"")]) == b"let a;\n\r\n"


def test_references_are_in_order_and_do_not_overlap() -> None:
    text = "import a from './a.js';new Worker(asset_url('w.js'));export*from'./b.js';x=`${import('./c.js')}`\n"
    text += "//# sourceMappingURL=a.map"
    assert found(text) == [
        ("./a.js", "module"),
        ("w.js", "asset"),
        ("./b.js", "module"),
        ("./c.js", "module"),
        ("a.map", "sourcemap"),
    ]


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        ("import './a.js'", "b.js", "import './b.js'"),
        ("import './a.js'", ".b.js", "import './.b.js'"),
        ("import './a.js'", "../b.js", "import '../b.js'"),
        ("import './a.js'", "/b.js", "import '/b.js'"),
        ("import './a.js'", "https://b.test/c.js", "import 'https://b.test/c.js'"),
        ("import.meta.resolve('./a.js')", "b.js", "import.meta.resolve('./b.js')"),
        ("new URL('./a.js', import.meta.url)", "b.js", "new URL('b.js', import.meta.url)"),
        ("import './a.js'", "./it's.js", r"import './it\'s.js'"),
        ('import "./a.js"', "./it's.js", 'import "./it\'s.js"'),
        ('import "./a.js"', './"\\\n\r\u2028\u2029', r'import "./\"\\\n\r\u2028\u2029"'),
        ("import(`./a.js`)", "./`${a}$b", r"import(`./\`\${a}$b`)"),
        ("import('./a.js')", "./`${a}", "import('./`${a}')"),
        ("src = asset_url('a.png')", 'b"c.png', r'src = "b\"c.png"'),
        ("return asset_url ( /**/ `a.png`, )+1", "b.png", 'return "b.png"+1'),
        ("x = asset_manifest('a', `b`)", '[{"url": "a"}]', 'x = [{"url": "a"}]'),
    ],
)
def test_a_url_is_written_as_its_place_needs_it(text: str, url: str, expected: str) -> None:
    assert written(text, url) == expected


def test_a_call_of_asset_url_is_replaced_as_a_whole() -> None:
    assert found("img.src = asset_url('img/logo.svg');") == [("img/logo.svg", "asset")]
    assert written("`<img src=${asset_url('a.png')}>`", "b.png") == '`<img src=${"b.png"}>`'


def test_a_manifest_names_its_globs_one_a_line() -> None:
    assert found("self.list = asset_manifest('js/**', /* 'x' */ \"css/**\" , `img/*` , )") == [
        ("js/**\ncss/**\nimg/*", "manifest")
    ]


PARTS = (
    *(
        "\n",
        "\r\n",
        " ",
        "\t",
        "`",
        '"',
        "'",
        "/*",
        "*/",
        "//",
        "x",
        "=",
        "/",
        "\\",
        "${",
        "}",
        "{",
        "<!--",
        "-->",
        ";",
    ),
    *("#!", "\u2028", "é", "\ufeff", "//# sourceMappingURL=b.map", "/*# sourceMappingURL=c.map */", "/a`b/"),
)
ENDS = ("", "\n", "\r\n\n", " ", " \n", "\nx", "`", '"', "*/", "'")


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(PARTS), max_size=9), st.sampled_from(("", "\n", "\r\n  ")), st.sampled_from(ENDS))
@example(["x", "=", "`"], "\n", "")
@example(["/*"], "\n", "\n")
@example(['"', "x", "\\"], "\n", "\n")
def test_the_last_line_says_what_reading_the_whole_script_says(parts: list[str], line: str, end: str) -> None:
    content = f"{''.join(parts)}{line}//# sourceMappingURL=a.map{end}".encode()
    assert javascript.find(content) == javascript._source_map(content, [*skim(content)])
