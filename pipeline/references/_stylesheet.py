"""Finds what CSS points at, after css-syntax-3, css-values-4 §4.5, css-images-4 §2.4 and css-cascade-5 §2."""

from __future__ import annotations

import re

from pipeline.expressions import expression
from pipeline.references import Reference
from pipeline.syntax.css import TOKEN, name, nest, plain, start, unescape

_MARKS = (b"url(", b"src(", b"image-set(", b"@import", b"sourcemappingurl=", b"\\")
_SOURCE_MAP = expression(rb"/\*[#@]\s++sourceMappingURL=[ \t]*+((?:[^\s*]|\*(?!/))++)")
_BLANK = frozenset(b" \t\n\r\f")
_COMMENTS = ("comment", "open_comment")
_URLS = ("url", "src")
_STRINGS = ("string", "open_string")


def find(content: bytes) -> list[Reference]:
    """References of a stylesheet, in order.

    Kinds: ``url``; ``string`` (in ``image-set()``); ``import``; ``late-import``, one that browsers ignore because it
    stands in a block or after a rule; ``sourcemap``, the last comment that names one.
    """
    lowered = content.lower()
    if not any(mark in lowered for mark in _MARKS):
        return []
    found: list[Reference] = []
    position = _head(content, found)
    while (match := TOKEN.match(content, plain(content, position))) and (kind := match.lastgroup):
        before, position = position, match.end()
        if kind == "url":
            found.append(_unquoted(match, "url"))
        elif kind == "function":
            position = _function(content, match, found)
        elif kind in _COMMENTS:
            _source_map(match, found)
        elif kind == "at" and _begins_statement(content, before, match.start(kind)):
            position = _at_rule(content, match, found)
    return _with_one_source_map(found)


def _head(content: bytes, found: list[Reference]) -> int:
    """Collect the imports that count; the offset of what ends them."""
    position = start(content)
    while match := TOKEN.match(content, position):
        if match.lastgroup in _COMMENTS:
            _source_map(match, found)
        elif match.lastgroup == "at":
            rule = name(match)
            stop, block = _prelude(content, match.end(), found)
            if block or rule == "namespace":
                break
            if rule == "import":
                _import(content, match.end(), found, "import")
            position = stop
            continue
        elif match.lastgroup not in ("space", "cd"):
            break
        position = match.end()
    return position


def _at_rule(content: bytes, match: re.Match[bytes], found: list[Reference]) -> int:
    """Pass over the prelude of an at-rule: what it names is not fetched, and an import comes too late here."""
    stop, block = _prelude(content, match.end(), found)
    if name(match) == "import" and not block:
        _import(content, match.end(), found, "late-import")
    return stop


def _prelude(content: bytes, position: int, found: list[Reference]) -> tuple[int, bool]:
    """Where the prelude of an at-rule ends (behind its ``;`` or ``{``), and whether a block follows."""
    closers: list[bytes] = []
    for match in TOKEN.finditer(content, position):
        kind = match.lastgroup
        if kind in _COMMENTS:
            _source_map(match, found)
        elif kind == "semicolon" and not closers:
            return match.end(), False
        elif kind == "close" and not closers and match[0] == b"}":
            return match.start(), False
        elif kind == "open" and not closers and match[0] == b"{":
            return match.end(), True
        else:
            nest(match, closers)
    return len(content), False


def _begins_statement(content: bytes, before: int, offset: int) -> bool:
    """Whether what stands at ``offset`` can be an at-rule; elsewhere an at-keyword is a mere value."""
    while offset > before and content[offset - 1] in _BLANK:
        offset -= 1
    return content[max(offset - 1, 0) : offset] in (b"", b"{", b"}", b";", b"/", b">")  # "/" and ">" end comments


def _import(content: bytes, position: int, found: list[Reference], kind: str) -> None:
    match = _significant(content, position)
    if match and match.lastgroup == "url":
        found.append(_unquoted(match, kind))
    elif match and match.lastgroup in _STRINGS:
        found.append(_quoted(match, kind))
    elif match and match.lastgroup == "function" and name(match) in _URLS:
        inner = _significant(content, match.end())
        if inner and inner.lastgroup in _STRINGS:
            found.append(_quoted(inner, kind))


def _function(content: bytes, match: re.Match[bytes], found: list[Reference]) -> int:
    """Collect the references in a function; the offset up to which that is done."""
    called = name(match)
    if called in _URLS:
        inner = _significant(content, match.end())
        if inner and inner.lastgroup in _STRINGS:
            found.append(_quoted(inner, "url"))
            return inner.end()
    elif called in ("image-set", "-webkit-image-set"):
        return _image_set(content, match.end(), found)
    return match.end()


def _image_set(content: bytes, position: int, found: list[Reference]) -> int:
    closers, kinds = [b")"], ["string"]  # what a string is in each function that is open; "" if no reference
    for match in TOKEN.finditer(content, position):
        kind = match.lastgroup
        if kind in _COMMENTS:
            _source_map(match, found)
        elif kind == "url":
            found.append(_unquoted(match, "url"))
        elif kind in _STRINGS and kinds[-1]:
            found.append(_quoted(match, kinds[-1]))
        nest(match, closers)
        if not closers:
            return match.end()
        if len(closers) > len(kinds):
            kinds.append("url" if kind == "function" and name(match) in _URLS else "")
        del kinds[len(closers) :]
    return len(content)


def _significant(content: bytes, position: int) -> re.Match[bytes] | None:
    """The next token that is neither white space nor a comment."""
    tokens = TOKEN.finditer(content, position)
    return next((match for match in tokens if match.lastgroup not in ("space", *_COMMENTS)), None)


def _unquoted(match: re.Match[bytes], kind: str) -> Reference:
    return Reference(*match.span("target"), unescape(match["target"]), kind)


def _quoted(match: re.Match[bytes], kind: str) -> Reference:
    opened = match.start(match.lastgroup or 0) + 1
    closed = match.end() - (match.lastgroup == "string")
    raw = match.string[opened:closed]
    if match.lastgroup == "open_string" and (len(raw) - len(raw.rstrip(b"\\"))) % 2:
        raw = raw[:-1]  # at the end of the file a backslash in a string stands for nothing
    return Reference(opened, opened + len(raw), unescape(raw), kind)


def _source_map(match: re.Match[bytes], found: list[Reference]) -> None:
    span = match.span(match.lastgroup or 0)
    if named := _SOURCE_MAP.match(match.string, *span):
        found.append(Reference(*named.span(1), named[1].decode("utf-8", "replace"), "sourcemap", span))


def _with_one_source_map(found: list[Reference]) -> list[Reference]:
    maps = [reference for reference in found if reference.kind == "sourcemap"]
    last = max(maps, key=lambda reference: reference.start, default=None)
    kept = [reference for reference in found if reference.kind != "sourcemap"]
    return sorted([*kept, last], key=lambda reference: reference.start) if last else kept
