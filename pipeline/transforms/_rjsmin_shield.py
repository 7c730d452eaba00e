r"""What of a script is shown to rjsmin: code without anything that it reads otherwise than ECMA-262 does.

rjsmin sees a script as strings, comments, regular expressions behind certain bytes, and other bytes. It drops comments,
and the spaces and line breaks in a gap between two bytes, unless

- both may be part of a name, or both are ``+``, or both ``-``: a space stays;
- there is a line break outside of comments, the first may end a statement, and the second is a letter, a digit or one
  of ``_ $ { [ ( ! + -``: a line break stays.

So strings, comments that end in their line, divisions that are plain to see, and code without other slashes and without
backslashes go as they are. Each other literal and division goes as `LITERAL`. `MARK`, which will be taken out again,
stands

- before what else may begin a statement or a member of a class in a new line: ``" ' # ~ @ * .5``;
- between a number and the point of a member, and behind a number that ends in a point.

A line break that stands only in a comment gets one of its own.
"""

from __future__ import annotations

import re

from pipeline.syntax.javascript import SEPARATOR
from pipeline.syntax.javascript_code import LONGEST_SPACE, SPACE_BEFORE
from pipeline.syntax.javascript_skim import Skimmer
from pipeline.syntax.javascript_slash import word_before
from pipeline.transforms._rjsmin_patterns import COMMENT, ESCAPED_NAME, GAP, LICENSE, LINE_END, NUMBER, run
from pipeline.transforms._rjsmin_refused import RefusedError

LITERAL, MARK = b"\xff", b"\xfe"
"""Bytes that no text in UTF-8 has, and that are letters for rjsmin."""

_BLANK, _SPACES = b" \t\v\f", b" \t\v\f\n\r"
_DIGITS, _SIGNS = b"0123456789", b"#~@*"
_GAP, _STRING, _TEMPLATE = 1, 2, 4
"""Groups of what is run through."""
_MAYBE_NAMES = frozenset((b"await", b"yield", b"of"))
_WANTS_MARK = frozenset((b'"', b"'", b"#", b"~", b"@", b"*", b"."))


