"""Each form is found by its short pattern or by its long one, as the long one alone would find it."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.syntax import javascript_forms
from pipeline.syntax.javascript_forms import REACH, form

GAPS = (
    *(b"", b"", b" ", b"\n", b"/* c */", b"// c\n", b" /**/ ", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"/"),
    *(b"z" * (REACH - 9), b" " * (REACH - 2), b'"z"', b'"' + b"z" * REACH + b'"', b"\\u0061", b"\xc3\xa9", b","),
)
TOKENS = (
    *(b'"a.js"', b"'b'", b"`c`", b"`${d}`", b'"', b"`", b"(", b")", b"{", b"}", b",", b".", b"*", b";", b"=", b"/*"),
    *(b"as", b"from", b"import", b"meta", b"url", b"resolve", b"URL", b"Worker", b"SharedWorker", b"self", b"window"),
    *(b"defer", b"source", b"default", b"a", b"$b", b"#c", b"\\u{64}", b"\xc3\xa9e"),
)
FORMS = (
    b'import G from G "x"',
    b'import G { G a G , G b G as G c G } G from G "x"',
    b'import G a G , G * G as G b G from G "x"',
    b'import G defer G * G as G a G from G "x"',
    b'import G ( G "x" G )',
    b'import G . G source G ( G ( G "x" G ) G ,',
    b'import G . G meta G . G resolve G ( G "x" G )',
    b'export G * G as G a G from G "x"',
    b'export G { G a G as G "b c" G } G from G "x"',
    b'new G URL G ( G "x" G , G import G . G meta G . G url G , G )',
    b"new G self G . G SharedWorker G ( G `x` G ,",
    b'asset_url G ( G "x" G , G )',
    b'asset_manifest G ( G "x" G , G "y" G )',
)


@st.composite
def candidates(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A word, and what a script has from there on: a form, more or less."""
    tokens = draw(st.sampled_from(FORMS)).split(b" ")
    parts = [draw(st.sampled_from(GAPS)) if each == b"G" else each for each in tokens]
    for _ in range(draw(st.integers(0, 2))):
        parts[draw(st.integers(1, len(parts) - 1))] = draw(st.sampled_from(TOKENS))
    return parts[0], b"".join(parts) + draw(st.sampled_from([b"", b";", b"\n", b"/"]))


def by_the_long_ones(word: bytes, content: bytes) -> tuple[str, re.Match[bytes]] | None:
    whole = javascript_forms._WHOLE
    for number, (kind, *_) in enumerate(javascript_forms._forms(whole)[word]):
        if found := javascript_forms._pattern(word, number, whole).match(content):
            return kind, found
    return None


def told(found: tuple[str, re.Match[bytes]] | None) -> Any:
    return found and (found[0], found[1].span(), found[1].groupdict())


@settings(max_examples=2000)
@given(candidates())
@example((b"import", b"import{" + b"z" * (REACH - 20) + b'} /**/ from /**/ "x"'))
@example((b"import", b'import{\\u0061} from "x"'))
@example((b"import", b'import "' + b"z" * REACH + b'"'))
@example((b"import", b"import(`" + b"z" * REACH + b"`/**/)"))
@example((b"import", b"import/no-unused-modules"))
def test_a_form_is_found_as_the_long_patterns_find_it(candidate: tuple[bytes, bytes]) -> None:
    word, content = candidate
    assert told(form(word, content, 0)) == told(by_the_long_ones(word, content))


def test_every_form_is_found_with_nothing_and_with_comments_between_its_tokens() -> None:
    for each in FORMS:
        word = each.split(b" ")[0]
        for gap in (b" ", b" /* c */ ", b"\xc2\xa0// c\n"):
            content = each.replace(b" G ", gap).replace(b"`x`", b'"x"')
            if b"import" + gap + b"from" not in content:
                assert form(word, content, 0), content
