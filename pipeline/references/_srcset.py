"""Finds the addresses in a ``srcset``: https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.expressions import expression

_CANDIDATE = expression(
    rb"[ \t\n\r\f,]*+(?P<url>[^ \t\n\r\f]++)"
    # Descriptors end at a comma outside of parentheses; one that is not closed reaches to the end.
    rb"(?P<rest>(?:[^,(]++|\([^)]*+(?:\)|\Z))*+),?+"
)
_SPACES = expression(r"[ \t\n\r\f]")


def addresses(value: bytes) -> Iterator[tuple[int, int]]:
    """Where each address stands, in order; also of candidates whose descriptors are wrong.

    >>> [b"a, b 2x,data:x,y 3x"[start:stop] for start, stop in addresses(b"a, b 2x,data:x,y 3x")]
    [b'a', b'b', b'data:x,y']
    """
    position = 0
    while match := _CANDIDATE.match(value, position):
        start, stop = match.span("url")
        bare = match["url"].rstrip(b",")
        position = match.end()
        if len(bare) < stop - start:  # a comma right behind an address ends its candidate
            position, stop = stop, start + len(bare)
        yield start, stop


def as_address(url: str) -> str:
    """A URL such that neither white space nor commas at its ends cut it."""
    safe = _SPACES.sub(lambda match: f"%{ord(match[0]):02X}", url)
    inner = safe.strip(",")
    before = len(safe) - len(safe.lstrip(","))
    behind = len(safe) - len(inner) - before
    return "%2C" * before + inner + "%2C" * behind
