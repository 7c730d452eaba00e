"""Tells which stylesheets rcssmin would damage: it works with patterns, which know neither nesting nor context.

Its C and its Python version differ; what either of them breaks is refused, and so is what does not end as it should.
"""

from __future__ import annotations

import re

from pipeline.syntax.css import NEWLINE, SPACE
from pipeline.transforms._rcssmin_walk import Walk

# The C version takes a word that begins with "url" for "url(" if ")" comes before a quote or another "(".
_LIKE_URL = rb"(?:[^\x00-\x08\x0b\x0e-\x1f\"'()\\\x7f]|\\[\s\S])"
_ANYWHERE = (
    (
        re.compile(
            rb"url(?<![-\w\x80-\xff]url)(?<![\"']url(?=[\"']))[^(]" + SPACE + rb"{0,99}+"
            rb"(?:[\"']|[\s\S]" + _LIKE_URL + rb"{0,999}+(?:\)|" + _LIKE_URL + rb"))"
        ),
        "a name that begins with url",
    ),
    (re.compile(rb"\x00"), "a NUL character"),
    (re.compile(rb"#url\("), "a name like url"),  # not in one pattern: each begins with a byte that is found fast
    (re.compile(rb"@url\("), "a name like url"),
    (re.compile(rb"\\(?:[0-9a-fA-F]{1,6}+" + SPACE + rb"?+|[\s\S])url\("), "a name like url"),
    (re.compile(rb"\\[0-9a-fA-F]{1,6}+\\?" + NEWLINE), "a newline after an escape"),
    (re.compile(rb"\\(?:[0-9a-fA-F]{1,6}+)?" + SPACE + rb"/\*"), "a comment after an escape"),
    (re.compile(rb"\\[{}(=:>\[,!](?:" + SPACE + rb"|/\*)"), "white space after an escape"),
    (re.compile(rb">/\*\*(?!/)"), "a comment that looks like a hack for old browsers"),
    (re.compile(rb"@(?i:charset)(?!(?i: \"utf-8\";))"), "an unusual @charset"),
)
# The C version hands out a byte too many if its output is as long as the source although it had to grow on the way:
# these grow by one byte, and these lose one that surely pays for it.
_GROWS = re.compile(rb":(?i:first-l(?:ine|etter))[{,]")
_SHRINKS = (b": ", b"; ", b", ", b"{ ", b";\n", b",\n", b"{\n", b"}\n")


def unsafe(content: bytes) -> tuple[int, str] | None:
    """Where a stylesheet has something that rcssmin may damage: byte offset and short reason; ``None`` if nowhere."""
    for pattern, reason in _ANYWHERE:
        if match := pattern.search(content):
            return match.start(), reason
    grows = [match.start() for match in _GROWS.finditer(content)]
    if grows and sum(content.count(pair, 0, -len(grows)) for pair in _SHRINKS) < len(grows):
        return grows[0], "nothing that minifying would shorten"
    return Walk(content).run()
