"""What esbuild says, read back: a message, the place in the paragraph below it, and remarks behind that.

It has no form for programs; this one has been the same since its first versions
(https://github.com/evanw/esbuild/blob/main/internal/logger/logger.go).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.diagnostic import LINE_END, Diagnostic, excerpt
from pipeline.engine.complaints import words
from pipeline.expressions import expression

HEAD = expression(r"^\S+ \[(ERROR|WARNING)\] (.*)", re.MULTILINE)
PLACE = expression(r"^    (\S.*):([1-9]\d{0,8}):(\d{1,9}):$", re.MULTILINE)
MARK = expression(r"^ *+╵ *+([~^]++)$", re.MULTILINE)
REMARK = expression(r"^  (\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Message:
    """One of an error or a warning.

    Attributes:
        severity: ``error`` or ``warning``.
        text: what is wrong.
        file: as esbuild calls it, relative to the folder it works in, or ``""``.
        line: from 1.
        column: from 0, in bytes.
        length: of what is meant, in bytes of ASCII.
        remarks: what it adds, in one line.
    """

    severity: str
    text: str
    file: str = ""
    line: int = 0
    column: int = 0
    length: int = 1
    remarks: str = ""

    def diagnostic(self, name: Callable[[str], str], read: Callable[[str], bytes | None]) -> Diagnostic:
        """The same in the words of this package.

        Args:
            name: what people call a file.
            read: what a file holds, as far as anybody knows.
        """
        if not self.file:
            return Diagnostic(self.severity, self.text, hint=self.remarks)
        content = read(self.file) or b""
        starts = [0, *(match.end() for match in LINE_END.finditer(content))]
        path = name(self.file)
        if not content or self.line > len(starts):
            return Diagnostic(self.severity, self.text, path, self.line, self.column + 1, self.remarks)
        start = starts[self.line - 1]
        before = content[start : start + self.column].decode("utf-8", "replace").removeprefix("\ufeff")
        offset = start + self.column
        shown = excerpt(content, offset, offset + self.length)
        return Diagnostic(self.severity, self.text, path, self.line, len(before) + 1, self.remarks, shown)


def messages(said: bytes) -> Iterator[Message]:
    """All that it says, in order."""
    text = said.decode("utf-8", "replace")
    heads = [*HEAD.finditer(text)]
    for head, stop in zip(heads, [*(each.start() for each in heads[1:]), len(text)], strict=False):
        below = text[head.end() : stop]
        remarks = words("\n".join(match[1] for match in REMARK.finditer(below)).encode())
        place, mark = PLACE.search(below), MARK.search(below)
        severity, message = head[1].lower(), words(head[2].encode())
        if place:
            length = len(mark[1]) if mark else 1
            yield Message(severity, message, place[1], int(place[2]), int(place[3]), length, remarks)
        else:
            yield Message(severity, message, remarks=remarks)
