"""Which variant a client gets: ``Accept-Encoding`` as in RFC 9110, section 12.5.3."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.expressions import expression

IDENTITY = "identity"
WEIGHT = expression(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
USUAL = 256
"""Characters that are worth remembering the answer for; no browser sends as many."""


def choose(accepted: str | None, encodings: tuple[str, ...]) -> str:
    """The encoding to send.

    A client's weights come first, then size. Where nothing that it accepts is there it gets the file as it is, as the
    RFC allows and other servers do: an answer that it did not ask for is of more use than 406.

    Args:
        accepted: the value of ``Accept-Encoding``; ``None`` if the request has none.
        encodings: of the variants, the smallest first.
    """
    if not accepted or not encodings:
        return IDENTITY
    return (_remembered if len(accepted) <= USUAL else _chosen)(accepted, encodings)


def _chosen(accepted: str, encodings: tuple[str, ...]) -> str:
    weights = dict(map(_weight, accepted.lower().split(",")))
    if "x-gzip" in weights:
        weights.setdefault("gzip", weights["x-gzip"])
    others = weights.get("*", 0.0)
    best, most = IDENTITY, weights.get(IDENTITY, 0.0)
    for encoding in reversed(encodings):
        weight = weights.get(encoding, others)
        if weight and weight >= most:
            best, most = encoding, weight
    return best


_remembered = lru_cache(1024)(_chosen)


def _weight(member: str) -> tuple[str, float]:
    """A coding and its weight; what is malformed is not accepted."""
    coding, separator, parameter = member.partition(";")
    if not separator:
        return coding.strip(), 1.0
    found = WEIGHT.fullmatch(parameter.strip())
    return coding.strip(), float(found[1]) if found else 0.0
