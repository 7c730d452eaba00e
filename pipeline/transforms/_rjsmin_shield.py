r"""What of a script is shown to rjsmin: code without anything that it reads otherwise than ECMA-262 does.

rjsmin sees a script as strings, comments, regular expressions behind certain bytes, and other bytes. It drops comments,
and the spaces and line breaks in a gap between two bytes, unless

- both may be part of a name, or both are ``+``, or both ``-``: a space stays;
- there is a line break outside of comments, the first may end a statement, and the second is a letter, a digit or one
  of ``_ $ { [ ( ! + -``: a line break stays.

So strings, comments that end in their line, and code without slashes and backslashes go as they are. Each other literal
and each division goes as `LITERAL`. `MARK`, which will be taken out again, stands

- before what else may begin a statement or a member of a class in a new line: ``" ' # ~ @ * .5``;
- between a number and the point of a member, and behind a number that ends in a point.

A line break that stands only in a comment gets one of its own.
"""

from __future__ import annotations

from pipeline.syntax.javascript import SEPARATOR
from pipeline.syntax.javascript_skim import Skimmer
from pipeline.syntax.javascript_slash import word_before
from pipeline.transforms._rjsmin_patterns import COMMENT, ESCAPED_NAME, GAP, LICENSE, LINE_END, NUMBER, run

LITERAL, MARK = b"\xff", b"\xfe"
"""Bytes that no text in UTF-8 has, and that are letters for rjsmin."""

_BLANK = b" \t\v\f"
_DIGITS = b"0123456789"
_MAYBE_NAMES = frozenset((b"await", b"yield", b"of"))
_WANTS_MARK = frozenset((b'"', b"'", b"#", b"~", b"@", b"*", b"."))


class RefusedError(Exception):
    """A script that stays as it is: the byte offset, the reason without a full stop, and whether it is no script."""

    def __init__(self, offset: int, reason: str, *, broken: bool = False) -> None:
        super().__init__(offset, reason, broken)
        self.offset, self.reason, self.broken = offset, reason, broken


class Shield(Skimmer):
    """A script with its literals taken out.

    Attributes:
        code: what is shown.
        literals: what `LITERAL` stands for, in order.

    Raises:
        RefusedError: it cannot be read, or its text does not tell what it means.
    """

    def __init__(self, content: bytes, *, licenses: bool) -> None:
        super().__init__(content)
        separated = not content.isascii() and SEPARATOR.search(content)
        if not content.isascii() and (LITERAL in content or MARK in content):
            raise RefusedError(max(content.find(LITERAL), content.find(MARK)), "it is not in UTF-8")
        self.licenses = licenses
        self.shows_comments = not licenses and not separated  # rjsmin knows no other line breaks than those of ASCII
        self.gap = (-1, -1)
        self.parts: list[bytes] = []
        self.literals: list[bytes] = []
        self.done = self.begin  # what of the content is in the parts
        self._run()
        self.parts.append(content[self.done :])
        self.code = b"".join(self.parts)

    def _run(self) -> None:
        content, position = self.content, self.begin
        outside, inside = (run(stops, comments=self.shows_comments).match for stops in (self.signs, b"{}" + self.signs))
        while match := (inside if self.depths else outside)(content, position):
            position = match.end()
            if match.start(1) >= 0:
                self._gap(match.start(1))
            elif position < len(content):
                position = self._found(position)
            else:
                break
        if self.depths:
            raise RefusedError(len(content), "template literal without an end", broken=True)

    def _found(self, position: int) -> int:
        """Put what begins here aside, or into the parts; where to go on."""
        byte = self.content[position : position + 1]
        if byte in _DIGITS:
            return self._number(position)
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
        word = word_before(self.content, self.before(start), self.begin)
        if word and not word[1] and word[2] in _MAYBE_NAMES:
            raise RefusedError(start, f"{word[2].decode()!r} may be a keyword or a name")

    def _literal(self, kind: str, start: int, stop: int) -> None:
        content, literal = self.content, self.content[start:stop]
        while start > self.done and content[start - 1] in _BLANK:
            start -= 1
        if kind in {"regex", "either"} and self._is_behind_slash(start):
            literal = b" " + literal  # "//" would begin a comment
        self._put(start, stop, literal)
        if kind == "division" or literal.endswith(b"${"):
            while content[self.done : self.done + 1] in {b" ", b"\t"}:
                self.done += 1

    def _is_behind_slash(self, position: int) -> bool:
        return position == self.done and self.parts[-1:] == [LITERAL] and self.literals[-1].endswith(b"/")

    def _put(self, start: int, stop: int, literal: bytes | None = None) -> None:
        """Have `LITERAL` stand for a part of the content."""
        self.parts += self.content[self.done : start], LITERAL
        self.literals.append(self.content[start:stop] if literal is None else literal)
        self.done = stop

    def _number(self, position: int) -> int:
        """Put a mark behind a number before the point of a member, or behind its own."""
        number = NUMBER.match(self.content, position)
        stop = number.end() if number else position
        if self.content.startswith(b".", stop):
            self.parts += self.content[self.done : stop + 1], MARK
            self.done = stop + 1
            return self.done
        return self._gap(stop)

    def _gap(self, start: int) -> int:
        """Put what counts of a gap into the parts: a line break or a space, licenses, and a mark if it needs one."""
        content, found = self.content, GAP.match(self.content, start)
        stop = found.end() if found else start
        if stop == start:
            return start
        self.gap = start, stop
        self.parts += content[self.done : start], b"\n" if LINE_END.search(content, start, stop) else b" "
        self.done = stop
        for comment in COMMENT.findall(content, start, stop) if self.licenses else ():
            if LICENSE.search(comment):
                self.parts.append(LITERAL)
                self.literals.append(comment + (b"\n" if comment.startswith(b"//") else b""))
        if content[stop : stop + 1] in _WANTS_MARK:
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
