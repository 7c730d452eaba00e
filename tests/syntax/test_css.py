"""The tokens of stylesheets."""

from __future__ import annotations

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from pipeline.syntax.css import TOKEN, name, nest, plain, skimmer, start, unescape


def tokens(content: bytes) -> list[tuple[str | None, bytes]]:
    return [(match.lastgroup, match[0]) for match in TOKEN.finditer(content)]


def kinds(content: bytes) -> str:
    return " ".join(str(kind) for kind, _ in tokens(content) if kind != "space")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"/* a *//**//***/", "comment comment comment"),
        (b"/* a", "open_comment"),
        (b"/*/", "open_comment"),
        (b"'a\\'b' \"a\\\"b\"", "string string"),
        (b"'a\\\nb\\\r\nc\\\rd\\\fe'", "string"),
        (b"'\\65\nb' '\\65\r\nb'", "string string"),
        (b"'a", "open_string"),
        (b"'a\\", "open_string"),
        (b"'a\\'", "open_string"),
        (b"'a\nb", "bad_string ident"),
        (b"'a\rb", "bad_string ident"),
        (b'"a\fb', "bad_string ident"),
        (b"url(a) URL( a ) url() url( \n)", "url url url url"),
        (b"\\75 rl(a) u\\72l(a) \\000075\r\nRL(a) \\U\\R\\L(a)", "url url url url"),
        (b"url('a') url( \"a\")", "function string close function string close"),
        (b"url(a\\)b) url(\\", "url url"),
        (b"url(a", "url"),
        (b"url(a b) c url(a(b) url(a'b) url(a\\\nb) url(\x01)", "bad_url ident bad_url bad_url bad_url bad_url"),
        (b"url(a b\\)c", "bad_url"),
        (b"url(\x00\xc3\xa9)", "url"),
        (b"url-prefix(a) furl(a)", "function ident close function ident close"),
        (b"#url(a) #1 #", "hash open ident close hash delim"),
        (
            b"10url(a) 1e3 -.5e-3px +1 50% 1e-x 1.a .5.5",
            "number open ident close " + "number " * 6 + "delim ident number number",
        ),
        (b"@a @-b @--c @\\64 @1 @", "at at at at delim number delim"),
        (b"a --b -c \\64 e -\\64 \x80 \x00 - -1", "ident ident ident ident ident ident delim number"),
        (b"a\\ b\\\xc3\xa9c", "ident"),
        (b"a\\", "ident"),
        (b"\\\n", "delim"),
        (b"<!--a--> --><", "cd ident delim cd delim"),
        (b":;,([{)]}", "colon semicolon comma open open open close close close"),
        (b"/a*b", "delim ident delim ident"),
    ],
)
def test_kinds(content: bytes, expected: str) -> None:
    assert kinds(content) == expected.strip()


def test_white_space_of_all_kinds_is_one_token() -> None:
    assert tokens(b" \t\n\r\f") == [("space", b" \t\n\r\f")]


def test_the_target_of_a_url_has_no_white_space_around_it() -> None:
    match = TOKEN.match(b"url( \na\\  )")
    assert match
    assert match["target"] == b"a\\ "


@given(st.text(st.sampled_from("ab1-.+#@'\"\\/*(){}[];:, \n\r\f<!->%eE\0é")).map(str.encode))
def test_every_byte_is_in_one_token(content: bytes) -> None:
    assert b"".join(text for _, text in tokens(content)) == content


KINDS = {
    "whitespace": "space", "ident": "ident", "at-keyword": "at", "hash": "hash", "string": "string", "url": "url",
    "number": "number", "percentage": "number", "dimension": "number", "comment": "comment",
}  # fmt: skip


WORDS = ["a", "-", "1", ".5", "e3", "#", "@", "'b'", "/*c*/", "+", "%", "é", "x", " ", " url(d)", "\n", "\\64 "]


@given(st.lists(st.sampled_from(WORDS)))
def test_another_tokenizer_sees_the_same(pieces: list[str]) -> None:
    content = "".join(pieces)
    theirs = [KINDS.get(node.type, "delim") for node in tinycss2.parse_component_value_list(content)]
    assert [kind for kind, _ in tokens(content.encode())] == theirs


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a", "a"),
        (b"\\61", "a"),
        (b"\\61 b", "ab"),
        (b"\\61\r\nb", "ab"),
        (b"\\61\n\nb", "a\nb"),
        (b"\\000061b", "ab"),
        (b"\\0000611", "a1"),
        (b"\\1F600", "\U0001f600"),
        (b"\\0 \\D800 \\DFFF \\110000 \\FFFFFF", "\ufffd" * 5),
        (b"\\g\\\\\\'", "g\\'"),
        (b"a\\\nb\\\r\nc\\\rd\\\fe", "abcde"),
        (b"a\\", "a\ufffd"),
        (b"\0\\\0", "\ufffd\ufffd"),
        (b"\xc3\xa9\\\xc3\xa9\xff", "éé\ufffd"),
    ],
)
def test_escapes(raw: bytes, expected: str) -> None:
    assert unescape(raw) == expected


