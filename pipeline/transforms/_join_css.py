"""Puts stylesheets one behind the other so that none changes how the next one is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.expressions import expression
from pipeline.syntax.css import TOKEN, name, nest, skimmer, start

_SKIM = skimmer(b"{}()[];")
_BRACKETS = ("open", "close", "function")
_BLANK = ("space", "comment", "open_comment", "cd")
_SOURCE_MAP = expression(rb"/\*[#@]\s++sourceMappingURL=")


@dataclass(frozen=True, slots=True)
class Joined:
    """One stylesheet made of several.

    Attributes:
        content: its bytes, UTF-8, without a byte order mark.
        warnings: what joining changed: the index of the part that is to blame, and a sentence without a full stop.
        texts: what it is put together from, in order, and the index of the part that each is from.
    """

    content: bytes
    warnings: tuple[tuple[int, str], ...] = ()
    texts: tuple[tuple[int | None, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class _Statement:
    rule: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Part:
    content: bytes
    head: list[_Statement]
    bare: bool  # nothing but the head, comments and white space

    def holds(self, rule: str) -> bool:
        return any(statement.rule == rule for statement in self.head)


def join(parts: Sequence[bytes]) -> Joined:
    """Join stylesheets (UTF-8, with or without a byte order mark) in order.

    One part comes back as it is, without its byte order mark. Of several, the ``@import`` statements, the ``@layer``
    statements before them, and ``@namespace`` statements go to the top (css-cascade-5 §2); one ``@charset`` stands
    before all if there was one, or a byte order mark that mattered; what a part leaves open is closed as css-syntax-3
    §5 closes it at the end of a file; and comments that name source maps, which would be wrong, are dropped.
    """
    if len(parts) == 1:
        return Joined(text := parts[0][start(parts[0]) :], texts=((0, text),))
    split = [_split(part[start(part) :]) for part in parts]
    top: list[tuple[int | None, bytes]] = []
    namespaces: list[tuple[int | None, bytes]] = []
    rests: list[tuple[int | None, bytes]] = []
    warnings: list[tuple[int, str]] = []
    last = max((index for index, part in enumerate(split) if part.holds("import")), default=-1)
    ruled = False  # whether rules of an earlier part stand below what goes to the top
    for index, part in enumerate(split):
        moved = _moved(part, all_layers=index < last and not ruled)
        texts = [(s.rule, _without_source_maps(_closed(part.content[s.start : s.stop]))) for s in moved]
        top += [(index, text) for rule, text in texts if rule in ("import", "layer")]
        namespaces += [(index, text) for rule, text in texts if rule == "namespace"]
        rests.append((index, _without_source_maps(_closed(_without(part.content, moved))).strip(b"\r\n")))
        if ruled and part.holds("import"):
            warnings.append((index, "its @import moves before the rules of the files joined before it"))
        if part.holds("namespace"):
            warnings.append((index, "its @namespace counts for all files joined with it"))
        ruled = ruled or not part.bare
    joined = [(index, text + b"\n") for index, text in chain(top, namespaces, rests) if text] or [(None, b"\n")]
    marked = any(start(part) for part in parts) and not all(text.isascii() for _, text in joined)
    if marked or any(part.holds("charset") for part in split):
        joined.insert(0, (None, b'@charset "utf-8";\n'))
    content = b"".join(text for _, text in joined)
    return Joined(content if content.strip() else b"", tuple(warnings), tuple(joined))


def _split(content: bytes) -> _Part:
    """Find the statements that stand before the first rule."""
    head: list[_Statement] = []
    position, bare, late = 0, True, False
    while match := TOKEN.match(content, position):
        position = match.end()
        if match.lastgroup in _BLANK:
            continue
        rule = name(match) if match.lastgroup == "at" else ""
        stop = _statement_end(content, position) if rule else None
        if stop is None or (rule == "import" and late):
            bare = False
            break
        if rule in ("charset", "import", "layer", "namespace"):
            head.append(_Statement(rule, match.start(), stop))
        late = late or rule == "namespace"
        bare = bare and rule in ("charset", "import", "layer", "namespace")
        position = stop
    return _Part(content, head, bare)


def _statement_end(content: bytes, position: int) -> int | None:
    """The offset behind the ``;`` of an at-rule whose prelude begins at ``position``; ``None`` if it has a block."""
    closers: list[bytes] = []
    for match in TOKEN.finditer(content, position):
        if not closers and match.lastgroup == "semicolon":
            return match.end()
        if not closers and match[0] == b"{":
            return None
        nest(match, closers)
    return len(content)


def _moved(part: _Part, *, all_layers: bool) -> list[_Statement]:
    """The statements that leave their place: a layer stays if no import has to come behind it."""
    imports = [index for index, statement in enumerate(part.head) if statement.rule == "import"]
    last = imports[-1] if imports else -1
    return [s for index, s in enumerate(part.head) if s.rule != "layer" or all_layers or index < last]


def _without(content: bytes, statements: list[_Statement]) -> bytes:
    edges = [0, *(edge for statement in statements for edge in (statement.start, statement.stop)), len(content)]
    return b"".join(content[begin:stop] for begin, stop in zip(edges[::2], edges[1::2], strict=True))


def _without_source_maps(content: bytes) -> bytes:
    if b"sourceMappingURL=" not in content:
        return content
    kept, position = [], 0
    for match in _SKIM.finditer(content):
        if match.lastgroup == "comment" and _SOURCE_MAP.match(content, match.start("comment")):
            kept.append(content[position : match.start("comment")])
            position = match.end()
            if kept[-1][-1:] not in b"\n}; ":
                kept.append(b"/**/")  # what stood on both sides of the comment must not become one word
    return b"".join([*kept, content[position:]])


def _closed(content: bytes) -> bytes:
    """``content`` with all that is open at its end closed."""
    closers: list[bytes] = []
    begin, style = 0, False  # of the last statement outside any block; whether it is known to be no at-rule
    last = None
    for match in _SKIM.finditer(content):
        depth, last = len(closers), match if match.lastgroup else last
        if match.lastgroup in _BRACKETS:
            nest(match, closers)
        if closers or not match.lastgroup:
            continue
        if depth and match["close"] == b"}":
            begin, style = match.end(), False
        elif match.lastgroup == "semicolon" and not style:
            style = not _at_rule(content, begin)
            begin = begin if style else match.end()
    text = _with_whole_token(content, last) + b"".join(reversed(closers))
    if closers and closers[0] == b"}":
        return text
    return text + {True: b";", False: b"{}", None: b""}[_at_rule(content, begin)]


def _with_whole_token(content: bytes, last: re.Match[bytes] | None) -> bytes:
    """``content`` with its last token closed; ``last`` is the last one that the skimmer stopped at."""
    kind = last.lastgroup if last and last.end() == len(content) else None
    halved = _is_escaped(content, len(content))  # it ends with half an escape
    if kind == "open_comment":
        return content + b"*/"
    if last and kind == "open_string":
        return (content[:-1] if halved else content) + content[last.start(kind) :][:1]
    if halved:
        content += b"fffd "  # what half an escape at the end of a file stands for
    if last and kind in ("url", "bad_url"):
        ended = content.endswith(b")") and not _is_escaped(content, len(content) - 1)
        return content if ended else content + b")"
    return content


def _is_escaped(content: bytes, offset: int) -> bool:
    return (offset - len(content[:offset].rstrip(b"\\"))) % 2 == 1


def _at_rule(content: bytes, position: int) -> bool | None:
    """Whether an at-rule begins at ``position``; ``None`` if nothing does."""
    for match in TOKEN.finditer(content, position):
        if match.lastgroup not in _BLANK:
            return match.lastgroup == "at"
    return None
