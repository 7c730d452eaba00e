"""Takes out of a stylesheet what does not count: rcssmin does, where it is sure to keep all else, a walk does the rest.

The walk goes from statement to statement as https://www.w3.org/TR/css-syntax-3/#parsing says, also behind mistakes;
what a statement is shows at its end. It takes linear time on any text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.expressions import expression
from pipeline.syntax.css import IDENT, TOKEN, name, nest, skimmer, unescape
from pipeline.transforms._minify_css_gaps import COMMENTS, CUSTOM, GAP, QUERY, SELECTOR, VALUE, licenses_of, squeezed
from pipeline.transforms._minify_css_plain import BAD, run

_STOPS = skimmer(b"{}()[];")
_GAP = expression(GAP + rb"*+")
_PROPERTY = expression(
    rb"(?P<name>[*#$&!.+]?(?:" + IDENT + rb"|[-0-9][-\w]*+))(?P<gap>" + GAP + rb"*+):(?P<value>" + GAP + rb"*+)"
)
"""rcssmin takes what is no name for one, too."""
_MARK = expression(rb"<!--|-->")
_QUERIES = ("media", "supports", "container", "import")
_NO_QUERY = expression(rb"(?i:selector\()|--|\\(?!\*/)")
"""What parentheses with more than features in them have: there a space beside ``:`` may say something."""
_BROKEN = {
    "open_comment": "a comment without an end",
    "open_string": "a string without an end",
    "bad_string": "a newline in a string",
    "bad_url": "a url with what cannot stand in one",
}


class Unfinished(ValueError):  # noqa: N818  (it says what is so, like those of `pipeline.errors`)
    """A stylesheet does not end as it should.

    Attributes:
        offset: of the place, in bytes.
        reason: what stands there.
    """

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset, self.reason = offset, reason


def minified(content: bytes, *, licenses: bool = False) -> bytes:
    """A stylesheet that means the same, with less white space and without comments.

    Args:
        content: in UTF-8, without a byte order mark.
        licenses: whether to keep the comments ``/*! … */`` and those with ``@license`` or ``@preserve``.

    Raises:
        Unfinished: it should be published as it is.
    """
    return _Walk(content, licenses).run()


@dataclass(slots=True)
class _Walk:
    content: bytes
    licenses: bool
    careful: bool = False
    """Whether to go from statement to statement everywhere."""
    position: int = 0
    blocks: list[int] = field(default_factory=list)
    """Where those begin that are open; -1 for one that began in a run of plain statements."""
    made: list[bytes] = field(default_factory=list)
    bad: int = -1
    """Where the next stands of what rcssmin may not have."""

    def run(self) -> bytes:
        while self.position < len(self.content):
            self.gap()
            begin = self.position
            if not self.careful:
                self.plain()
            if self.position == begin < len(self.content):
                self.other()
        if self.blocks:
            if self.blocks[-1] < 0:
                _Walk(self.content, self.licenses, careful=True).run()
            raise Unfinished(self.blocks[-1], "a '{' that nothing closes")
        return b"".join(self.made)

    def gap(self) -> None:
        match = _GAP.match(self.content, self.position)
        if match and match.end() > self.position:
            self.position = match.end()
            if self.licenses and (kept := licenses_of(match[0])):
                self.made.append(kept)

    def plain(self) -> None:
        """What rcssmin may have, as far as it reaches."""
        if self.bad < self.position:
            match = BAD[self.licenses].search(self.content, self.position)
            self.bad = match.start() if match else len(self.content)
        plain = run(self.content, self.position, self.bad)
        if not plain:
            return
        if not plain.fits(len(self.blocks)):
            self.careful = True
            return
        if plain.text.startswith(b"}") and self.made[-1] == b";":
            self.made.pop()
        made = plain.minified()
        self.made += [made] if made.endswith((b"{", b"}")) else [made, b";"]
        self.position += len(plain.text)
        del self.blocks[len(self.blocks) - plain.closed :]
        self.blocks += [-1] * plain.opened

    def other(self) -> None:
        """One statement, or the end of one or of a block, or a mark of HTML, which says nothing outside of blocks."""
        first = self.content[self.position : self.position + 1]
        if self.blocks and first in b"};":
            self.position += 1
            if first == b"}":
                self.blocks.pop()
                if self.made[-1] == b";":
                    self.made.pop()
                self.made.append(first)
        elif not self.blocks and (mark := _MARK.match(self.content, self.position)):
            self.position = mark.end()
            self.made.append(mark[0])
        else:
            self.statement(at=first == b"@")

    def statement(self, *, at: bool) -> None:
        begin, token = self.position, TOKEN.match(self.content, self.position) if at else None
        keyword = name(token) if token and token.lastgroup == "at" else None
        head = _PROPERTY.match(self.content, begin) if self.blocks and not at else None
        custom = head is not None and self.is_custom(head)
        end = self.statement_end(semicolon=bool(self.blocks) or keyword is not None, custom=custom)
        text = self.content[begin : self.position]
        if keyword is not None:
            self.made.append(self.at_rule(text, keyword))
        elif custom and b"{" in COMMENTS.sub(b"", text):  # older readers may take it for a rule
            made = squeezed(text, CUSTOM, licenses=self.licenses)
            self.made.append(made + b" " * made.endswith(b":"))
        elif head and end != b"{":
            self.made.append(self.declaration(head, text[head.end() - begin :], custom=custom))
        else:
            self.made.append(squeezed(text, SELECTOR, licenses=self.licenses))
        if end == b"{":
            self.blocks.append(self.position)
        if end in (b"{", b";"):
            self.position += 1
            # That of an at-rule stays before the end of a block.
            self.made += [b";", b""] if end == b";" and keyword is not None else [end]

    def is_custom(self, head: re.Match[bytes]) -> bool:
        """Whether anything may be the value of a property, blocks too."""
        return unescape(head["name"]).startswith("--") or self.content.startswith(b"{", head.end())

    def statement_end(self, *, semicolon: bool, custom: bool) -> bytes:
        """Go to what ends the statement: ``{``, ``;``, ``}`` of the block that it stands in, or nothing."""
        ends = (b"" if custom else b"{") + (b"}" if self.blocks else b"") + (b";" if semicolon else b"")
        closers: list[bytes] = []
        opened = [0]
        while (match := _STOPS.match(self.content, self.position)) and (kind := match.lastgroup):
            start, token = match.start(kind), match[kind]
            if kind in _BROKEN:
                raise Unfinished(start, _BROKEN[kind])
            if kind == "url" and not token.endswith(b")"):
                raise Unfinished(start, "a url without an end")
            if not closers and token in ends:
                self.position = start
                return token
            self.position = match.end()
            nest(match, closers)
            del opened[len(closers) + 1 :]
            opened += [start] * (len(closers) + 1 - len(opened))
        self.position = len(self.content)
        if closers:
            raise Unfinished(opened[-1], "a bracket that nothing closes")
        return b""

    def at_rule(self, text: bytes, keyword: str) -> bytes:
        if keyword == "charset":  # it counts only in one spelling, and at the very beginning
            return b" " + text if self.position > len(text) and not self.made else text
        query = keyword in _QUERIES and not _NO_QUERY.search(text)
        return squeezed(text, QUERY if query else SELECTOR, licenses=self.licenses)

    def declaration(self, head: re.Match[bytes], value: bytes, *, custom: bool) -> bytes:
        made = squeezed(value, CUSTOM if custom else VALUE, licenses=self.licenses)
        kept = licenses_of(head["gap"] + head["value"]) if self.licenses else b""
        return head["name"] + b":" + kept + (made or b" " * custom)
