"""Declarations and rules of stylesheets that are so plain that rcssmin keeps them: `_rcssmin_walk` passes over."""

from __future__ import annotations

import re

from pipeline.syntax.css import SPACE, STRING

_VALUE = rb"(?:[-\w\s.,#%*+!]++|/(?!\*)|" + STRING + rb")"
_NESTED = rb"(?<![lL])\((?:" + _VALUE + rb"|(?<![lL])\(" + _VALUE + rb"*+\))*+\)"
_DECLARATION = SPACE + rb"*+[-\w]++:(?:" + _VALUE + b"|" + _NESTED + rb")*+(?:;|(?=\}))"
_SIMPLE = rb"(?<!\s)::?+[-\w]++|\[[-\w]++(?:[~|^$*]?+=[-\w]++)?+\]"
_SELECTOR = (
    rb"(?:[-\w\s.,#%*+~&\x80-\xff]++|>(?:(?<=[\w)\]*]>)|(?<=[\w)\]*]\s>))|"
    + _SIMPLE
    + rb"|(?<![lLrR])\((?:[-\w.#*]++|"
    + _SIMPLE
    + rb")*+\))++"
)
_RULE = SPACE + rb"*+(?!--)" + _SELECTOR + rb"\{(?:" + _DECLARATION + rb")*+" + SPACE + rb"*+\}"
DECLARATIONS = re.compile(rb"(?:" + _DECLARATION + b")*+")
RULES = re.compile(rb"(?:" + _RULE + b")*+")
