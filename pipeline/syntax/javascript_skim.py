"""Finds the comments, regular expressions and template literals of a script without looking at every token.

`skim` yields ``(kind, start, stop)`` with the kinds ``comment``, ``regex``, ``template`` and ``broken: …`` of
`pipeline.syntax.javascript_tokens`, ``division`` for a slash that is one, ``either`` for what is a regular expression
or two divisions, if that changes nothing behind it; the rest is other code and whole strings. Those are run through in
one match, and what stands before a slash mostly tells what it is. Where it does not, and both readings would not lead
to the same place, `tokens` catches up and decides.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cache

from pipeline.syntax import javascript_slash as slash
from pipeline.syntax.javascript import (
    BLOCK_COMMENT,
    LINE_COMMENT,
    REGEX,
    REST_OF_LINE,
    REST_OF_TEMPLATE,
    STRING,
    UNFINISHED,
    may_have_html_comments,
)
from pipeline.syntax.javascript_tokens import Token, tokens

_BLANK = b" \t\n\r\v\f"
_OPENS = frozenset(bytes([byte]) for byte in b"(,=:[!&|?{;*%<>^~/")
_DIVIDES, _SIGNS = frozenset((b"]", b'"', b"'")), frozenset((b"+", b"-"))
_UNCERTAIN = frozenset((b"yield", b"await", b"of"))


@cache
def _code(stops: bytes) -> re.Pattern[bytes]:
    """Runs through code, strings and a comment, group 1, up to one of some bytes that means something there."""
    signs = rb"|<(?!!--)|-(?!->)" if b"<" in stops else b""
    code = rb"(?:[^\"'`/" + re.escape(stops) + rb"]++|" + STRING + signs + rb")*+"
    return re.compile(code + rb"(" + LINE_COMMENT + b"|" + BLOCK_COMMENT + rb")?+")


def skim(content: bytes) -> Iterator[Token]:
    """Comments, regular expressions, divisions and template literals, in order."""
    return Skimmer(content).read()


class Skimmer:
    """A place in a script, and the depth of braces in each substitution of a template that it is in."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.begin = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
        self.depths: list[int] = []
        self.comments: dict[int, int] = {}  # those since the last significant token: where they end, where they begin
        self.signs = b"<-" if may_have_html_comments(content) else b""
        self.known: dict[int, int] = {}  # where whole literals and divisions end, and where they begin
        self.literal = -1  # where the last regular expression or template literal ended
        self.unsure = -1  # where the last of what may be a regular expression did
        self.budget = slash.VAIN * len(content)
        self.truth = tokens(content)
        self.reached: Token = ("", -1, -1)

    def read(self) -> Iterator[Token]:
        content, position = self.content, self.begin
        if content.startswith(b"#!", position):
            line = REST_OF_LINE.match(content, position)
            self.begin = line.end() if line else position
            yield "comment", position, self.begin
            position = self.begin
        while match := _code(b"{}" + self.signs if self.depths else self.signs).match(content, position):
            start, position = match.start(1), match.end()
            if start >= 0:
                yield "comment", start, position
                self.comments[position] = start
                continue
            if position >= len(content):
                break
            kind, start, position = self.special(position)
            if kind:
                yield kind, start, position
            if kind.startswith("broken"):
                return
            self.passed(kind, start, position)
        if self.depths:
            yield "broken: template literal without an end", len(content), len(content)

    def passed(self, kind: str, start: int, stop: int) -> None:
        """Remember what stands before the next slash."""
        if kind == "comment":
            self.comments[stop] = start
        elif kind in {"regex", "template"}:
            self.literal = stop
            if kind == "regex" or self.content[start] == self.content[stop - 1]:
                self.known[stop] = start
        elif kind == "division":
            self.known[stop] = start
        elif kind == "either":
            self.unsure = stop

    def special(self, position: int) -> Token:
        """What begins at a byte that code does not run through; no kind for what is plain code after all."""
        byte = self.content[position : position + 1]
        if byte == b"/":
            if self.content.startswith(b"/*", position):
                return "broken: comment without an end", position, len(self.content)
            return self._slash(position)
        if byte == b"`":
            return self._template(position, position + 1)
        if byte == b"{":
            self.depths[-1] += 1
        elif byte == b"}":
            if not self.depths[-1]:
                self.depths.pop()
                return self._template(position, position + 1)
            self.depths[-1] -= 1
        elif byte in UNFINISHED:
            return "broken: string without an end", position, len(self.content)
        elif self._begins_line(position):  # "<!--" or "-->"
            kind, start, stop = self._true(position)
            if start == position and (kind == "comment" or kind.startswith("broken")):
                return kind, start, stop
        return "", position, position + 1

    def _template(self, start: int, inside: int) -> Token:
        chunk = REST_OF_TEMPLATE.match(self.content, inside)
        if not chunk:
            return "broken: template literal without an end", start, len(self.content)
        if chunk[0].endswith(b"{"):
            self.depths.append(0)
        return "template", start, chunk.end()

    def _slash(self, position: int) -> Token:
        """A division or a regular expression."""
        divides = self._divides(position)
        division = "division", position, position + 1
        if divides is True:
            return division
        if self.budget >= 0:
            regex = REGEX.match(self.content, position)
            if regex and divides is False:
                return "regex", position, regex.end()
            if regex and slash.harmless(regex):
                return "either", position, regex.end()
            self.budget -= slash.looked_at(self.content, position, regex)
            if regex is None and divides is None:
                return division
        kind, start, stop = self._true(position)
        return (kind, start, stop) if kind == "regex" or kind.startswith("broken") else division

    def before(self, position: int) -> int:
        """The end of the last token in front of ``position`` that is neither a space nor a comment."""
        while position > self.begin:
            if position in self.comments:
                position = self.comments[position]
            elif self.content[position - 1] in _BLANK:
                position -= 1
            else:
                break
        self.comments.clear()
        return position

    def _begins_line(self, position: int) -> bool:
        while position > self.begin and self.content[position - 1] in b" \t":
            position -= 1
        return position == self.begin or self.content[position - 1] in b"\n\r/\xa8\xa9"

    def _divides(self, position: int) -> bool | None:
        """Whether a slash divides, from what stands before it; ``None`` if that does not tell."""
        before = self.before(position)
        if before == self.begin:
            return False
        if before == self.unsure:
            return None
        if (byte := self.content[before - 1 : before]) != b"{" and before == self.literal:
            return True
        if byte in _OPENS or byte in _DIVIDES:
            gap = self.content[before:position].strip(b" \t")  # a line break ends an import
            return byte in _DIVIDES and (byte == b"]" or not gap or None)
        if byte in _SIGNS:
            return None if self.content[before - 2 : before - 1] == byte else False
        if byte == b")":
            return self._divides_group(before)
        word = slash.word_before(self.content, before, self.begin)
        if not word or (word[2] in _UNCERTAIN and not word[1]) or not word[2].isascii():
            return None  # a byte beyond ASCII may be of a space
        keyword = not word[1] and word[2] in slash.BEFORE_REGEX
        return slash.is_member(self.content, word.start(2), self.begin) if keyword else True

    def _divides_group(self, before: int) -> bool | None:
        divides = slash.divides_group(self.content, before, self.begin, self.known) if self.budget >= 0 else None
        self.budget -= slash.FAR if divides is None else slash.NEAR
        return divides

    def _true(self, position: int) -> Token:
        """The token that covers ``position``; each token is read once, however often this is asked."""
        while self.reached[2] <= position and not self.reached[0].startswith("broken"):
            self.reached = next(self.truth, ("", position, position + 1))
        return self.reached
