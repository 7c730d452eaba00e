from __future__ import annotations

import pytest

from pipeline.references import splice
from pipeline.references.javascript import JAVASCRIPT


def found(text):
    return [(each.specifier, each.kind) for each in JAVASCRIPT.find(text.encode())]


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
def test_the_last_comment_that_names_a_map_counts(text):
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
def test_what_is_no_such_comment_at_the_end_is_none(text):
    assert found(text) == []


def test_a_script_that_cannot_be_read_is_believed_in_its_last_line_only():
    assert found("let a = <div>it's</div>\n//# sourceMappingURL=a.map\n") == [("a.map", "sourcemap")]
    assert found("let a = 'x\n//# sourceMappingURL=a.map\nb") == []


@pytest.mark.parametrize(
    ("text", "url", "written"),
    [
        ("//# sourceMappingURL=a.map", "b c.map", "//# sourceMappingURL=b%20c.map"),
        ("/*# sourceMappingURL=a.map */", "b*/c.map", "/*# sourceMappingURL=b%2A/c.map */"),
    ],
)
def test_a_url_ends_neither_the_comment_nor_itself(text, url, written):
    (reference,) = JAVASCRIPT.find(text.encode())
    new = JAVASCRIPT.embed(url, text.encode(), reference)
    assert splice(text.encode(), [(reference.start, reference.stop, new)]) == written.encode()


def test_the_whole_comment_can_be_taken_out():
    text = b"let a;\n//# sourceMappingURL=a.map\r\n"
    (reference,) = JAVASCRIPT.find(text)
    assert reference.whole
    assert splice(text, [(*reference.whole, b"")]) == b"let a;\n\r\n"
