"""The elements in a ``{% compress %}`` tag: which files they name, and which of them cannot be told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from pipeline.expressions import expression
from pipeline.migrating._reading.template_calls import quoted
from pipeline.migrating._reading.templates import Tag, Token

START = expression(r"<!--|<(link|script|style)\b", re.IGNORECASE)
END = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
ATTRIBUTE = expression(r"""[\s/]*+([^\s"'>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""")
STAND_IN = expression("\ue000([0-9]++)\ue001")
STAND_IN_OR_LINE = expression("\ue000([0-9]++)\ue001|\n")
CONDITIONS = {"if", "ifequal", "ifnotequal", "ifchanged", "for", "block", "with", "cache", "filter"}
NEUTRAL = {"spaceless", "endspaceless", "load", "autoescape", "endautoescape", "else", "elif", "empty", "comment", ""}
KEPT = {"css": ("media",), "js": ("async", "defer")}
"""Attributes that tell elements apart which are not joined."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a tag.

    Attributes:
        path: of the file; ``None`` if there is none or it cannot be told.
        type: its attribute ``type``, in lower case.
        kept: attributes that go on the element of the bundle.
        problem: why there is no path.
        inline: whether what it says stands in the page.
    """

    path: str | None
    type: str
    line: int
    kept: tuple[tuple[str, str | bool], ...] = ()
    problem: str = ""
    inline: bool = False


def elements(tag: Tag, kind: str, urls: Sequence[str]) -> list[Element]:
    """What stands in a tag, in order; behind it what other tags in it may put there.

    Args:
        tag: ``{% compress css %}`` or ``{% compress js %}``.
        kind: ``css`` or ``js``.
        urls: what the URLs of static files begin with.
    """
    text = _with_stand_ins(tag)
    lines, depths = _lines(tag, text), _depths(tag, text)
    found: list[Element] = []
    outside: list[tuple[int, int]] = []
    position = 0
    for start, stop, name, attributes in _parsed(text):
        outside.append((position, start))
        position = stop
        if name is not None:
            element = _element(tag, kind, attributes.get("href" if name == "link" else "src"), attributes, urls)
            if element.path and _at(depths, start):
                problem = f"{element.path!r} is joined only sometimes, so it is in no bundle"
                element = replace(element, path=None, problem=problem)
            found.append(replace(element, line=_at(lines, start)))
    outside.append((position, len(text)))
    return [*found, *_other(tag, text, outside)]


def _element(tag: Tag, kind: str, url: str | None, attributes: dict[str, str], urls: Sequence[str]) -> Element:
    type_ = attributes.get("type", "").lower()
    kept = tuple((key, attributes[key] if key == "media" else True) for key in KEPT[kind] if key in attributes)
    if url is None:
        return Element(None, type_, 0, kept, "what stands in the page by itself is in no bundle", inline=True)
    path = _path(url, tag.tokens, urls)
    if path is None:
        return Element(None, type_, 0, kept, f"the file {STAND_IN.sub('…', url)!r} cannot be told")
    if type_ == "module":
        return Element(None, type_, 0, kept, f"{path!r} is a module, and those are not joined")
    return Element(path, type_, 0, kept)


def _path(url: str, tokens: Sequence[Token], urls: Sequence[str]) -> str | None:
    """The path that a URL in a template stands for."""
    url = url.partition("?")[0]
    match = STAND_IN.match(url)
    if match is None:
        found = next((url[len(each) :] for each in urls if url.startswith(each)), None)
        return unescape(found).lstrip("/") if found and not STAND_IN.search(found) else None
    token, rest = tokens[int(match[1])], url[match.end() :]
    if STAND_IN.search(rest):
        return None
    if token.name == "static":
        begun = quoted(token.text)
        return f"{begun}{rest}".lstrip("/") if begun else None
    variable = token.text.partition("|")[0].strip()
    return rest.lstrip("/") if not token.name and variable in {"STATIC_URL", "COMPRESS_URL"} and rest else None


def _with_stand_ins(tag: Tag) -> str:
    """The text in a tag with a number for each tag and expression, so that their quotes are none of HTML."""
    parts, position = [], tag.token.stop
    text = tag.template.text
    for number, token in enumerate(tag.tokens):
        parts += [text[position : token.start].replace("\ue000", ""), f"\ue000{number}\ue001"]
        position = token.stop
    return "".join(parts) + text[position : tag.token.stop + len(tag.inner)].replace("\ue000", "")


def _lines(tag: Tag, text: str) -> list[tuple[int, int]]:
    """From where on which line of the template it is."""
    found, line = [(0, tag.token.line)], tag.token.line
    for match in STAND_IN_OR_LINE.finditer(text):
        line = tag.tokens[int(match[1])].line if match[1] else line + 1
        found.append((match.end(), line))
    return found


def _depths(tag: Tag, text: str) -> list[tuple[int, int]]:
    """From where on how many conditions are open."""
    found, depth = [(0, 0)], 0
    for match in STAND_IN.finditer(text):
        name = tag.tokens[int(match[1])].name
        depth += (name in CONDITIONS) - (name.startswith("end") and name.removeprefix("end") in CONDITIONS)
        found.append((match.start(), depth))
    return found


def _at(known: Sequence[tuple[int, int]], place: int) -> int:
    """What holds at a place."""
    return known[bisect_right(known, place, key=lambda each: each[0]) - 1][1]


def _parsed(text: str) -> Iterator[tuple[int, int, str | None, dict[str, str]]]:
    """Start, stop, name and attributes of each element; of a comment no name."""
    position = 0
    while match := START.search(text, position):
        name = match[1].lower() if match[1] else None
        if name is None:
            stop = text.find("-->", match.end())
            if stop < 0:
                return
            position = stop + 3
            yield match.start(), position, None, {}
            continue
        attributes: dict[str, str] = {}
        position = match.end()
        while attribute := ATTRIBUTE.match(text, position):
            attributes.setdefault(attribute[1].lower(), (attribute[2] or "").strip("\"'"))
            position = attribute.end()
        stop = text.find(">", position)
        if stop < 0:
            return
        closed = text[stop - 1] == "/"
        position = stop + 1
        if name != "link" and not closed:
            end = END[name].search(text, position)
            if end is None:
                return
            position = end.end()
        yield match.start(), position, name, attributes


def _other(tag: Tag, text: str, outside: Sequence[tuple[int, int]]) -> Iterator[Element]:
    """Tags between the elements that may put others there."""
    for start, stop in outside:
        for match in STAND_IN.finditer(text, start, stop):
            token = tag.tokens[int(match[1])]
            name = token.name or token.text
            plain = token.name and (name in NEUTRAL | CONDITIONS or name.removeprefix("end") in CONDITIONS)
            if not plain:
                yield Element(None, "", token.line, (), f"what {name!r} puts into this tag cannot be told")
