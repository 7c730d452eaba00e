"""Statements of stylesheets that are so plain that rcssmin keeps them, in its C and its Python version.

A run of them may end blocks that began before it, and begin some that end behind it.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import rcssmin

from pipeline.expressions import expression
from pipeline.syntax.css import SPACE
from pipeline.transforms._minify_css_gaps import LICENSE

# Bytes of classes, spelled out: one with \w or \s in it takes several times as long. What stands first in an
# alternative is looked at before it is tried, so signs stand before what must be so around them. No braces but those of
# blocks: they are counted.
_BLANK = rb" \t\n\r\f"
_WORD = rb"a-zA-Z0-9_\x80-\xff\-"
# No newline behind a ``\``: rcssmin joins such lines.
_STRING = rb"\"(?:[^\"\\\n\r\f{}\x01]++|\\[^\n\r\f{}\x01])*+\"|'(?:[^'\\\n\r\f{}\x01]++|\\[^\n\r\f{}\x01])*+'"
# One that ends with ``\*/`` hides things from an old browser; rcssmin keeps part of it.
_COMMENT = rb"/\*(?:[^*\\{}\x01]++|\*(?!/)|\\(?!\*/|[{}\x01]))*+\*/"
_GAP = SPACE + rb"*+(?:" + _COMMENT + SPACE + rb"*+)*+"
# Out of a quoted address rcssmin takes the white space, unless it is text that it has in it.
_QUOTED = rb"Q(?:data:[^\x00- \"'\\,{}]*+,(?<!64,)[^\x00-\x1fQ\\\x7f{}]*+|[^\x00- Q\\\x7f{}]*+)Q"
_ADDRESS = (
    rb"\((?<=[" + _BLANK + rb",:(]url\()"
    rb"(?:[^\x00- \"'()\\\x7f{}]++|" + _QUOTED.replace(b"Q", b'"') + rb"|" + _QUOTED.replace(b"Q", b"'") + rb")\)"
)


def _nested(inside: bytes, deep: int) -> bytes:
    """Parentheses around what may stand ``inside``, and around such parentheses, but no address."""
    made = rb"(?!)"
    for _ in range(deep):
        made = rb"\((?:(?<![lL]\()|(?<=[^rR][lL]\())(?:" + inside + rb"|" + made + rb")*+\)"
    return made


_INNER = rb"[" + _WORD + _BLANK + rb".,#%*+!]++|/(?!\*)|" + _STRING
"""Addresses in other functions are rare, and make a long expression of it."""
_VALUE = _INNER + rb"|" + _ADDRESS
_DECLARATION = (
    rb"[" + _WORD + rb"*]++" + SPACE + rb"*+:(?:(?<!" + SPACE + rb":)|(?=" + SPACE + rb"))" + SPACE + rb"*+"
    rb"(?:" + _VALUE + rb"|" + _nested(_INNER + rb"|=(?<=\w=)(?=[\w'\"#])", 4) + rb"|:(?<=progid:))++"
    rb"(?:;" + _GAP + rb"|(?=\}))"
)

# The C version hands out a byte too many where it puts a space behind the two that end old browsers' names.
_PSEUDO = rb"(?=[" + _WORD + rb":])(?!:?(?i:first-l))"
_COLON = rb":(?:(?<![\t\n\r\f]:)|(?<=,[\t\n\r\f]:))" + _PSEUDO
_CHILD = rb">(?:(?<=[\w)\]*&,(]>)|(?<=[\w)\]*&,(]" + SPACE + rb">))"
_ATTRIBUTE = rb"\[[" + _WORD + rb"]++(?:[~|^$*]?=(?:[" + _WORD + rb"]++|" + _STRING + rb")(?: [isIS])?)?+\]"
# A ``\`` before a sign, as in ``.md\:w-1\/2``, is no trouble without white space behind it.
_ESCAPE = rb"\\(?:[!-,./:-@\[\]^`|~](?![" + _BLANK + rb"/])|[0-9a-fA-F]{1,6}+(?![\t\n\r\f/]))"
_PART = b"|".join(
    (rb"[" + _WORD + _BLANK + rb".,#*+~%]++", _COLON, _CHILD, rb"&(?!" + SPACE + rb"++[{>,)])", _ATTRIBUTE, _ESCAPE)
)
_SELECTOR = rb"(?::" + _PSEUDO + rb"|>)?+(?:" + _PART + rb"|" + _nested(_PART, 3) + rb")++"

_TERM = rb"[" + _WORD + _BLANK + rb".,*+%]++|/(?!\*)"
_CALLED = _nested(_TERM + rb"|:(?<!" + SPACE + rb":)(?!" + SPACE + rb")", 3)
_FEATURE = _TERM + rb"|:(?<!" + SPACE + rb":)|[<>]=?+(?!" + SPACE + rb"*+[<>=])|" + _CALLED
_OPEN = rb"\((?<![" + _WORD + rb"]\()(?!" + SPACE + rb"*+--)"
_FEATURES = _OPEN + rb"(?:" + _FEATURE + rb"|" + _OPEN + rb"(?:" + _FEATURE + rb")*+\))*+\)"
_AT = (
    rb"@(?:(?i:media|supports|container)(?![" + _WORD + rb"])"
    rb"(?:" + _TERM + rb"|" + _FEATURES + rb"|" + _CALLED + rb")*+"
    rb"|(?!(?i:charset))[a-zA-Z\-]++[" + _WORD + _BLANK + rb".,%]*+)"
)
_PLAIN = expression(
    rb"(?:" + _DECLARATION + rb"|\}" + _GAP + rb"|(?!--)(?:" + _AT + rb"|" + _SELECTOR + rb")\{" + _GAP + rb")++"
)
_BEHIND_BLOCK = expression(rb"\}" + _GAP + _DECLARATION)
# The C version takes this for an address that begins a byte later.
_NO_URL = rb"url(?!\()"
BAD = expression(_NO_URL), expression(_NO_URL + rb"|" + LICENSE)
"""What a run may not reach to, whatever it is part of; the second is for those who keep licenses."""
_DESCENDANT = expression(rb" :(?=[" + _WORD + rb":])")
_NO_BRACES = bytes(byte for byte in range(256) if byte not in b"{}")
_STEPS = {ord("{"): 1, ord("}"): -1}


class Run(NamedTuple):
    """Statements.

    Attributes:
        text: of them.
        closed: number of blocks that they end and do not begin.
        opened: number of blocks that they begin and do not end.
    """

    text: bytes
    closed: int
    opened: int

    def fits(self, blocks: int) -> bool:
        """Whether they are statements where some blocks are open: outside of all nothing is declared or ends."""
        if self.closed > blocks:
            return False
        last, text, blocks = 0, b"}" + self.text, 1 + blocks
        for match in _BEHIND_BLOCK.finditer(text):
            stop = match.start() + 1
            blocks += text.count(b"{", last, stop) - text.count(b"}", last, stop)
            if not blocks:
                return False
            last = stop
        return True

    def minified(self) -> bytes:
        """The statements as rcssmin makes them, without a ``;`` at the end."""
        # It takes a space before ":" for nothing in blocks, as it is before that of a declaration. It loses count of
        # blocks behind some at-keywords; where it is in none it keeps the last ";" of a block.
        begin = b"a{" * (1 + self.closed + self.text.count(b"@"))
        text = _DESCENDANT.sub(b" \x01:", self.text) if b" :" in self.text else self.text
        made: bytes = rcssmin.cssmin(begin + text + b"}")
        return made[len(begin) : -1].removesuffix(b";").replace(b"\x01", b"")


def run(content: bytes, start: int, stop: int) -> Run | None:
    """The longest one that begins at a place."""
    match = _PLAIN.match(content, start, stop)
    if not match:
        return None
    braces = match[0].translate(None, _NO_BRACES).replace(b"{}", b"")
    depths = [0, *accumulate(_STEPS[brace] for brace in braces)]
    return Run(match[0], -min(depths), depths[-1] - min(depths))
