"""Puts scripts one behind the other so that none breaks the next one or changes what it means."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.diagnostic import position
from pipeline.errors import TransformError
from pipeline.expressions import expression
from pipeline.syntax.javascript_tokens import tokens

_SOURCE_MAP = expression(rb"/[/*][#@]\s*+sourceMappingURL=")
_USE_STRICT = (b'"use strict"', b"'use strict'")
_STATEMENTS = frozenset(b"if for while switch catch with await".split())
_OPERANDS = frozenset(["name", "statement", "string", "number", "template", "regex", "open"])
_AS_A_MODULE = 'publish it as it is and load it with type="module", or bundle modules with esbuild first'


@dataclass(frozen=True, slots=True)
class Joined:
    """One script made of several.

    Attributes:
        content: its bytes, UTF-8, without a byte order mark.
        notes: what had to be changed, in sentences without a full stop.
        texts: what it is put together from, in order, and the index of the part that each is from.
    """

    content: bytes
    notes: tuple[str, ...] = ()
    texts: tuple[tuple[int | None, bytes], ...] = ()


def join(parts: Sequence[tuple[str, bytes]]) -> Joined:
    """Join scripts in order; one comes back as it is, without its byte order mark.

    Args:
        parts: the name of each, for messages, and its content in UTF-8.

    Raises:
        TransformError: a part is a module, or cannot be read to its end; with its name, line and column.
    """
    contents = [content.removeprefix(codecs.BOM_UTF8) for _, content in parts]
    if len(parts) == 1:
        return Joined(contents[0], texts=((0, contents[0]),))
    joined: list[bytes] = []
    strict: list[bool] = []
    for (name, _), content in zip(parts, contents, strict=True):
        script = _Script(name, content)
        if script.significant:
            strict.append(script.is_strict())
        joined.append(script.text(first=not joined))
    if any(strict) and not all(strict):
        note = "some of its scripts are strict and others are not, so 'use strict' is put out of force in the bundle"
        first = b";" * strict[0]
        return Joined(first + b"".join(joined), (note,), ((None, first), *enumerate(joined)))
    return Joined(b"".join(joined), texts=tuple(enumerate(joined)))


class _Script:
    """One part and its tokens; a part that cannot be joined is refused."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content
        read = list(tokens(content))
        self.comments = [token for token in read if token[0] == "comment"]
        self.significant = [token for token in read if token[0] not in {"comment", "newline"}]
        if read and (problem := read[-1])[0].startswith("broken: "):
            message = f"cannot be read to its end: {problem[0].removeprefix('broken: ')}"
            raise self._refused(problem[1], message, "mend it, for it would break what follows it in the bundle")
        self._refuse_module()

    def text(self, *, first: bool) -> bytes:
        """What goes into the bundle: ended by a line break, and by a semicolon where the next script needs one."""
        parts, kept = [], 0
        for _, start, stop in self.comments:
            hashbang = not first and self.content.startswith(b"#!", start)
            if hashbang or _SOURCE_MAP.match(self.content, start):
                parts.append(self.content[kept:start])
                kept = stop
        text = b"".join([*parts, self.content[kept:]])
        end = b"" if text.endswith((b"\n", b"\r")) or not text else b"\n"
        return text + end + (b";\n" if self.significant and self._text(-1) != b";" else b"")

    def is_strict(self) -> bool:
        """Whether it begins with the directive ``'use strict'``."""
        for index, (kind, start, stop) in enumerate(self.significant):
            if kind != "string":
                return False
            if self.content[start:stop] in _USE_STRICT:
                # 'use strict'.length is no directive
                goes_on = self._kind(index + 1) in {"punctuator", "open"} and self._text(index + 1) not in {b";", b"{"}
                return not goes_on and self._text(index + 1) not in {b"in", b"instanceof"}
        return False

    def _refuse_module(self) -> None:
        functions = [False]  # for each open bracket, whether a function is around
        before: list[bytes] = []  # for each "(" that is open, what stands in front of it
        closed, arrow = b"", False
        for index, (kind, start, _) in enumerate(self.significant):
            text, following = self._text(index), self._text(index + 1)
            if kind == "open":
                last = self._text(index - 1)
                body = text == b"{" and (last == b"=>" or (last == b")" and closed not in _STATEMENTS))
                functions.append(functions[-1] or body or arrow)
                before.append(self._text(index - 1))
                arrow = False
            elif kind == "close":
                functions.pop()
                closed = before.pop()
            elif kind == "punctuator":
                arrow = text == b"=>" or (arrow and text not in {b";", b","})
            elif kind in {"statement", "name"}:
                declares = kind == "statement" and (text == b"export" or following not in {b"(", b"."})
                meta = text == b"import" and following == b"." and self._text(index + 2) == b"meta"
                operand = self._kind(index + 1) in _OPERANDS and self._text(index - 1) != b"."
                awaits = text == b"await" and operand and not functions[-1] and not arrow
                if declares or meta or awaits:
                    raise self._refused(start, "is a module, and modules cannot be joined", _AS_A_MODULE)

    def _kind(self, index: int) -> str:
        return self.significant[index][0] if index < len(self.significant) else ""

    def _text(self, index: int) -> bytes:
        if not -len(self.significant) <= index < len(self.significant):
            return b""
        _, start, stop = self.significant[index]
        return self.content[start:stop]

    def _refused(self, offset: int, message: str, hint: str) -> TransformError:
        line, column = position(self.content, offset)
        return TransformError(message, path=self.name, line=line, column=column, hint=hint)
