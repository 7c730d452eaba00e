"""The forms in which a script names something by a literal, as patterns; see `pipeline.syntax.javascript_modules`."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pipeline.expressions import expression
from pipeline.syntax.javascript import BLOCK_COMMENT, LINE_COMMENT, LINE_END, NAME, SPACE, STRING

_TEMPLATE = rb"`[^`\\$]*+(?:(?:\\[\s\S]|\$(?!\{))[^`\\$]*+)*+`"
_ANY_LITERAL = b"(?:" + STRING + b"|" + _TEMPLATE + b")"
LITERAL = b"(?P<literal>" + _ANY_LITERAL + b")"
_DEEP = (1, 2, 3)  # import(("./a.js")) says the same as with one pair


class _Lexis(NamedTuple):
    """What stands between tokens, what a name is, and what is behind a word that is a whole one."""

    gap: bytes
    name: bytes
    ends: bytes


_PLAIN = _Lexis(rb"\s*+", rb"#?[A-Za-z_$][\w$]*+", rb"(?![\w$\\\x80-\xff])")
"""Without comments and whatever is beyond ASCII: most scripts have no more of it there, and it is soon compiled."""
_WHOLE = _Lexis(
    b"(?:" + b"|".join((rb"[ \n]", SPACE, LINE_END, LINE_COMMENT, BLOCK_COMMENT)) + b")*+",
    NAME,
    rb"(?![\w$\\]|(?!" + SPACE + b"|" + LINE_END + rb")[\x80-\xff])",
)
_MAY_HIDE = expression(rb"(?:[\w$#.,(){}*\s]++|" + _ANY_LITERAL + rb")*+(?:\Z|/(?:[/*]|\Z)|[\"'`\\\x80-\xff])")
"""Runs through what forms are made of to something for which the plain ones have no eye."""
REACH = 1000
"""Bytes that are looked at for it."""


def _begins(first: bytes, second: bytes = b"") -> dict[bytes, bytes]:
    """What the first byte behind a word may be, and the second behind each, spaces left out; any if none are said."""
    return dict.fromkeys((bytes([byte]) for byte in first), second)


_QUOTES, _HOSTS = b"\"'", b"swg"
_NAMES = string.ascii_letters.encode() + rb"_$\#"


@cache
def _forms(lexis: _Lexis) -> dict[bytes, list[tuple[str, Mapping[bytes, bytes], bytes]]]:
    """What may follow a word: the kind of each form, what it may begin with, and its pattern."""
    gap, name, ends = lexis

    def spaced(*parts: bytes) -> bytes:
        return gap.join(parts)

    def word(text: bytes) -> bytes:
        return text + ends

    alone = b"(?P<literal>" + STRING + b")"
    origin = spaced(word(b"from"), alone)
    named = rb"\{" + spaced(b"", b"(?:(?:" + name + b"|" + STRING + b"|,)" + gap + b")*+", rb"\}")
    namespace = spaced(rb"\*", word(b"as"), name)
    bindings = (
        b"(?:" + name + b"(?:" + spaced(b"", b",", b"(?:" + named + b"|" + namespace) + b"))?+"
        b"|" + named + b"|" + namespace + b")"
    )
    host = b"(?:" + spaced(word(b"(?:self|window|globalThis)"), rb"\.", b"") + b")?+"
    meta = spaced(rb"\.", word(b"meta"), rb"\.", b"")
    meta_url = spaced(word(b"import"), meta + word(b"url"))
    phase = b"(?:" + spaced(rb"\.", word(b"(?:defer|source)"), b"") + b")?+"
    every = rb"\*(?:" + spaced(b"", word(b"as"), b"(?:" + name + b"|" + STRING + b")") + b")?+"
    call = spaced(b"", rb"\(", b"")
    close = b"(?:" + spaced(b",", b"") + rb")?+\)"
    literals = spaced(_ANY_LITERAL, b"(?:" + spaced(b",", _ANY_LITERAL, b"") + b")*+")
    return {
        b"import": [
            ("static", _begins(_QUOTES), spaced(b"", alone)),
            ("static", _begins(_NAMES + b"{*"), spaced(b"", bindings, origin)),
            ("static", _begins(b"ds"), spaced(b"", word(b"(?:defer|source)"), bindings, origin)),
            *(
                (
                    "dynamic",
                    _begins(b"(", _QUOTES + b"`" if deep == 1 else b"(") | _begins(b".", b"ds"),
                    spaced(b"", phase, *[rb"\("] * deep, LITERAL, *[rb"\)"] * (deep - 1), b"[,)]"),
                )
                for deep in _DEEP
            ),
            ("resolve", _begins(b".", b"m"), spaced(b"", meta + word(b"resolve") + call + LITERAL, b"[,)]")),
        ],
        b"export": [("export", _begins(b"{*"), spaced(b"", b"(?:" + named + b"|" + every + b")", origin))],
        b"new": [
            (
                "beside",
                _begins(_HOSTS + b"U"),
                spaced(b"", host + word(b"URL") + call + LITERAL, b",", meta_url, close),
            ),
            (
                "worker",
                _begins(_HOSTS + b"SW"),
                spaced(b"", host + word(b"(?:Shared)?Worker") + call + LITERAL, b"[,)]"),
            ),
        ],
        b"asset_url": [("asset", _begins(b"("), call + spaced(LITERAL, close))],
        b"asset_manifest": [("manifest", _begins(b"("), call + b"(?P<literals>" + literals + b")" + close)],
    }


_SIGNIFICANT = expression(rb"\s*+(/(?=[/*])|[^/]?)\s*+([\s\S]?)")
_VEILED = frozenset((b"/", *(bytes([byte]) for byte in range(0x80, 0x100))))


def form(word: bytes, content: bytes, offset: int) -> tuple[str, re.Match[bytes]] | None:
    """What begins with a word, and its kind; the group ``literal`` is what it names, ``literals`` if it may be more.

    Args:
        word: ``import``, ``export``, ``new``, ``asset_url`` or ``asset_manifest``.
        content: the script.
        offset: of the word.
    """
    ahead = _SIGNIFICANT.match(content, offset + len(word))
    for number, (kind, begins, _) in enumerate(_forms(_PLAIN)[word]):
        if ahead and _may_begin(begins, ahead[1], ahead[2]):
            found = _pattern(word, number, _PLAIN).match(content, offset)
            if not found and _MAY_HIDE.match(content, offset, offset + REACH):
                found = _pattern(word, number, _WHOLE).match(content, offset)
            if found:
                return kind, found
    return None


def _may_begin(begins: Mapping[bytes, bytes], first: bytes, second: bytes) -> bool:
    """Whether a form may begin with two bytes; comments, and spaces beyond ASCII, may stand before all of it.

    The first is left out if it is a slash that begins no comment.
    """
    if first in _VEILED:
        return True
    wanted = begins.get(first)
    return wanted is not None and (not wanted or second in wanted or second in _VEILED)


@cache
def _pattern(word: bytes, number: int, lexis: _Lexis) -> re.Pattern[bytes]:
    """One of the forms; compiled for those who meet it, for each takes some milliseconds."""
    return re.compile(word + lexis.ends + _forms(lexis)[word][number][2])
