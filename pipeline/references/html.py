"""What an HTML page loads, after https://html.spec.whatwg.org/; every other byte of it stays."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from pipeline.diagnostic import position
from pipeline.errors import ToolNotFound, TransformError
from pipeline.expressions import expression
from pipeline.references import Language, Reference
from pipeline.references import _import_map as import_map
from pipeline.references._html_attributes import kind_of
from pipeline.references._html_size import LARGEST, too_large
from pipeline.references._srcset import addresses, as_address
from pipeline.references._style import KINDS, PRESENTATION, in_style, style_written
from pipeline.syntax.markup import decode, html_reference, html_written

__all__ = ["HTML"]

_VALUE = expression(rb"[^\s=][^\s=]*+\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\"'\s>][^\s>]*+))")
_STYLES = PRESENTATION | {"style"}
_PLACEHOLDERS = ("{{", "{%", "<%", "${")
_CHECKED = {"script": "src", "link": "href"}
"""The elements whose files may have an ``integrity``, and what names these (https://www.w3.org/TR/SRI/)."""

Span = tuple[int, int]


def find(content: bytes) -> list[Reference]:
    """References of a page, in order; none if a ``<base href>`` says that they are relative to something else.

    Kinds: ``url``; ``srcset``, an address in one; ``style``, one in CSS; ``late-import`` as in stylesheets;
    ``importmap`` and ``prefix`` as in `pipeline.references._import_map`; ``integrity``, of the file that the element
    loads; ``file`` for what is no part of the page: previews, feeds, frames. Links (``<a>``) and forms are no
    references, and neither is what a template engine has still to fill in (``{{ … }}``).

    Raises:
        TransformError: it would come to more than `LARGEST` elements; where, and what to do. As ToolNotFound: there is
            no turbohtml.
    """
    if b"<" not in content:
        return []
    elements = list(_elements(content))
    if any(element.tag == "base" and "href" in element.attrs for element in elements):
        return []
    places = {
        (each.start, each.stop): each for each in (*_in_attributes(content, elements), *_in_text(content, elements))
    }
    found = [places[span] for span in sorted(places)]
    return [each for each in found if not _is_template(each.specifier + "".join(each.context[:1]))]


def embed(url: str, content: bytes, reference: Reference) -> bytes:
    """``url`` as it has to be written in the attribute, the CSS or the import map that ``reference`` stands in."""
    if reference.kind in KINDS:
        return style_written(url)
    if reference.kind == import_map.KIND:
        return import_map.address(url)
    if reference.kind == "prefix":
        return import_map.pairs(url, content, reference)
    return html_written(as_address(url) if reference.kind == "srcset" else url)


def _elements(content: bytes) -> Iterator[Any]:
    """Every element, as a browser builds them; their offsets are those of bytes."""
    if (offset := too_large(content)) is not None:
        line, column = position(content, offset)
        message = f"its references are not followed, for a browser would make more than {LARGEST:,} elements of it"
        raise TransformError(message, line=line, column=column, hint="close <b>, <font> and the like before it")
    try:
        from turbohtml import parse  # only those who have pages wait for it
    except ImportError as error:
        hint = "pip install 'pipeline-assets[html]'"
        raise ToolNotFound("its references are not followed without the package turbohtml", hint=hint) from error
    # One character a byte, and no newline shorter than it was, so that the offsets hold.
    text = content.replace(codecs.BOM_UTF8, b"   ", 1) if content.startswith(codecs.BOM_UTF8) else content
    text = text.replace(b"\r\n", b" \n").replace(b"\r", b"\n")
    yield from parse(text.decode("latin-1"), source_locations=True).find_all(True)


def _joined(value: str | list[str] | None) -> str:
    return value or "" if isinstance(value, str | None) else " ".join(value)


def _is_template(text: str) -> bool:
    return any(mark in text for mark in _PLACEHOLDERS)


def _in_attributes(content: bytes, elements: list[Any]) -> Iterator[Reference]:
    for element in elements:
        tag, location = element.tag.lower(), element.source_location
        values = {name.lower(): _joined(value) for name, value in element.attrs.items()}
        spans: dict[str, Span] = {}
        for name, place in (location.attrs if location else {}).items():
            attribute = name.lower()
            css = attribute == "style" or (attribute in PRESENTATION and element.namespace.name == "SVG")
            kind = "style" if css else kind_of(tag, attribute, values)
            match = None
            if kind or attribute == "integrity":
                match = _VALUE.fullmatch(content, place.start_offset, place.end_offset)
            if match:
                spans[attribute] = match.span(match.lastindex or 0)
                yield from _in_value(content, spans[attribute], kind)
        if "integrity" in spans and (file := spans.get(_CHECKED.get(tag, ""))):
            yield from _integrity(content, spans["integrity"], file)


def _integrity(content: bytes, span: Span, file: Span) -> Iterator[Reference]:
    """What a browser checks a file against; an empty one checks nothing."""
    said = content[slice(*span)].decode("latin-1")
    if said.strip() and not _is_template(said):
        url = decode(content, [file], html_reference).text.decode("utf-8", "replace")
        yield Reference(*span, url, "integrity")


def _in_value(content: bytes, span: Span, kind: str) -> Iterator[Reference]:
    value = decode(content, [span], html_reference)
    if kind == "style":
        yield from in_style(content, value)
    elif kind == "srcset":
        for start, stop in addresses(value.text):
            yield Reference(*value.span(start, stop), value.text[start:stop].decode("utf-8", "replace"), kind)
    elif kind and value.text.strip() and not value.text.startswith(b"#"):
        yield Reference(*span, value.text.decode("utf-8", "replace"), kind)


def _in_text(content: bytes, elements: list[Any]) -> Iterator[Reference]:
    """References in style elements and import maps."""
    behind = 0
    for element in elements:
        location = element.source_location
        if element.tag not in {"style", "script"} or not location or not location.start_tag:
            continue
        start = location.start_tag.end_offset
        if start < behind:
            continue  # in a style element of an SVG image, which has no elements in it
        behind = location.end_tag.start_offset if location.end_tag else len(content)
        kind = _joined(element.attrs.get("type")).strip().lower()
        if element.tag == "style" and kind in {"", "text/css"}:
            literal = frozenset((start,)) if element.namespace.name == "HTML" else frozenset[int]()
            yield from in_style(content, decode(content, [(start, behind)], html_reference, literal))
        elif element.tag == "script" and kind == "importmap":
            yield from import_map.in_import_map(content, start, behind)


def version() -> str:
    """Of turbohtml, or that there is none."""
    try:
        import turbohtml
    except ImportError:
        return "missing"
    return str(turbohtml.__version__)


HTML = Language(suffixes=(".html", ".htm"), find=find, embed=embed, version=version)