def test_names_are_compared_without_case_in_ascii_only() -> None:
    content = "@IM\\50ORT @\\( \\75 RL('') \u212a".encode()
    named = [name(match) for match in TOKEN.finditer(content) if match.lastgroup in ("at", "function", "ident")]
    assert named == ["import", "(", "url", "\u212a"]  # the Kelvin sign, whose lower case is an ASCII k elsewhere


def test_a_byte_order_mark_is_no_token() -> None:
    assert start(b"\xef\xbb\xbfa") == 3
    assert start(b"a") == 0


def test_a_skimmer_stops_only_where_asked() -> None:
    content = b"a#b{c:-1px 'x{y' /*k*/ f(g) \\64  url(h)}@i -->--j(10url(k)) 'l"
    stops = [(match.lastgroup, match.group(match.lastgroup or 0)) for match in skimmer(b"{}").finditer(content)]
    assert stops == [
        ("open", b"{"), ("comment", b"/*k*/"), ("function", b"f("), ("ident", b"\\64 "), ("url", b"url(h)"),
        ("close", b"}"), ("at", b"@i"), ("cd", b"-->"), ("function", b"--j("), ("open_string", b"'l"), (None, b""),
    ]  # fmt: skip


STOPS = b"{}()[];:=>"


PIECES = [*WORDS, "10", "url(", "u", "\\", "{", "}", ")", "'", ":", "<!--", "-->", "/*", "*/", "."]


@given(st.lists(st.sampled_from(PIECES)))
def test_a_skimmer_and_the_tokens_agree(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    seen = [
        (match.start(match.lastgroup), match.end()) for match in skimmer(STOPS).finditer(content) if match.lastgroup
    ]
    every = {match.span(): match for match in TOKEN.finditer(content)}
    assert set(seen) <= set(every)
    passed = {every[span].lastgroup for span in set(every) - set(seen)}
    assert passed <= {"space", "ident", "number", "hash", "string", "comma", "delim", "colon", "semicolon"}


FETCHING = ("url", "src", "image-set", "-webkit-image-set")
SPELT = [
    *PIECES,
    *FETCHING,
    *(f"{each}(" for each in FETCHING),
    "@a",
    "@",
    "#",
    "-",
    "<",
    "(",
    "\\(",
    "\\75 ",
    "\\72 l(",
    "1e",
]


@given(st.lists(st.sampled_from(SPELT)))
def test_passing_over_what_is_plain_ends_where_a_token_begins_and_passes_over_no_url(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    found = [*TOKEN.finditer(content)]
    spans = [match.span() for match in found]
    numbers = [(match.lastgroup, match.end()) for match in found if match.lastgroup == "number"]
    for position in [*(match.start() for match in found), len(content)]:
        end = plain(content, position)
        if next_one := TOKEN.match(content, end):
            assert next_one.span() in spans or (next_one.lastgroup, next_one.end()) in numbers
        passed = [match for match in found if position <= match.start() < end]
        assert not {match.lastgroup for match in passed} & {"url", "bad_url", "at", "comment", "open_comment"}
        assert not {name(match) for match in passed if match.lastgroup == "function"} & {*FETCHING}


def test_what_is_plain_takes_one_step() -> None:
    content = b"a{b:c(d) 'e' 1px/2 \\64 #f}-->g"
    assert plain(content, 0) == len(content)


def test_brackets_that_close_nothing_are_passed_over() -> None:
    closers: list[bytes] = []
    for match in TOKEN.finditer(b"}f([{a)]}] {"):
        nest(match, closers)
    assert closers == [b")", b"}"]


HOSTILE = [
    b"url(",
    b"url( " + b" " * 99,
    b"/*",
    b'"\\',
    b"'\\\n",
    b"\\",
    b"{(",
    b"#",
    b"-",
    b"\\75",
    b"1e",
    b"<!",
    b"url(\\",
    b"xurl(",
    b"#url(",
    b"1src(",
    b"a\\b",
    b"\\b(",
    b"a",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_megabytes_come_to_an_end(text: bytes) -> None:
    content = text * (2_000_000 // len(text))
    assert sum(len(match[0]) for match in TOKEN.finditer(content)) == len(content)
    assert sum(len(match[0]) for match in skimmer(STOPS).finditer(content)) == len(content)
    position = 0
    while match := TOKEN.match(content, plain(content, position)):
        position = match.end()
    assert plain(content, position) == len(content)
