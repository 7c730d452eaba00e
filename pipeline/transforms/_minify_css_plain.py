"""Declarations and rules of stylesheets that are so plain that rcssmin keeps them, in its C and its Python version."""

from __future__ import annotations

import re

from pipeline.syntax.css import SPACE

# No newline behind a ``\``: rcssmin joins such lines.
_STRING = rb"\"(?:[^\"\\\n\r\f]++|\\[^\n\r\f])*+\"|'(?:[^'\\\n\r\f]++|\\[^\n\r\f])*+'"
_VALUE = rb"(?:[-\w\s.,#%*+!]++|/(?!\*)|" + _STRING + rb")"


def _nested(inside: bytes, deep: int) -> bytes:
    """Parentheses around what may stand ``inside``, and around such parentheses."""
    made = rb"\(" + inside + rb"*+\)"
    for _ in range(deep - 1):
        made = rb"\((?:" + inside + rb"|" + made + rb")*+\)"
    return made


_EMPTY = SPACE + rb"*+[;}]"
_NAME = SPACE + rb"*+[-\w]++" + SPACE + rb"*+:(?!" + _EMPTY + rb")"
_DECLARATION = _NAME + rb"(?:" + _VALUE + b"|" + _nested(_VALUE, 4) + rb")*+(?:;|(?=\}))"
# The C version hands out a byte too many where it puts a space behind the two that end old browsers' names.
_SIMPLE = rb"(?:(?<!\s)|(?<=[\w)\]*,]\s))::?+(?!(?i:first-l))[-\w]++|\[[-\w]++(?:[~|^$*]?+=[-\w]++)?+\]"
# A ``\`` before a sign, as in ``.md\:w-1\/2``, is no trouble without white space behind it.
_ESCAPED = rb"\\[!-/:-@\[\]^`|~](?![\s/])"
_PART = rb"(?:[-\w\s.,#*+~&%\x80-\xff]++|>(?:(?<=[\w)\]*]>)|(?<=[\w)\]*]\s>))|" + _SIMPLE + rb"|" + _ESCAPED + rb")"
_SELECTOR = rb"(?:" + _PART + rb"|" + _nested(_PART, 3) + rb")++"
_RULE = SPACE + rb"*+(?!--)" + _SELECTOR + rb"\{(?:" + _DECLARATION + rb")*+" + SPACE + rb"*+\}"
DECLARATIONS = re.compile(rb"(?:" + _DECLARATION + b")*+")
RULES = re.compile(rb"(?:" + _RULE + b")*+")
LIKE_URL = re.compile(rb"[uU][rR][lL]")
"""What the C version takes for the begin of an address: neither of the others may reach to it."""
