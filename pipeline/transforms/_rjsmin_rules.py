"""What the code between the literals of a script must not hold if rjsmin is to keep its meaning.

In that code a string is ``""``, a template literal is two backticks, a regular expression is `KNOWN` or `UNKNOWN`, a
line break is a line feed, and a comment that holds a line break, which is one for the grammar and a space for rjsmin,
is `IN_COMMENT`.
"""

from __future__ import annotations

import re

KNOWN, UNKNOWN, IN_COMMENT = b"/\x7f/", b"/\x7e/", b" \x01 "

_BLANK = bytes(range(0x21))
_GAP = rb"[\x00-\x20]*+"
_SPACES = b"[\x00-\x09\x0b\x0c\x0e-\x20]*+"
_CLOSES = rb"(?:(?<=[\w$}\])\"'`/\x80-\xff])|(?<=\+\+)|(?<=--))"
_CLOSED = rb"(?:(?<=[\w$}\])\"'`/\x80-\xff]\n)|(?<=\+\+\n)|(?<=--\n))"
_COMMENT_BREAKS = _CLOSES + rb"[\x00\x02-\x09\x0b\x0c\x0e-\x20]*+\x01"
_STATEMENT = rb"(?=[\"'`#~@\\]|/[\x7e\x7f]/|\.\d)"
_GENERATOR = rb"(?=\*\s*+(?:\[|(?:[\w$#]++|\"\")\s*+\())"
_ANYTHING = rb"(?=[\w$\"'`{\[(!+\-~@#/\\\x80-\xff])"

# A rule may be broken if its mark is found and what must stand before the gap in front of that; where, the third says.
# A mark begins with one byte, for such are found a hundred times as fast, and is looked for in trimmed code.
_RULES = tuple(
    (re.compile(mark), re.compile(before), re.compile(whole), reason)
    for mark, before, whole, reason in (
        (
            rb"\n" + _CLOSED + rb"[\n\x01 ]*+" + _STATEMENT,
            b"",
            _CLOSES + _SPACES + rb"\n" + _GAP + _STATEMENT,
            "a statement may end at a line break that rjsmin drops",
        ),
        (
            rb"\n" + _CLOSED + rb"[\n\x01 ]*+" + _GENERATOR,
            b"",
            _CLOSES + _SPACES + rb"\n" + _GAP + _GENERATOR,
            "a generator method may follow a line break",
        ),
        (
            rb"\x01[ ]*+" + _ANYTHING,
            _COMMENT_BREAKS,
            _COMMENT_BREAKS + _SPACES + _ANYTHING,
            "a line break stands only in a comment",
        ),
        (
            rb"/[\x7e\x7f]/",
            b"",
            rb"/[\x7e\x7f]/" + _SPACES + rb"(?<=[\x00-\x20])(?=[\w$#\\\x80-\xff])",
            "a word follows a regular expression",
        ),
        (rb"/[\x7e\x7f]/", b"", rb"/[\x7e\x7f]/g?+[\x00-\x20]++(?=[+-])", "a sign follows a regular expression"),
        (
            rb"/\x7e/",
            b"",
            rb"/\x7e/" + _SPACES + rb"\n" + _GAP + rb"(?![)\]},;:.?])",
            "a line ends in a regular expression",
        ),
        (rb"/[\x7e\x7f]/", b"", rb"/" + _GAP + rb"/[\x7e\x7f]/", "a regular expression follows a division"),
        (
            rb"\.(?<=[\n\x01 ]\.)",
            rb"(?<=[\d_])",
            rb"(?<![\w$.\x80-\xff])\d[\d_]*+[\x00-\x20]++\.",
            "a member of a number",
        ),
        (
            rb"\.(?<=\d\.)[\n\x01 ]",
            b"",
            rb"\d\.[\x00-\x20]++[\w$]|\d\." + _SPACES + rb"\n",
            "a number ends in a point",
        ),
        (rb"<", b"", rb"<[\x00-\x20]++!" + _GAP + rb"--|<![\x00-\x20]++--", "an HTML comment would come to be"),
        (rb"\\", b"", rb"\\", "a name has an escape"),
    )
)
_LIKE_JSX = re.compile(rb"<(?<=[(,=:?[{};&|!>n\n\x01 ]<)[A-Za-z>]")
_JSX = re.compile(rb"(?:[(,=:?\[{};&|!>]|\breturn)" + _GAP + rb"<[A-Za-z>]")
_SPACE = bytes(byte if byte > _BLANK[-1] or byte in b"\n\x01" else _BLANK[-1] for byte in range(0x100))


def broken(code: bytes) -> tuple[int, str] | None:
    """Which rule a script breaks.

    Args:
        code: what is between its literals, see above.

    Returns:
        An offset in the code and the reason, without a full stop; ``None`` if it keeps all of them.
    """
    trimmed = _trimmed(code)
    for mark, before, whole, reason in _RULES:
        if _is_marked(trimmed, mark, before) and (match := whole.search(code)):
            return match.start(), reason
    last = len(code.rstrip(_BLANK)) - 1
    if code[last:].startswith((b"\x85", b"\xa0")):
        return last, "its last character ends in a byte that rjsmin takes for a space"
    jsx = _JSX.search(code) if _LIKE_JSX.search(trimmed) else None
    return (jsx.start(), "it looks like JSX") if jsx else None


def _trimmed(code: bytes) -> bytes:
    """The same without blanks at the ends of lines, all others being spaces, line breaks, or of `IN_COMMENT`."""
    code = code.translate(_SPACE)
    return b"\n".join([line.rstrip(b" \x01") for line in code.split(b"\n")]) if b" \n" in code else code


def _is_marked(code: bytes, mark: re.Pattern[bytes], before: re.Pattern[bytes]) -> bool:
    for match in mark.finditer(code):
        position = match.start()
        while position and code[position - 1] <= _BLANK[-1]:
            position -= 1
        if before.match(code, position):
            return True
    return False
