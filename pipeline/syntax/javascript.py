"""The lexical grammar of scripts and modules as patterns on UTF-8 bytes, after ECMA-262 §12 and its Annex B.1.1.

All patterns take linear time. What a ``/`` is, no pattern can tell: `pipeline.syntax.javascript_tokens` keeps track of
the brackets that decide it, `pipeline.syntax.javascript_skim` does without where it can.
"""

from __future__ import annotations

from pipeline.expressions import expression

_TO_LINE_END = rb"[^\n\r\xe2]*+(?:\xe2(?!\x80[\xa8\xa9])[^\n\r\xe2]*+)*+"
_ESCAPED = rb"\\(?:\r\n|[\s\S])"
_UNICODE_ESCAPE = rb"\\u(?:\{[0-9a-fA-F]*+\}|[0-9a-fA-F]{4})"

SPACE = rb"(?:[ \t\v\f]|\xc2\xa0|\xef\xbb\xbf|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80)"
LINE_END = rb"(?:\r\n|[\n\r]|\xe2\x80[\xa8\xa9])"
LINE_COMMENT = rb"//" + _TO_LINE_END
BLOCK_COMMENT = rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
STRING = rb'(?:"(?:[^"\\\n\r]++|' + _ESCAPED + rb')*+"|\'(?:[^\'\\\n\r]++|' + _ESCAPED + rb")*+')"
CHUNK = rb"[^`\\$]*+(?:(?:" + _ESCAPED + rb"|\$(?!\{))[^`\\$]*+)*+(?:`|\$\{)"
"""Of a template literal, from behind a backtick or the ``}`` of a substitution to the next such place."""

# Every byte from \x80 may be part of a name but those that begin a space or a line separator.
_BEYOND_ASCII = (
    rb"(?!\xc2\xa0|\xef\xbb\xbf|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)[\x80-\xff]"
)
NAME = (
    rb"#?(?:[A-Za-z_$]|" + _BEYOND_ASCII + rb"|" + _UNICODE_ESCAPE + rb")"
    rb"(?:[\w$]++|" + _BEYOND_ASCII + rb"|" + _UNICODE_ESCAPE + rb")*+"
)
NUMBER = rb"(?:0[xXbBoO]\w*+|(?:\d[\d_]*+\.?+[\d_]*+|\.\d[\d_]*+)(?:[eE][+-]?\d[\d_]*+)?+n?+)"
PUNCTUATOR = rb"=>|\+\+|--|\?\.(?!\d)|\?\?=?|\.\.\.|&&=?|\|\|=?|[-+*%&|^=!<>]=+|<!--|[^\s\w\\\x00]"

TOKEN = expression(
    b"|".join(
        b"(?P<%b>%b)" % pair
        for pair in (
            (b"space", SPACE + rb"++"),
            (b"newline", LINE_END),
            (b"comment", LINE_COMMENT + b"|" + BLOCK_COMMENT),
            (b"string", STRING),
            (b"template", b"`" + CHUNK),
            (b"number", NUMBER),
            (b"name", NAME),
            (b"open", rb"[(\[{]"),
            (b"close", rb"[)\]}]"),
            (b"slash", rb"/(?!\*)=?"),
            (b"unfinished", rb"[\"'`]|/\*"),
            (b"punctuator", PUNCTUATOR),
            (b"other", rb"[\s\S]"),
        )
    )
)
_CLASS = rb"\[(?:[^\]\\\n\r]++|\\[^\n\r])*+\]"
REGEX = expression(rb"/(?![*/])(?:[^\\/\[\n\r]++|\\[^\n\r]|" + _CLASS + rb")++/(?:[\w$\x80-\xff]|\\u)*+")
REST_OF_TEMPLATE = expression(CHUNK)
REST_OF_LINE = expression(_TO_LINE_END)
# A pattern that begins with one byte is found faster than three bytes are.
COMMENT_OF_HTML = expression(rb"<(?=!--)")
_END_OF_COMMENT_OF_HTML = expression(rb">(?<=-->)")
SEPARATOR = expression(rb"\xe2(?=\x80[\xa8\xa9])")
"""U+2028 or U+2029, which are line ends."""

BEFORE_EXPRESSION = frozenset(
    b"return typeof case in instanceof new delete void throw yield await default extends".split()
)
"""Keywords behind which an operand follows."""
UNFINISHED = {b'"': "string", b"'": "string", b"`": "template literal", b"/*": "comment"}


def may_have_html_comments(content: bytes) -> bool:
    """Whether ``<!--`` or ``-->`` is anywhere in a script, be it in a string."""
    return bool(COMMENT_OF_HTML.search(content) or _END_OF_COMMENT_OF_HTML.search(content))
