"""A tokenizer for scripts and modules that knows what every ``/`` is.

`tokens` yields ``(kind, start, stop)`` for everything but spaces. Kinds:

- ``newline``; ``comment``, also a hashbang or an HTML-like comment; ``name``, also keywords and private names;
  ``number``; ``string``; ``regex`` with its flags; ``open``, ``close`` for brackets; ``punctuator``;
- ``template``: a part of a template literal, from a backtick or ``}`` up to ``${`` or the last backtick;
- ``statement``: ``import`` or ``export`` outside of all brackets, but not as a member; also of ``import(…)``;
- ``broken: …``: the rest of the text cannot be read, and why; the last token.

Whether ``/`` divides or opens a regular expression follows from what the brackets before it belong to, as in acorn's
token contexts: an explicit stack, no recursion, linear time. JSX is not supported.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.syntax.javascript import BEFORE_EXPRESSION, REGEX, REST_OF_LINE, REST_OF_TEMPLATE, TOKEN, UNFINISHED
from pipeline.syntax.javascript_slash import VAIN, looked_at

_BEFORE_STATEMENT = frozenset(b"else do try finally catch export".split())
_BEFORE_CONDITION = frozenset(b"if while for with".split())
_BEFORE_MEMBER = frozenset((b".", b"?."))
_HTML_COMMENTS = (b"<!--", b"-->")

Token = tuple[str, int, int]


@dataclass(slots=True)
class _Bracket:
    """An open bracket: what it is, and what follows from that behind it."""

    closer: bytes
    block: bool = False  # holds statements
    value: bool = True  # is an expression once it is closed, so that "/" divides
    role: str = ""  # "template", or of "(" what it belongs to: "condition", "for", "function", "function value"
    ternaries: int = 0
    declares: str = ""  # "class" or "class value" until its body opens


def tokens(content: bytes) -> Iterator[Token]:
    """All tokens of a script or module but spaces; the last is ``broken: …`` if it cannot be read to its end."""
    return _Reader(content).read()


class _Reader:
    """What is known behind the last significant token."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.stack = [_Bracket(b"", block=True)]
        self.before, self.previous = b"", b""  # the last significant token, and the one before
        self.regex = self.begins = True  # whether "/" opens a regular expression; whether a statement begins
        self.begun = True  # whether the last name stood where a statement begins
        self.budget = VAIN * len(content)
        self.function, self.closed = "", ""  # a function waits for its parameters; the role of the last ")"

    def read(self) -> Iterator[Token]:
        content, line_start = self.content, True
        position = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
        if content.startswith(b"#!", position):
            yield "comment", position, (stop := _line_end(content, position))
            position = stop
        while match := TOKEN.match(content, position):
            kind, stop = match.lastgroup or "", match.end()
            if line_start and kind == "punctuator" and content.startswith(_HTML_COMMENTS, position):
                kind, stop = "comment", _line_end(content, position)
            if kind in {"newline", "comment"}:
                line_start = line_start or kind == "newline" or b"\n" in match[0] or b"\r" in match[0]
            elif kind != "space":
                line_start = False
                kind, stop = self._significant(kind, match)
            if kind != "space":
                yield kind, position, stop
            if kind.startswith("broken"):
                return
            position = stop
        if len(self.stack) > 1:
            yield f"broken: {self.stack[-1].closer.decode()!r} is missing at the end", len(content), len(content)

    def _significant(self, kind: str, match: re.Match[bytes]) -> tuple[str, int]:
        """The kind and end of a token, once it is known what it is; what may follow it."""
        text, stop, regex, begins = match[0], match.end(), self.regex, self.begins
        function, closed = self.function, self.closed
        self.regex, self.begins, self.function, self.closed = False, False, "", ""
        if kind == "slash":
            kind, stop = self._slash(match, regex=regex)
        elif kind == "name":
            kind = self._name(text, function, begins=begins)
        elif kind == "open":
            entry = self._opened(text, function, closed, regex=regex, begins=begins)
            self.stack.append(entry)
            self.regex, self.begins = True, entry.block
        elif kind == "close":
            kind, stop = self._close(text, stop)
        elif kind == "template":
            self._template(text)
        elif kind == "string":
            self.regex = self.begins = self.before in {b"import", b"from"}
        elif kind == "punctuator":
            self._punctuator(text, regex=regex)
            self.function = function if text == b"*" else ""
        elif kind in {"unfinished", "other"}:
            what = f"{UNFINISHED[text]} without an end" if kind == "unfinished" else f"unexpected {ascii(text)[1:]}"
            kind, stop = f"broken: {what}", len(self.content)
        self.previous, self.before = self.before, text
        return kind, stop

    def _slash(self, match: re.Match[bytes], *, regex: bool) -> tuple[str, int]:
        if regex:
            if found := REGEX.match(self.content, match.start()):
                return "regex", found.end()
            self.budget -= looked_at(self.content, match.start(), None)
            if self.before not in {b"yield", b"await"} or self.budget < 0:  # which may be names
                return "broken: regular expression without an end", len(self.content)
        self.regex = True
        return "punctuator", match.end()

    def _name(self, text: bytes, function: str, *, begins: bool) -> str:
        top, exported = self.stack[-1], self.before in {b"default", b"export"}
        begun, self.begun = self.begun, begins
        if self.before in _BEFORE_MEMBER:
            return "name"
        if text in BEFORE_EXPRESSION:
            self.regex = True
        elif text in _BEFORE_STATEMENT:
            self.regex = self.begins = True
        elif text == b"function":
            declared = exported or (begun if self.before == b"async" else begins)
            self.function = "function" if declared else "function value"
        elif text == b"class":
            top.declares = "class" if begins or exported else "class value"
        elif text == b"of":
            self.regex = top.role == "for"
        else:
            self.function = function
        return "statement" if text in {b"import", b"export"} and len(self.stack) == 1 else "name"

    def _opened(self, text: bytes, function: str, closed: str, *, regex: bool, begins: bool) -> _Bracket:
        if text == b"[":
            return _Bracket(b"]")
        top, before = self.stack[-1], self.before
        if text == b"(":
            loop = before == b"for" or (before == b"await" and self.previous == b"for")
            role = "" if self.previous in _BEFORE_MEMBER else "for" if loop else "condition"
            return _Bracket(b")", role=function or (role if loop or before in _BEFORE_CONDITION else ""))
        if before == b")" and closed.startswith("function"):
            return _Bracket(b"}", block=True, value=closed == "function value")
        if top.declares:
            value, top.declares = top.declares == "class value", ""
            return _Bracket(b"}", value=value)
        literal = regex and not begins and before != b"=>"
        return _Bracket(b"}", block=not literal, value=literal)

    def _close(self, text: bytes, stop: int) -> tuple[str, int]:
        top = self.stack[-1]
        if top.closer != text:
            wanted = f", not {top.closer.decode()!r}" if top.closer else ""
            return f"broken: {text.decode()!r} closes nothing{wanted}", len(self.content)
        self.stack.pop()
        if top.role == "template":
            rest = REST_OF_TEMPLATE.match(self.content, stop)
            if not rest:
                return "broken: template literal without an end", len(self.content)
            self._template(rest[0])
            return "template", rest.end()
        if text == b")":
            self.closed = top.role
            self.regex = self.begins = top.role in {"condition", "for"}
        elif not top.value:
            self.regex, self.begins = True, self.stack[-1].block
        return "close", stop

    def _template(self, text: bytes) -> None:
        if text.endswith(b"{"):
            self.stack.append(_Bracket(b"}", role="template"))
            self.regex = True

    def _punctuator(self, text: bytes, *, regex: bool) -> None:
        top = self.stack[-1]
        self.regex = text not in _BEFORE_MEMBER if text not in {b"++", b"--"} else regex
        if text == b"?":
            top.ternaries += 1
        elif text == b";":
            top.ternaries = 0
            self.begins = top.closer != b")"
        elif text == b":":
            self.begins = top.block and not top.ternaries
            top.ternaries = max(top.ternaries - 1, 0)


def _line_end(content: bytes, position: int) -> int:
    match = REST_OF_LINE.match(content, position)
    return match.end() if match else position
