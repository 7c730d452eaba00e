"""The forms in which a script names something by a literal, as patterns; see `pipeline.syntax.javascript_modules`."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache

from pipeline.expressions import expression
from pipeline.syntax.javascript import BLOCK_COMMENT, LINE_COMMENT, LINE_END, NAME, SPACE, STRING

_GAP = rb"(?:[ \n]|" + SPACE + b"|" + LINE_END + b"|" + LINE_COMMENT + b"|" + BLOCK_COMMENT + b")*+"
_TEMPLATE = rb"`[^`\\$]*+(?:(?:\\[\s\S]|\$(?!\{))[^`\\$]*+)*+`"
_ENDS = rb"(?![\w$\\]|(?!" + SPACE + b"|" + LINE_END + rb")[\x80-\xff])"


def _spaced(*parts: bytes) -> bytes:
    """Tokens with any spaces and comments between them."""
    return _GAP.join(parts)


def _word(text: bytes) -> bytes:
    return text + _ENDS


_ANY_LITERAL = b"(?:" + STRING + b"|" + _TEMPLATE + b")"
LITERAL = b"(?P<literal>" + _ANY_LITERAL + b")"
_LITERALS = _spaced(_ANY_LITERAL, b"(?:" + _spaced(b",", _ANY_LITERAL, b"") + b")*+")
_STRING_ALONE = b"(?P<literal>" + STRING + b")"
_FROM = _spaced(_word(b"from"), _STRING_ALONE)
_NAMED = rb"\{" + _spaced(b"", b"(?:(?:" + NAME + b"|" + STRING + b"|,)" + _GAP + b")*+", rb"\}")
_SPACE_OF_NAMES = _spaced(rb"\*", _word(b"as"), NAME)
_BINDINGS = (
    b"(?:" + NAME + b"(?:" + _spaced(b"", b",", b"(?:" + _NAMED + b"|" + _SPACE_OF_NAMES) + b"))?+"
    b"|" + _NAMED + b"|" + _SPACE_OF_NAMES + b")"
)
_HOST = b"(?:" + _spaced(_word(b"(?:self|window|globalThis)"), rb"\.", b"") + b")?+"
_META = _spaced(rb"\.", _word(b"meta"), rb"\.", b"")
_META_URL = _spaced(_word(b"import"), _META + _word(b"url"))
_PHASE = b"(?:" + _spaced(rb"\.", _word(b"(?:defer|source)"), b"") + b")?+"
_ALL = rb"\*(?:" + _spaced(b"", _word(b"as"), b"(?:" + NAME + b"|" + STRING + b")") + b")?+"
_CALL = _spaced(b"", rb"\(", b"")

_CLOSE = b"(?:" + _spaced(b",", b"") + rb")?+\)"
_DEEP = (1, 2, 3)  # import(("./a.js")) says the same as with one pair


def _begins(first: bytes, second: bytes = b"") -> dict[bytes, bytes]:
    """What the first byte behind a word may be, and the second behind each, spaces left out; any if none are said."""
    return dict.fromkeys((bytes([byte]) for byte in first), second)


_QUOTES, _HOSTS = b"\"'", b"swg"
_NAMES = string.ascii_letters.encode() + rb"_$\#"
_FORMS = {
    b"import": (
        ("static", _begins(_QUOTES), _spaced(b"", _STRING_ALONE)),
        ("static", _begins(_NAMES + b"{*"), _spaced(b"", _BINDINGS, _FROM)),
        ("static", _begins(b"ds"), _spaced(b"", _word(b"(?:defer|source)"), _BINDINGS, _FROM)),
        *(
            (
                "dynamic",
                _begins(b"(", _QUOTES + b"`" if deep == 1 else b"(") | _begins(b".", b"ds"),
                _spaced(b"", _PHASE, *[rb"\("] * deep, LITERAL, *[rb"\)"] * (deep - 1), b"[,)]"),
            )
            for deep in _DEEP
        ),
        ("resolve", _begins(b".", b"m"), _spaced(b"", _META + _word(b"resolve") + _CALL + LITERAL, b"[,)]")),
    ),
    b"export": (("export", _begins(b"{*"), _spaced(b"", b"(?:" + _NAMED + b"|" + _ALL + b")", _FROM)),),
    b"new": (
        (
            "beside",
            _begins(_HOSTS + b"U"),
            _spaced(b"", _HOST + _word(b"URL") + _CALL + LITERAL, b",", _META_URL, _CLOSE),
        ),
        (
            "worker",
            _begins(_HOSTS + b"SW"),
            _spaced(b"", _HOST + _word(b"(?:Shared)?Worker") + _CALL + LITERAL, b"[,)]"),
        ),
    ),
    b"asset_url": (("asset", _begins(b"("), _CALL + _spaced(LITERAL, _CLOSE)),),
    b"asset_manifest": (("manifest", _begins(b"("), _CALL + b"(?P<literals>" + _LITERALS + b")" + _CLOSE),),
}
_SIGNIFICANT = expression(rb"\s*+([\s\S]?)\s*+([\s\S]?)")
_VEILED = frozenset((b"/", *(bytes([byte]) for byte in range(0x80, 0x100))))


def form(word: bytes, content: bytes, offset: int) -> tuple[str, re.Match[bytes]] | None:
    """What begins with a word, and its kind; the group ``literal`` is what it names, ``literals`` if it may be more.

    Args:
        word: ``import``, ``export``, ``new``, ``asset_url`` or ``asset_manifest``.
        content: the script.
        offset: of the word.
    """
    ahead = _SIGNIFICANT.match(content, offset + len(word))
    for number, (kind, begins, _) in enumerate(_FORMS[word]):
        if ahead and _may_begin(begins, ahead[1], ahead[2]):
            found = _pattern(word, number).match(content, offset)
            if found:
                return kind, found
    return None


def _may_begin(begins: Mapping[bytes, bytes], first: bytes, second: bytes) -> bool:
    """Whether a form may begin with two bytes; comments, and spaces beyond ASCII, may stand before all of it."""
    if first in _VEILED:
        return True
    wanted = begins.get(first)
    return wanted is not None and (not wanted or second in wanted or second in _VEILED)


@cache
def _pattern(word: bytes, number: int) -> re.Pattern[bytes]:
    """One of the forms; compiled for those who meet it, for each takes some milliseconds."""
    return re.compile(word + _ENDS + _FORMS[word][number][2])
