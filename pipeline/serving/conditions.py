"""What a request knows already: its preconditions, as in RFC 9110, sections 13 and 14.

Fields are taken under the names that they have in CGI and WSGI (RFC 3875, section 4.1.18), ``HTTP_IF_NONE_MATCH``.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Mapping
from email.utils import parsedate

from pipeline.expressions import expression

OK, NOT_MODIFIED, FAILED = 200, 304, 412
PRECONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
RANGE = expression(r"[ \t]*+bytes[ \t]*+=[ \t]*+([0-9]{0,18})[ \t]*+-[ \t]*+([0-9]{0,18})[ \t]*+", re.IGNORECASE)
LONGEST_DATE = 64


def precondition(fields: Mapping[str, str], etag: str, modified: int) -> int:
    """200, 304 or 412, for GET and HEAD, in the order of section 13.2.2.

    Args:
        fields: of the request.
        etag: of the representation that is selected; a strong one.
        modified: of the same, in seconds since 1970.
    """
    if (matching := fields.get("HTTP_IF_MATCH")) is not None:
        if not _listed(etag, matching, weak=False):
            return FAILED
    elif (date := _date(fields.get("HTTP_IF_UNMODIFIED_SINCE"))) is not None and modified > date:
        return FAILED
    if (known := fields.get("HTTP_IF_NONE_MATCH")) is not None:
        return NOT_MODIFIED if _listed(etag, known, weak=True) else OK
    date = _date(fields.get("HTTP_IF_MODIFIED_SINCE"))
    return NOT_MODIFIED if date is not None and modified <= date else OK


def part(fields: Mapping[str, str], etag: str, modified: int, size: int) -> tuple[int, int] | None:
    """Which bytes are asked for: where they start and how many; ``None`` for all.

    All are sent where several parts are asked for, where what is asked for cannot be understood, and where
    ``If-Range`` names another version.

    Raises:
        ValueError: there are no such bytes.
    """
    wanted = RANGE.fullmatch(fields.get("HTTP_RANGE", ""))
    if wanted is None or not _is_of(fields.get("HTTP_IF_RANGE"), etag, modified):
        return None
    first, last = wanted.groups()
    if not first and not last:
        return None
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= stop:
        raise ValueError(f"there are {size} bytes")
    return start, stop - start


def _is_of(version: str | None, etag: str, modified: int) -> bool:
    """Whether ``If-Range`` is about these bytes: the same strong ETag, or exactly the same time."""
    return version is None or version.strip() == etag or _date(version) == modified


def _listed(etag: str, tags: str, *, weak: bool) -> bool:
    """Whether a list of ETags, or ``*``, has one; other tags may hold commas, but no part of one is quoted as ours."""
    found = [tag.strip() for tag in tags.split(",")]
    return found == ["*"] or etag in found or (weak and f"W/{etag}" in found)


def _date(text: str | None) -> int | None:
    """Seconds since 1970, or ``None`` if it is no date; each of the three forms is of Greenwich (section 5.6.7)."""
    found = parsedate(text) if text and len(text) <= LONGEST_DATE else None
    try:
        return timegm(found) if found else None
    except (ValueError, OverflowError):
        return None
