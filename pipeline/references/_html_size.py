"""Foresees pages that the tree of a browser makes huge: what is written once stands in it hundreds of times.

A formatting element that is not closed is opened again in every paragraph behind it, and no more than three are taken
for the same (https://html.spec.whatwg.org/#reconstruct-the-active-formatting-elements): a thousand kinds of ``<font>``
and a thousand ``<p>`` are 25 kB, and a million elements.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.expressions import expression

LARGEST = 4_000_000
"""Elements that a page may come to, of some 300 bytes each."""

_ALIKE = 3
_FORMATTING = expression(
    rb"<(?P<close>/?)(?P<name>b|big|code|em|font|i|s|small|strike|strong|tt|u)(?P<rest>(?=[\s/>])[^<>]*+)",
    re.IGNORECASE,
)


def too_large(content: bytes) -> int | None:
    """The offset of the tag at which a page may have come to more than `LARGEST` elements; ``None`` if it does not.

    Linear in time; counts rather too many than too few.
    """
    tags, active, position = 0, 0, 0
    alike: Counter[bytes] = Counter()
    open_ones: dict[bytes, list[bytes]] = {}
    for match in _FORMATTING.finditer(content):
        tags += (1 + active) * content.count(b"<", position, match.start() + 1)
        position = match.start() + 1
        if tags > LARGEST:
            return match.start()
        same = open_ones.setdefault(match["name"].lower(), [])
        if not match["close"]:
            kind = match[0].lower()
            if alike[kind] < _ALIKE:
                alike[kind] += 1
                active += 1
                same.append(kind)
        elif same:
            alike[same.pop()] -= 1
            active -= 1
    return None if tags + (1 + active) * content.count(b"<", position) <= LARGEST else position - 1
