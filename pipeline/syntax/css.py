"""A tokenizer for stylesheets on UTF-8 bytes, after https://www.w3.org/TR/css-syntax-3/.

`TOKEN` matches one token at any place where one can begin; `skimmer` makes patterns that pass over what their user does
not need and match the next token that they do, and `plain` passes over what has no URL in it. The kind of a token is
``match.lastgroup``:

========================================  =============================================================
``space`` ``comment``                     white space; a comment
``ident`` ``function`` ``at`` ``hash``    ``a``; ``a(``; ``@a``; ``#a``
``number``                                a number with its unit or per cent sign
``string`` ``url``                        a string; ``url(`` without quotes up to ``)``, its group ``target``
``open`` ``close``                        one of ``( [ {``; one of ``) ] }``
``colon`` ``semicolon`` ``comma`` ``cd``  ``:``; ``;``; ``,``; ``<!--`` or ``-->``
``delim``                                 any other byte
``open_comment`` ``open_string``          one that the end of the file ends (a ``url`` then has no ``)``)
``bad_string`` ``bad_url``                one that a newline ends; ``url(`` with what cannot stand in it
========================================  =============================================================

``url(`` before a quote is a ``function``. NUL counts as U+FFFD, CR, CRLF and FF as newlines (§3.3). A byte order mark
is part of the name that it stands before, so `start` skips it. All patterns take linear time.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from pipeline.expressions import expression

NEWLINE = rb"(?:\r\n|[\n\r\f])"
SPACE = rb"[ \t\n\r\f]"

_CHARS = rb"[-\w\x00\x80-\xff]"
# An escape at the end of the file stands for U+FFFD, so it is one (§4.3.8).
_ESCAPE = rb"(?>\\(?:[0-9a-fA-F]{1,6}+(?:\r\n|[ \t\n\r\f])?+|[^\n\r\f0-9a-fA-F]|\Z))"
_NAME = rb"(?:" + _CHARS + rb"++|" + _ESCAPE + rb")*+"
IDENT = rb"(?>--|-?(?:[A-Za-z_\x00\x80-\xff]|" + _ESCAPE + rb"))" + _NAME
_NUMBER = rb"[+-]?(?>\d++(?:\.\d++)?|\.\d++)(?:[eE][+-]?\d++)?(?:%|" + IDENT + rb")?+"
COMMENT = rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
# A lone backslash before the end of the file is no part of a string's text, so the text ends before it (§4.3.5).
_IN_STRING = rb"\\(?:[0-9a-fA-F]{1,6}+(?:\r\n|[ \t\n\r\f])?+|\r\n|[\s\S])"
_DOUBLE = rb'"(?:[^"\\\n\r\f]++|' + _IN_STRING + rb")*+"
_SINGLE = rb"'(?:[^'\\\n\r\f]++|" + _IN_STRING + rb")*+"
STRING = rb"(?:" + _DOUBLE + rb'"|' + _SINGLE + rb"')"
# Any letter of "url" may be an escape; neither the next letter nor "(" could be one more digit of it.
_URL = rb"".join(
    rb"(?:[%b]|\\[%b]|\\0{0,4}%b(?:\r\n|[ \t\n\r\f])?+)" % (letter, letter, code)
    for letter, code in ((b"uU", b"[57]5"), (b"rR", b"[57]2"), (b"lL", b"[46][cC]"))
)
_UNQUOTED = _URL + rb"\((?!" + SPACE + rb"*+[\"'])" + SPACE + rb"*+"
_TARGET = rb"(?P<target>(?:[^\x01-\x20\"'()\\\x7f]++|" + _ESCAPE + rb")*+)" + SPACE + rb"*+(?:\)|\Z)"
# What is left of a url that cannot be one (§4.3.14).
_REMNANTS = rb"(?:[^)\\]++|\\(?:[\s\S]|\Z))*+(?:\)|\Z)"
_TOKEN = b"|".join(
    b"(?P<%b>%b)" % pair
    for pair in (
        (b"space", SPACE + rb"++"),
        (b"comment", COMMENT),
        (b"open_comment", rb"/\*[\s\S]*+"),
        (b"url", _UNQUOTED + _TARGET),
        (b"bad_url", _UNQUOTED + _REMNANTS),
        (b"number", _NUMBER),
        (b"cd", rb"-->|<!--"),
        (b"function", IDENT + rb"\("),
        (b"ident", IDENT),
        (b"colon", rb":"),
        (b"semicolon", rb";"),
        (b"comma", rb","),
        (b"open", rb"[(\[{]"),
        (b"close", rb"[)\]}]"),
        (b"string", STRING),
        (b"open_string", rb"(?:" + _DOUBLE + rb"|" + _SINGLE + rb")\\?\Z"),
        (b"bad_string", _DOUBLE + rb"|" + _SINGLE),
        (b"hash", rb"\#(?:" + _CHARS + rb"|" + _ESCAPE + rb")" + _NAME),
        (b"at", rb"@" + IDENT),
        (b"delim", rb"[\s\S]"),
    )
)

TOKEN = expression(_TOKEN)
URL = _UNQUOTED + _TARGET
SOLID = (
    rb"(?:(?!" + _UNQUOTED + rb")" + IDENT + rb"\(?+|" + _NUMBER + rb"|-->|<!--|" + STRING + rb"|"
    rb"\#(?:" + _CHARS + rb"|" + _ESCAPE + rb")" + _NAME + rb"|@" + IDENT + rb"|(?!/\*)[^ \t\n\r\f\"'])"
)
"""One token, in a text whose strings and urls end, that is neither white space nor a comment nor a `URL`."""
CLOSED_BY = {b"(": b")", b"[": b"]", b"{": b"}"}

_PLAIN = expression(
    rb"(?:[^\"'/\\@(<]++|/(?!\*)|<(?!!--)|\((?<!(?i:url)\()(?<!(?i:src)\()(?<!(?i:image-set)\()|"
    + STRING + rb"|" + _ESCAPE + _NAME + rb"(?!\())*+"
)  # fmt: skip
_NAMING = bytes(byte for byte in range(256) if re.fullmatch(_CHARS, bytes([byte])))

_ESCAPED = expression(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(\r\n|[\n\r\f])|([\s\S])|\Z)")
_LAST = 0x10FFFF


@cache
def skimmer(stops: bytes) -> re.Pattern[bytes]:
    """A pattern that passes over names, numbers, hashes, whole strings, white space and single bytes not in ``stops``.

    It always matches, at the latest at the end of the text; the token it stopped at, if there is one, is the group
    ``match.lastgroup``, which begins at ``match.start(match.lastgroup)``.

    >>> [match.lastgroup for match in skimmer(b"{}").finditer(b"a b{c:'{';d:url(e)}")]
    ['open', 'url', 'close', None]
    """
    plain = re.escape(bytes(byte for byte in b" \t\n\r\f!$%&()*+,.:;=>?[]^`{|}~" if byte not in stops))
    passed = (
        rb"[" + plain + rb"]++",
        rb"(?:[A-Za-z_\x00\x80-\xff]|-(?!->))" + _NAME + rb"(?!\()",
        rb"-?[0-9]" + _NAME,
        rb"\#(?:" + _CHARS + rb"|" + _ESCAPE + rb")" + _NAME,
        STRING,
    )
    return expression(rb"(?:" + b"|".join(passed) + rb")*+(?:" + _TOKEN + rb"|\Z)")


def plain(content: bytes, position: int) -> int:
    """Pass over what begins no url, at-keyword or comment and no function that may have a URL in it, at great speed.

    Args:
        content: of a stylesheet.
        position: where a token begins.

    Returns:
        Where another token begins, or the last part of a number with a unit, or where the text ends.
    """
    match = _PLAIN.match(content, position)
    end = match.end() if match else position
    if content[end : end + 1] in (b"(", b"\\"):  # its name stands before it, or at least a part of that
        named = position + len(content[position:end].rstrip(_NAMING))
        return named - (content[position:named].endswith(b"#"))
    return end


def start(content: bytes) -> int:
    """The offset of the first token: behind a byte order mark."""
    return len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0


def unescape(raw: bytes) -> str:
    r"""The text that a name, the inside of a string or an unquoted url stands for (§4.3.7).

    Bytes that are not UTF-8 become U+FFFD.

    >>> unescape(rb"\75 rl\(")
    'url('
    """
    text = raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    return _ESCAPED.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    digits, newline, char = match.groups()
    if not digits:
        return "" if newline else char or "\ufffd"
    code = int(digits, 16)
    return "\ufffd" if code == 0 or code > _LAST or 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 surrogates


def name(match: re.Match[bytes]) -> str:
    r"""What a function, at-keyword or identifier is called, without ``@`` or ``(``, in ASCII lower case.

    >>> name(TOKEN.match(b"@IMPORT")), name(TOKEN.match(rb"\75 RL('"))
    ('import', 'url')
    """
    kind = match.lastgroup or 0
    raw = match[kind]
    bare = raw[1:] if kind == "at" else raw[:-1] if kind == "function" else raw
    return unescape(bare).encode().lower().decode()  # bytes.lower() leaves all but ASCII alone, as names want it


def nest(match: re.Match[bytes], closers: list[bytes]) -> None:
    """Keep ``closers``, what would close each bracket and function that is open, up to date with one more token.

    A bracket that closes none of them is passed over (§5.4.8).
    """
    kind = match.lastgroup
    if kind in ("open", "function"):
        closers.append(CLOSED_BY[match[kind][-1:]])
    elif kind == "close" and closers and closers[-1] == match[kind]:
        closers.pop()