class Shield(Skimmer):
    """A script with its literals taken out.

    Attributes:
        code: what is shown.
        literals: what `LITERAL` stands for, in order.
        either: those of them that may be regular expressions or two divisions.

    Raises:
        RefusedError: it cannot be read, or its text does not tell what it means.
    """

    def __init__(self, content: bytes, *, licenses: bool) -> None:
        super().__init__(content)
        separated = not content.isascii() and SEPARATOR.search(content)
        if not content.isascii() and (LITERAL in content or MARK in content):
            raise RefusedError(max(content.find(LITERAL), content.find(MARK)), "it is not in UTF-8")
        self.licenses, self.gap = licenses, (-1, -1)
        self.shows_comments = not licenses and not separated  # rjsmin knows no other line breaks than those of ASCII
        self.parts, self.literals, self.either = list[bytes](), list[bytes](), list[bytes]()
        self.done = self.begin  # what of the content is in the parts
        self._run()
        self.parts.append(content[self.done :])
        self.code = b"".join(self.parts)

    def _run(self) -> None:
        content, position = self.content, self.begin
        outside = run(self.signs, comments=self.shows_comments)
        while match := (self._inside() if self.depths else outside).match(content, position):
            begin, position, kind = position, match.end(), match.lastindex
            if not kind:
                if position == len(content):
                    break
                position = self._found(position, begin)
            elif kind == _GAP:
                self._gap(match.start(kind), position)
            elif kind == _STRING:
                self._mark(match.start(kind), begin)
            else:
                self._plain(kind, match.start(kind), position, match[kind])
        if self.depths:
            raise RefusedError(len(content), "template literal without an end", broken=True)

    def _inside(self) -> re.Pattern[bytes]:
        template = b"`" if self.depths[-1] else b"`}"
        return run(b"{}" + self.signs, comments=self.shows_comments, template=template)

    def _plain(self, kind: int, start: int, stop: int, literal: bytes) -> None:
        """Put a regular expression or a part of a template literal aside that can be nothing else."""
        self.parts += self.content[self.done : start].rstrip(_BLANK), LITERAL
        self.done = self.literal = stop
        if kind == _TEMPLATE and not literal.endswith(b"`"):
            literal = literal.rstrip(_BLANK)
            if literal.startswith(b"`"):
                self.depths.append(0)
        elif literal.startswith(b"}"):
            self.depths.pop()
        else:
            self.known[stop] = start
        self.literals.append(literal)

    def _found(self, position: int, begin: int) -> int:
        """Put what begins here aside, or into the parts; where to go on."""
        byte = self.content[position : position + 1]
        if byte in _DIGITS:
            return self._number(position, begin)
        if byte in _SIGNS:
            self._mark(position, begin)
            return position + 1
        if byte == b"\\":
            name = ESCAPED_NAME.match(self.content, position)
            if not name:
                raise RefusedError(position, "unexpected '\\\\'", broken=True)
            self._put(position, name.end())
            return name.end()
        kind, start, stop = self.special(position)
        if kind.startswith("broken: "):
            raise RefusedError(start, kind.removeprefix("broken: "), broken=True)
        if kind == "comment" or byte == b"<":  # in a line of a module that is code
            raise RefusedError(start, "it has an HTML comment")
        if kind == "regex":
            self._make_sure(start)
        if kind:
            self._literal(kind, start, stop)
            self.passed(kind, start, stop)
        return stop

    def _make_sure(self, start: int) -> None:
        """See to it that no word before a regular expression may be a name, so that the slash would divide."""
        end = self.before(start)
        while space := SPACE_BEFORE.search(self.content, max(self.begin, end - LONGEST_SPACE), end):
            end = self.before(space.start())  # those beyond ASCII
        word = word_before(self.content, end, self.begin)
        if word and not word[1] and word[2] in _MAYBE_NAMES:
            raise RefusedError(start, f"{word[2].decode()!r} may be a keyword or a name")

    def _literal(self, kind: str, start: int, stop: int) -> None:
        content, literal = self.content, self._blank(start) + self.content[start:stop]
        if kind == "either":
            self.either.append(literal)
        self._put(self.done + len(content[self.done : start].rstrip(_BLANK)), stop, literal)
        while kind == "division" and content[self.done : self.done + 1] in {b" ", b"\t"}:
            self.done += 1

    def _blank(self, start: int) -> bytes:
        """What must stand before a regular expression or a comment, for ``//`` would begin a comment."""
        before = self.before(start)
        return b" " if self.content[before - 1 : before] == b"/" else b""

    def _put(self, start: int, stop: int, literal: bytes | None = None) -> None:
        """Have `LITERAL` stand for a part of the content."""
        self.parts += self.content[self.done : start], LITERAL
        self.literals.append(self.content[start:stop] if literal is None else literal)
        self.done = stop

    def _number(self, position: int, begin: int) -> int:
        """Put a mark before a number that begins a line, before the point of a member behind it, or behind its own."""
        if self.content[position - 1 : position] == b".":
            self._mark(position - 1, begin)
        number = NUMBER.match(self.content, position)
        stop = number.end() if number else position
        if self.content.startswith(b".", stop):
            self.parts += self.content[self.done : stop + 1], MARK
            self.done = stop = stop + 1
        elif (gap := GAP.match(self.content, stop)) and gap[0] and self.content.startswith(b".", gap.end()):
            self._gap(stop, (stop := gap.end()))
        return stop

    def _mark(self, start: int, begin: int) -> None:
        """Put a mark before what begins here if it begins a line; the spaces before it begin behind ``begin``."""
        content = self.content
        line = max(content.rfind(b"\n", begin, start), content.rfind(b"\r", begin, start))
        if line >= 0 and content[line:start].isspace():
            self.parts += content[self.done : start], MARK
            self.done = start

    def _gap(self, start: int, stop: int) -> None:
        """Put what counts of a gap into the parts: a line break or a space, licenses, and a mark if it needs one."""
        content = self.content
        self.gap = start, stop
        self.parts += content[self.done : start], b"\n" if LINE_END.search(content, start, stop) else b" "
        self.done = stop
        for comment in COMMENT.findall(content, start, stop) if self.licenses else ():
            if LICENSE.search(comment):
                self.parts.append(LITERAL)
                self.literals.append(self._blank(start) + comment + (b"\n" if comment.startswith(b"//") else b""))
        if content[stop : stop + 1] in _WANTS_MARK:
            self.parts.append(MARK)

    def before(self, position: int) -> int:
        """The end of the last token in front of ``position``, gaps left out."""
        while position > self.begin:
            if position == self.gap[1]:
                position = self.gap[0]
            elif self.content[position - 1] in _SPACES:
                position -= 1
            else:
                break
        return position
