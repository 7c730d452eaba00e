r"""What of a script is shown to rjsmin: code without anything that it reads otherwise than ECMA-262 does.

rjsmin sees a script as strings, comments, regular expressions behind certain bytes, and other bytes. It drops comments,
and the spaces and line breaks in a gap between two bytes, unless

- both may be part of a name, or both are ``+``, or both ``-``: a space stays;
- there is a line break outside of comments, the first may end a statement, and the second is a letter, a digit or one
  of ``_ $ { [ ( ! + -``: a line break stays.

So strings, comments that end in their line, and code without slashes and backslashes go as they are. Each other literal
and each division goes as `LITERAL`. `MARK`, which will be taken out again, stands

- before what else may begin a statement or a member of a class in a new line: ``" ' # ~ @ * \ .5``;
- behind a gap with a line break that stands only in a comment, which then gets one of its own;
- between a number and the point of a member, and behind a number that ends in a point.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.syntax.javascript_skim import Skimmer
from pipeline.syntax.javascript_tokens import Token

LITERAL, MARK = b"\xff", b"\xfe"

_BLANK = b" \t\v\f"
_SPACES = rb"[ \t\v\f\n\r]*+"
_LINE_COMMENT = rb"/[^\n\r\xe2]*+(?:\xe2(?!\x80[\xa8\xa9])[^\n\r\xe2]*+)*+"
_LONG_COMMENT = rb"\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_SHORT_COMMENT = rb"\*[^*\n\r]*+(?:\*(?!/)[^*\n\r]*+)*+\*/"
_COMMENT = b"/(?:" + _LINE_COMMENT + b"|" + _LONG_COMMENT + b")"
_REST_OF_GAP = _SPACES + b"(?:" + _COMMENT + _SPACES + b")*+"
_ENDS_LINE = rb"(?=[ \t\v\f]*+[\n\r])"
_PLAIN = rb"(?![\"'`#~@*\\/\n\r]|\.\d)"
"""Behind a gap: what follows is no literal, and begins nothing that `MARK` would have to stand before."""

# What goes as it is. The engine tells by the first byte which of these may match, so each has only few.
_STRINGS = tuple(
    rb'"[^"\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*+)*+"'.replace(b'"', quote) for quote in (b'"', b"'")
)
_DIGITS = rb"[0-9][0-9]*+(?!\.[\s/]|\s++\.|\s*+/[*/])"
_LINES = rb"[\n\r]" + _REST_OF_GAP + _PLAIN
_LINES_ALONE = rb"[\n\r]" + _SPACES + _PLAIN
_COMMENTS = b"/(?:" + _LINE_COMMENT + b"|" + _LONG_COMMENT + _ENDS_LINE + b")" + _REST_OF_GAP + _PLAIN
_COMMENTS_IN_LINE = b"(?:/" + _SHORT_COMMENT + rb"[ \t\v\f]*+)++" + _PLAIN
_GAP = re.compile(_REST_OF_GAP)
_EACH_COMMENT = re.compile(_COMMENT)
_NUMBER = re.compile(rb"\d++")
_ESCAPED_NAME = re.compile(rb"(?:\\u(?:\{[0-9a-fA-F]*+\}|[0-9a-fA-F]{4})|[\w$\x80-\xff]++)++")
_LICENSE = re.compile(rb"/\*!|@license\b|@preserve\b")
_LINE_END = re.compile(rb"[\n\r]|\xe2\x80[\xa8\xa9]")
_SEPARATORS = (b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_DIGIT = b"0123456789"
_WANTS_MARK = frozenset(b"\"'#~@*\\.")


class Refused(Exception):
    """A script that stays as it is: the byte offset, the reason without a full stop, and whether it can be no script."""

    def __init__(self, offset: int, reason: str, *, broken: bool = False) -> None:
        super().__init__(offset, reason, broken)
        self.offset, self.reason, self.broken = offset, reason, broken


@cache
def _run(stops: bytes, *, comments: bool) -> re.Pattern[bytes]:
    """Runs through what goes as it is, and then a gap, group 1, up to what means something."""
    code = rb"[^\"'`/\\\n\r0-9" + re.escape(stops) + rb"]++"
    signs = (rb"<(?!!--)", rb"-(?!->)") if b"<" in stops else ()
    gaps = (_LINES, _COMMENTS, _COMMENTS_IN_LINE) if comments else (_LINES_ALONE,)
    plain = b"|".join((code, gaps[0], _DIGITS, *_STRINGS, *gaps[1:], *signs))
    return re.compile(b"(?:" + plain + rb")*+((?:[\n\r]|" + _COMMENT + b")" + _REST_OF_GAP + b")?+")


class Shield(Skimmer):
    """A script with its literals taken out.

    Attributes:
        code: what is shown.
        literals: what `LITERAL` stands for, in order.

    Raises:
        Refused: it cannot be read, or cannot be told from another text once it is minified.
    """

    def __init__(self, content: bytes, *, licenses: bool) -> None:
        super().__init__(content)
        self.licenses = licenses
        self.ascii = content.isascii()
        self.by_hand = licenses or (not self.ascii and any(each in content for each in _SEPARATORS))
        self.gap = (-1, -1)
        self.parts: list[bytes] = []
        self.literals: list[bytes] = []
        self.done = self.begin  # what of the content is in the parts
        self._run()
        self.parts.append(content[self.done :])
        self.code = b"".join(self.parts)

    def _run(self) -> None:
        content, position = self.content, self.begin
        if not self.ascii and (LITERAL in content or MARK in content):
            raise Refused(max(content.find(LITERAL), content.find(MARK)), "it is not in UTF-8")
        signs = b"<-" if b"<!--" in content or b"-->" in content else b""
        while match := _run(b"{}" + signs if self.depths else signs, comments=not self.by_hand).match(content, position):
            position = match.end()
            if match.start(1) >= 0:
                self._gap(match.start(1))
            elif position < len(content):
                position = self._found(position)
            else:
                break
        if self.depths:
            raise Refused(len(content), "template literal without an end", broken=True)

    def _found(self, position: int) -> int:
        """Put what begins here aside, or into the parts; where to go on."""
        content = self.content
        byte = content[position : position + 1]
        if byte in _DIGIT:
            return self._number(position)
        if byte == b"\\":
            name = _ESCAPED_NAME.match(content, position)
            if not name:
                raise Refused(position, "unexpected '\\\\'", broken=True)
            self._put(position, name.end())
            return name.end()
        if byte == b"<":  # code in a module, a comment in other scripts
            raise Refused(position, "it has an HTML comment")
        kind, start, stop = self.special(position)
        if kind.startswith("broken: "):
            raise Refused(start, kind.removeprefix("broken: "), broken=True)
        if kind == "comment":
            raise Refused(start, "it has an HTML comment")
        if kind:
            self._literal(kind, start, stop)
            self.passed(kind, start, stop)
        return stop

    def _literal(self, kind: str, start: int, stop: int) -> None:
        content, literal = self.content, self.content[start:stop]
        before = start
        while before > self.done and content[before - 1] in _BLANK:
            before -= 1
        if kind in {"regex", "either"} and before == self.done and self.parts[-1:] == [LITERAL] and self.literals[-1].endswith(b"/"):
            literal = b" " + literal
        self._put(before, stop, literal)
        if kind == "division" or literal.endswith(b"${"):
            while content[self.done : self.done + 1] in {b" ", b"\t"}:
                self.done += 1

    def _put(self, start: int, stop: int, literal: bytes | None = None) -> None:
        """Have `LITERAL` stand for a part of the content."""
        if start > self.done:
            self.parts.append(self.content[self.done : start])
        self.parts.append(LITERAL)
        self.literals.append(self.content[start:stop] if literal is None else literal)
        self.done = stop

    def _number(self, position: int) -> int:
        """Put a mark behind a number before the point of a member, or behind its own."""
        stop = _NUMBER.match(self.content, position).end()  # type: ignore[union-attr]  # a digit is there
        if self.content.startswith(b".", stop):
            self.parts += self.content[self.done : stop + 1], MARK
            self.done = stop + 1
            return self.done
        return max(self._gap(stop), stop)

    def _gap(self, start: int) -> int:
        """Put what counts of a gap into the parts: one line break or space, licenses, and a mark where it needs one."""
        content = self.content
        stop = _GAP.match(content, start).end()  # type: ignore[union-attr]  # it matches nothing too
        if stop == start:
            return start
        self.gap = start, stop
        self.parts.append(content[self.done : start])
        self.parts.append(b"\n" if _LINE_END.search(content, start, stop) else b" ")
        self.done = stop
        if self.licenses:
            for comment in _EACH_COMMENT.finditer(content, start, stop):
                if _LICENSE.search(comment[0]):
                    self.parts.append(LITERAL)
                    self.literals.append(comment[0] + (b"\n" if comment[0].startswith(b"//") else b""))
        if content[stop : stop + 1] and content[stop] in _WANTS_MARK:
            self.parts.append(MARK)
        return stop

    def before(self, position: int) -> int:
        """The end of the last token in front of ``position``, gaps left out."""
        while position > self.begin:
            if position == self.gap[1]:
                position = self.gap[0]
            elif self.content[position - 1] in _BLANK:
                position -= 1
            else:
                break
        return position
