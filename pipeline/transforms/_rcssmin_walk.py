"""A walk over a stylesheet that counts as rcssmin counts, and stops where that goes wrong.

A *gap* is white space and comments between two tokens. Gaps vanish beside some characters; the one before a ``:``
stays only where rcssmin thinks that it stands outside all rules, and that thought goes wrong in ``@layer`` and in
nested rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.syntax.css import COMMENT, SPACE, STRING, name, nest, skimmer, start
from pipeline.transforms._rcssmin_plain import DECLARATIONS, RULES

_SKIM = skimmer(b"{}()[];:=>")
_GAP = re.compile(rb"(?:" + SPACE + rb"++|" + COMMENT + rb")*+")
_COMMENTS = re.compile(rb"(?:" + COMMENT + rb")*+")
_CUSTOM = re.compile(
    _GAP.pattern
    + rb"(?:--|(?=-?\\))(?:[-\w\x80-\xff]++|\\(?:[0-9a-fA-F]{1,6}+"
    + SPACE
    + rb"?+|.))*+"
    + _GAP.pattern
    + rb":"
)
_ONE_STRING = re.compile(SPACE + rb"*+(" + STRING + rb")" + SPACE + rb"*+(?=\))")
_WHITE = re.compile(SPACE)
_SPACED_DATA = re.compile(rb"[\"'](?i:data:(?![^,]*;base64,))[^\x00-\x20\\\"',]*+,")
_SIMPLE_URL = re.compile(rb"[-\w./#?=%&~+]*+\Z")
_EATS_AFTER, _EATS_BEFORE = b"{}(=:>[,!;", b":{});=>],!"
_GROUPS = ("media", "supports", "document", *(f"{p}keyframes" for p in ("", "-webkit-", "-moz-", "-o-", "-ms-")))
# Parentheses of these hold declarations, where a gap beside ":" says nothing; selector() is the exception.
_FEATURES = ("media", "supports", "container", "import")
_BROKEN = {
    "open_comment": "an unclosed comment",
    "open_string": "an unclosed string",
    "bad_string": "a newline in a string",
    "bad_url": "a malformed url",
    "cd": "an HTML comment",
}


@dataclass(slots=True)
class Walk:
    """The state of one walk; `run` walks."""

    content: bytes
    position: int = 0
    in_rule: int = 0  # this and the next as in rcssmin
    at_group: int = 0
    closers: list[bytes] = field(default_factory=list)
    gap: tuple[int, int] = (-1, -1)  # the last one with a comment
    begin: int = 0  # of the statement, behind comments
    at: str = ""  # the at-keyword that it begins with
    at_end: int = 0
    custom: bool = False  # it declares a custom property, and its value has begun
    doubt: bool = False  # a gap vanishes that matters if this is a selector, which shows at "{"
    selector: int = 0  # the depth inside the outermost selector()

    def run(self) -> tuple[int, str] | None:
        """The byte offset of the first thing that rcssmin may damage, and a short reason; ``None`` if there is none."""
        self.position = start(self.content)
        self.next_statement()
        while (match := _SKIM.match(self.content, self.position)) and (kind := match.lastgroup):
            self.position = match.end()
            step = getattr(self, f"on_{kind}", None)
            reason = _BROKEN.get(kind) or (step(match, match.start(kind)) if step else None)
            if self.custom and match[kind] in (b"[", b"]", b"=", b">", b":") and self.beside_gap(match.start(kind)):
                reason = "white space in a custom property"
            if reason:
                return match.start(kind), reason
            nest(match, self.closers)
            if match[kind] in (b"{", b"}", b";"):
                self.next_statement()
        return (len(self.content), "an unclosed bracket") if self.closers else None

    def next_statement(self) -> None:
        position = _end(DECLARATIONS, self.content, self.position) if self.closers else self.position
        self.position = self.begin = position if self.at_group else _end(RULES, self.content, position)
        self.at, self.doubt = "", False
        if value := _CUSTOM.match(self.content, self.position):
            self.position = value.end()
        self.custom = value is not None

    def before(self, offset: int) -> int:
        """The end of the token before the gap that ends at ``offset``."""
        while offset:
            if offset == self.gap[1]:
                offset = self.gap[0]
            elif self.content[offset - 1] in b" \t\n\r\f":
                offset -= 1
            else:
                break
        return offset

    def beside_gap(self, offset: int) -> bool:
        return self.before(offset) < offset or _end(_GAP, self.content, offset + 1) > offset + 1

    def on_comment(self, _: re.Match[bytes], offset: int) -> str | None:
        begin, end = self.before(offset), _end(_GAP, self.content, offset)
        self.gap, self.position = (begin, end), end
        self.begin = end if begin == self.begin else self.begin
        if begin < offset or _end(_COMMENTS, self.content, offset) < end or end == len(self.content):
            return None
        stays = self.content[end] == ord(":") and not self.in_rule and not self.at_group
        if begin <= start(self.content) or self.content[begin - 1] in _EATS_AFTER:
            return None
        return None if self.content[end] in _EATS_BEFORE and not stays else "a comment that alone divides two tokens"

    def on_at(self, match: re.Match[bytes], offset: int) -> str | None:
        if _end(_GAP, self.content, self.begin) != offset or b"\\" in match["at"]:
            return "an unusual at-keyword"
        self.at, self.at_end = name(match), self.position
        self.at_group += self.at in _GROUPS
        return None

    def on_semicolon(self, _: re.Match[bytes], offset: int) -> str | None:
        if self.closers and self.closers[-1] != b"}":
            return "a semicolon in brackets"
        if self.at in _GROUPS:
            return f"@{self.at} without a block"
        before = self.before(offset)
        odd = self.doubt or self.content[max(before - 1, 0) : before] in (b"", b";")
        return "a semicolon outside all rules" if odd and not self.closers else None

    def on_open(self, match: re.Match[bytes], offset: int) -> str | None:
        if match["open"] != b"{":
            return None
        before = self.before(offset)
        if self.custom or self.closers[-1:] not in ([], [b"}"]) or self.content[before - 1 : before] == b":":
            return "a block in a value"
        if self.doubt:
            return "white space beside a colon in a selector"
        self.at_group, self.in_rule = max(self.at_group - 1, 0), self.in_rule + (not self.at_group)
        return None

    def on_close(self, match: re.Match[bytes], _offset: int) -> str | None:
        if self.closers[-1:] != [match["close"]]:
            return "an unbalanced bracket"
        self.selector = self.selector if self.selector < len(self.closers) else 0
        if match["close"] == b"}" and self.at in _GROUPS:
            return f"@{self.at} without a block"
        self.in_rule -= match["close"] == b"}" and self.in_rule > 0
        return None

    def on_function(self, match: re.Match[bytes], _offset: int) -> str | None:
        if name(match) == "selector":
            self.selector = self.selector or len(self.closers) + 1
        if match["function"] != b"url(":
            return None
        string = _ONE_STRING.match(self.content, self.position)
        if not string:
            return "a url with more than a string"
        self.position = string.end()
        changed = _WHITE.search(string[1]) and not _SPACED_DATA.match(string[1])
        return "white space in a url" if changed else None

    def on_url(self, match: re.Match[bytes], _offset: int) -> str | None:
        if match["url"][-1:] != b")" or b"\\" in match["url"]:
            return "an unclosed url or an escape in one"
        simple = match["url"].startswith(b"url(") or _SIMPLE_URL.match(match["target"])
        return None if simple else "a url in capital letters"

    def on_colon(self, _: re.Match[bytes], offset: int) -> str | None:
        before, spaced = self.before(offset), _end(_GAP, self.content, offset + 1) > offset + 1
        if self.custom or (self.at in _FEATURES and self.closers[-1:] == [b")"] and not self.selector):
            return None
        last = self.content[max(before - 1, 0) : before]
        escaped = self.content[max(before - 2, 0) : before].startswith(b"\\")
        vanishes = self.in_rule or self.at_group or last in (b"=", b":", b"[", b"!")
        lost = (
            before < offset and vanishes and (escaped or last not in (b"", *_NO_DESCENDANT)) and before != self.at_end
        )
        if self.at and (lost or spaced):
            return "white space beside a colon in an at-rule"
        self.doubt = self.doubt or bool(lost or spaced)
        return None

    def on_delim(self, match: re.Match[bytes], offset: int) -> str | None:
        before = self.before(offset)
        if match["delim"] == b"\\":
            return "a stray backslash"
        last = self.content[max(before - 1, 0) : before]
        glued = before < offset and last in ((b"-",) if match["delim"] == b">" else _OPERATORS)
        return "an operator in two parts" if glued and match["delim"] in b"=>" else None


# Behind these a gap before ":" is no descendant combinator.
_NO_DESCENDANT = (b">", b"+", b"~", b",", b"(", b"{", b"}", b";", b"&")
_OPERATORS = (b"~", b"|", b"^", b"$", b"*", b"<", b">", b"=")


def _end(pattern: re.Pattern[bytes], content: bytes, position: int) -> int:
    match = pattern.match(content, position)
    return match.end() if match else position
