"""The guard in front of rjsmin: lets through only scripts whose meaning rjsmin is known to keep.

rjsmin sees a script as strings, comments, regular expressions behind certain bytes, and bytes; it drops comments, and
the spaces and line breaks between certain bytes. That keeps the meaning if

- each template literal has no backtick inside, for rjsmin takes it for a string that ends at the first one;
- each regular expression is one for rjsmin too, which knows them behind ``return`` and ``(,=:[!&|?+-*{};`` only,
  or has nothing in it that rjsmin would touch, and no division looks like one;
- each line break that is dropped stands where the grammar needs none: rjsmin keeps those between what may end a
  statement and a letter, digit or one of ``_ $ { [ ( ! + -``, so nothing else that begins a statement may follow one;
- what is put side by side stays two tokens: ``1 .x``, ``< !--``, ``/ /x/``, and names written with escapes.

The first two are looked at literal by literal (`skim`), the others in the code between the literals.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator

from pipeline.syntax.javascript import REGEX, STRING
from pipeline.syntax.javascript_skim import skim
from pipeline.syntax.javascript_slash import VAIN, looked_at
from pipeline.syntax.javascript_tokens import Token
from pipeline.transforms._rjsmin_rules import IN_COMMENT, KNOWN, UNKNOWN, broken

Problem = tuple[int, str]

_STRING = re.compile(STRING)
_TEMPLATE = re.compile(rb"`[^`\\]*+(?:\\[\s\S][^`\\]*+)*+`")
_BEFORE_REGEX = frozenset(bytes([byte]) for byte in b"(,=:[!&|?+-*{};")
_RETURN = re.compile(rb"(?:\A|[^\w$\x80-\xff])return\Z")
_TOUCHED = re.compile(rb"[\x00-\x20\"'`]|//|/\*")
_QUOTES = re.compile(rb"[\"'`]")
_MEMBER = re.compile(rb"[a-z]*+\s*+[./]")
_LINE_END = re.compile(rb"[ \t]*+[\n\r]")


def unsafe(content: bytes) -> Problem | None:
    """Why rjsmin cannot be trusted with a script.

    Args:
        content: UTF-8 without a byte order mark.

    Returns:
        The offset (of the code around it) and the reason, without a full stop; ``None`` if it can be trusted.
    """
    if content.startswith(b"#!"):
        return 0, "it begins with a hashbang"
    if b"\xe2\x80\xa8" in content or b"\xe2\x80\xa9" in content:
        return content.find(b"\xe2\x80"), "it has a line separator of Unicode"
    return _Guard(content).problem()


class _Guard:
    """The code of a script with its literals and comments put aside one after the other."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.code = bytearray(b"\n")  # rjsmin puts a line break first
        self.budget = VAIN * len(content)
        self.marks = [(0, 0)]  # where a piece of code begins, and where that is in the content

    def problem(self) -> Problem | None:
        content, position = self.content, 0
        for kind, start, stop in self._literals():
            if position < start:
                self.marks.append((len(self.code), position))
                self.code += content[position:start]
            if found := self._literal(kind, start, stop):
                return found
            position = stop
        self.marks.append((len(self.code), position))
        self.code += content[position:]
        found = broken(_STRING.sub(b'""', self.code).replace(b"\r", b"\n"))
        return (self._offset(found[0]), found[1]) if found else None

    def _offset(self, position: int) -> int:
        """Where a piece of code begins, from a place in it when the strings are empty."""
        for string in _STRING.finditer(self.code):
            if string.start() >= position:
                break
            position += len(string[0]) - len(b'""')
        return self.marks[bisect(self.marks, (position, len(self.content))) - 1][1]

    def _literals(self) -> Iterator[Token]:
        """As `skim`, but each template literal is one with all that is in it."""
        depth, begin = 0, 0
        for kind, start, stop in skim(self.content):
            if kind == "template":
                opens, closes = self.content[start] == ord("`"), self.content[stop - 1] == ord("`")
                begin = start if opens and not depth else begin
                depth += opens - closes
                if not depth:
                    yield kind, begin, stop
            elif not depth or kind.startswith("broken"):
                yield kind, start, stop

    def _literal(self, kind: str, start: int, stop: int) -> Problem | None:
        if kind == "comment":
            if self.content.startswith(b"/*", start):
                text = self.content[start:stop]
                self.code += IN_COMMENT if b"\n" in text or b"\r" in text else b" "
                return None
            return None if self.content.startswith(b"//", start) else (start, "it has an HTML comment")
        if kind == "template":
            whole = _TEMPLATE.match(self.content, start)
            self.code += b"``"
            return None if whole and whole.end() == stop else (start, "a template literal has a backtick in it")
        if kind.startswith("broken: "):
            return start, kind.removeprefix("broken: ")
        text = self.content[start:stop]
        return self._regex(start, text) if kind == "regex" else self._division(kind, start, text)

    def _before(self) -> tuple[bytes, bytes, bool]:
        """The last byte of code, up to eight of them, and whether a line break stands behind."""
        code = bytes(self.code[-200:])
        bare = code.rstrip(bytes(range(0x21)))
        return bare[-1:], bare[-8:], b"\n" in code[len(bare) :] or b"\r" in code[len(bare) :]

    def _regex(self, start: int, text: bytes) -> Problem | None:
        last, word, _ = self._before()
        close = text.rindex(b"/")
        known = last in _BEFORE_REGEX or _RETURN.search(word)
        self.code += (KNOWN if known else UNKNOWN) + (b"g" if text[close + 1 :] else b"")
        around = self.content[start + 1 : start + close + 2]
        if not known and (_TOUCHED.search(around) or text[close - 1 : close] in _BEFORE_REGEX):
            return start, "rjsmin does not see a regular expression"
        return None

    def _division(self, kind: str, start: int, text: bytes) -> Problem | None:
        last, word, broken = self._before()
        self.code += text
        if kind == "either" and (broken or (last not in {b")", b"}", b"+", b"-"} and _TOUCHED.search(text[1:-1]))):
            return start, "rjsmin may not see a regular expression"
        if not (broken or last in _BEFORE_REGEX or last == b")" or _RETURN.search(word)):
            return None
        seen = REGEX.match(self.content, start)
        self.budget -= looked_at(self.content, start, seen)
        if self.budget < 0:  # rjsmin too would look that far at each of them
            return start, "it has too many slashes"
        if not seen:
            return None
        close = start + seen[0].rindex(b"/")
        if last == b")" and not broken and not _MEMBER.match(self.content, close + 1):
            return None
        comment = self.content[close + 1 : close + 2] in {b"/", b"*"}
        if _QUOTES.search(seen[0]) or comment or _LINE_END.match(self.content, seen.end()):
            return start, "rjsmin sees a regular expression in divisions"
        return None
